// MatMulInteger, ConvInteger: products of integers less their zero points, exactly.
// QLinearMatMul, QLinearConv: the same times the scales, rounded, plus a zero point, saturated to the output's type.
//
//   x --Sub zero--> integers --MatMul / Conv--> sum --Whole--> exact integers --Rescaled--> q
//
// Whole limits the sum to 2^k where the output has saturated long before, so that it fits a column: what comes out is what exact
// integers give. Rescaled multiplies by the ratio of the scales as m / 2^s, s up to 27 and m up to 19 bits, one for each row, which
// is hidden; halves go up.
#include <algorithm>
#include <cmath>

#include "ops/lowering.h"
#include "ops/quantised.h"

namespace tacit {
namespace {

constexpr double kMostWhole = 0x1p21;

/// The least power of two that is no less.
double power_above(double v) { return std::exp2(std::ceil(std::log2(std::max(v, 2.0)))); }

// ---- Whole: of our own. The integers of a sum of integers, limited to [-bound, bound).

Result<std::int64_t> read_bound(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  TACIT_TRY(const std::int64_t bound, int_attribute(*call.node, "bound", 0));
  if (bound >= 2 && static_cast<double>(bound) <= kMostWhole) return bound;
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
  TACIT_TRY(const Affine sum, lowering.take_open(call, 0, std::nullopt));
  const Placed y = lowering.settle(sum, 1, -bound, bound - 1);
  if (y.scale != 1) return refuse(*call.node, "its weights are integers of more bits than --weight-bits");
  lowering.give(call, y);
  return Unit{};
}

// ---- Rescaled: of our own. clamp(round(x * ratio) + zero, lo, hi); operand 1 has one ratio, or one for each of axis 1.

struct Rescaling {
  std::vector<double> ratios;
  std::int64_t zero = 0, lo = 0, hi = 0;
};

Result<Rescaling> read_rescaling(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  TACIT_OK(check_constant(call, 1, "ratio"));
  Rescaling r;
  r.ratios = numbers_of(*call.operand(1).value);
  const Shape& dims = call.operand(0).type.dims;
  const std::int64_t rows = dims.size() < 2 ? 1 : dims[1];
  if (r.ratios.size() != 1 && static_cast<std::int64_t>(r.ratios.size()) != rows) return malformed(*call.node, "it has not one ratio for each row");
  for (const double ratio : r.ratios) {
    if (!(ratio > 0 && ratio < 0x1p18)) return refuse(*call.node, "a scale is not positive, or scales are too far apart");
  }
  TACIT_TRY(r.zero, int_attribute(*call.node, "zero", 0));
  TACIT_TRY(r.lo, int_attribute(*call.node, "lo", 0));
  TACIT_TRY(r.hi, int_attribute(*call.node, "hi", 255));
  return r;
}

Result<std::vector<TensorType>> infer_rescaled(const Call& call) {
  TACIT_OK(read_rescaling(call));
  return one_output(call, DType::kInt64, call.operand(0).type.dims);
}

std::vector<Tensor> evaluate_rescaled(const Call& call) {
  const Rescaling r = read_rescaling(call).value();
  const Tensor& x = *call.operand(0).value;
  Tensor out{x.dims, DType::kInt64, {}, {}};
  const std::int64_t inner = x.dims.size() < 2 ? 1 : count_between(x.dims, 2, x.dims.size());
  for (std::size_t k = 0; k < x.i.size(); ++k) {
    const double ratio = r.ratios[k / static_cast<std::size_t>(inner) % r.ratios.size()];
    const double v = std::floor(static_cast<double>(x.i[k]) * ratio + 0.5) + static_cast<double>(r.zero);
    out.i.push_back(static_cast<std::int64_t>(std::clamp(v, static_cast<double>(r.lo), static_cast<double>(r.hi))));
  }
  return {std::move(out)};
}

/// Adds a public number to every entry.
void add_number(Book& book, AccId acc, std::uint32_t cols, std::int64_t number) {
  if (number != 0) book.adds(acc, {book.one(), number, true, false, Window::broadcast(cols)});
}

/// clamp(floor(acc / 2^shift)): a requantisation rounds half up, so half a unit goes off first.
ColumnId floor_of(Book& book, AccId acc, std::uint32_t cols, IntegerRange range, std::uint32_t shift) {
  if (shift > 0) add_number(book, acc, cols, -(std::int64_t{1} << (shift - 1)));
  return book.requantise(acc, range.lo, range.hi, shift);
}

/// x m / 2^s in two steps, since a remainder has 16 bits at most: floor(floor((x m + 2^(s-1) + zero 2^s) / 2^16) / 2^(s-16)).
Status lower_rescaled(const Call& call, Lowering& lowering) {
  const Rescaling r = read_rescaling(call).value();
  TACIT_TRY(const Placed x, lowering.read(call, 0, natural_shape(call.operand(0).type.dims)));
  constexpr std::int64_t kMost = std::int64_t{1} << 19;
  const double largest = *std::max_element(r.ratios.begin(), r.ratios.end());
  std::uint32_t shift = 27;
  while (shift > 0 && std::ldexp(largest, static_cast<int>(shift)) >= static_cast<double>(kMost - 1)) --shift;
  const std::uint32_t rows = x.shape.rows, cols = x.shape.cols(), first = std::min<std::uint32_t>(shift, 16), rest = shift - first;
  IntColumn ratios;
  for (std::uint32_t row = 0; row < rows; ++row) {
    ratios.push_back(static_cast<std::int32_t>(round_half_up(std::ldexp(r.ratios[r.ratios.size() == 1 ? 0 : row], static_cast<int>(shift)))));
  }
  Book& book = lowering.book();
  const ColumnId weights = lowering.add_weights(call.node->name + ".ratio", rows, 1, -kMost, kMost - 1, std::move(ratios));
  const AccId acc = book.accumulator(call.node->name, rows, cols);
  book.contracts(acc, {weights, x.column, rows, 1, Window::identity(cols)});
  add_number(book, acc, cols, r.zero * (std::int64_t{1} << shift) + (shift > 0 ? std::int64_t{1} << (shift - 1) : 0));
  const std::int64_t unit = std::int64_t{1} << rest;
  ColumnId y = floor_of(book, acc, cols, {r.lo * unit, (r.hi + 1) * unit - 1}, first);
  if (rest > 0) {
    const AccId high = book.accumulator(call.node->name + ".high", rows, cols);
    book.adds(high, Linear::whole(y, cols, 1));
    y = floor_of(book, high, cols, {r.lo, r.hi}, rest);
  }
  lowering.give(call, Placed{y, 1, x.shape});
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

Status check_operands(const Call& call, const Roles& roles) {
  for (const std::size_t index : {std::size_t{0}, roles.weights}) {
    if (!call.operand(index).present) return malformed(*call.node, "an input is missing");
    if (call.operand(index).type.dtype != DType::kInt64) return refuse(*call.node, "its factors are not integers");
    if (bits_of_element(call.operand(index).type.element) > 8) return refuse(*call.node, "its factors have more than 8 bits");
  }
  return check_constant(call, roles.weights, "second factor");
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

/// x less its zero point, exact integers that count as floats.
Result<std::string> centred_input(const Call& call, const Roles& roles, Expansion& out) {
  TACIT_TRY(const double zero, one_number(call, roles.x_zero, 0));
  std::string x = out.input(0);
  if (zero != 0) x = out.add("Sub", {out.add("Cast", {x}, {{"to", Attribute{kInt64Number}}}), out.constant(make_int64({}, {static_cast<std::int64_t>(zero)}))});
  return out.add("Cast", {x}, {{"to", Attribute{kFloatNumber}}});
}

/// The ratio of scales, one or one for each output row.
Result<std::vector<double>> read_ratios(const Call& call, const Roles& roles) {
  TACIT_TRY(const double x_scale, one_number(call, roles.x_scale, 1));
  TACIT_TRY(const double y_scale, one_number(call, roles.y_scale, 1));
  TACIT_OK(check_constant(call, roles.w_scale, "scale"));
  std::vector<double> ratios = numbers_of(*call.operand(roles.w_scale).value);
  for (double& ratio : ratios) {
    ratio = x_scale * ratio / y_scale;
    if (!(ratio > 0 && std::isfinite(ratio))) return malformed(*call.node, "a scale is not positive");
  }
  if (ratios.empty()) return malformed(*call.node, "a scale is empty");
  return ratios;
}

/// `sum`, a float value that is a sum of `terms` products of integers, as exact integers; limited to `enough` where it may be more.
Result<std::string> whole(const Call& call, const std::string& sum, double terms, double bias, double enough, Expansion& out) {
  const double bound = power_above(std::min(terms * 255.0 * 255.0 + bias + 1, enough));
  if (bound > kMostWhole) return refuse(*call.node, "its sums may be larger than 2^21, too large to be exact");
  return out.add_own("Whole", {sum}, {{"bound", Attribute{static_cast<std::int64_t>(bound)}}});
}

/// Scales the exact sum and gives it, or gives the sum itself.
Status give_product(const Call& call, const Roles& roles, const std::string& sum, double terms, double bias, Expansion& out) {
  if (roles.y_scale == kNoOperand) {
    TACIT_TRY(const std::string y, whole(call, sum, terms, bias, 0x1p60, out));
    out.give(0, out.add("Cast", {y}, {{"to", Attribute{std::int64_t{6}}}}));
    return Unit{};
  }
  TACIT_TRY(std::vector<double> ratios, read_ratios(call, roles));
  TACIT_TRY(const double zero, one_number(call, roles.y_zero, 0));
  const std::optional<std::int64_t> number = call.operand(roles.y_zero).present ? element_number(call.operand(roles.y_zero).type) : 2;
  if (number != 2 && number != 3) return refuse(*call.node, "its output is neither uint8 nor int8");
  // Beyond 512 / ratio the output has saturated, wherever its zero point is.
  TACIT_TRY(const std::string integers, whole(call, sum, terms, bias, 512 / *std::min_element(ratios.begin(), ratios.end()), out));
  const std::vector<float> floats(ratios.begin(), ratios.end());
  const std::string y = out.add_own("Rescaled", {integers, out.floats(floats)},
                                    {{"zero", Attribute{static_cast<std::int64_t>(zero)}}, {"lo", Attribute{std::int64_t{*number == 2 ? 0 : -128}}},
                                     {"hi", Attribute{std::int64_t{*number == 2 ? 255 : 127}}}});
  out.give(0, out.add("Cast", {y}, {{"to", Attribute{*number}}}));
  return Unit{};
}

Result<Expansion> expand_mat_mul(const Call& call, const Roles& roles) {
  TACIT_OK(check_operands(call, roles));
  const Shape& w = call.operand(roles.weights).type.dims;
  if (w.size() < 2 || element_count(w) == 0) return refuse(*call.node, "its second factor " + shape_text(w) + " is no matrix");
  TACIT_TRY(Tensor weights, centred_weights(call, roles, w.size() - 1));
  const bool by_column = roles.w_scale != kNoOperand && element_count(call.operand(roles.w_scale).type.dims) != 1;
  if (by_column && (w.size() != 2 || call.operand(0).type.dims.size() != 2)) {
    return refuse(*call.node, "a scale for each column is supported for matrices only");
  }
  Expansion out(call);
  TACIT_TRY(const std::string x, centred_input(call, roles, out));
  const auto terms = static_cast<double>(w[w.size() - 2]);
  const std::string sum = out.add("MatMul", {x, out.constant(std::move(weights))});
  TACIT_OK(give_product(call, roles, sum, terms, 0, out));
  return out;
}

Result<Expansion> expand_conv(const Call& call, const Roles& roles) {
  TACIT_OK(check_operands(call, roles));
  const Shape& w = call.operand(roles.weights).type.dims;
  if (w.size() < 3 || element_count(w) == 0) return malformed(*call.node, "its weight " + shape_text(w) + " has fewer than 3 axes");
  TACIT_TRY(Tensor weights, centred_weights(call, roles, 0));
  Expansion out(call);
  TACIT_TRY(const std::string x, centred_input(call, roles, out));
  std::vector<std::string> inputs{x, out.constant(std::move(weights))};
  double peak = 0;
  if (call.operand(roles.bias).present) {
    TACIT_OK(check_constant(call, roles.bias, "bias"));
    const std::vector<double> bias = numbers_of(*call.operand(roles.bias).value);
    for (const double b : bias) peak = std::max(peak, std::abs(b));
    if (peak >= 0x1p24) return refuse(*call.node, "its bias has more than 24 bits");
    inputs.push_back(out.floats({bias.begin(), bias.end()}));
    peak = power_above(peak);  // bounds are public: they show the constants' size and no more
  }
  const std::string sum = out.add("Conv", inputs, call.node->attributes);
  TACIT_OK(give_product(call, roles, sum, static_cast<double>(count_between(w, 1, w.size())), peak, out));
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
    "second factor and zero points constant, 8 bits; sums below 2^21"};
constexpr OperatorText kQLinearConvText = {
    "exact sums of integers less their zero points, times the ratio of the scales (19 bits, hidden), halves up, "
    "saturated",
    "scales, zero points, weights constant; 8 bits"};
extern const Operator kConvInteger, kMatMulInteger, kQLinearConv, kQLinearMatMul, kRescaled, kWhole;
const Operator kConvInteger = {.op = "ConvInteger", .domain = "", .text = kConvIntegerText, .expand = expand_conv_integer};
const Operator kMatMulInteger = {.op = "MatMulInteger", .domain = "", .text = kConvIntegerText, .expand = expand_mat_mul_integer};
const Operator kQLinearConv = {.op = "QLinearConv", .domain = "", .text = kQLinearConvText, .expand = expand_q_conv};
const Operator kQLinearMatMul = {.op = "QLinearMatMul", .domain = "", .text = kQLinearConvText, .expand = expand_q_mat_mul};
const Operator kRescaled = {.op = "Rescaled", .domain = kOwnDomain, .infer = infer_rescaled, .evaluate = evaluate_rescaled, .lower = lower_rescaled};
const Operator kWhole = {.op = "Whole", .domain = kOwnDomain, .infer = infer_whole, .evaluate = evaluate_whole, .lower = lower_whole};

}  // namespace tacit
