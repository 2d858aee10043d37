#include "theorem/tile_work.h"

#include <bit>

#include "base/checks.h"

namespace tacit {
namespace {

constexpr std::uint64_t kMaxPieces = std::uint64_t{1} << 18;
constexpr std::uint64_t kMaxTileWork = std::uint64_t{1} << 28;  // half a second

std::vector<std::uint64_t> reads_of(const Theorem& t) {
  std::vector<std::uint64_t> reads(t.columns.size(), 1);
  auto add = [&](const std::vector<Linear>& terms) {
    for (const Linear& l : terms) ++reads[l.column];
  };
  for (const Accumulator& a : t.accumulators) {
    add(a.linears);
    for (const Contraction& c : a.contractions) {
      ++reads[c.input];
      reads[c.weights] += c.in_rows == 1 ? 1 : c.groups;
    }
  }
  for (const Lookup& l : t.lookups)
    for (const Expr& e : l.tuple) add(e.linears);
  for (const Table& table : t.tables)
    for (const Expr& e : table.entries) add(e.linears);
  return reads;
}

}  // namespace

Status check_pieces(const Theorem& t) {
  std::uint64_t pieces = 0;
  for (const Column& c : t.columns)
    if (c.home != Home::kPublic) pieces += static_cast<std::uint64_t>(std::popcount(c.rows)) * static_cast<std::uint64_t>(std::popcount(c.cols));
  TACIT_REQUIRE(pieces <= kMaxPieces, unsupported("columns fall into too many pieces", "theorem"));
  return Unit{};
}

unsigned __int128 tile_work(const Theorem& t, const OracleLayout& weights, const OracleLayout& witness) {
  const std::vector<std::uint64_t> reads = reads_of(t);
  unsigned __int128 work = 0;
  for (const OracleLayout* layout : {&weights, &witness})
    for (const Tile& tile : layout->tiles) {
      const std::uint64_t sides = (std::uint64_t{1} << tile.log_rows) + (std::uint64_t{1} << tile.log_cols);
      work += static_cast<unsigned __int128>(tile.column < reads.size() ? reads[tile.column] : 1) * sides;
    }
  return work;
}

Status check_tile_work(const Theorem& t, const OracleLayout& weights, const OracleLayout& witness) {
  TACIT_REQUIRE(tile_work(t, weights, witness) <= kMaxTileWork, unsupported("too much work on the tiles of the oracles", "theorem"));
  return Unit{};
}

}  // namespace tacit
