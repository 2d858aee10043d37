// MatMulInteger, ConvInteger: products of integers less their zero points, exactly.
// QLinearMatMul, QLinearConv: the same times the scales, rounded (halves to even), plus a zero point, saturated to the output's type,
// exactly as with real numbers.
//
//   x --Sub zero--> integers --MatMul / Conv--> sum --Whole--> exact integers     or     sum --Rescaled--> q
#include <algorithm>
#include <cmath>
#include <utility>

#include "ops/lowering.h"
#include "ops/quantised.h"
#include "ops/stairs.h"

namespace tacit {
namespace {

constexpr std::int64_t kMostWhole = std::int64_t{1} << 21, kWidest = std::int64_t{1} << 40;

/// The least power of two that is no less.
double power_above(double v) { return std::exp2(std::ceil(std::log2(std::max(v, 2.0)))); }

// ---- Whole: of our own. The integers of a sum of integers, limited to [-bound, bound).

Result<std::int64_t> read_bound(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  TACIT_TRY(const std::int64_t bound, int_attribute(*call.node, "bound", 0));
  if (bound >= 2 && bound <= kWidest) return bound;
  return malformed(*call.node, "attribute bound is out of range");
}

Result<std::vector<TensorType>> infer_whole(const Call& call) {
  TACIT_OK(read_bound(call));
  return one_output(call, DType::kInt64, call.operand(0).type.dims);
}

std::vector<Tensor> evaluate_whole(const Call& call) {
  const std::int64_t bound = read_bound(call).value();
  Tensor out{call.operand(0).type.dims, DType::kInt64, {}, {}};
  for (const float v : call.operand(0).value->f) {
    out.i.push_back(static_cast<std::int64_t>(std::clamp<double>(std::floor(double{v} + 0.5), -static_cast<double>(bound), static_cast<double>(bound - 1))));
  }
  return {std::move(out)};
}

Status lower_whole(const Call& call, Lowering& lowering) {
  const std::int64_t bound = read_bound(call).value();
  if (bound > kMostWhole) return refuse(*call.node, "its sums may be larger than 2^21, too large for integers that others read");
  TACIT_TRY(const WholeSum sum, take_whole(call, natural_shape(call.operand(0).type.dims), lowering));
  lowering.give(call, Placed{lowering.book().requantise(sum.acc, -bound, bound - 1, 0), 1, sum.shape});
  return Unit{};
}

// ---- The four operators.

/// Which operand is what, in one of the four; kNoOperand where it has none.
constexpr std::size_t kNoOperand = 99;
struct Roles {
  std::size_t weights, x_zero, w_zero, x_scale = kNoOperand, w_scale = kNoOperand, y_scale = kNoOperand, y_zero = kNoOperand, bias = kNoOperand;
};

Result<double> one_number(const Call& call, std::size_t index, double fallback) {
  if (!call.operand(index).present) return fallback;
  TACIT_OK(check_constant(call, index, "scale or zero point"));
  const std::vector<double> numbers = numbers_of(*call.operand(index).value);
  const bool same = !numbers.empty() && std::all_of(numbers.begin(), numbers.end(), [&](double v) { return v == numbers[0]; });
  if (same) return numbers[0];
  return refuse(*call.node, "its activations have a scale or zero point for each row, which is not supported");
}

Status check_factors(const Call& call, const Roles& roles) {
  for (const std::size_t index : {std::size_t{0}, roles.weights}) {
    if (!call.operand(index).present) return malformed(*call.node, "an input is missing");
    if (call.operand(index).type.dtype != DType::kInt64) return refuse(*call.node, "its factors are not integers");
    if (bits_of_element(call.operand(index).type.element) > 8) return refuse(*call.node, "its factors have more than 8 bits");
  }
  return Unit{};
}

/// Weights less their zero points, as floats; `axis` is that of their scales.
Result<Tensor> centred_weights(const Call& call, const Roles& roles, std::size_t axis) {
  const Tensor& w = *call.operand(roles.weights).value;
  Tensor out = make_float(w.dims, {w.i.begin(), w.i.end()});
  if (!call.operand(roles.w_zero).present) return out;
  TACIT_TRY(Tensor zero, spread(call, roles.w_zero, w.dims, axis, 0));
  const std::vector<double> zeros_at = numbers_of(zero);
  return broadcast_arithmetic(Arithmetic::kSubtract, out, make_float(zero.dims, {zeros_at.begin(), zeros_at.end()}));
}

/// Operand `index` less its zero point, exact integers that count as floats. The zero point may be computed, as one number.
Result<std::string> centred(const Call& call, std::size_t index, std::size_t zero_index, Expansion& out) {
  std::string x = out.input(index);
  const Operand& zero = call.operand(zero_index);
  const bool computed = zero.present && zero.value == nullptr && element_count(zero.type.dims) == 1;
  if (computed) {
    const std::string point = out.add("Reshape", {out.input(zero_index), out.constant(make_int64({0}, {}))});
    x = out.add("Sub", {out.add("Cast", {x}, {{"to", Attribute{kInt64Number}}}), out.add("Cast", {point}, {{"to", Attribute{kInt64Number}}})});
  } else {
    TACIT_TRY(const double number, one_number(call, zero_index, 0));
    const std::string point = out.constant(make_int64({}, {static_cast<std::int64_t>(number)}));
    if (number != 0) x = out.add("Sub", {out.add("Cast", {x}, {{"to", Attribute{kInt64Number}}}), point});
  }
  return out.add("Cast", {x}, {{"to", Attribute{kFloatNumber}}});
}

/// The scales of the weights, one or one for each output row.
Result<std::vector<float>> read_scales(const Call& call, const Roles& roles) {
  TACIT_OK(check_constant(call, roles.w_scale, "scale"));
  const std::vector<double> scales = numbers_of(*call.operand(roles.w_scale).value);
  const bool positive = std::all_of(scales.begin(), scales.end(), [](double scale) { return scale > 0 && std::isfinite(scale); });
  if (scales.empty() || !positive) return malformed(*call.node, "a scale is not positive");
  return std::vector<float>(scales.begin(), scales.end());
}

/// `sum`, a float value that is a sum of `terms` products of integers, scaled, or as exact integers.
Result<std::string> integers_of(const Call& call, const Roles& roles, const std::string& sum, double terms, double bias, Expansion& out) {
  if (roles.y_scale == kNoOperand) {
    const double bound = std::min(power_above(terms * 255.0 * 255.0 + bias + 1), static_cast<double>(kWidest));
    const std::string y = out.add_own("Whole", {sum}, {{"bound", Attribute{static_cast<std::int64_t>(bound)}}});
    return out.add("Cast", {y}, {{"to", Attribute{std::int64_t{6}}}});
  }
  TACIT_TRY(std::vector<float> scales, read_scales(call, roles));
  TACIT_TRY(const double x_scale, one_number(call, roles.x_scale, 1));
  TACIT_TRY(const double y_scale, one_number(call, roles.y_scale, 1));
  TACIT_TRY(const double zero, one_number(call, roles.y_zero, 0));
  const std::optional<std::int64_t> number = call.operand(roles.y_zero).present ? element_number(call.operand(roles.y_zero).type) : 2;
  if (number != 2 && number != 3) return refuse(*call.node, "its output is neither uint8 nor int8");
  const auto point = static_cast<std::int64_t>(zero);
  const std::string y = out.add_own("Rescaled", {sum, out.floats(std::move(scales))},
                                    {{"x_scale", Attribute{static_cast<float>(x_scale)}}, {"y_scale", Attribute{static_cast<float>(y_scale)}},
                                     {"zero", Attribute{point}}, {"lo", Attribute{(*number == 2 ? 0 : -128) - point}},
                                     {"hi", Attribute{(*number == 2 ? 255 : 127) - point}}});
  return out.add("Cast", {y}, {{"to", Attribute{*number}}});
}

Result<Expansion> expand_mat_mul(const Call& call, const Roles& roles) {
  TACIT_OK(check_factors(call, roles));
  const Shape& w = call.operand(roles.weights).type.dims;
  if (w.size() < 2 || element_count(w) == 0) return refuse(*call.node, "its second factor " + shape_text(w) + " is no matrix");
  const bool by_column = roles.w_scale != kNoOperand && element_count(call.operand(roles.w_scale).type.dims) != 1;
  if (by_column && w.size() != 2) {
    return refuse(*call.node, "a scale for each column is supported for matrices only");
  }
  Expansion out(call);
  TACIT_TRY(std::string x, centred(call, 0, roles.x_zero, out));
  Shape y = call.operand(0).type.dims;
  // All rows of x meet one matrix: as rows of one matrix themselves.
  const bool is_flattened = y.size() != 2 && !y.empty() && w.size() == 2;
  if (is_flattened) x = out.add("Reshape", {x, out.constant(make_int64({2}, {count_between(y, 0, y.size() - 1), y.back()}))});
  std::string second;
  if (call.operand(roles.weights).value != nullptr) {
    TACIT_TRY(Tensor weights, centred_weights(call, roles, w.size() - 1));
    second = out.constant(std::move(weights));
  } else {
    TACIT_TRY(second, centred(call, roles.weights, roles.w_zero, out));
  }
  const auto terms = static_cast<double>(w[w.size() - 2]);
  Expansion::Attributes exact;  // products of two computed factors, or with one for each batch entry, are rounded otherwise
  if (call.operand(roles.weights).value == nullptr || w.size() > 2) exact[kExactSum] = Attribute{std::int64_t{1}};
  const std::string sum = out.add("MatMul", {x, second}, std::move(exact));
  TACIT_TRY(std::string integers, integers_of(call, roles, sum, terms, 0, out));
  if (is_flattened) {
    y.back() = w.back();
    const auto rank = static_cast<std::int64_t>(y.size());
    integers = out.add("Reshape", {integers, out.constant(make_int64({rank}, {y.begin(), y.end()}))});
  }
  out.give(0, integers);
  return out;
}

Result<Expansion> expand_conv(const Call& call, const Roles& roles) {
  TACIT_OK(check_factors(call, roles));
  TACIT_OK(check_constant(call, roles.weights, "second factor"));
  const Shape& w = call.operand(roles.weights).type.dims;
  if (w.size() < 3 || element_count(w) == 0) return malformed(*call.node, "its weight " + shape_text(w) + " has fewer than 3 axes");
  TACIT_TRY(Tensor weights, centred_weights(call, roles, 0));
  Expansion out(call);
  TACIT_TRY(const std::string x, centred(call, 0, roles.x_zero, out));
  std::vector<std::string> inputs{x, out.constant(std::move(weights))};
  double peak = 0;
  if (call.operand(roles.bias).present) {
    TACIT_OK(check_constant(call, roles.bias, "bias"));
    const std::vector<double> bias = numbers_of(*call.operand(roles.bias).value);
    for (const double b : bias) peak = std::max(peak, std::abs(b));
    if (peak >= 0x1p24) return refuse(*call.node, "its bias has more than 24 bits");
    inputs.push_back(out.floats({bias.begin(), bias.end()}));
  }
  const std::string sum = out.add("Conv", inputs, call.node->attributes);
  TACIT_TRY(const std::string integers, integers_of(call, roles, sum, static_cast<double>(count_between(w, 1, w.size())), peak, out));
  out.give(0, integers);
  return out;
}

constexpr Roles kIntegerRoles{.weights = 1, .x_zero = 2, .w_zero = 3};
constexpr Roles kLinearRoles{.weights = 3, .x_zero = 2, .w_zero = 5, .x_scale = 1, .w_scale = 4, .y_scale = 6, .y_zero = 7, .bias = 8};

Result<Expansion> expand_mat_mul_integer(const Call& call) { return expand_mat_mul(call, kIntegerRoles); }
Result<Expansion> expand_conv_integer(const Call& call) { return expand_conv(call, kIntegerRoles); }
Result<Expansion> expand_q_mat_mul(const Call& call) { return expand_mat_mul(call, kLinearRoles); }
Result<Expansion> expand_q_conv(const Call& call) { return expand_conv(call, kLinearRoles); }

}  // namespace

constexpr OperatorText kConvIntegerText = {
    "exact sums of integers less their zero points",
    "second factor and zero points constant, 8 bits; sums below 2^30, and below 2^21 where they are read as integers"};
constexpr OperatorText kQLinearConvText = {
    "exact sums of integers less their zero points, rounded by hidden thresholds as the exact ratio of the float32 scales says, "
    "halves to even, saturated",
    "scales, zero points, weights constant; 8 bits"};
extern const Operator kConvInteger, kMatMulInteger, kQLinearConv, kQLinearMatMul, kWhole;
const Operator kConvInteger = {.op = "ConvInteger", .domain = "", .text = kConvIntegerText, .expand = expand_conv_integer};
const Operator kMatMulInteger = {.op = "MatMulInteger", .domain = "", .text = kConvIntegerText, .expand = expand_mat_mul_integer};
const Operator kQLinearConv = {.op = "QLinearConv", .domain = "", .text = kQLinearConvText, .expand = expand_q_conv};
const Operator kQLinearMatMul = {.op = "QLinearMatMul", .domain = "", .text = kQLinearConvText, .expand = expand_q_mat_mul};
const Operator kWhole = {.op = "Whole", .domain = kOwnDomain, .infer = infer_whole, .evaluate = evaluate_whole, .lower = lower_whole};

}  // namespace tacit
