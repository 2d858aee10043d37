#include "theorem/definitions.h"

#include <algorithm>

#include "base/checks.h"

namespace tacit {
namespace {

constexpr std::size_t kMaxLookups = 1 << 13;

// The entry is coefficient * column of the lookup's shape, and nothing else.
bool is_column(const Theorem& t, const Lookup& l, const Expr& e, ColumnId id) {
  return e.acc == kNone && e.shift == 0 && e.constant == 0 && e.linears.size() == 1 && e.linears[0].column == id &&
         e.linears[0].coefficient == 1 && is_whole_column(t, e.linears[0], l.rows, l.cols);
}

bool has_range_lookup(const Theorem& t, ColumnId id, std::uint32_t bits) {
  return std::any_of(t.lookups.begin(), t.lookups.end(), [&](const Lookup& l) {
    const Table& table = t.tables[l.table];
    return table.kind == TableKind::kRange && table.bits == bits && is_column(t, l, l.tuple[0], id);
  });
}

bool has_pair_lookup(const Theorem& t, TableId table, ColumnId first, ColumnId second) {
  return std::any_of(t.lookups.begin(), t.lookups.end(), [&](const Lookup& l) {
    return l.table == table && is_column(t, l, l.tuple[0], first) && is_column(t, l, l.tuple[1], second);
  });
}

// Every column that the accumulator reads has a smaller id than `id`.
bool reads_only_before(const Accumulator& acc, ColumnId id) {
  return std::all_of(acc.linears.begin(), acc.linears.end(), [&](const Linear& l) { return l.column < id; }) &&
         std::all_of(acc.contractions.begin(), acc.contractions.end(),
                     [&](const Contraction& c) { return c.weights < id && c.input < id; });
}

}  // namespace

bool is_whole_column(const Theorem& t, const Linear& l, std::uint32_t rows, std::uint32_t cols) {
  const Column& c = t.columns[l.column];
  return !l.one_row && !l.divide_by_taps && l.window.is_identity() && c.rows == rows && c.cols == cols;
}

std::optional<RequantisationPattern> as_requantisation(const Theorem& t, const Lookup& l) {
  const Table& table = t.tables[l.table];
  if (table.kind != TableKind::kSaturate) return std::nullopt;
  const Expr &first = l.tuple[0], &low = l.tuple[1];
  if (low.acc == kNone || low.shift == 0 || low.linears.size() != 3 || first.linears.size() != 1) return std::nullopt;
  const std::int64_t unit = std::int64_t{1} << low.shift, limb = std::int64_t{1} << table.bits;
  const Linear &remainder = low.linears[0], &y = low.linears[1], &excess = low.linears[2];
  for (const Linear* term : {&remainder, &y, &excess})
    if (!is_whole_column(t, *term, l.rows, l.cols)) return std::nullopt;
  const bool coefficients = remainder.coefficient == -1 && y.coefficient == -unit && excess.coefficient == -unit * limb;
  if (!coefficients || low.constant != unit / 2 || !is_column(t, l, first, y.column)) return std::nullopt;
  if (!has_range_lookup(t, remainder.column, low.shift)) return std::nullopt;
  if (!has_pair_lookup(t, l.table, y.column, excess.column)) return std::nullopt;
  if (y.column == remainder.column || y.column == excess.column || remainder.column == excess.column) return std::nullopt;
  const ColumnId smallest = std::min({y.column, remainder.column, excess.column});
  if (!reads_only_before(t.accumulators[low.acc], smallest)) return std::nullopt;
  return RequantisationPattern{low.acc, y.column, remainder.column, excess.column};
}

std::optional<MaximumPattern> as_maximum(const Theorem& t, const Lookup& l) {
  if (t.tables[l.table].kind != TableKind::kMaximum) return std::nullopt;
  const Expr &u = l.tuple[0], &e = l.tuple[1];
  for (const Expr* x : {&u, &e})
    if (x->acc != kNone || x->shift != 0 || x->constant != 0 || x->linears.size() != 2) return std::nullopt;
  const Linear &out = u.linears[0], &minus_b = u.linears[1], &a = e.linears[0], &minus_out = e.linears[1];
  const ColumnId id = out.column;
  if (minus_out.column != id || out.coefficient != 1 || minus_out.coefficient != -1) return std::nullopt;
  if (!is_whole_column(t, out, l.rows, l.cols) || !is_whole_column(t, minus_out, l.rows, l.cols)) return std::nullopt;
  if (a.coefficient != 1 || minus_b.coefficient != -1 || a.column >= id || minus_b.column >= id) return std::nullopt;
  if (a.divide_by_taps || minus_b.divide_by_taps || a.window.taps() != 1 || minus_b.window.taps() != 1) return std::nullopt;
  return MaximumPattern{id, &a, &minus_b};
}

Status check_definitions(const Theorem& t, const std::vector<bool>& is_input) {
  // Patterns are matched pair by pair.
  TACIT_REQUIRE(t.lookups.size() <= kMaxLookups, unsupported("too many lookups", "theorem"));
  std::vector<std::uint32_t> definitions(t.columns.size(), 0);
  for (const Lookup& l : t.lookups) {
    if (const auto r = as_requantisation(t, l))
      for (ColumnId id : {r->y, r->remainder, r->excess}) ++definitions[id];
    if (const auto m = as_maximum(t, l)) ++definitions[m->out];
  }
  for (ColumnId id : t.multiplicities) ++definitions[id];
  for (ColumnId id = 0; id < t.columns.size(); ++id) {
    const Column& c = t.columns[id];
    if (c.home == Home::kWeights) continue;
    TACIT_REQUIRE(is_input[id] || definitions[id] > 0, unsupported("no statement defines this column", c.name));
    TACIT_REQUIRE(definitions[id] + is_input[id] < 2, unsupported("more than one statement defines this column", c.name));
  }
  return Unit{};
}

}  // namespace tacit
