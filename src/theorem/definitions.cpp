#include "theorem/definitions.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/checks.h"
#include "theorem/tables.h"

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

bool reads_only_before(const std::vector<Linear>& terms, ColumnId id) {
  return std::all_of(terms.begin(), terms.end(), [&](const Linear& l) { return l.column < id; });
}
// Every column that the accumulator reads has a smaller id than `id`.
bool reads_only_before(const Accumulator& acc, ColumnId id) {
  return reads_only_before(acc.linears, id) &&
         std::all_of(acc.contractions.begin(), acc.contractions.end(),
                     [&](const Contraction& c) { return c.weights < id && c.input < id; });
}

// The argument of a function or an address: it and its accumulator read columns with smaller ids only.
bool reads_only_before(const Theorem& t, const Expr& e, ColumnId id) {
  return reads_only_before(e.linears, id) && (e.acc == kNone || reads_only_before(t.accumulators[e.acc], id));
}

// The columns of the low limb's sum, if its terms are  -remainder - 2^shift y - 2^(shift+a) excess_1 - 2^(shift+2a) excess_2 ..
// and its constant is half of 2^shift.
std::optional<RequantisationPattern> as_low_limb(const Theorem& t, const Lookup& l) {
  const Expr& low = l.tuple[1];
  const std::size_t before = low.shift == 0 ? 1 : 2;  // y, and a remainder in front of it
  if (low.acc == kNone || low.has_steps() || low.linears.size() < before || low.linears.size() > before + kMaxLimbs - 1) return std::nullopt;
  const std::uint32_t width = t.tables[l.table].bits;
  if (low.constant != (std::int64_t{1} << low.shift) / 2) return std::nullopt;
  RequantisationPattern out{.acc = low.acc, .excess = {}, .table = l.table, .shift = low.shift};
  for (std::size_t k = 0; k < low.linears.size(); ++k) {
    const Linear& term = low.linears[k];
    const bool is_remainder = k + 1 < before;
    const std::uint64_t log = is_remainder ? 0 : low.shift + std::uint64_t{width} * (k + 1 - before);
    if (!is_whole_column(t, term, l.rows, l.cols) || log > 62 || term.coefficient != -(std::int64_t{1} << log)) return std::nullopt;
    if (is_remainder) out.remainder = term.column;
    else if (k + 1 == before) out.y = term.column;
    else out.excess.push_back(term.column);
  }
  return out;
}

std::optional<RequantisationPattern> as_requantisation(const Theorem& t, std::size_t index, const PlainLookups& plain) {
  const Lookup& l = t.lookups[index];
  if (t.tables[l.table].kind != TableKind::kSaturate) return std::nullopt;
  std::optional<RequantisationPattern> r = as_low_limb(t, l);
  if (!r || column_alone(t, l, 0) != r->y) return std::nullopt;
  r->lookup = index;
  if (r->shift > 0 && !plain.has_range(r->remainder, r->shift)) return std::nullopt;
  for (const ColumnId limb : r->excess)
    if (!plain.has_pair(l.table, r->y, limb)) return std::nullopt;
  std::vector<ColumnId> all = r->columns();
  std::sort(all.begin(), all.end());
  if (std::adjacent_find(all.begin(), all.end()) != all.end()) return std::nullopt;
  if (!reads_only_before(t.accumulators[r->acc], all.front())) return std::nullopt;
  return r;
}

}  // namespace

std::vector<ColumnId> RequantisationPattern::columns() const {
  std::vector<ColumnId> out{y};
  if (remainder != kNone) out.push_back(remainder);
  out.insert(out.end(), excess.begin(), excess.end());
  return out;
}

ColumnId first_after(const Table& table) {
  ColumnId out = 0;
  for (const Expr& e : table.entries)
    for (const Linear& term : e.linears) out = std::max(out, term.column + 1);
  return out;
}

