// What a verifier does with a key before and after its registration proof, without that proof: theorem, ports and
// parameters are parsed, bounded, laid out, turned into a registration and argued. A key whose registration is refused
// never gets this deep, so this target stands for a stranger who made a valid one.
//
//   theorem | ports | parameters | proof stream to the end
#include <algorithm>

#include "argue/verify_relation.h"
#include "expect.h"
#include "theorem/bounds.h"
#include "theorem/registration.h"
#include "verifier/key.h"

namespace tacit {
namespace {

constexpr std::uint64_t kMaxWork = 1 << 16;  ///< entries and window positions that one execution may look at

std::uint64_t work_of(const Window& w) { return std::uint64_t{w.out_cols()} * w.taps() + w.in_cols(); }

std::uint64_t work_of(const Linear& l, std::uint64_t rows) { return rows + work_of(l.window); }

/// Roughly what arguing costs. The verifier's own limits are far higher; they are tested in hostile.py.
std::uint64_t work_of(const Theorem& t) {
  std::uint64_t work = 0;
  for (const Column& c : t.columns) work += c.size();
  for (const Table& table : t.tables) work += std::uint64_t{1} << table.bits;
  for (const Accumulator& a : t.accumulators) {
    for (const Contraction& c : a.contractions) work += work_of(c.window) + std::uint64_t{c.groups} * (a.rows + c.in_rows);
    for (const Linear& l : a.linears) work += work_of(l, a.rows);
  }
  for (const Lookup& l : t.lookups) {
    work += std::uint64_t{l.rows} + l.cols;
    for (const Expr& e : l.tuple)
      for (const Linear& term : e.linears) work += work_of(term, l.rows);
  }
  return work;
}

// Tiles are aligned, apart, and in the slots of the statement; together they are the columns.
void expect_layout(std::span<const Column> columns, Home home, const OracleLayout& layout, const LimbRoom& room) {
  std::uint64_t free = 0, entries = 0;
  for (const Tile& tile : layout.tiles) {
    const std::uint64_t position = tile.address & ((std::uint64_t{1} << room.log_n) - 1);
    FUZZ_EXPECT(tile.address >= free && tile.address % tile.size() == 0);
    FUZZ_EXPECT(position + tile.size() <= room.statement_slots && tile.address >> room.log_n < room.limbs);
    free = tile.address + tile.size();
    entries += tile.size();
  }
  FUZZ_EXPECT(layout.size == entries && entries == oracle_size(columns, home));
}

void expect_layouts(const Relation& relation) {
  const OpeningShape& s = relation.params->shape;
  const auto room = [&](std::uint32_t limbs, std::uint64_t slots) { return LimbRoom{s.log_n, limbs, static_cast<std::uint32_t>(slots)}; };
  expect_layout(relation.columns, Home::kWeights, relation.weights, room(s.limbs_w, s.statement_slots_w()));
  expect_layout(relation.columns, Home::kWitness, relation.witness, room(s.limbs_x, s.statement_slots_x()));
}

void expect_rows(const RowSpace& space) {
  std::uint64_t at = 0;
  for (const RowBlock& block : space.blocks) {
    FUZZ_EXPECT(block.base == at && at % (std::uint64_t{1} << block.log_cols) == 0);
    FUZZ_EXPECT(block.cols <= std::uint64_t{1} << block.log_cols);
    at += std::uint64_t{block.rows} << block.log_cols;
  }
  FUZZ_EXPECT(space.rows == at && at <= std::uint64_t{1} << space.log_rows);
}

void argue_it(const Theorem& theorem, const OpeningParams& params, ByteSpan stream) {
  if (!check_shape(theorem, params).ok()) return;
  std::vector<IntColumn> publics(theorem.columns.size());
  for (ColumnId id = 0; id < publics.size(); ++id) {
    const Column& c = theorem.columns[id];
    if (c.home == Home::kPublic) publics[id].assign(c.size(), static_cast<std::int32_t>(std::min<std::int64_t>(c.hi, INT32_MAX)));
  }
  Relation relation = Relation::make(theorem, params, std::move(publics));
  expect_layouts(relation);
  if (params.shape.has_w()) relation.pin = Pin{pin_point(relation.root_w, params, relation.weights.size), kOne};
  FUZZ_EXPECT(!verify_relation(relation, "fuzz", stream).accepted);
}

void use_it(const Theorem& theorem, ByteReader& in) {
  if (!check_bounds(theorem).ok()) return;
  auto ports = read_ports(in, theorem);
  if (ports.ok()) {
    for (const Port& p : ports->inputs) FUZZ_EXPECT(p.size() == theorem.columns[p.column].size());
    for (const Port& p : ports->outputs) FUZZ_EXPECT(p.size() == theorem.columns[p.column].size());
  }
  if (work_of(theorem) > kMaxWork) return;
  expect_rows(row_space(theorem));
  auto registration = registration_theorem(theorem);
  if (registration.ok()) expect_rows(row_space(*registration));
  if (!ports.ok()) return;
  auto params = parse_params(in);
  if (!params.ok()) return;
  ByteSpan rest = in.raw(in.left());
  if (rest.size() > 8192) rest = rest.last(8192);
  (void)check_security(*params, argument_shape(theorem, params->shape.masked()), 100);
  argue_it(theorem, *params, rest);
}

}  // namespace
}  // namespace tacit

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tacit;
  ByteReader in(ByteSpan(data, size));
  auto theorem = read_theorem(in);
  if (!theorem.ok()) return fuzz::expect_clear(theorem.error()), 0;
  ByteWriter again;
  write_theorem(again, *theorem);
  FUZZ_EXPECT(again.data().size() == in.position() && std::equal(again.data().begin(), again.data().end(), data));
  use_it(*theorem, in);
  return 0;
}
