#include "theorem/totality.h"

#include <set>
#include <tuple>

#include "base/checks.h"
#include "theorem/bounds.h"
#include "theorem/definitions.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

// The file of a proof has 32 bits for a public value, and so have the provers for all.
constexpr __int128 kMaxInput = INT32_MAX;

class Totality {
 public:
  explicit Totality(const Theorem& t) : t_(t), entries_(all_entry_bounds(t)), holds_(t.lookups.size(), false) {
    for (const Column& c : t.columns) values_.push_back({c.lo, c.hi});
  }

  Status run(const std::vector<bool>& is_input) {
    const Definitions definitions = definitions_of(t_);
    TACIT_TRY([[maybe_unused]] Unit inputs, check_inputs(is_input));
    for (const RequantisationPattern& r : definitions.requantisations) {
      TACIT_TRY([[maybe_unused]] Unit total, check_requantisation(r));
    }
    for (const MaximumPattern& m : definitions.maxima) {
      TACIT_TRY([[maybe_unused]] Unit total, check_maximum(m));
    }
    for (const ApplyPattern& a : definitions.applications) {
      TACIT_TRY([[maybe_unused]] Unit total, check_application(a));
    }
    for (const FetchPattern& f : definitions.fetches) {
      TACIT_TRY([[maybe_unused]] Unit total, check_fetch(f));
    }
    return check_rest();
  }

 private:
  Status check_inputs(const std::vector<bool>& is_input) const {
    for (ColumnId id = 0; id < t_.columns.size(); ++id)
      TACIT_REQUIRE(!is_input[id] || values_[id].hi <= kMaxInput, unsupported("an input's values do not fit into 32 bits", t_.columns[id].name));
    return Unit{};
  }

  // The column's values are exactly these or fewer; until now they were what the theorem declares.
  Status define(ColumnId id, const Interval& values) {
    TACIT_REQUIRE(values.inside(values_[id]), unsupported("a column's values may leave its declared range", t_.columns[id].name));
    values_[id] = values;
    return Unit{};
  }

  Status check_requantisation(const RequantisationPattern& r) {
    const Table& table = t_.tables[r.table];
    const __int128 half = (__int128{1} << r.shift) / 2, limb = __int128{1} << table.bits;
    const __int128 reach = __int128{1} << (table.bits * (1 + r.excess.size()));  // at most 22 bits and 4 limbs: below 2^127
    const Interval acc = bounds_of(t_, t_.accumulators[r.acc]);
    const __int128 q_lo = (acc.lo + half) >> r.shift, q_hi = (acc.hi + half) >> r.shift;
    TACIT_REQUIRE(q_hi - table.hi < reach && table.lo - q_lo < reach,
                  unsupported("a requantisation's limbs are too narrow for its sums", t_.lookups[r.lookup].name));
    TACIT_TRY([[maybe_unused]] Unit y, define(r.y, {table.lo, table.hi}));
    if (r.remainder != kNone) {
      TACIT_TRY([[maybe_unused]] Unit remainder, define(r.remainder, {0, (__int128{1} << r.shift) - 1}));
    }
    for (const ColumnId excess : r.excess) {
      TACIT_TRY([[maybe_unused]] Unit bounded, define(excess, {1 - limb, limb - 1}));
      pairs_.emplace(r.table, r.y, excess);
    }
    holds_[r.lookup] = true;
    return Unit{};
  }

  Status check_maximum(const MaximumPattern& m) {
    const Lookup& l = t_.lookups[m.lookup];
    const Interval a = range_read(t_, *m.a), b = range_read(t_, *m.b);
    const __int128 limit = __int128{1} << t_.tables[l.table].bits;
    TACIT_REQUIRE(a.hi - b.lo < limit && b.hi - a.lo < limit, unsupported("a maximum's table is too narrow for its differences", l.name));
    TACIT_TRY([[maybe_unused]] Unit out, define(m.out, a.hull(b)));
    holds_[m.lookup] = true;
    return Unit{};
  }

  Status check_application(const ApplyPattern& a) {
    const Lookup& l = t_.lookups[a.lookup];
    const auto [first, last] = table_bounds(t_.tables[l.table], 0);
    const auto [lo, hi] = table_bounds(t_.tables[l.table], 1);
    TACIT_REQUIRE(bounds_of(t_, l.tuple[0], l.rows, l.cols).inside({first, last}),
                  unsupported("an argument may leave the domain of its function", l.name));
    TACIT_TRY([[maybe_unused]] Unit out, define(a.out, {lo, hi}));
    holds_[a.lookup] = true;
    return Unit{};
  }

  Status check_fetch(const FetchPattern& f) {
    const Lookup& l = t_.lookups[f.lookup];
    const std::vector<Interval>& entries = entries_[l.table];
    TACIT_REQUIRE(bounds_of(t_, l.tuple[0], l.rows, l.cols).inside(entries[0]),
                  unsupported("an address may leave its table", l.name));
    for (std::size_t k = 0; k < f.out.size(); ++k) {
      TACIT_TRY([[maybe_unused]] Unit out, define(f.out[k], entries[k + 1]));
    }
    holds_[f.lookup] = true;
    return Unit{};
  }

  Status check_rest() const {
    for (std::size_t i = 0; i < t_.lookups.size(); ++i)
      TACIT_REQUIRE(holds_[i] || is_limb_pair(t_.lookups[i]) || is_implied_bound(t_.lookups[i]),
                    unsupported("this lookup may be impossible to satisfy", t_.lookups[i].name));
    return Unit{};
  }

  // (y, excess) of a requantisation, in its own table.
  bool is_limb_pair(const Lookup& l) const {
    if (t_.tables[l.table].kind != TableKind::kSaturate) return false;
    const ColumnId first = column_alone(t_, l, 0), second = column_alone(t_, l, 1);
    return first != kNone && second != kNone && pairs_.count({l.table, first, second}) != 0;
  }

  // column + constant in a range table that holds it for all values of the column.
  bool is_implied_bound(const Lookup& l) const {
    const Table& table = t_.tables[l.table];
    const ColumnId id = table.kind == TableKind::kRange ? column_plus_constant(t_, l, 0) : kNone;
    if (id == kNone) return false;
    const Interval constant{l.tuple[0].constant, l.tuple[0].constant};
    return (values_[id] + constant).inside({0, (__int128{1} << table.bits) - 1});
  }

  const Theorem& t_;
  std::vector<std::vector<Interval>> entries_;  // by table
  std::vector<Interval> values_;  // by column
  std::vector<bool> holds_;       // by lookup
  std::set<std::tuple<TableId, ColumnId, ColumnId>> pairs_;
};

}  // namespace

Status check_totality(const Theorem& theorem, const std::vector<bool>& is_input) { return Totality(theorem).run(is_input); }

}  // namespace tacit
