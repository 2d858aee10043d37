// Sums, extremes and norms along axes, and what orders the numbers of an axis.
#include <utility>

#include "random_models/operands.h"
#include "random_models/operators.h"

namespace tacit::random_models {
namespace {

/// Axes became an operand of ReduceSum with opset 13, of the others with 18.
bool reduce(Builder& b, const char* op, const std::optional<std::string>& x, std::int64_t since) {
  if (!x) return false;
  const std::size_t rank = b.dims(*x).size();
  Attributes attributes;
  std::vector<std::string> operands = {*x};
  if (b.random.chance(50)) attributes["keepdims"] = b.random.between(0, 1);
  if (rank > 0 && b.random.chance(85)) {
    List axes;
    for (const std::size_t axis : some_axes(b, rank)) axes.push_back(b.written_axis(axis, rank, 11));
    if (b.opset >= since) operands.push_back(b.list(axes));
    else attributes["axes"] = axes;
  } else if (b.opset >= since && b.random.chance(30)) {
    attributes["noop_with_empty_axes"] = b.random.between(0, 1);
  }
  return b.add(op, std::move(operands), std::move(attributes));
}

bool reduce_any(Builder& b, const char* op, std::int64_t since = 18) { return reduce(b, op, b.operand(0, 5), since); }

bool reduce_sum(Builder& b) { return reduce(b, "ReduceSum", any_operand(b, 0), 13); }
bool reduce_mean(Builder& b) { return reduce_any(b, "ReduceMean"); }
bool reduce_max(Builder& b) { return reduce(b, "ReduceMax", any_operand(b, 0), 18); }
bool reduce_min(Builder& b) { return reduce(b, "ReduceMin", any_operand(b, 0), 18); }
bool reduce_l1(Builder& b) { return reduce_any(b, "ReduceL1"); }
bool reduce_l2(Builder& b) { return reduce_any(b, "ReduceL2"); }
bool reduce_sum_square(Builder& b) { return reduce_any(b, "ReduceSumSquare"); }
bool reduce_log_sum(Builder& b) { return reduce(b, "ReduceLogSum", positive(b, 0.2), 18); }
bool reduce_log_sum_exp(Builder& b) { return reduce(b, "ReduceLogSumExp", bounded(b, 4), 18); }

/// Of few numbers near 1, whose product stays small.
bool reduce_prod(Builder& b) {
  const auto x = b.operand(1, 3);
  const auto unit = x ? b.helper("Sigmoid", {*x}) : std::nullopt;
  return reduce(b, "ReduceProd", unit ? b.helper("Add", {*unit, b.floats({}, 0.4, 0.6)}) : std::nullopt, 18);
}

bool arg_min(Builder& b) {
  const auto x = any_operand(b, 1);
  if (!x) return false;
  const std::size_t rank = b.dims(*x).size();
  Attributes attributes;
  if (b.random.chance(80)) attributes["axis"] = b.written_axis(b.random.below(rank), rank, 11);
  if (b.random.chance(60)) attributes["keepdims"] = b.random.between(0, 1);
  if (b.opset >= 12 && b.random.chance(40)) attributes["select_last_index"] = b.random.between(0, 1);
  return b.add("ArgMin", {*x}, std::move(attributes));
}

bool cum_sum(Builder& b) {
  const auto x = b.opset < 11 ? std::nullopt : any_operand(b, 1);
  if (!x) return false;
  const std::size_t rank = b.dims(*x).size();
  Attributes attributes;
  if (b.random.chance(50)) attributes["exclusive"] = b.random.between(0, 1);
  if (b.random.chance(50)) attributes["reverse"] = b.random.between(0, 1);
  return b.add("CumSum", {*x, b.constant(make_int64({}, {b.written_axis(b.random.below(rank), rank, 11)}))}, std::move(attributes));
}

bool top_k(Builder& b) {
  const auto integers = b.opset >= 11 ? b.integers(1) : std::nullopt;
  const auto x = integers && b.random.chance(40) ? integers : b.operand(1, 5);
  if (!x) return false;
  const std::size_t rank = b.dims(*x).size(), axis = b.random.below(rank);
  const std::int64_t k = b.random.between(1, std::min<std::int64_t>(4, b.dims(*x)[axis]));
  Attributes attributes{{"axis", b.written_axis(axis, rank, 11)}};
  if (b.opset < 10) {
    attributes["k"] = k;
    return b.add("TopK", {*x}, std::move(attributes), 2);
  }
  if (b.opset >= 11 && b.random.chance(50)) attributes["largest"] = b.random.between(0, 1);
  if (b.opset >= 11 && b.random.chance(30)) attributes["sorted"] = std::int64_t{1};
  return b.add("TopK", {*x, b.list({k})}, std::move(attributes), 2);
}

}  // namespace

std::vector<Kind> reduction_kinds() {
  return {{"ReduceSum", "ReduceSum", reduce_sum},
          {"ReduceMean", "ReduceMean", reduce_mean},
          {"ReduceMax", "ReduceMax", reduce_max},
          {"ReduceMin", "ReduceMin", reduce_min},
          {"ReduceL1", "ReduceL1", reduce_l1},
          {"ReduceL2", "ReduceL2", reduce_l2},
          {"ReduceSumSquare", "ReduceSumSquare", reduce_sum_square},
          {"ReduceLogSum", "ReduceLogSum", reduce_log_sum},
          {"ReduceLogSumExp", "ReduceLogSumExp", reduce_log_sum_exp},
          {"ReduceProd", "ReduceProd", reduce_prod},
          {"ArgMin", "ArgMin", arg_min},
          {"CumSum", "CumSum", cum_sum},
          {"TopK", "TopK", top_k}};
}

}  // namespace tacit::random_models
