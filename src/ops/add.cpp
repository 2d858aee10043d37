// Add: x + y under numpy broadcasting. With a constant that varies along one axis of the other operand at most, it is
// a per-channel affine map and folds into the Conv, Gemm or MatMul before it.
#include "ops/broadcasting.h"
#include "ops/masks.h"

namespace tacit {
namespace {

Result<std::vector<TensorType>> infer(const Call& call) { return infer_pair(call, "add"); }

std::vector<Tensor> evaluate(const Call& call) {
  return {broadcast_arithmetic(Arithmetic::kAdd, *call.operand(0).value, *call.operand(1).value)};
}

std::optional<ChannelAffine> as_affine(const Call& call) {
  std::optional<ChannelAffine> map = constant_along_axis(call);
  if (map) map->scale.assign(map->shift.size(), 1.0);
  return map;
}

/// x plus a mask.
std::optional<Masking> as_mask(const Call& call) {
  for (const std::size_t input : {0u, 1u}) {
    const Operand &x = call.operand(input), &mask = call.operand(1 - input);
    if (x.value != nullptr || mask.value == nullptr || !masks(*mask.value) || broadcast(x.type.dims, mask.type.dims) != x.type.dims) continue;
    return Masking{input, *mask.value, false};
  }
  return std::nullopt;
}

double floor_of(const Call& call, std::size_t operand, double floor) { return floor_beside(call.operand(1 - operand).value, floor); }

Status lower(const Call& call, Lowering& lowering) { return lower_sum(call, 1, lowering); }

}  // namespace

constexpr OperatorText kText = {"sums at one rounding; integers wrap as their type does"};
extern const Operator kAdd;
const Operator kAdd = {
    .op = "Add", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .is_elementwise = true, .as_affine = as_affine, .as_mask = as_mask,
    .floor_of = floor_of};

}  // namespace tacit
