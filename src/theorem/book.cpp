#include "theorem/book.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include "base/contract.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

constexpr std::uint32_t kMaxLimbBits = 20, kMaxLogCoefficient = 40, kMaxSumBits = 56, kRatedShift = 16;

std::uint32_t bits_of(__int128 magnitude) {
  std::uint32_t bits = 0;
  while (magnitude > 0) { ++bits; magnitude >>= 1; }
  return bits;
}

std::uint32_t limb_width(std::uint32_t sum_bits, std::uint32_t count) { return std::max<std::uint32_t>(1, (sum_bits + count - 1) / count); }

// Whether that many limbs can hold q - y of so many bits, next to sums of this shift.
bool can_hold(std::uint32_t shift, std::uint32_t sum_bits, std::uint32_t count) {
  const std::uint32_t bits = limb_width(sum_bits, count);
  return bits <= kMaxLimbBits && shift + bits * (count - 1) <= kMaxLogCoefficient;
}

/// `columns` is all of the theorem that counts.
Interval contractions_alone(const Theorem& columns, Accumulator sum) {
  sum.linears.clear();
  return bounds_of(columns, sum);
}

}  // namespace

ColumnId Book::add_column(Column column) {
  theorem_.columns.push_back(std::move(column));
  return static_cast<ColumnId>(theorem_.columns.size() - 1);
}

TableId Book::table(Table table) {
  auto it = std::find(theorem_.tables.begin(), theorem_.tables.end(), table);
  if (it != theorem_.tables.end()) return static_cast<TableId>(it - theorem_.tables.begin());
  theorem_.tables.push_back(table);
  return static_cast<TableId>(theorem_.tables.size() - 1);
}

ColumnId Book::weights(std::string name, std::uint32_t rows, std::uint32_t cols, std::int64_t lo, std::int64_t hi) {
  return add_column({std::move(name), Home::kWeights, rows, cols, lo, hi});
}

ColumnId Book::input(std::string name, Home home, std::uint32_t rows, std::uint32_t cols, std::int64_t lo, std::int64_t hi) {
  inputs_.push_back(add_column({std::move(name), home, rows, cols, lo, hi}));
  return inputs_.back();
}

AccId Book::accumulator(std::string name, std::uint32_t rows, std::uint32_t cols) {
  theorem_.accumulators.push_back({std::move(name), rows, cols, {}, {}});
  return static_cast<AccId>(theorem_.accumulators.size() - 1);
}

void Book::contracts(AccId acc, Contraction term) { theorem_.accumulators[acc].contractions.push_back(std::move(term)); }
void Book::adds(AccId acc, Linear term) { theorem_.accumulators[acc].linears.push_back(std::move(term)); }

ColumnId Book::requantise(AccId acc, std::int64_t lo, std::int64_t hi, std::uint32_t shift) {
  TACIT_EXPECTS(lo < hi, "requantise needs a range");
  const Accumulator& a = theorem_.accumulators[acc];
  Requantise r{acc, kNone, kNone, {}, lo, hi, shift, 0};
  const std::string name = a.name;
  const std::uint32_t rows = a.rows, cols = a.cols;
  r.y = add_column({name, Home::kWitness, rows, cols, lo, hi});
  if (shift > 0) r.remainder = add_column({name + ".remainder", Home::kWitness, rows, cols, 0, (std::int64_t{1} << shift) - 1});
  theorem_.steps.emplace_back(std::move(r));
  return theorem_.steps.back().requantise.y;
}

ColumnId Book::remainder_of(ColumnId y) const {
  for (const Step& step : theorem_.steps)
    if (step.kind == StepKind::kRequantise && step.requantise.y == y) return step.requantise.remainder;
  return kNone;
}

ColumnId Book::maximum(std::string name, std::uint32_t rows, std::uint32_t cols, Linear a, Linear b) {
  TACIT_EXPECTS(a.coefficient == 1 && b.coefficient == 1, "maximum compares plain columns");
  const Column &ca = theorem_.columns[a.column], &cb = theorem_.columns[b.column];
  Maximum m;
  const std::int64_t lo = std::min(ca.lo, cb.lo), hi = std::max(ca.hi, cb.hi);
  m.out = add_column({std::move(name), Home::kWitness, rows, cols, lo, hi});
  m.a = std::move(a);
  m.b = std::move(b);
  maximum_bits_ = std::max(maximum_bits_, bits_of(hi - lo));
  theorem_.steps.emplace_back(std::move(m));
  return theorem_.steps.back().maximum.out;
}

