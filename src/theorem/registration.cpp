// The theorem that registers a model. Derived by both sides, so it is apart from the book, which only the prover needs.
#include "theorem/registration.h"

#include <algorithm>
#include <bit>

#include "base/checks.h"
#include "theorem/bounds.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

// A registration is derived from a key that may be hostile: this bounds its size before it is built.
constexpr std::size_t kMaxLookups = 1 << 15, kMaxName = 200;

// By column. Weights are looked up tap by tap: a column [rows, in_rows * taps] has in_rows near a power of two, its
// product has not.
std::vector<std::uint32_t> taps_of(const Theorem& model) {
  std::vector<std::uint32_t> taps(model.columns.size(), 0);
  for (const Accumulator& a : model.accumulators)
    for (const Contraction& c : a.contractions)
      if (taps[c.weights] == 0) taps[c.weights] = c.window.taps();
  return taps;
}

Lookup weight_lookup(const Column& c, ColumnId id, std::uint32_t taps, std::uint32_t tap, std::int64_t sign, TableId range) {
  Linear part;
  part.column = id;
  part.coefficient = sign;
  part.window.in_w = c.cols;
  part.window.out_w = c.cols / taps;
  part.window.stride_w = static_cast<std::int32_t>(taps);
  part.window.pad_w = -static_cast<std::int32_t>(tap);
  return {c.name.substr(0, kMaxName) + (sign > 0 ? ": at least its lower bound" : ": at most its upper bound"), range, c.rows, c.cols / taps,
          {Expr{kNone, {part}, sign > 0 ? -c.lo : c.hi, 0}}};
}

}  // namespace

Result<Theorem> registration_theorem(const Theorem& model) {
  Theorem t;
  const std::vector<std::uint32_t> all_taps = taps_of(model);
  for (ColumnId id = 0; id < model.columns.size(); ++id) {
    const Column& c = model.columns[id];
    if (c.home != Home::kWeights) continue;
    const auto column = static_cast<ColumnId>(t.columns.size());
    t.columns.push_back(c);
    const auto span = static_cast<std::uint64_t>(c.hi - c.lo);
    const Table range{TableKind::kRange, static_cast<std::uint32_t>(std::max(1, static_cast<int>(std::bit_width(span)))), 0, 0};
    auto it = std::find(t.tables.begin(), t.tables.end(), range);
    const auto table = static_cast<TableId>(it - t.tables.begin());
    if (it == t.tables.end()) t.tables.push_back(range);
    const std::uint32_t taps = std::max(1u, all_taps[id]);
    TACIT_REQUIRE(t.lookups.size() + 2 * std::size_t{taps} <= kMaxLookups, unsupported("weights have too many taps together", c.name));
    for (std::uint32_t tap = 0; tap < taps; ++tap) {
      t.lookups.push_back(weight_lookup(c, column, taps, tap, 1, table));
      if (span + 1 != std::uint64_t{1} << range.bits) t.lookups.push_back(weight_lookup(c, column, taps, tap, -1, table));
    }
  }
  for (const Table& table : t.tables) {
    const auto [rows, cols] = table_shape(table);
    t.multiplicities.push_back(static_cast<ColumnId>(t.columns.size()));
    t.columns.push_back({"multiplicities", Home::kWitness, rows, cols, 0, INT32_MAX});
  }
  TACIT_TRY([[maybe_unused]] Unit shapes, check_theorem(t));
  TACIT_TRY([[maybe_unused]] Unit bounds, check_bounds(t));
  return t;
}

}  // namespace tacit
