// Div: x / y under numpy broadcasting: the product with the reciprocals of a constant y, which folds as Mul does, or with
// levels of 1 / y (products.h). Integers lose the remainder, exactly (dividing.h).
#include <algorithm>
#include <cmath>

#include "ops/dividing.h"
#include "ops/products.h"

namespace tacit {
namespace {

bool has_reciprocals(const Tensor& divisor) {
  return std::all_of(divisor.f.begin(), divisor.f.end(), [](float v) { return std::isfinite(1 / v); }) &&
         std::find(divisor.i.begin(), divisor.i.end(), 0) == divisor.i.end();
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  const Operand& divisor = call.operand(1);
  if (divisor.value == nullptr && divisor.type.dtype == DType::kInt64 && !may_divide(call)) {
    return refuse(*call.node, "divides by \"" + call.node->inputs[1] + "\", integers that depend on the model's input and are wider than 8 bits");
  }
  if (divisor.value != nullptr && !has_reciprocals(*divisor.value)) return malformed(*call.node, "divides by 0");
  return infer_pair(call, "divide");
}

std::vector<Tensor> evaluate(const Call& call) {
  return {broadcast_arithmetic(Arithmetic::kDivide, *call.operand(0).value, *call.operand(1).value)};
}

std::optional<ChannelAffine> as_affine(const Call& call) {
  std::optional<ChannelAffine> map = constant_along_axis(call);
  if (!map || map->input != 0 || call.operand(1).value == nullptr) return std::nullopt;
  for (double divisor : map->shift) map->scale.push_back(1 / divisor);
  map->shift.assign(map->scale.size(), 0.0);
  return map;
}

Status lower(const Call& call, Lowering& lowering) {
  if (call.operand(0).type.dtype == DType::kInt64) return lower_integer_quotient(call, lowering);
  if (call.operand(1).value == nullptr) return give_quotient(call, 1, lowering);
  return lower_factors(call, 0, *call.operand(1).value, true, lowering);
}

Status lower_by_root(const Call& call, Lowering& lowering) { return give_quotient(call, 0.5, lowering); }

std::vector<Tensor> evaluate_by_root(const Call& call) {
  Tensor root = *call.operand(1).value;
  for (float& v : root.f) v = std::sqrt(v);
  return {broadcast_arithmetic(Arithmetic::kDivide, *call.operand(0).value, root)};
}

}  // namespace

constexpr OperatorText kText = {
    "by a constant: hidden factors; by a computed tensor b: times 1 / b, from tables on several levels of magnitude; "
    "integers lose the remainder, exactly",
    "off by 2^-11 of the quotient; a divisor below 2^-14 of the largest one counts as that much, 0 as positive; "
    "computed divisors of integers have 8 bits"};
extern const Operator kDiv, kDivRoot;
/// x / sqrt(y), y computed, of our own domain: what norms expand into.
const Operator kDivRoot = {.op = "DivRoot", .domain = kOwnDomain, .infer = infer, .evaluate = evaluate_by_root, .lower = lower_by_root};
const Operator kDiv = {
    .op = "Div", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .is_elementwise = true, .as_affine = as_affine};

}  // namespace tacit
