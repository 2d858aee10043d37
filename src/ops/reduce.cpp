// Reductions over any axes: ReduceSum, ReduceMean, ReduceL1, ReduceL2, ReduceSumSquare, ReduceLogSum, ReduceLogSumExp, ReduceProd.
//
//   sum, mean      one window, or a copy with the axes side by side first
//   |x|            2 max(x, 0) - x
//   x^2            the contraction of the strips with themselves, one rounding at the end
//   root, log      homogeneous.h, of the sum with the bits below its last one
//   log sum e^x    log_sum_exp.h plus the largest x: off by 2^-12 besides the roundings
//   product        e^(sum of log |x|) with the sign of the parity of negative ones: off by 2^-11 + n 2^-15 of itself; an element
//                  below 2^-16 of the largest one counts as that much
#include <algorithm>
#include <cmath>

#include "base/contract.h"
#include "ops/axes.h"
#include "ops/dividing.h"
#include "ops/expansion.h"
#include "ops/homogeneous.h"
#include "ops/log_sum_exp.h"
#include "ops/moves.h"

namespace tacit {
namespace {

bool is(const Call& call, const char* op) { return call.node->op == op; }

Result<Reduction> read(const Call& call) {
  const bool is_own = call.node->domain == kOwnDomain;
  return read_reduction(call, is_own ? 0 : is(call, "ReduceSum") ? 13 : 18);
}

/// Of integers, ReduceL1 and ReduceMean are the sum of magnitudes, and the sum divided towards zero.
Result<Expansion> expand(const Call& call) {
  Expansion out(call);
  TACIT_TRY(const Reduction r, read(call));
  const Operand& x = call.operand(0);
  if (x.value != nullptr || x.type.dtype != DType::kInt64 || x.type.is_bool()) return out;
  std::vector<std::int64_t> axes;
  for (std::size_t axis = 0; axis < r.dims.size(); ++axis)
    if (r.taken[axis]) axes.push_back(static_cast<std::int64_t>(axis));
  const auto sum_of = [&](const std::string& numbers) {
    if (axes.empty()) return out.add("Identity", {numbers});
    return out.add("ReduceSum", {numbers, out.integers(axes)}, {{"keepdims", Attribute{std::int64_t{r.keeps}}}});
  };
  if (is(call, "ReduceL1")) {
    out.give(0, sum_of(out.add("Abs", {out.input(0)})));
    return out;
  }
  Tensor length = make_int64({}, {r.length()});
  length.element = x.type.element;
  out.give(0, out.add("Div", {sum_of(out.input(0)), out.constant(std::move(length))}));
  return out;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_TRY(Reduction r, read(call));
  const DType dtype = call.operand(0).type.dtype;
  if (!is(call, "ReduceSum") && call.operand(0).value == nullptr) TACIT_OK(check_float(call, 0));
  if (is(call, "ReduceLogSumExp") && r.length() > kMaxTerms) return refuse(*call.node, "sums more than 65536 exponentials");
  if (is(call, "ReduceProd") && r.length() > 255 && call.operand(0).value == nullptr) return refuse(*call.node, "multiplies more than 255 numbers");
  return one_output(call, dtype, r.out_shape());
}

double begin_of(const Call& call) { return is(call, "ReduceProd") ? 1 : 0; }

double step_of(const Call& call, double sum, double v, double most) {
  if (is(call, "ReduceProd")) return sum * v;
  if (is(call, "ReduceL1")) return sum + std::abs(v);
  if (is(call, "ReduceL2") || is(call, "ReduceSumSquare") || is(call, "ReduceMeanSquare")) return sum + v * v;
  return is(call, "ReduceLogSumExp") ? sum + exact_exp(v - most) : sum + v;
}

double log_of(double v) { return v > 0 ? exact_log(v) : v < 0 ? std::nan("") : -HUGE_VAL; }

double end_of(const Call& call, double sum, std::int64_t length, double most) {
  if (is(call, "ReduceMean") || is(call, "ReduceMeanSquare")) return sum / static_cast<double>(length);
  if (is(call, "ReduceL2")) return std::sqrt(sum);
  if (is(call, "ReduceLogSum")) return log_of(sum);
  return is(call, "ReduceLogSumExp") ? most + exact_log(sum) : sum;
}

std::vector<Tensor> evaluate_integers(const Call& call, const Reduction& r) {
  const Tensor& x = *call.operand(0).value;
  const bool product = is(call, "ReduceProd");
  std::vector<std::int64_t> sums(static_cast<std::size_t>(r.count()), product ? 1 : 0);
  for_each_element(r, [&](std::int64_t flat, std::int64_t strip) {  // wraps as two's complement does
    const auto v = static_cast<std::uint64_t>(x.i[static_cast<std::size_t>(flat)]);
    std::int64_t& s = sums[static_cast<std::size_t>(strip)];
    s = static_cast<std::int64_t>(product ? static_cast<std::uint64_t>(s) * v : static_cast<std::uint64_t>(s) + v);
  });
  if (is(call, "ReduceMean"))
    for (std::int64_t& s : sums) s /= r.length();
  return {make_int64(r.out_shape(), std::move(sums))};
}

std::vector<Tensor> evaluate(const Call& call) {
  const Reduction r = read(call).value();
  const bool whole = call.operand(0).type.dtype != DType::kFloat;
  if (whole && (is(call, "ReduceSum") || is(call, "ReduceProd") || is(call, "ReduceMean"))) return evaluate_integers(call, r);
  const Tensor x = as_floats(*call.operand(0).value);
  const auto count = static_cast<std::size_t>(r.count());
  std::vector<double> most(count, -HUGE_VAL), sums(count, begin_of(call));
  for_each_element(r, [&](std::int64_t flat, std::int64_t strip) {
    double& m = most[static_cast<std::size_t>(strip)];
    m = std::max<double>(m, x.f[static_cast<std::size_t>(flat)]);
  });
  for_each_element(r, [&](std::int64_t flat, std::int64_t strip) {
    const auto at = static_cast<std::size_t>(strip);
    sums[at] = step_of(call, sums[at], x.f[static_cast<std::size_t>(flat)], most[at]);
  });
  for (std::size_t k = 0; k < count; ++k) sums[k] = end_of(call, sums[k], r.length(), most[k]);
  if (!whole) return {make_float(r.out_shape(), {sums.begin(), sums.end()})};
  std::vector<std::int64_t> rounded;
  for (const double v : sums) rounded.push_back(static_cast<std::int64_t>(std::clamp(v, -0x1p62, 0x1p62)));
  return {make_int64(r.out_shape(), std::move(rounded))};
}

Status lower_sum(const Call& call, Lowering& lowering) {
  const Reduction r = read(call).value();
  const double factor = is(call, "ReduceMean") ? 1.0 / static_cast<double>(r.length()) : 1;
  TACIT_TRY(Affine sum, sum_over_axes(call, 0, r, factor, lowering));
  return give_like(call, call.operand(0).type.dtype, std::move(sum), lowering);
}

Status lower_absolute(const Call& call, Lowering& lowering) {
  const Reduction r = read(call).value();
  TACIT_TRY(Affine sum, sum_over_axes(call, 0, r, -1, lowering));
  Multiple twice = sum.multiples[0];
  Affine copy = empty_sum(call, twice.input.shape);
  copy.name += ".positive";
  copy.multiples.push_back(copy_of(twice.input, 1));
  const std::int64_t top = std::max<std::int64_t>(1, lowering.book().column(twice.input.column).hi);
  twice.input = lowering.settle(copy, twice.input.scale, 0, top);
  twice.coefficient = 2;
  sum.multiples.push_back(std::move(twice));
  lowering.give(call, std::move(sum));
  return Unit{};
}

/// Sums of squares up to `peak`, one for each strip.
Result<Placed> squares(const Call& call, const Reduction& r, double peak, Lowering& lowering) {
  TACIT_TRY(Placed x, read_strips(call, 0, r, lowering));
  const auto rows = static_cast<std::uint32_t>(r.count());
  Contraction product;
  product.weights = product.input = x.column;
  product.groups = rows;
  product.in_rows = static_cast<std::uint32_t>(r.length());
  return lowering.contract(call.node->name + ".squares", product, rows, x.scale * x.scale, peak);
}

Status lower_squares(const Call& call, Lowering& lowering) {
  const Reduction r = read(call).value();
  const double peak = lowering.range_of_output(call).peak();
  const bool is_root = is(call, "ReduceL2");
  if (is(call, "ReduceMeanSquare")) {
    const auto n = static_cast<double>(r.length());
    TACIT_TRY(Placed mean, squares(call, r, peak * n, lowering));
    mean.scale /= n;
    lowering.give(call, mean);
    return Unit{};
  }
  TACIT_TRY(Placed sum, squares(call, r, is_root ? peak * peak : peak, lowering));
  if (!is_root) {
    lowering.give(call, sum);
    return Unit{};
  }
  const Positive where{.top = top_of({.lo = 0, .hi = peak * peak}, lowering)};
  const Affine argument = lowering.refined(sum_of(call, sum));
  lowering.give(call, lowering.sum_of_columns(call, apply_power(call, argument, 0.5, false, where, lowering)));
  return Unit{};
}

Status lower_log_sum(const Call& call, Lowering& lowering) {
  const Reduction r = read(call).value();
  TACIT_TRY(Affine sum, sum_over_axes(call, 0, r, 1, lowering));
  const ValueRange result = lowering.range_of_output(call);
  const double smallest = exact_exp(std::max(-80.0, result.lo)), largest = exact_exp(std::min(80.0, result.hi));
  Positive where{.top = top_of({.lo = 0, .hi = largest}, lowering)};
  where.least = std::clamp(power_below(smallest) / 2 / where.top, 0x1p-24, 0x1p-4);
  const double peak = result.peak() > 0 ? result.peak() : 1;
  Affine out = lowering.sum_of_columns(call, apply_logarithm(call, lowering.refined(std::move(sum)), where, power_below(peak) * 0x1p-13, lowering));
  out.constant = Field{1, 1, 1, {exact_log(where.top)}};
  lowering.give(call, std::move(out));
  return Unit{};
}

Status lower_log_sum_exp(const Call& call, Lowering& lowering) {
  const Reduction r = read(call).value();
  TACIT_TRY(Placed x, read_strips(call, 0, r, lowering));
  const Strip strip(Rows{{1, r.count(), r.length()}, 2});
  const LogSum sum = log_sum_of(call, x, strip, lowering);
  Affine out = sum_of(call, {sum.most, x.scale, one_each(r)});
  for (const ColumnId term : sum.logarithms) out.multiples.push_back(copy_of({term, kLogUnit, one_each(r)}, 1));
  lowering.give(call, std::move(out));
  return Unit{};
}

/// 1 or -1 for each strip: -1 where an odd number of its elements is negative.
Placed signs(const Call& call, const Placed& strips, const Reduction& r, Lowering& lowering) {
  Affine minus = negated(sum_of(call, strips));
  minus.name += ".negative";
  Placed negative = lowering.settle(minus, strips.scale, 0, 1);
  negative.scale = 1;
  Affine count = empty_sum(call, one_each(r));
  count.name += ".negatives";
  count.multiples.push_back(summed_strips(negative, r, 1));
  constexpr std::uint32_t kBits = 8;
  const Placed n = lowering.settle(count, 1, 0, 255);
  TACIT_EXPECTS(r.length() <= 255, "infer refuses more");
  const FunctionGrid grid{.first = 0, .bits = kBits, .in_scale = 1, .out_scale = 1, .log_piece = 0};
  const auto parity = [](double k) { return std::floor(k / 2) * 2 == k ? 1.0 : -1.0; };
  const Level level{parity, grid, 0, 255};
  return lowering.apply(call, sum_of(call, n), {level}, 1, 1)[0];
}

Status lower_product(const Call& call, Lowering& lowering) {
  const Reduction r = read(call).value();
  lowering.want_fine_bits(call, 0);
  TACIT_TRY(Placed x, read_strips(call, 0, r, lowering));
  const ValueRange range = lowering.range_of_operand(call, 0);
  const Positive where{.top = top_of(range, lowering), .least = 0x1p-16};
  // Of |x| there are levels down to the smallest one; around 0, of x, they would not become narrow.
  const Affine numbers = range.lo < 0 ? sum_of(call, magnitude_of(call, x, lowering)) : lowering.refined(sum_of(call, x));
  Affine sum = empty_sum(call, one_each(r));
  for (const Placed& part : apply_logarithm(call, numbers, where, 0x1p-15, lowering)) {
    sum.multiples.push_back(summed_strips(part, r, 1));
  }
  sum.constant = Field{1, 1, 1, {exact_log(where.top) * static_cast<double>(r.length())}};
  const double peak = std::max(lowering.range_of_output(call).peak(), 0x1p-40), end = exact_log(peak * 2);
  const ElementaryFunction exponential{exact_exp, end - 16, end};
  const std::vector<Placed> parts = apply_elementary(call, std::move(sum), {std::min(0.0, end - 16), std::max(0.0, end)}, peak, exponential, lowering);
  if (range.lo >= 0) {
    lowering.give(call, lowering.sum_of_columns(call, parts));
    return Unit{};
  }
  const Placed sign = signs(call, x, r, lowering);
  std::vector<Placed> products;
  for (const Placed& part : parts) products.push_back(lowering.multiply(call, part, sign));
  lowering.give(call, lowering.sum_of_columns(call, products));
  return Unit{};
}

constexpr Operator reduction(const char* op, const OperatorText& text, Status (*lower)(const Call&, Lowering&), const char* domain = "",
                             Result<Expansion> (*expand)(const Call&) = nullptr) {
  return {.op = op, .domain = domain, .text = text, .infer = infer, .evaluate = evaluate, .lower = lower, .expand = expand};
}

}  // namespace

constexpr OperatorText kReduceSumText = {
    "sums over windows; squares as a contraction of a tensor with itself; products through logarithms, with the parity "
    "of the signs",
    "axes constant; ReduceProd of up to 255 numbers; of integers sums, means and ReduceL1"};
constexpr OperatorText kReduceLogSumExpText = {
    "exponentials and the logarithm of their sum from shared tables, no division",
    "rows up to 65,536"};
extern const Operator kReduceSum, kReduceMean, kReduceL1, kReduceL2, kReduceSumSquare, kReduceLogSum, kReduceLogSumExp, kReduceProd,
    kReduceMeanSquare;
/// The mean of squares, of our own domain: what norms expand into.
const Operator kReduceMeanSquare = reduction("ReduceMeanSquare", {}, lower_squares, kOwnDomain);
const Operator kReduceSum = reduction("ReduceSum", kReduceSumText, lower_sum);
const Operator kReduceMean = reduction("ReduceMean", kReduceSumText, lower_sum, "", expand);
const Operator kReduceL1 = reduction("ReduceL1", kReduceSumText, lower_absolute, "", expand);
const Operator kReduceL2 = reduction("ReduceL2", kReduceSumText, lower_squares);
const Operator kReduceSumSquare = reduction("ReduceSumSquare", kReduceSumText, lower_squares);
const Operator kReduceLogSum = reduction("ReduceLogSum", kReduceSumText, lower_log_sum);
const Operator kReduceLogSumExp = reduction("ReduceLogSumExp", kReduceLogSumExpText, lower_log_sum_exp);
const Operator kReduceProd = reduction("ReduceProd", kReduceSumText, lower_product);

}  // namespace tacit
