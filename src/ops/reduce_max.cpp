// ReduceMax and ReduceMin: the largest (smallest) element along axes, by a tree of maxima; exact. Bools are 0 and 1.
#include <algorithm>
#include <limits>
#include <set>

#include "ops/moves.h"

namespace tacit {
namespace {

struct Reduction {
  std::set<std::size_t> axes;
  bool keep = true;
};

Result<Reduction> read_reduction(const Call& call) {
  Reduction out;
  const std::size_t rank = call.operand(0).type.dims.size();
  TACIT_TRY(out.keep, flag_attribute(*call.node, "keepdims", true));
  TACIT_TRY(const bool noop, flag_attribute(*call.node, "noop_with_empty_axes", false));
  TACIT_TRY(const auto given, axes_of(call, 1, 18));
  for (const std::int64_t axis : given.value_or(std::vector<std::int64_t>{})) {
    TACIT_TRY(const std::size_t at, resolve_axis(*call.node, axis, rank, false));
    if (!out.axes.insert(at).second) return malformed(*call.node, "names axis " + std::to_string(at) + " twice");
  }
  if (!out.axes.empty() || noop) return out;
  for (std::size_t axis = 0; axis < rank; ++axis) out.axes.insert(axis);
  return out;
}

Shape reduced(const Shape& dims, const Reduction& reduction) {
  Shape out;
  for (std::size_t axis = 0; axis < dims.size(); ++axis) {
    if (!reduction.axes.contains(axis)) out.push_back(dims[axis]);
    else if (reduction.keep) out.push_back(1);
  }
  return out;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, call.node->opset >= 18 ? 2 : 1));
  TACIT_OK(check_extents(call));
  TACIT_TRY(const Reduction reduction, read_reduction(call));
  return one_output(call, {call.operand(0).type.dtype, reduced(call.operand(0).type.dims, reduction), call.operand(0).type.element});
}

/// Every element of `x` meets the one of the result to which it belongs.
template <class T>
std::vector<T> extremes(const std::vector<T>& x, const Shape& dims, const Reduction& reduction, bool most, T start) {
  Shape kept = dims;
  for (const std::size_t axis : reduction.axes) kept[axis] = 1;
  const Shape strides = broadcast_strides(kept, dims);
  std::vector<T> out(static_cast<std::size_t>(count_between(kept, 0, kept.size())), start);
  for (std::size_t flat = 0; flat < x.size(); ++flat) {
    std::int64_t rest = static_cast<std::int64_t>(flat), at = 0;
    for (std::size_t axis = dims.size(); axis-- > 0; rest /= dims[axis]) at += rest % dims[axis] * strides[axis];
    T& best = out[static_cast<std::size_t>(at)];
    best = most ? std::max(best, x[flat]) : std::min(best, x[flat]);
  }
  return out;
}

std::vector<Tensor> evaluate(const Call& call) {
  const Tensor& x = *call.operand(0).value;
  const Reduction reduction = read_reduction(call).value();
  const bool most = call.node->op == "ReduceMax";
  const float far = most ? -std::numeric_limits<float>::infinity() : std::numeric_limits<float>::infinity();
  const IntegerRange own = range_of_element(x.element);
  const Shape dims = reduced(x.dims, reduction);
  if (x.dtype == DType::kFloat) return {make_float(dims, extremes(x.f, x.dims, reduction, most, far))};
  return {make_int64(dims, extremes(x.i, x.dims, reduction, most, most ? own.lo : own.hi))};
}

/// A column of rows [n] for each of the elements of the result, and its maxima.
Placed maxima(const std::string& name, Placed level, Book& book) {
  const std::uint32_t rows = level.shape.rows;
  for (std::uint32_t length = level.shape.cols(), step = 0; length > 1; ++step) {
    const std::uint32_t half = (length + 1) / 2;
    Window low;
    low.in_w = length;
    low.out_w = half;
    Window high = low;
    high.pad_w = -static_cast<std::int32_t>(length - half);
    level.column = book.maximum(name + ".maximum" + std::to_string(step), rows, half, {level.column, 1, false, false, low},
                                {level.column, 1, false, false, high});
    length = half;
  }
  level.shape = {1, 1, 1, rows};
  return level;
}

Status lower(const Call& call, Lowering& lowering) {
  const Reduction reduction = read_reduction(call).value();
  const Shape& dims = call.operand(0).type.dims;
  std::vector<Along> order = {repeated_along(1)};  // one batch entry: a column in the order of these axes
  std::int64_t rows = 1;
  for (std::size_t axis = 0; axis < dims.size(); ++axis) {
    if (reduction.axes.contains(axis)) continue;
    order.push_back(along_all(axis, dims[axis]));
    rows *= dims[axis];
  }
  for (const std::size_t axis : reduction.axes) order.push_back(along_all(axis, dims[axis]));
  const std::int64_t entries = count_between(dims, 0, dims.size());
  if (entries == rows) {
    lowering.pass_on(call);
    return Unit{};
  }
  // The elements that are compared stand side by side, negated where the smallest one is sought.
  TACIT_TRY(Multiple term, moved_operand(call, 0, order, lowering));
  const double sign = call.node->op == "ReduceMin" ? -1 : 1;
  Affine sum = empty_sum(call, {1, static_cast<std::uint32_t>(rows), 1, static_cast<std::uint32_t>(entries / rows)});
  term.coefficient = sign;
  sum.multiples.push_back(term);
  const Column column = lowering.book().column(term.input.column);
  const Placed level = lowering.settle(sum, term.input.scale, sign < 0 ? -column.hi : column.lo, sign < 0 ? -column.lo : column.hi);
  const Placed best = maxima(call.node->name, level, lowering.book());
  if (sign > 0) {
    lowering.give(call, best);
    return Unit{};
  }
  lowering.give(call, lowering.settle(negated(sum_of(call, best)), best.scale, column.lo, column.hi));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "a tree of maxima",
    "axes constant"};
extern const Operator kReduceMax, kReduceMin;
const Operator kReduceMax = {.op = "ReduceMax", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};
const Operator kReduceMin = {.op = "ReduceMin", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
