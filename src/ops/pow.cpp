// Pow: x^y under numpy broadcasting. One constant exponent for all of x is architecture (powers.cpp). Any other exponent y,
// constant or computed, is a factor: |x|^y = e^(y log |x|), of a base that counts as its smallest positive value where it is 0; the
// sign is that of x where y is odd. The exponential's grid is off by 2^-13 of the result, the logarithm by 2^-14 times y. Integers: integer_powers.cpp.
#include <algorithm>
#include <cmath>

#include "ops/dividing.h"
#include "ops/homogeneous.h"
#include "ops/powers.h"
#include "ops/products.h"
#include "quant/functions.h"

namespace tacit {
namespace {

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  const Operand &x = call.operand(0), &y = call.operand(1);
  const std::optional<Shape> dims = broadcast(x.type.dims, y.type.dims);
  if (!dims) return malformed(*call.node, "cannot raise " + shape_text(x.type.dims) + " to the power of " + shape_text(y.type.dims));
  const bool constant = x.value != nullptr && y.value != nullptr;
  if (x.type.dtype != DType::kFloat && !constant) TACIT_OK(check_integer_power(call));
  return one_output(call, {x.type.dtype, *dims, x.type.element});
}

double number_at(const Tensor& tensor, std::int64_t at) {
  return tensor.dtype == DType::kFloat ? static_cast<double>(tensor.f[static_cast<std::size_t>(at)]) : static_cast<double>(tensor.i[static_cast<std::size_t>(at)]);
}

std::int64_t offset_in(std::int64_t flat, const Shape& dims, const Shape& strides) {
  std::int64_t at = 0;
  for (std::size_t axis = dims.size(); axis-- > 0; flat /= dims[axis]) at += flat % dims[axis] * strides[axis];
  return at;
}

/// base^p as the type wraps it, where p is a whole number from 0 on; else rounded towards 0.
std::int64_t integer_power(std::int64_t base, double p, Element element) {
  constexpr double kMost = 0x1p62;
  if (!(p >= 0 && p <= kMost) || p != std::floor(p)) {
    return wrapped(static_cast<std::int64_t>(std::clamp(exact_pow(static_cast<double>(base), p), -kMost, kMost)), element);
  }
  std::uint64_t out = 1, square = static_cast<std::uint64_t>(base);
  for (auto left = static_cast<std::uint64_t>(p); left > 0; left >>= 1, square *= square) out *= left % 2 == 0 ? 1 : square;
  return wrapped(static_cast<std::int64_t>(out), element);
}

std::vector<Tensor> evaluate(const Call& call) {
  const Tensor &x = *call.operand(0).value, &y = *call.operand(1).value;
  const Shape dims = *broadcast(x.dims, y.dims), along_x = broadcast_strides(x.dims, dims), along_y = broadcast_strides(y.dims, dims);
  const std::int64_t count = *element_count(dims);
  if (x.dtype != DType::kFloat) {
    std::vector<std::int64_t> whole;
    for (std::int64_t k = 0; k < count; ++k) {
      whole.push_back(integer_power(x.i[static_cast<std::size_t>(offset_in(k, dims, along_x))], number_at(y, offset_in(k, dims, along_y)), x.element));
    }
    Tensor out = make_int64(dims, std::move(whole));
    out.element = x.element;
    return {std::move(out)};
  }
  std::vector<double> values;
  for (std::int64_t k = 0; k < count; ++k) {
    const double base = number_at(x, offset_in(k, dims, along_x)), p = number_at(y, offset_in(k, dims, along_y));
    const bool defined = base >= 0 || p == std::floor(p);
    values.push_back(defined ? exact_pow(base, p) : std::nan(""));
  }
  return {make_float(dims, {values.begin(), values.end()})};
}

/// 1, or -1 where x is negative and y, rounded to an integer, is odd: then it is x^y's sign. Of a y that is no integer x^y is no number.
/// Exponents count as -128 or 127 beyond.
Placed sign_of_power(const Call& call, const Placed& x, const Placed& y, Lowering& lowering) {
  constexpr std::int64_t kShift = 128;
  Affine below = negated(sum_of(call, x)), whole = sum_of(call, y), others = empty_sum(call, x.shape);
  below.name += ".negative";
  const Placed negative = lowering.positive(below, x.scale, 0);
  whole.name += ".whole";
  whole.constant = Field{1, 1, 1, {static_cast<double>(kShift)}};
  const Placed exponent = lowering.settle(whole, 1, 0, 2 * kShift - 1);
  const auto turn = [](double k) { return std::floor(k / 2) * 2 == k ? 1.0 : -1.0; };
  const Level level{turn, {.first = 0, .bits = 8, .in_scale = 1, .out_scale = 1, .log_piece = 0}, 0, 2 * kShift - 1};
  const Placed turns = lowering.apply(call, sum_of(call, exponent), {level}, 1, 1)[0];
  others.name += ".not_negative";
  others.multiples.push_back(copy_of(negative, -1));
  others.constant = Field{1, 1, 1, {1}};
  const ProductForm form{.a = negative, .b = turns, .clamp = {-1, 1}, .plus = lowering.settle(others, 1, 0, 1)};
  return integer_product(call.node->name + ".sign", form, lowering);
}

Status lower(const Call& call, Lowering& lowering) {
  const Operand& exponent = call.operand(1);
  const Shape &dims = call.operand(0).type.dims, all = *broadcast(dims, exponent.type.dims);
  if (call.operand(0).type.dtype != DType::kFloat) return give_integer_power(call, all, lowering);
  if (exponent.value != nullptr && element_count(exponent.type.dims) == 1 && element_count(dims) == element_count(all)) {
    return give_power(call, number_at(*exponent.value, 0), lowering);
  }
  if (call.operand(0).value == nullptr) lowering.want_fine_bits(call, 0);
  TACIT_TRY(Placed x, read_factor(call, 0, all, lowering));
  TACIT_TRY(Placed y, read_factor(call, 1, all, lowering));
  const double peak = lowering.range_of_output(call).peak();
  const double y_peak = y.scale * static_cast<double>(lowering.book().column(y.column).hi);
  const Column bases = lowering.book().column(x.column);
  const bool is_signed = lowering.range_of_operand(call, 0).lo < 0 && bases.lo < 0;
  const auto most = static_cast<double>(is_signed ? std::max(-bases.lo, bases.hi) : bases.hi);
  const Positive where{.top = power_above(x.scale * most), .least = 0x1p-16};
  std::vector<Placed> exponents;
  const Affine base = is_signed ? sum_of(call, magnitude_of(call, x, lowering)) : lowering.refined(sum_of(call, x));
  for (const Placed& part : apply_logarithm(call, base, where, 0x1p-14, lowering)) {
    exponents.push_back(lowering.multiply(call, part, y, part.scale * 0x1p17 * y_peak / lowering.quant().widening()));
  }
  Affine sum = lowering.sum_of_columns(call, exponents);
  sum.multiples.push_back(copy_of(y, exact_log(where.top)));
  sum = lowering.refined(std::move(sum));
  const double end = exact_log(std::max(peak, 0x1p-40) * 2);
  const ElementaryFunction exponential{exact_exp, end - 24, end};
  const ValueRange reach{std::min(0.0, end - 24), std::max(0.0, end)};
  std::vector<Placed> parts = apply_elementary(call, std::move(sum), reach, peak, exponential, lowering);
  if (is_signed) {
    const Placed sign = sign_of_power(call, x, y, lowering);
    for (Placed& part : parts) part = lowering.multiply(call, part, sign);
  }
  lowering.give(call, lowering.sum_of_columns(call, parts));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "a table where the exponent is one constant, which is architecture; otherwise e^(y log x); of integers: products",
    "where the exponent is a tensor, bases within 2^-16 of the largest one count as that much, and exponents of negative ones as integers; integers: "
    "constant exponents from 0 to 21, and a base whose power is beyond 2^21 counts as the largest one whose power is not"};
extern const Operator kPow;
const Operator kPow = {.op = "Pow", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .is_elementwise = true};

}  // namespace tacit