ColumnId Book::apply(std::string name, std::uint32_t rows, std::uint32_t cols, Expr argument, Table function) {
  TACIT_EXPECTS(function.kind == TableKind::kFunction && argument.shift == 0, "a function is applied to an integer");
  const ColumnId out = add_column({name, Home::kWitness, rows, cols, function.lo, function.hi});
  Lookup lookup{std::move(name), table(std::move(function)), rows, cols, {std::move(argument), Expr{kNone, {Linear::whole(out, cols, 1)}, 0, 0}}};
  theorem_.steps.emplace_back(Apply{std::move(lookup), out});
  return out;
}

TableId Book::columns_table(std::uint32_t rows, std::uint32_t cols, std::vector<Expr> entries) {
  Table made{TableKind::kColumns};
  made.rows = rows;
  made.cols = cols;
  made.entries = std::move(entries);
  return table(std::move(made));
}

std::vector<ColumnId> Book::fetch(std::string name, std::uint32_t rows, std::uint32_t cols, Expr address, TableId from) {
  TACIT_EXPECTS(address.shift == 0, "an address is an integer");
  Fetch step{{name, from, rows, cols, {std::move(address)}}, {}};
  for (std::size_t k = 0; k < theorem_.tables[from].entries.size(); ++k) {
    const Interval values = entry_bounds(theorem_, theorem_.tables[from], k + 1);
    TACIT_EXPECTS(values.lo >= INT32_MIN && values.hi <= INT32_MAX, "a fetched value is an entry of a column");
    step.out.push_back(add_column({name + "." + std::to_string(k), Home::kWitness, rows, cols, static_cast<std::int64_t>(values.lo),
                                   static_cast<std::int64_t>(values.hi)}));
    step.lookup.tuple.push_back({kNone, {Linear::whole(step.out.back(), cols, 1)}, 0, 0});
  }
  std::vector<ColumnId> out = step.out;
  theorem_.steps.emplace_back(std::move(step));
  return out;
}

void Book::set_home(ColumnId column, Home home) { theorem_.columns[column].home = home; }

void Book::state_input(ColumnId id) {
  const Column& c = theorem_.columns[id];
  if (c.home != Home::kWitness) return;
  const auto span = static_cast<std::uint64_t>(c.hi - c.lo);
  const auto bits = static_cast<std::uint32_t>(std::bit_width(span));
  // [lo, hi] is the intersection of two ranges when hi - lo + 1 is not a power of two.
  Expr from_lo{kNone, {Linear::whole(id, c.cols, 1)}, -c.lo, 0};
  theorem_.lookups.push_back({c.name + ": at least its lower bound", table({TableKind::kRange, bits, 0, 0}), c.rows, c.cols, {from_lo}});
  if (std::has_single_bit(span + 1)) return;
  Expr to_hi{kNone, {Linear::whole(id, c.cols, -1)}, c.hi, 0};
  theorem_.lookups.push_back({c.name + ": at most its upper bound", table({TableKind::kRange, bits, 0, 0}), c.rows, c.cols, {to_hi}});
}

void Book::state_maximum(const Maximum& m, std::uint32_t bits) {
  const Column& out = theorem_.columns[m.out];
  Linear minus_b = m.b;
  minus_b.coefficient = -1;
  Expr above_b{kNone, {Linear::whole(m.out, out.cols, 1), minus_b}, 0, 0};
  Expr a_above{kNone, {m.a, Linear::whole(m.out, out.cols, -1)}, 0, 0};
  theorem_.lookups.push_back({out.name + ": is the larger one", table({TableKind::kMaximum, bits, 0, 0}), out.rows, out.cols,
                              {above_b, a_above}});
}

// A table row costs a multiplicity and a row, a limb a row and, but for the lowest, a column. A number of limbs that would
// do at every shift is preferred.
void Book::choose_count(Limbs& limbs) {
  const std::uint32_t most_bits = limbs.rated_bits + (limbs.shift > 0 ? kRatedShift - 1 : 0);
  std::uint64_t least = UINT64_MAX;
  bool found = false;
  for (const bool at_every_shift : {true, false})
    for (std::uint32_t count = 1; count <= kMaxLimbs && (at_every_shift || !found); ++count) {
      const std::uint64_t cost = (std::uint64_t{4} << limb_width(limbs.rated_bits, count)) + limbs.elements * (2 * count - 1);
      const bool fits = can_hold(limbs.shift, limbs.sum_bits, count) &&
                        (!at_every_shift || can_hold(limbs.shift > 0 ? kRatedShift : 0, most_bits, count));
      if (!fits || cost >= least) continue;
      least = cost;
      limbs.count = count;
      found |= at_every_shift;
    }
  if (limbs.count > 0) limbs.bits = limb_width(limbs.sum_bits, limbs.count);
}

