#include "theorem/book.h"

#include <algorithm>
#include <bit>

#include "base/contract.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

constexpr std::uint32_t kMaxLimbBits = 20;

std::uint32_t bits_of(__int128 magnitude) {
  std::uint32_t bits = 0;
  while (magnitude > 0) { ++bits; magnitude >>= 1; }
  return bits;
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
  TACIT_EXPECTS(lo < hi && shift >= 1, "requantise needs a range and a shift");
  const Accumulator& a = theorem_.accumulators[acc];
  Requantise r{acc, kNone, kNone, kNone, lo, hi, shift, 0};
  const std::string name = a.name;
  const std::uint32_t rows = a.rows, cols = a.cols;
  r.y = add_column({name, Home::kWitness, rows, cols, lo, hi});
  r.remainder = add_column({name + ".remainder", Home::kWitness, rows, cols, 0, (std::int64_t{1} << shift) - 1});
  r.excess = add_column({name + ".excess", Home::kWitness, rows, cols, 0, 0});
  theorem_.steps.push_back({StepKind::kRequantise, r});
  return r.y;
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
  theorem_.steps.push_back({StepKind::kMaximum, {}, m});
  return theorem_.steps.back().maximum.out;
}

ColumnId Book::apply(std::string name, std::uint32_t rows, std::uint32_t cols, Expr argument, Table function) {
  TACIT_EXPECTS(function.kind == TableKind::kFunction && argument.shift == 0, "a function is applied to an integer");
  const ColumnId out = add_column({name, Home::kWitness, rows, cols, function.lo, function.hi});
  Lookup lookup{std::move(name), table(std::move(function)), rows, cols, {std::move(argument), Expr{kNone, {Linear::whole(out, cols, 1)}, 0, 0}}};
  theorem_.steps.push_back({StepKind::kApply, {}, {}, {std::move(lookup), out}});
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

Status Book::choose_widths() {
  for (const Step& step : theorem_.steps) {
    if (step.kind != StepKind::kRequantise) continue;
    const Requantise& r = step.requantise;
    const Interval acc = bounds_of(theorem_, theorem_.accumulators[r.acc]);
    const __int128 q_max = (acc.magnitude() >> r.shift) + 1;
    const __int128 e_max = q_max + std::max(std::abs(r.lo), std::abs(r.hi));
    const std::uint32_t bits = std::max<std::uint32_t>(1, (bits_of(e_max) + 1) / 2);
    if (bits > kMaxLimbBits)
      return unsupported("sums could exceed what a proof can represent", theorem_.accumulators[r.acc].name);
    std::uint32_t& shared = limb_bits_[{r.lo, r.hi}];
    shared = std::max(shared, bits);
  }
  return Unit{};
}

void Book::state_requantise(Requantise& r) {
  r.limb_bits = limb_bits_[{r.lo, r.hi}];
  const Accumulator& acc = theorem_.accumulators[r.acc];
  const std::int64_t limb = std::int64_t{1} << r.limb_bits, unit = std::int64_t{1} << r.shift;
  theorem_.columns[r.excess].lo = -(limb - 1);
  theorem_.columns[r.excess].hi = limb - 1;
  const TableId range = table({TableKind::kRange, r.shift, 0, 0});
  const TableId saturate = table({TableKind::kSaturate, r.limb_bits, r.lo, r.hi});
  const std::uint32_t cols = acc.cols;
  Expr y{kNone, {Linear::whole(r.y, cols, 1)}, 0, 0};
  Expr remainder{kNone, {Linear::whole(r.remainder, cols, 1)}, 0, 0};
  Expr high{kNone, {Linear::whole(r.excess, cols, 1)}, 0, 0};
  // 2^shift (y + 2^a g + f) + remainder = acc + 2^(shift-1) defines f.
  Expr low{r.acc, {Linear::whole(r.remainder, cols, -1), Linear::whole(r.y, cols, -unit), Linear::whole(r.excess, cols, -unit * limb)}, unit / 2, r.shift};
  theorem_.lookups.push_back({acc.name + ": remainder", range, acc.rows, cols, {remainder}});
  theorem_.lookups.push_back({acc.name + ": saturation, high limb", saturate, acc.rows, cols, {y, high}});
  theorem_.lookups.push_back({acc.name + ": saturation, low limb", saturate, acc.rows, cols, {y, low}});
}

Result<Theorem> Book::finish() {
  TACIT_TRY([[maybe_unused]] Unit widths, choose_widths());
  for (ColumnId id : inputs_) state_input(id);
  for (Step& step : theorem_.steps) {
    switch (step.kind) {
      case StepKind::kRequantise: state_requantise(step.requantise); break;
      case StepKind::kMaximum: state_maximum(step.maximum, maximum_bits_); break;
      case StepKind::kApply: theorem_.lookups.push_back(step.apply.lookup); break;
    }
  }
  for (const Table& t : theorem_.tables) {
    const auto rows = static_cast<std::uint32_t>(table_rows(t) / kTableCols);
    theorem_.multiplicities.push_back(add_column({"multiplicities", Home::kWitness, rows, kTableCols, 0, INT32_MAX}));
  }
  TACIT_TRY([[maybe_unused]] Unit shapes, check_theorem(theorem_));
  TACIT_TRY([[maybe_unused]] Unit bounds, check_bounds(theorem_));
  return theorem_;
}

}  // namespace tacit
