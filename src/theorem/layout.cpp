#include "theorem/layout.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/contract.h"
#include "field/arrays.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

struct Piece {
  std::uint32_t start, log_length;
};

std::vector<Piece> powers_of_two(std::uint32_t length) {
  std::vector<Piece> out;
  std::uint32_t at = 0;
  for (int bit = 31; bit >= 0; --bit)
    if (length >> bit & 1) {
      out.push_back({at, static_cast<std::uint32_t>(bit)});
      at += std::uint32_t{1} << bit;
    }
  return out;
}

constexpr int kLogSizes = 63;  // both sides of a piece are below 2^32
using TilesBySize = std::array<std::vector<Tile>, kLogSizes>;

TilesBySize pieces(std::span<const Column> columns, Home home) {
  TilesBySize out;
  for (ColumnId id = 0; id < columns.size(); ++id) {
    if (columns[id].home != home) continue;
    for (Piece r : powers_of_two(columns[id].rows))
      for (Piece s : powers_of_two(columns[id].cols))
        out[r.log_length + s.log_length].push_back({id, r.start, s.start, r.log_length, s.log_length, 0});
  }
  return out;
}

// Contract: the tile has more than one entry.
void cut(Tile tile, std::vector<Tile>& halves) {
  std::uint32_t& log = tile.log_rows > 0 ? tile.log_rows : tile.log_cols;
  std::uint32_t& start = tile.log_rows > 0 ? tile.row : tile.col;
  --log;
  halves.push_back(tile);
  start += std::uint32_t{1} << log;
  halves.push_back(tile);
}

// The table over the last `tail` coordinates, most significant first; built from the least significant one upwards.
FeVector low_table(std::span<const Fe> at, std::size_t tail) {
  FeVector table(std::size_t{1} << tail);
  table[0] = kOne;
  for (std::size_t k = 0; k < tail; ++k) {
    const std::size_t half = std::size_t{1} << k;
    const std::span<Fe> zero(table.data(), half), one(table.data() + half, half);
    scale(zero, at[at.size() - 1 - k], one);
    sub(zero, one, zero);
  }
  return table;
}

}  // namespace

int ceil_log2(std::uint64_t n) { return n <= 1 ? 0 : static_cast<int>(std::bit_width(n - 1)); }

std::uint64_t oracle_size(std::span<const Column> columns, Home home) {
  TACIT_EXPECTS(home != Home::kPublic, "public columns are in no oracle");
  std::uint64_t size = 0;
  for (const Column& c : columns)
    if (c.home == home) size += c.size();
  return size;
}

OracleLayout oracle_layout(std::span<const Column> columns, Home home, const LimbRoom& room) {
  OracleLayout layout;
  layout.size = oracle_size(columns, home);
  TACIT_EXPECTS(room.log_n < 32 && room.statement_slots <= std::uint64_t{1} << room.log_n, "statement slots lie in a limb");
  TACIT_EXPECTS(layout.size <= std::uint64_t{room.limbs} * room.statement_slots, "an oracle's entries fit its limbs");
  TilesBySize lists = pieces(columns, home);
  std::vector<std::uint32_t> cursors(room.limbs, 0);
  for (int log = kLogSizes - 1; log >= 0; --log) {
    const std::uint64_t size = std::uint64_t{1} << log;
    std::uint32_t limb = 0;  // limbs before it have no room for this size, and room only shrinks
    for (Tile& tile : lists[log]) {
      while (limb < room.limbs && cursors[limb] + size > room.statement_slots) ++limb;
      if (limb == room.limbs) {
        cut(tile, lists[log - 1]);
        continue;
      }
      tile.address = (std::uint64_t{limb} << room.log_n) + cursors[limb];
      cursors[limb] += static_cast<std::uint32_t>(size);
      layout.tiles.push_back(tile);
    }
  }
  std::sort(layout.tiles.begin(), layout.tiles.end(), [](const Tile& a, const Tile& b) { return a.address < b.address; });
  return layout;
}

RowSpace row_space(const Theorem& theorem) {
  RowSpace space;
  for (std::uint32_t i = 0; i < theorem.lookups.size(); ++i) {
    const Lookup& l = theorem.lookups[i];
    space.blocks.push_back({false, i, l.rows, l.cols, static_cast<std::uint32_t>(ceil_log2(l.cols)), 0});
  }
  for (std::uint32_t i = 0; i < theorem.tables.size(); ++i) {
    const auto [rows, cols] = table_shape(theorem.tables[i]);
    space.blocks.push_back({true, i, rows, cols, static_cast<std::uint32_t>(ceil_log2(cols)), 0});
  }
  std::stable_sort(space.blocks.begin(), space.blocks.end(),
                   [](const RowBlock& a, const RowBlock& b) { return a.log_cols > b.log_cols; });
  for (RowBlock& block : space.blocks) {
    block.base = space.rows;
    space.rows += std::uint64_t{block.rows} << block.log_cols;
  }
  space.log_rows = std::max(1, ceil_log2(space.rows));
  return space;
}

FeVector eq_window(std::span<const Fe> at, std::uint64_t begin, std::uint64_t count) {
  const std::size_t tail = static_cast<std::size_t>(ceil_log2(count));
  TACIT_EXPECTS(tail <= at.size() && begin + count <= std::uint64_t{1} << at.size(), "a window lies in the cube");
  const FeVector low = low_table(at, tail);
  const std::span<const Fe> head = at.first(at.size() - tail);
  auto head_eq = [&](std::uint64_t prefix) {
    Fe out = kOne;
    for (std::size_t k = 0; k < head.size(); ++k)
      out *= prefix >> (head.size() - 1 - k) & 1 ? head[k] : kOne - head[k];
    return out;
  };
  FeVector out(count);
  for (std::uint64_t i = 0, run = 0; i < count; i += run) {  // at most two runs: the table is at least as long as the window
    const std::uint64_t index = begin + i, start = index & (low.size() - 1);
    run = std::min<std::uint64_t>(low.size() - start, count - i);
    scale(std::span(low).subspan(start, run), head_eq(index >> tail), std::span(out).subspan(i, run));
  }
  return out;
}

}  // namespace tacit
