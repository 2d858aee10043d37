// Relu: y = max(x, 0), of integers too from opset 14 on.
#include <limits>

#include "ops/call.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  if (call.node->opset < 14) TACIT_OK(check_float(call, 0));
  return one_output(call, call.operand(0).type.dtype, call.operand(0).type.dims);
}

std::vector<Tensor> evaluate(const Call& call) {
  Tensor out = *call.operand(0).value;
  for (float& v : out.f) v = v > 0 ? v : 0;
  for (std::int64_t& v : out.i) v = v > 0 ? v : 0;
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  if (call.operand(0).type.dtype == DType::kInt64) return lowering.give_clamped_integers(call, 0, std::numeric_limits<std::int64_t>::max());
  Affine sum = lowering.take(call, 0);
  sum.limits = sum.limits.then({.lo = 0});
  lowering.give(call, std::move(sum));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {"a limit of the rounding before it: nothing of its own"};
extern const Operator kRelu;
const Operator kRelu = {.op = "Relu", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .is_elementwise = true};

}  // namespace tacit
