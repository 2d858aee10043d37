// Sqrt, Reciprocal, Log, and Pow with one constant exponent, which is architecture: it shows in the tables.
//
// What is not a number in float counts as the nearest argument that is: the root of a negative number is 0, the logarithm of
// what is not positive that of the smallest number told apart, 1 / 0 is the largest reciprocal. homogeneous.h has the errors.
#include <algorithm>
#include <cmath>
#include <limits>

#include "ops/broadcasting.h"
#include "ops/homogeneous.h"
#include "ops/powers.h"
#include "quant/functions.h"

namespace tacit {
namespace {

constexpr double kLeast = 0x1p-24;

/// A result of calibration's size, half as large as the argument's smallest one.
double least_for(double smallest, double top) { return std::clamp(power_below(std::max(smallest, 1e-300)) / 2 / top, kLeast, 0x1p-4); }

bool is_whole(double p) { return p == std::floor(p); }
bool is_odd(double p) { return is_whole(p) && std::floor(p / 2) * 2 != p; }

Status give_root(const Call& call, double p, Lowering& lowering) {
  const ValueRange range = lowering.range_of_operand(call, 0);
  Positive where{.top = top_of(range, lowering), .is_signed = is_whole(p) && range.lo < 0};
  const double peak = lowering.range_of_output(call).peak();
  if (p < 0) where.least = least_for(peak > 0 ? exact_pow(peak, 1 / p) : 0, where.top);
  const std::vector<Placed> parts = apply_power(call, lowering.argument(call, 0, true), p, is_odd(p), where, lowering);
  lowering.give(call, lowering.sum_of_columns(call, parts));
  return Unit{};
}

Status give_square(const Call& call, Lowering& lowering) {
  const Placed x = lowering.read_any(call, 0);
  lowering.give(call, lowering.multiply(call, x, x));
  return Unit{};
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  return one_output(call, DType::kFloat, call.operand(0).type.dims);
}

template <class F>
std::vector<Tensor> each(const Call& call, F f) {
  Tensor out = *call.operand(0).value;
  for (float& v : out.f) v = static_cast<float>(f(static_cast<double>(v)));
  return {std::move(out)};
}

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

std::vector<Tensor> evaluate_sqrt(const Call& call) {
  return each(call, [](double x) { return x < 0 ? kNotANumber : std::sqrt(x); });
}
std::vector<Tensor> evaluate_reciprocal(const Call& call) {
  return each(call, [](double x) { return 1 / x; });
}
std::vector<Tensor> evaluate_log(const Call& call) {
  return each(call, [](double x) { return x > 0 ? exact_log(x) : x < 0 ? kNotANumber : -std::numeric_limits<double>::infinity(); });
}

Status lower_sqrt(const Call& call, Lowering& lowering) { return give_root(call, 0.5, lowering); }
Status lower_reciprocal(const Call& call, Lowering& lowering) { return give_root(call, -1, lowering); }

Status lower_log(const Call& call, Lowering& lowering) {
  const ValueRange range = lowering.range_of_operand(call, 0), result = lowering.range_of_output(call);
  Positive where{.top = top_of(range, lowering)};
  where.least = least_for(exact_exp(std::max(-80.0, result.lo)), where.top);
  const double peak = result.peak() > 0 ? result.peak() : 1;
  const std::vector<Placed> parts = apply_logarithm(call, lowering.argument(call, 0, true), where, power_below(peak) * 0x1p-13, lowering);
  Affine sum = lowering.sum_of_columns(call, parts);
  sum.constant = Field{1, 1, 1, {exact_log(where.top)}};
  lowering.give(call, std::move(sum));
  return Unit{};
}

}  // namespace

Status give_power(const Call& call, double p, Lowering& lowering) {
  if (p == 2) return give_square(call, lowering);
  if (p < 0 || !is_whole(p)) {
    if (p < 1) return give_root(call, p, lowering);
    const ElementaryFunction above{[p](double x) { return exact_pow(std::max(x, 0.0), p); }, 0};
    return give_elementary(call, above, lowering);
  }
  return give_elementary(call, {[p](double x) { return exact_pow(x, p); }}, lowering);
}

constexpr OperatorText kText = {
    "tables on several levels of magnitude, the same for all layers",
    "of a negative number, and 1 / 0 and log 0: the value at the smallest argument told apart"};
extern const Operator kSqrt, kReciprocal, kLog;
const Operator kSqrt = {.op = "Sqrt", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate_sqrt, .lower = lower_sqrt, .is_elementwise = true};
const Operator kReciprocal = {.op = "Reciprocal", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate_reciprocal, .lower = lower_reciprocal, .is_elementwise = true};
const Operator kLog = {.op = "Log", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate_log, .lower = lower_log, .is_elementwise = true};

}  // namespace tacit
