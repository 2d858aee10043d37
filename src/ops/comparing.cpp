#include "ops/comparing.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/contract.h"
#include "ops/moves.h"

namespace tacit {
namespace {

/// In steps of this part of a unit differences are written where their terms are no whole units.
constexpr std::int64_t kFine = std::int64_t{1} << 14;
/// Of a column that a requantisation may give, see integers.cpp.
constexpr double kMost = 0x1p21;

/// A term's bounds: of its column, and 0 where it may be absent.
void take_bounds(const Multiple& term, Lowering& lowering, Comparand& to) {
  const Column& column = lowering.book().column(term.input.column);
  const bool absent = term.map.empty() ? !term.window.is_identity() && !term.window.clamp : term.map.has_absent();
  to.lo = static_cast<double>(absent ? std::min<std::int64_t>(column.lo, 0) : column.lo) * term.input.scale;
  to.hi = static_cast<double>(absent ? std::max<std::int64_t>(column.hi, 0) : column.hi) * term.input.scale;
}

/// Bounds become public, and constants are the model's own: a power of two shows their size, as shifts do, and no more.
void bound_constants(const TensorType& type, Comparand& to) {
  double bound = to.integers ? 1 : 0x1p-60;
  for (const double v : to.sum.constant.values) {
    while (bound < std::abs(v) && std::isfinite(v)) bound *= 2;
  }
  const IntegerRange own = range_of_element(type.element);
  to.lo = to.integers ? std::max(-bound, static_cast<double>(own.lo)) : -bound;
  to.hi = to.integers ? std::min(bound, static_cast<double>(own.hi)) : bound;
}

/// What it is a sum of; constants each no further away than one unit beyond the bounds of what they are compared with.
Affine within(const Comparand& a, const Comparand& bounds, double unit) {
  Affine sum = a.sum;
  if (!a.is_constant()) return sum;
  for (double& v : sum.constant.values) v = std::clamp(v, bounds.lo - unit, bounds.hi + unit);
  return sum;
}

/// The terms and constants of both.
Affine joined(Affine to, const Affine& from) {
  for (const Multiple& term : from.multiples) to.multiples.push_back(term);
  to.constant = to.constant + from.constant;
  return to;
}

/// The sum as a column at scale `unit`, which holds all that it can be.
Placed settle_exactly(const Affine& sum, double unit, double lo, double hi, Lowering& lowering) {
  const auto least = static_cast<std::int64_t>(std::floor(lo / unit)), most = static_cast<std::int64_t>(std::ceil(hi / unit));
  return lowering.settle(sum, unit, least, std::max(most, least + 1));
}

}  // namespace

Comparand comparand(const Call& call, const ColumnShape& shape, double number, bool integers) {
  Comparand out{empty_sum(call, shape), 0, number, number, integers};
  out.sum.constant = {1, 1, 1, {number}};
  return out;
}

Comparand comparand(const Call& call, const Placed& placed, bool integers, Lowering& lowering) {
  Comparand out{sum_of(call, placed), placed.scale, 0, 0, integers};
  take_bounds(out.sum.multiples[0], lowering, out);
  return out;
}

Result<Comparand> comparand(const Call& call, std::size_t index, const Shape& dims, Lowering& lowering) {
  Comparand out{empty_sum(call, natural_shape(dims)), 0, 0, 0, call.operand(index).type.dtype == DType::kInt64};
  if (call.operand(index).value != nullptr) {
    out.sum.constant = field_of(as_floats(*call.operand(index).value), dims, out.sum.shape, 1);
    bound_constants(call.operand(index).type, out);
    return out;
  }
  TACIT_TRY(const Multiple term, term_of(call, index, dims, lowering));
  out.sum.multiples.push_back(term);
  out.scale = term.input.scale;
  take_bounds(term, lowering, out);
  return out;
}

Comparand negated(Comparand a) {
  return {negated(std::move(a.sum)), a.scale, -a.hi, -a.lo, a.integers};
}

namespace {

double reach_of(const Comparand& a) { return std::max(std::abs(a.lo), std::abs(a.hi)); }

/// The unit in which a and b are compared: the finer one of their scales. Beside constants what is coarser than 16 bits, as whole floats
/// are, counts as if it had 16. It depends on bounds and scales alone, which are public; and never do numbers reach beyond kMost units
/// where they would not with the coarser scale.
double unit_of(const Comparand& a, const Comparand& b) {
  const double coarse = std::max(a.scale, b.scale);
  if (a.scale == b.scale || a.integers) return coarse;
  double unit = a.is_constant() || b.is_constant() ? coarse : std::min(a.scale, b.scale);
  const Comparand& computed = a.is_constant() ? b : a;
  const double far = 2 * std::max(reach_of(a), reach_of(b)) / kMost;
  if (a.is_constant() || b.is_constant()) {
    while (unit / 2 >= std::max(reach_of(computed) / 0x1p15, far)) unit /= 2;
    return unit;
  }
  while (unit < far && 2 * unit <= coarse) unit *= 2;
  return unit < far ? coarse : unit;
}

/// Steps of a unit so small that terms of other scales, whose factors are rounded to them, are off by an eighth of a unit at most;
/// constants are rounded to the finest that two limbs hold.
std::int64_t steps_of(const Comparand& a, const Comparand& b, double unit) {
  std::int64_t steps = 1;
  if (a.integers || a.scale == b.scale) return steps;
  for (const Comparand* c : {&a, &b})
    while (!c->is_constant() && c->scale != unit && static_cast<double>(steps) < 4 * reach_of(*c) / c->scale) steps *= 2;
  const Comparand& computed = a.is_constant() ? b : a;
  while ((a.is_constant() || b.is_constant()) && steps < kFine && 4 * reach_of(computed) / unit * static_cast<double>(steps) < 0x1p31) steps *= 2;
  return steps;
}

/// The constants for a comparison with whole numbers, to half a unit: those between two of them stand in their middle.
Comparand between_whole(Comparand constants) {
  for (double& v : constants.sum.constant.values) {
    if (v != std::floor(v)) v = std::floor(v) + 0.5;
  }
  return constants;
}

/// One is a column of whole floats, and the other one holds constants.
bool is_whole_beside_constants(const Comparand& a, const Comparand& b) {
  return !a.integers && (a.is_constant() || b.is_constant()) && std::max(a.scale, b.scale) == 1;
}

}  // namespace

Difference::Difference(const Call& call, const Comparand& first, const Comparand& second, Lowering& lowering) : name_(call.node->name), lowering_(lowering) {
  TACIT_EXPECTS(!first.is_constant() || !second.is_constant(), "one of the two is computed");
  const bool between = is_whole_beside_constants(first, second);
  const Comparand a = first.is_constant() && between ? between_whole(first) : first;
  const Comparand b = second.is_constant() && between ? between_whole(second) : second;
  unit_ = between ? 0.5 : unit_of(a, b);
  fine_ = between ? 1 : steps_of(a, b, unit_);
  const Affine left = within(a, b, unit_), right = within(b, a, unit_);
  sum_ = joined(left, negated(right));
  sum_.name = name_;
}

Placed Difference::at_least(std::int64_t t) {
  sum_.name = name_ + ".above";
  return lowering_.positive(sum_, unit_ / static_cast<double>(fine_), fine_ / 2 - t * fine_ + 1);
}

Placed Difference::at_most(std::int64_t t) {
  Affine opposite = negated(sum_);
  opposite.name = name_ + ".below";
  return lowering_.positive(opposite, unit_ / static_cast<double>(fine_), (t + 1) * fine_ - fine_ / 2);
}

namespace {

/// max of two constants.
Comparand larger_constant(const Comparand& a, const Comparand& b) {
  Comparand out = a;
  const ColumnShape& shape = a.sum.shape;
  const Field &left = a.sum.constant, &right = b.sum.constant;
  Field& field = out.sum.constant;
  field = {std::max(left.batch, right.batch), std::max(left.rows, right.rows), std::max(left.inner, right.inner), {}};
  TACIT_EXPECTS(field.batch <= shape.batch && field.rows <= shape.rows && field.inner <= shape.inner(), "constants of the shape");
  for (std::uint32_t n = 0; n < field.batch; ++n)
    for (std::uint32_t r = 0; r < field.rows; ++r)
      for (std::uint32_t i = 0; i < field.inner; ++i) field.values.push_back(std::max(left.at(n, r, i), right.at(n, r, i)));
  out.lo = std::max(a.lo, b.lo);
  out.hi = std::max(a.hi, b.hi);
  return out;
}

}  // namespace

Result<Comparand> larger(const Call& call, const Comparand& a, const Comparand& b, Lowering& lowering) {
  if (a.is_constant() && b.is_constant()) return larger_constant(a, b);
  // max(a, b) = base + max(top - base, 0), base the constant one where there is one, else the finer one: where it wins it stays as it is.
  const bool a_is_base = a.is_constant() || (!b.is_constant() && a.scale <= b.scale);
  Comparand base = a_is_base ? a : b;
  const Comparand& top = a_is_base ? b : a;
  const double unit = unit_of(a, b);
  if (base.is_constant()) {
    for (double& v : base.sum.constant.values) {
      if (v > top.hi && !std::isfinite(v)) return refuse(*call.node, "one of its constants is infinite");
      v = std::max(v, top.lo - unit);  // far below is no different from just below
    }
    base.lo = std::max(base.lo, top.lo - unit);
  }
  const double lo = std::max(a.lo, b.lo), hi = std::max(a.hi, b.hi);
  Affine difference = joined(top.sum, negated(within(base, top, unit)));
  difference.name = call.node->name + ".excess";
  const double reach = std::max(top.hi - base.lo, unit);
  if (reach / unit > kMost) return refuse(*call.node, "its numbers reach too far apart to be compared exactly");
  const Placed excess = settle_exactly(difference, unit, 0, reach, lowering);
  Comparand out{joined(base.sum, sum_of(call, excess)), unit, lo, hi, a.integers};
  if (std::max(std::abs(lo), std::abs(hi)) / unit > kMost) return refuse(*call.node, "its numbers reach too far to be compared exactly");
  out.sum.name = call.node->name;
  return out;
}

Result<Comparand> smaller(const Call& call, const Comparand& a, const Comparand& b, Lowering& lowering) {
  TACIT_TRY(Comparand opposite, larger(call, negated(a), negated(b), lowering));
  return negated(std::move(opposite));
}

Status give(const Call& call, Comparand a, Lowering& lowering) {
  if (!a.integers) {
    lowering.give(call, std::move(a.sum));
    return Unit{};
  }
  lowering.give(call, settle_exactly(a.sum, 1, a.lo, a.hi, lowering));
  return Unit{};
}

Placed integer_product(const std::string& name, const ProductForm& form, Lowering& lowering) {
  Book& book = lowering.book();
  const std::uint32_t entries = form.a.shape.rows * form.a.shape.cols();
  TACIT_EXPECTS(entries == form.b.shape.rows * form.b.shape.cols(), "entry meets entry");
  const AccId acc = book.accumulator(name, entries, 1);
  Contraction product;
  product.weights = form.b.column;
  product.input = form.a.column;
  product.groups = entries;
  product.window = Window::identity(1);
  book.contracts(acc, product);
  if (form.plus) book.adds(acc, Linear::whole(form.plus->column, 1, form.factor));
  // A requantisation rounds half up: less one half, it is the floor.
  const std::int64_t constant = form.constant - (form.shift == 0 ? 0 : std::int64_t{1} << (form.shift - 1));
  if (constant != 0) book.adds(acc, {book.one(), constant, true, false, Window::broadcast(1)});
  return lowering.whole({book.requantise(acc, form.clamp.lo, std::max(form.clamp.hi, form.clamp.lo + 1), form.shift), 1, form.a.shape});
}

Status give_product(const Call& call, const ProductForm& form, Element element, Lowering& lowering) {
  const IntegerRange own = range_of_element(element);
  const int bits = bits_of_element(element);
  ProductForm all = form;
  if (!own.holds(form.clamp) && bits <= 16) {
    TACIT_EXPECTS(!form.plus, "a plain product");
    ProductForm turns = form;
    turns.constant -= own.lo;
    turns.shift = static_cast<std::uint32_t>(bits);
    turns.clamp = {(form.clamp.lo - own.lo) >> bits, (form.clamp.hi - own.lo) >> bits};
    all.plus = integer_product(call.node->name + ".turns", turns, lowering);
    all.factor = -(std::int64_t{1} << bits);
    all.clamp = own;
  }
  if (own.lo == 0) all.clamp = {std::max<std::int64_t>(all.clamp.lo, 0), std::max<std::int64_t>(all.clamp.hi, 0)};
  if (!own.holds(all.clamp) || static_cast<double>(std::max(-all.clamp.lo, all.clamp.hi)) > kMost) {
    return refuse(*call.node, "its integers may be larger than 2097152, too large to be exact");
  }
  lowering.give(call, integer_product(call.node->name, all, lowering));
  return Unit{};
}

Result<Placed> read_integers(const Call& call, std::size_t index, const Shape& dims, Lowering& lowering) {
  const Operand& operand = call.operand(index);
  if (operand.value == nullptr) return read_repeated(call, index, dims, lowering);
  Comparand bounds{empty_sum(call, natural_shape(dims)), 0, 0, 0, true};
  bounds.sum.constant = field_of(as_floats(*operand.value), dims, bounds.sum.shape, 1);
  bound_constants(operand.type, bounds);
  if (std::max(-bounds.lo, bounds.hi) > kMost) return refuse(*call.node, "its constants are too large to be exact");
  return constant_column(call, *operand.value, dims, {static_cast<std::int64_t>(bounds.lo), static_cast<std::int64_t>(bounds.hi)}, lowering);
}

Placed constant_column(const Call& call, const Tensor& tensor, const Shape& dims, IntegerRange range, Lowering& lowering) {
  const ColumnShape shape = natural_shape(dims);
  const Field field = field_of(as_floats(tensor), dims, shape, 1);
  IntColumn values;
  for (std::uint32_t r = 0; r < shape.rows; ++r)
    for (std::uint32_t n = 0; n < shape.batch; ++n)
      for (std::uint32_t i = 0; i < shape.inner(); ++i) values.push_back(static_cast<std::int32_t>(field.at(n, r, i)));
  // One entry a row, as a product wants it.
  return {lowering.add_weights(call.node->name + ".constants", shape.rows * shape.cols(), 1, range.lo, range.hi, std::move(values)), 1, shape};
}

}  // namespace tacit
