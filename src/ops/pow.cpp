// Pow: x^y under numpy broadcasting. One constant exponent for all of x is architecture (powers.cpp). Any other exponent y,
// constant or computed, is a factor: x^y = e^(y log x), of a base that counts as its smallest positive value where it is 0 or
// below. The exponential's grid is off by 2^-13 of the result, the logarithm by 2^-14 times y. Integers: integer_powers.cpp.
#include <algorithm>
#include <cmath>

#include "ops/broadcasting.h"
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

Status lower(const Call& call, Lowering& lowering) {
  const Operand& exponent = call.operand(1);
  const Shape &dims = call.operand(0).type.dims, all = *broadcast(dims, exponent.type.dims);
  if (call.operand(0).type.dtype != DType::kFloat) return give_integer_power(call, all, lowering);
  if (exponent.value != nullptr && element_count(exponent.type.dims) == 1 && element_count(dims) == element_count(all)) {
    return give_power(call, number_at(*exponent.value, 0), lowering);
  }
  TACIT_TRY(Placed x, read_factor(call, 0, all, lowering));
  TACIT_TRY(Placed y, read_factor(call, 1, all, lowering));
  const double peak = lowering.range_of_output(call).peak();
  const double y_peak = y.scale * static_cast<double>(lowering.book().column(y.column).hi);
  const Positive where{.top = power_above(x.scale * static_cast<double>(lowering.book().column(x.column).hi)), .least = 0x1p-16};
  std::vector<Placed> exponents;
  const Affine base = lowering.refined(sum_of(call, x));
  for (const Placed& part : apply_logarithm(call, base, where, 0x1p-14, lowering)) {
    exponents.push_back(lowering.multiply(call, part, y, part.scale * 0x1p17 * y_peak / lowering.quant().widening()));
  }
  Affine sum = lowering.sum_of_columns(call, exponents);
  sum.multiples.push_back(copy_of(y, exact_log(where.top)));
  sum = lowering.refined(std::move(sum));
  const double end = exact_log(std::max(peak, 0x1p-40) * 2);
  const ElementaryFunction exponential{exact_exp, end - 24, end};
  const ValueRange reach{std::min(0.0, end - 24), std::max(0.0, end)};
  lowering.give(call, lowering.sum_of_columns(call, apply_elementary(call, std::move(sum), reach, peak, exponential, lowering)));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "a table where the exponent is one constant, which is architecture; otherwise e^(y log x); of integers: products",
    "a base of 0 or less counts as 2^-16 of the largest one where the exponent is a tensor; integers: constant exponents from 0 "
    "to 21, and a base whose power is beyond 2^21 counts as the largest one whose power is not"};
extern const Operator kPow;
const Operator kPow = {.op = "Pow", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .is_elementwise = true};

}  // namespace tacit
