#include "theorem/definitions.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/checks.h"

namespace tacit {
namespace {

constexpr std::size_t kMaxLookups = 1 << 13;

// The lookups whose entries are columns alone: the two that a requantisation has besides its own.
class PlainLookups {
 public:
  explicit PlainLookups(const Theorem& t) {
    for (const Lookup& l : t.lookups) {
      const TableKind kind = t.tables[l.table].kind;
      const ColumnId first = column_alone(t, l, 0);
      if (first == kNone) continue;
      if (kind == TableKind::kRange) ranges_.emplace(first, t.tables[l.table].bits);
      if (kind != TableKind::kSaturate) continue;
      const ColumnId second = column_alone(t, l, 1);
      if (second != kNone) pairs_.emplace(l.table, first, second);
    }
  }
  bool has_range(ColumnId id, std::uint32_t bits) const { return ranges_.count({id, bits}) != 0; }
  bool has_pair(TableId table, ColumnId first, ColumnId second) const { return pairs_.count({table, first, second}) != 0; }

 private:
  std::set<std::pair<ColumnId, std::uint32_t>> ranges_;
  std::set<std::tuple<TableId, ColumnId, ColumnId>> pairs_;
};

// Every column that the accumulator reads has a smaller id than `id`.
bool reads_only_before(const Accumulator& acc, ColumnId id) {
  return std::all_of(acc.linears.begin(), acc.linears.end(), [&](const Linear& l) { return l.column < id; }) &&
         std::all_of(acc.contractions.begin(), acc.contractions.end(),
                     [&](const Contraction& c) { return c.weights < id && c.input < id; });
}

std::optional<RequantisationPattern> as_requantisation(const Theorem& t, std::size_t index, const PlainLookups& plain) {
  const Lookup& l = t.lookups[index];
  const Table& table = t.tables[l.table];
  if (table.kind != TableKind::kSaturate) return std::nullopt;
  const Expr& low = l.tuple[1];
  if (low.acc == kNone || low.shift == 0 || low.linears.size() != 3) return std::nullopt;
  const std::int64_t unit = std::int64_t{1} << low.shift, limb = std::int64_t{1} << table.bits;
  const Linear &remainder = low.linears[0], &y = low.linears[1], &excess = low.linears[2];
  for (const Linear* term : {&remainder, &y, &excess})
    if (!is_whole_column(t, *term, l.rows, l.cols)) return std::nullopt;
  const bool coefficients = remainder.coefficient == -1 && y.coefficient == -unit && excess.coefficient == -unit * limb;
  if (!coefficients || low.constant != unit / 2 || column_alone(t, l, 0) != y.column) return std::nullopt;
  if (!plain.has_range(remainder.column, low.shift)) return std::nullopt;
  if (!plain.has_pair(l.table, y.column, excess.column)) return std::nullopt;
  if (y.column == remainder.column || y.column == excess.column || remainder.column == excess.column) return std::nullopt;
  const ColumnId smallest = std::min({y.column, remainder.column, excess.column});
  if (!reads_only_before(t.accumulators[low.acc], smallest)) return std::nullopt;
  return RequantisationPattern{index, low.acc, y.column, remainder.column, excess.column, l.table, low.shift};
}

}  // namespace

bool is_whole_column(const Theorem& t, const Linear& l, std::uint32_t rows, std::uint32_t cols) {
  const Column& c = t.columns[l.column];
  return l.map.empty() && !l.one_row && !l.divide_by_taps && l.window.is_identity() && c.rows == rows && c.cols == cols;
}

ColumnId column_plus_constant(const Theorem& t, const Lookup& l, std::size_t k) {
  const Expr& e = l.tuple[k];
  const bool plain = e.acc == kNone && e.shift == 0 && e.linears.size() == 1 && e.linears[0].coefficient == 1 &&
                     is_whole_column(t, e.linears[0], l.rows, l.cols);
  return plain ? e.linears[0].column : kNone;
}

ColumnId column_alone(const Theorem& t, const Lookup& l, std::size_t k) {
  return l.tuple[k].constant == 0 ? column_plus_constant(t, l, k) : kNone;
}

std::optional<MaximumPattern> as_maximum(const Theorem& t, std::size_t index) {
  const Lookup& l = t.lookups[index];
  if (t.tables[l.table].kind != TableKind::kMaximum) return std::nullopt;
  const Expr &u = l.tuple[0], &e = l.tuple[1];
  for (const Expr* x : {&u, &e})
    if (x->acc != kNone || x->shift != 0 || x->constant != 0 || x->linears.size() != 2) return std::nullopt;
  const Linear &out = u.linears[0], &minus_b = u.linears[1], &a = e.linears[0], &minus_out = e.linears[1];
  const ColumnId id = out.column;
  if (minus_out.column != id || out.coefficient != 1 || minus_out.coefficient != -1) return std::nullopt;
  if (!is_whole_column(t, out, l.rows, l.cols) || !is_whole_column(t, minus_out, l.rows, l.cols)) return std::nullopt;
  if (a.coefficient != 1 || minus_b.coefficient != -1 || a.column >= id || minus_b.column >= id) return std::nullopt;
  if (a.divide_by_taps || minus_b.divide_by_taps || !a.has_one_tap() || !minus_b.has_one_tap()) return std::nullopt;
  return MaximumPattern{index, id, &a, &minus_b};
}

std::optional<ApplyPattern> as_apply(const Theorem& t, std::size_t index) {
  const Lookup& l = t.lookups[index];
  if (t.tables[l.table].kind != TableKind::kFunction) return std::nullopt;
  const ColumnId out = column_alone(t, l, 1);
  const Expr& argument = l.tuple[0];
  if (out == kNone || argument.shift != 0) return std::nullopt;
  if (!std::all_of(argument.linears.begin(), argument.linears.end(), [&](const Linear& x) { return x.column < out; })) return std::nullopt;
  if (argument.acc != kNone && !reads_only_before(t.accumulators[argument.acc], out)) return std::nullopt;
  return ApplyPattern{index, out};
}

Definitions definitions_of(const Theorem& t) {
  const PlainLookups plain(t);
  Definitions out;
  for (std::size_t i = 0; i < t.lookups.size(); ++i) {
    if (const auto r = as_requantisation(t, i, plain)) out.requantisations.push_back(*r);
    if (const auto m = as_maximum(t, i)) out.maxima.push_back(*m);
    if (const auto a = as_apply(t, i)) out.applications.push_back(*a);
  }
  return out;
}

Status check_definitions(const Theorem& t, const std::vector<bool>& is_input) {
  TACIT_REQUIRE(t.lookups.size() <= kMaxLookups, unsupported("too many lookups", "theorem"));
  std::vector<std::uint32_t> count(t.columns.size(), 0);
  const Definitions definitions = definitions_of(t);
  for (const RequantisationPattern& r : definitions.requantisations)
    for (ColumnId id : {r.y, r.remainder, r.excess}) ++count[id];
  for (const MaximumPattern& m : definitions.maxima) ++count[m.out];
  for (const ApplyPattern& a : definitions.applications) ++count[a.out];
  for (ColumnId id : t.multiplicities) ++count[id];
  for (ColumnId id = 0; id < t.columns.size(); ++id) {
    const Column& c = t.columns[id];
    if (c.home == Home::kWeights) continue;
    TACIT_REQUIRE(is_input[id] || count[id] > 0, unsupported("no statement defines this column", c.name));
    TACIT_REQUIRE(count[id] + is_input[id] < 2, unsupported("more than one statement defines this column", c.name));
  }
  return Unit{};
}

}  // namespace tacit