std::vector<ColumnId> first_after_tables(const Theorem& t) {
  std::vector<ColumnId> out;
  for (const Table& table : t.tables) out.push_back(first_after(table));
  return out;
}

bool is_whole_column(const Theorem& t, const Linear& l, std::uint32_t rows, std::uint32_t cols) {
  const Column& c = t.columns[l.column];
  return l.map.empty() && !l.one_row && !l.divide_by_taps && l.window.is_identity() && c.rows == rows && c.cols == cols;
}

ColumnId column_plus_constant(const Theorem& t, const Lookup& l, std::size_t k) {
  const Expr& e = l.tuple[k];
  const bool plain = e.acc == kNone && e.shift == 0 && !e.has_steps() && e.linears.size() == 1 && e.linears[0].coefficient == 1 &&
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
    if (x->acc != kNone || x->shift != 0 || x->constant != 0 || x->has_steps() || x->linears.size() != 2) return std::nullopt;
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
  if (out == kNone || argument.shift != 0 || !reads_only_before(t, argument, out)) return std::nullopt;
  return ApplyPattern{index, out};
}

std::optional<FetchPattern> as_fetch(const Theorem& t, std::size_t index, ColumnId after_table) {
  const Lookup& l = t.lookups[index];
  const Table& table = t.tables[l.table];
  if (is_public(table) || l.tuple[0].shift != 0) return std::nullopt;
  FetchPattern out{index, {}};
  std::set<ColumnId> seen;
  for (std::size_t k = 1; k < l.tuple.size(); ++k) {
    const ColumnId id = column_alone(t, l, k);
    if (id == kNone || !seen.insert(id).second) return std::nullopt;
    out.out.push_back(id);
  }
  const ColumnId least = *seen.begin();
  if (!reads_only_before(t, l.tuple[0], least) || least < after_table) return std::nullopt;
  return out;
}

Definitions definitions_of(const Theorem& t) {
  const PlainLookups plain(t);
  const std::vector<ColumnId> after = first_after_tables(t);
  Definitions out;
  for (std::size_t i = 0; i < t.lookups.size(); ++i) {
    if (const auto r = as_requantisation(t, i, plain)) out.requantisations.push_back(*r);
    if (const auto m = as_maximum(t, i)) out.maxima.push_back(*m);
    if (const auto a = as_apply(t, i)) out.applications.push_back(*a);
    if (const auto f = as_fetch(t, i, after[t.lookups[i].table])) out.fetches.push_back(*f);
  }
  return out;
}

Status check_definitions(const Theorem& t, const std::vector<bool>& is_input) {
  TACIT_REQUIRE(t.lookups.size() <= kMaxLookups, unsupported("too many lookups", "theorem"));
  std::vector<std::uint32_t> count(t.columns.size(), 0);
  const Definitions definitions = definitions_of(t);
  for (const RequantisationPattern& r : definitions.requantisations)
    for (ColumnId id : r.columns()) ++count[id];
  for (const MaximumPattern& m : definitions.maxima) ++count[m.out];
  for (const ApplyPattern& a : definitions.applications) ++count[a.out];
  for (const FetchPattern& f : definitions.fetches)
    for (ColumnId id : f.out) ++count[id];
  for (ColumnId id : t.multiplicities) ++count[id];
  for (ColumnId id = 0; id < t.columns.size(); ++id) {
    const Column& c = t.columns[id];
    if (c.home == Home::kWeights) {
      // A proof would exist only for inputs that lead to these very weights.
      TACIT_REQUIRE(count[id] == 0, unsupported("a statement defines weights", c.name));
      continue;
    }
    TACIT_REQUIRE(is_input[id] || count[id] > 0, unsupported("no statement defines this column", c.name));
    TACIT_REQUIRE(count[id] + is_input[id] < 2, unsupported("more than one statement defines this column", c.name));
  }
  return Unit{};
}

}  // namespace tacit
