#include "theorem/bounds.h"

#include <algorithm>

#include "base/checks.h"
#include "field/goldilocks.h"
#include "theorem/definitions.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

constexpr __int128 kModulus = static_cast<__int128>(Fp::kModulus);

Interval scaled(Interval a, __int128 k) {
  return k >= 0 ? Interval{a.lo * k, a.hi * k} : Interval{a.hi * k, a.lo * k};
}
Interval with_zero(Interval a) { return {std::min<__int128>(a.lo, 0), std::max<__int128>(a.hi, 0)}; }
// The values step * i for i < count.
Interval ramp(std::int64_t step, std::uint32_t count) { return scaled({0, static_cast<__int128>(count) - 1}, step); }
Interval declared(const Theorem& t, ColumnId id) { return {t.columns[id].lo, t.columns[id].hi}; }

// An entry k of the lookup is column + constant: the table's bounds carry over.
bool bounds_directly(const Theorem& t, const Lookup& l, const std::vector<Interval>& entries, ColumnId after_table, ColumnId id) {
  for (std::size_t k = 0; k < l.tuple.size(); ++k) {
    if (column_plus_constant(t, l, k) != id) continue;
    const Interval minus{-l.tuple[k].constant, -l.tuple[k].constant};
    if (id >= after_table && (entries[k] + minus).inside(declared(t, id))) return true;
  }
  return false;
}

// (out - b, a - out) in a maximum table: out - b = 0 or a - out = 0, so out lies in the hull of a and b.
bool bounds_as_maximum(const Theorem& t, std::size_t lookup, ColumnId id) {
  const std::optional<MaximumPattern> m = as_maximum(t, lookup);
  return m && m->out == id && range_read(t, *m->a).hull(range_read(t, *m->b)).inside(declared(t, id));
}

// By column: does any statement read it? One pass, since a hostile key has many columns and many terms.
std::vector<bool> used_columns(const Theorem& t) {
  std::vector<bool> used(t.columns.size(), false);
  auto add = [&](const std::vector<Linear>& terms) {
    for (const Linear& l : terms) used[l.column] = true;
  };
  for (const Accumulator& a : t.accumulators) {
    add(a.linears);
    for (const Contraction& c : a.contractions) used[c.weights] = used[c.input] = true;
  }
  for (const Lookup& l : t.lookups)
    for (const Expr& e : l.tuple) add(e.linears);
  for (const Table& table : t.tables)
    for (const Expr& e : table.entries) add(e.linears);
  return used;
}

Status check_columns(const Theorem& t, const std::vector<std::vector<Interval>>& entries) {
  std::vector<bool> bounded(t.columns.size(), false);
  const std::vector<ColumnId> after = first_after_tables(t);
  for (std::size_t i = 0; i < t.lookups.size(); ++i)
    for (const Expr& e : t.lookups[i].tuple)
      for (const Linear& term : e.linears)
        if (!bounded[term.column] && (bounds_directly(t, t.lookups[i], entries[t.lookups[i].table], after[t.lookups[i].table], term.column) || bounds_as_maximum(t, i, term.column)))
          bounded[term.column] = true;
  const std::vector<bool> used = used_columns(t);
  std::vector<bool> multiplicity(t.columns.size(), false);
  for (ColumnId id : t.multiplicities) multiplicity[id] = true;
  for (ColumnId id = 0; id < t.columns.size(); ++id) {
    const Column& c = t.columns[id];
    TACIT_REQUIRE(!multiplicity[id] || !used[id], unsupported("a multiplicity column is used as a value", c.name));
    TACIT_REQUIRE(multiplicity[id] || c.home != Home::kWitness || bounded[id], unsupported("no statement bounds this column", c.name));
  }
  return Unit{};
}

}  // namespace

Interval range_read(const Theorem& t, const Linear& l) {
  const Interval range = declared(t, l.column);
  if (!l.map.empty()) return l.map.has_absent() ? with_zero(range) : range;
  for (std::uint32_t s = 0; s < l.window.out_cols(); ++s)
    if (l.window.source(0, s) == kNone) return with_zero(range);
  return range;
}

Interval bounds_of(const Theorem& t, const Linear& l, std::uint32_t cols) {
  const Interval value = declared(t, l.column);
  if (!l.map.empty()) return scaled(range_read(t, l), l.coefficient);
  if (!l.divide_by_taps) {
    const Interval one = scaled(value, l.coefficient);
    const __int128 taps = l.window.taps();
    return taps == 1 && l.window.is_identity() ? one : scaled(with_zero(one), taps);
  }
  Interval out;
  for (std::uint32_t s = 0; s < cols; ++s) {
    Interval here = scaled(value, __int128{l.coefficient_at(s)} * l.window.present_taps(s));
    out = {std::min(out.lo, here.lo), std::max(out.hi, here.hi)};
  }
  return out;
}

Interval bounds_of(const Theorem& t, const Accumulator& acc) {
  Interval out;
  for (const Contraction& c : acc.contractions) {
    const Interval w = declared(t, c.weights), x = declared(t, c.input);
    const __int128 corners[] = {w.lo * x.lo, w.lo * x.hi, w.hi * x.lo, w.hi * x.hi};
    Interval product{*std::min_element(corners, corners + 4), *std::max_element(corners, corners + 4)};
    out = out + scaled(with_zero(product), __int128{c.in_rows} * c.window.taps());
  }
  for (const Linear& l : acc.linears) out = out + bounds_of(t, l, acc.cols);
  return out;
}

Interval bounds_of(const Theorem& t, const Expr& e, std::uint32_t rows, std::uint32_t cols) {
  Interval out{e.constant, e.constant};
  out = out + ramp(e.row_step, rows) + ramp(e.col_step, cols);
  if (e.acc != kNone) out = out + bounds_of(t, t.accumulators[e.acc]);
  for (const Linear& l : e.linears) out = out + bounds_of(t, l, cols);
  return out;
}

std::vector<std::vector<Interval>> all_entry_bounds(const Theorem& t) {
  std::vector<std::vector<Interval>> out(t.tables.size());
  for (std::size_t i = 0; i < out.size(); ++i)
    for (std::size_t k = 0; k < table_width(t.tables[i]); ++k) out[i].push_back(entry_bounds(t, t.tables[i], k));
  return out;
}

Interval entry_bounds(const Theorem& t, const Table& table, std::size_t k) {
  if (is_public(table)) {
    const auto [lo, hi] = table_bounds(table, k);
    return {lo, hi};
  }
  if (k == 0) return {0, static_cast<__int128>(table_rows(table)) - 1};
  return bounds_of(t, table.entries[k - 1], table.rows, table.cols);
}

Status check_bounds(const Theorem& t) {
  const std::vector<std::vector<Interval>> entries = all_entry_bounds(t);
  TACIT_TRY([[maybe_unused]] Unit columns, check_columns(t, entries));
  for (const Lookup& l : t.lookups)
    for (std::size_t k = 0; k < l.tuple.size(); ++k) {
      const __int128 table = entries[l.table][k].magnitude() << l.tuple[k].shift;
      const __int128 sum = bounds_of(t, l.tuple[k], l.rows, l.cols).magnitude();
      TACIT_REQUIRE(sum + table < kModulus, unsupported("sums could wrap around the field", l.name));
    }
  return Unit{};
}

}  // namespace tacit
