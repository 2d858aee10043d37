// Div: x / y under numpy broadcasting, y a constant: the product with its reciprocals, which folds as Mul does. Integers
// lose the remainder, exactly (dividing.h).
#include <algorithm>
#include <cmath>

#include "ops/broadcasting.h"
#include "ops/dividing.h"

namespace tacit {
namespace {

bool has_reciprocals(const Tensor& divisor) {
  return std::all_of(divisor.f.begin(), divisor.f.end(), [](float v) { return std::isfinite(1 / v); }) &&
         std::find(divisor.i.begin(), divisor.i.end(), 0) == divisor.i.end();
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  const Operand& divisor = call.operand(1);
  if (divisor.value == nullptr && may_divide(call)) return infer_pair(call, "divide");
  if (divisor.value == nullptr) {
    return refuse(*call.node, "divides by \"" + call.node->inputs[1] +
                                  "\", which depends on the model's input; only constants may divide");
  }
  if (!has_reciprocals(*divisor.value)) return malformed(*call.node, "divides by 0");
  return infer_pair(call, "divide");
}

std::vector<Tensor> evaluate(const Call& call) {
  return {broadcast_arithmetic(Arithmetic::kDivide, *call.operand(0).value, *call.operand(1).value)};
}

std::optional<ChannelAffine> as_affine(const Call& call) {
  std::optional<ChannelAffine> map = constant_along_axis(call);
  if (!map || map->input != 0) return std::nullopt;
  for (double divisor : map->shift) map->scale.push_back(1 / divisor);
  map->shift.assign(map->scale.size(), 0.0);
  return map;
}

Status lower(const Call& call, Lowering& lowering) {
  if (call.operand(0).type.dtype == DType::kInt64) return lower_integer_quotient(call, lowering);
  return lower_factors(call, 0, *call.operand(1).value, true, lowering);
}

}  // namespace

extern const Operator kDiv;
const Operator kDiv = {
    .op = "Div", .domain = "", .infer = infer, .evaluate = evaluate, .lower = lower, .as_affine = as_affine};

}  // namespace tacit
