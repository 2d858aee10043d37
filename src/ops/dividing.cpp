#include "ops/dividing.h"

#include <algorithm>
#include <cmath>

#include "ops/moves.h"

namespace tacit {
namespace {

constexpr std::int64_t kReach = (std::int64_t{1} << 16) - 1;

Tensor each(const Tensor& from, std::int64_t (*f)(std::int64_t)) {
  Tensor out = from;
  for (std::int64_t& v : out.i) v = f(v);
  return out;
}

}  // namespace

Placed magnitude_of(const Call& call, const Placed& x, Lowering& lowering) {
  const Column column = lowering.book().column(x.column);
  if (column.lo >= 0) return x;
  Affine sum = empty_sum(call, x.shape);
  sum.name += ".magnitude";
  const Placed positive = lowering.settle(sum_of(call, x), x.scale, 0, std::max<std::int64_t>(1, column.hi));
  sum.multiples = {copy_of(positive, 2), copy_of(x, -1)};
  return lowering.settle(sum, x.scale, 0, std::max(column.hi, -column.lo));
}

Placed sign_of(const Call& call, const Placed& x, Lowering& lowering) {
  Affine above = sum_of(call, x), below = negated(above), sum = empty_sum(call, x.shape);
  above.name += ".above";
  below.name += ".below";
  sum.name += ".sign";
  sum.multiples = {copy_of(lowering.positive(above, x.scale, 0), 1), copy_of(lowering.positive(below, x.scale, 0), -1)};
  return lowering.settle(sum, 1, -1, 1);
}

namespace {

Result<Divisors> read_divisors(const Call& call, const Tensor& divisors, const Shape& dims, double unit, Lowering& lowering) {
  std::vector<std::int64_t> steps;
  for (const float v : as_floats(divisors).f) {
    if (std::abs(v / unit) > static_cast<double>(kReach)) return refuse(*call.node, "a divisor is too large to divide exactly");
    steps.push_back(round_half_up(v / unit));
    if (steps.back() == 0) return refuse(*call.node, "a divisor is smaller than half a step of the dividend's scale");
  }
  const Tensor b = make_int64(divisors.dims, std::move(steps));
  const Tensor magnitude = each(b, [](std::int64_t v) { return std::abs(v); });
  Divisors out;
  out.magnitude = constant_column(call, magnitude, dims, {0, kReach}, lowering);
  out.negative_magnitude = constant_column(call, each(magnitude, [](std::int64_t v) { return -v; }), dims, {-kReach, 0}, lowering);
  out.reciprocal = constant_column(call, each(magnitude, [](std::int64_t v) { return (kReach + 1) / v; }), dims, {0, kReach + 1}, lowering);
  out.sign = constant_column(call, each(b, [](std::int64_t v) { return std::int64_t{v < 0 ? -1 : 1}; }), dims, {-1, 1}, lowering);
  return out;
}

Divisors computed_divisors(const Call& call, const Placed& divisors, Lowering& lowering) {
  Divisors out;
  out.magnitude = magnitude_of(call, divisors, lowering);
  Affine opposite = negated(sum_of(call, out.magnitude));
  opposite.name += ".negative";
  const Column column = lowering.book().column(out.magnitude.column);
  out.negative_magnitude = lowering.settle(opposite, 1, -column.hi, -column.lo);
  Table table{.kind = TableKind::kFunction, .bits = 8, .lo = 0, .hi = kReach + 1, .first = 0};
  for (std::int64_t v = 0; v < 256; ++v) table.pieces.push_back({(v == 0 ? 0 : (kReach + 1) / v) << 32, 0, 0, 0});
  const ColumnShape& shape = out.magnitude.shape;
  const Expr argument{kNone, {Linear::whole(out.magnitude.column, shape.cols(), 1)}, 0, 0};
  out.reciprocal = {lowering.book().apply(call.node->name + ".reciprocal", shape.rows, shape.cols(), argument, table), 1, shape};
  out.sign = sign_of(call, divisors, lowering);
  return out;
}

}  // namespace

bool may_divide(const Call& call) {
  const TensorType& type = call.operand(1).type;
  return type.dtype == DType::kInt64 && !type.is_bool() && bits_of_element(type.element) <= 8;
}

Division divide(const std::string& name, const Placed& x, const Divisors& by, Lowering& lowering) {
  const Column bounds = lowering.book().column(x.column);
  const IntegerRange quotients{std::min<std::int64_t>(bounds.lo, 0) - 1, std::max<std::int64_t>(bounds.hi, 0) + 1};  // nearer to 0 than x
  const Placed guess = integer_product(name + ".guess", {.a = x, .b = by.reciprocal, .clamp = {quotients.lo, quotients.hi}, .shift = 16}, lowering);
  const ProductForm rest_form{.a = guess, .b = by.negative_magnitude, .clamp = {-kReach, 2 * kReach}, .plus = x};
  const Placed rest = integer_product(name + ".rest", rest_form, lowering);
  Affine above, below;
  above.name = name + ".too_small";
  below.name = name + ".too_large";
  above.shape = below.shape = x.shape;
  above.multiples = {copy_of({rest.column, 1, x.shape}, 1), copy_of({by.magnitude.column, 1, x.shape}, -1)};
  below.multiples = {copy_of({rest.column, 1, x.shape}, -1)};
  Affine turn;
  turn.name = name + ".turn";
  turn.shape = x.shape;
  turn.multiples = {copy_of(lowering.positive(above, 1, 1), 1), copy_of(lowering.positive(below, 1, 0), -1)};
  const Placed turns = lowering.settle(turn, 1, -1, 1);
  const ProductForm remainder_form{.a = turns, .b = by.negative_magnitude, .clamp = {0, kReach}, .plus = rest};
  turn.name = name + ".quotient";
  turn.multiples = {copy_of(guess, 1), copy_of(turns, 1)};
  return {lowering.settle(turn, 1, quotients.lo, quotients.hi), integer_product(name + ".remainder", remainder_form, lowering)};
}

Result<Divisors> divisors_of(const Call& call, const Shape& dims, double unit, Lowering& lowering) {
  if (call.operand(1).value != nullptr) return read_divisors(call, *call.operand(1).value, dims, unit, lowering);
  TACIT_TRY(const Placed divisors, read_repeated(call, 1, dims, lowering));
  return computed_divisors(call, divisors, lowering);
}

Status lower_integer_quotient(const Call& call, Lowering& lowering) {
  const Shape dims = *broadcast(call.operand(0).type.dims, call.operand(1).type.dims);
  TACIT_TRY(const Placed x, read_repeated(call, 0, dims, lowering));
  TACIT_TRY(const Divisors by, divisors_of(call, dims, 1, lowering));
  const Column bounds = lowering.book().column(x.column);
  if (std::max(-bounds.lo, bounds.hi) > kReach) return refuse(*call.node, "its integers may be larger than 65535, too large to be divided exactly");
  const Division parts = divide(call.node->name, magnitude_of(call, x, lowering), by, lowering);
  if (range_of_element(call.operand(0).type.element).lo == 0) {
    lowering.give(call, parts.quotient);
    return Unit{};
  }
  const std::int64_t most = std::max(-bounds.lo, bounds.hi) + 1;
  const Placed sign = integer_product(call.node->name + ".signs", {.a = sign_of(call, x, lowering), .b = by.sign, .clamp = {-1, 1}}, lowering);
  return give_product(call, {.a = parts.quotient, .b = sign, .clamp = {-most, most}}, call.operand(0).type.element, lowering);
}

}  // namespace tacit