// How many limbs there are is rated at the widest shift and without the coefficients that follow from it: the shift tells the
// size of the largest weight, and the structure of a key should not tell it once more. Their width follows from the true one.
Status Book::choose_limbs() {
  Theorem rated_columns;
  rated_columns.columns = theorem_.columns;
  for (const auto& [id, range] : rated_weights_) std::tie(rated_columns.columns[id].lo, rated_columns.columns[id].hi) = range;
  for (const Step& step : theorem_.steps) {
    if (step.kind != StepKind::kRequantise) continue;
    const Requantise& r = step.requantise;
    const Accumulator& sum = theorem_.accumulators[r.acc];
    const __int128 most = bounds_of(theorem_, sum).magnitude(), range = std::max(std::abs(r.lo), std::abs(r.hi));
    Limbs& shared = limbs_[{r.lo, r.hi}];
    shared.sum_bits = std::max(shared.sum_bits, bits_of((most >> r.shift) + 1 + range));
    const __int128 rated = sum.contractions.empty() ? most : contractions_alone(rated_columns, sum).magnitude();
    shared.rated_bits = std::max(shared.rated_bits, bits_of((rated >> (r.shift > 0 ? kRatedShift : 0)) + 1 + range));
    shared.elements += std::uint64_t{sum.rows} * sum.cols;
    shared.shift = std::max(shared.shift, r.shift);
    if (shared.sum_bits + r.shift > kMaxSumBits) return unsupported("sums could exceed what a proof can represent", sum.name);
  }
  for (auto& [range, shared] : limbs_) {
    choose_count(shared);
    if (shared.count == 0) return unsupported("sums could exceed what a proof can represent", "clamp to " + std::to_string(range.first));
  }
  return Unit{};
}

void Book::state_requantise(Requantise& r) {
  const Limbs& limbs = limbs_[{r.lo, r.hi}];
  r.limb_bits = limbs.bits;
  const std::uint32_t rows = theorem_.accumulators[r.acc].rows, cols = theorem_.accumulators[r.acc].cols;
  const std::string name = theorem_.accumulators[r.acc].name;
  const std::int64_t most = (std::int64_t{1} << r.limb_bits) - 1, unit = std::int64_t{1} << r.shift;
  auto alone = [&](ColumnId id) { return Expr{kNone, {Linear::whole(id, cols, 1)}, 0, 0}; };
  // 2^shift (y + f + 2^a g_1 + ...) + remainder = acc + 2^(shift-1) defines f.
  Expr low{r.acc, {}, unit / 2, r.shift};
  if (r.shift > 0) {
    low.linears.push_back(Linear::whole(r.remainder, cols, -1));
    theorem_.lookups.push_back({name + ": remainder", table({TableKind::kRange, r.shift, 0, 0}), rows, cols, {alone(r.remainder)}});
  }
  const TableId saturate = table({TableKind::kSaturate, r.limb_bits, r.lo, r.hi});
  low.linears.push_back(Linear::whole(r.y, cols, -unit));
  for (std::uint32_t k = 1; k < limbs.count; ++k) {
    const ColumnId limb = add_column({name + ".excess" + (k == 1 ? "" : std::to_string(k)), Home::kWitness, rows, cols, -most, most});
    r.excess.push_back(limb);
    low.linears.push_back(Linear::whole(limb, cols, -(unit << (r.limb_bits * k))));
    theorem_.lookups.push_back({name + ": saturation, limb " + std::to_string(k), saturate, rows, cols, {alone(r.y), alone(limb)}});
  }
  theorem_.lookups.push_back({name + ": saturation, lowest limb", saturate, rows, cols, {alone(r.y), low}});
}

Result<Theorem> Book::finish() {
  TACIT_TRY([[maybe_unused]] Unit limbs, choose_limbs());
  for (ColumnId id : inputs_) state_input(id);
  for (Step& step : theorem_.steps) {
    switch (step.kind) {
      case StepKind::kRequantise: state_requantise(step.requantise); break;
      case StepKind::kMaximum: state_maximum(step.maximum, maximum_bits_); break;
      case StepKind::kApply: theorem_.lookups.push_back(step.apply.lookup); break;
      case StepKind::kFetch: theorem_.lookups.push_back(step.fetch.lookup); break;
    }
  }
  for (const Table& t : theorem_.tables) {
    const auto [rows, cols] = table_shape(t);
    theorem_.multiplicities.push_back(add_column({"multiplicities", Home::kWitness, rows, cols, 0, INT32_MAX}));
  }
  TACIT_TRY([[maybe_unused]] Unit shapes, check_theorem(theorem_));
  TACIT_TRY([[maybe_unused]] Unit bounds, check_bounds(theorem_));
  return theorem_;
}

}  // namespace tacit
