// Sub: x - y under numpy broadcasting. With a constant on either side it folds as Add does.
#include "ops/broadcasting.h"

namespace tacit {
namespace {

Result<std::vector<TensorType>> infer(const Call& call) { return infer_pair(call, "subtract"); }

std::vector<Tensor> evaluate(const Call& call) {
  return {broadcast_arithmetic(Arithmetic::kSubtract, *call.operand(0).value, *call.operand(1).value)};
}

std::optional<ChannelAffine> as_affine(const Call& call) {
  std::optional<ChannelAffine> map = constant_along_axis(call);
  if (!map) return std::nullopt;
  const double of_x = map->input == 0 ? 1 : -1;  // x - c or c - x
  map->scale.assign(map->shift.size(), of_x);
  for (double& shift : map->shift) shift *= -of_x;
  return map;
}

Status lower(const Call& call, Lowering& lowering) { return lower_sum(call, -1, lowering); }

}  // namespace

constexpr OperatorText kText = {"sums at one rounding; integers wrap as their type does"};
extern const Operator kSub;
const Operator kSub = {
    .op = "Sub", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .is_elementwise = true, .as_affine = as_affine};

}  // namespace tacit
