// Relu: y = max(x, 0).
#include "ops/call.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  return one_output(call, DType::kFloat, call.operand(0).type.dims);
}

std::vector<Tensor> evaluate(const Call& call) {
  Tensor out = *call.operand(0).value;
  for (float& v : out.f) v = v > 0 ? v : 0;
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  Affine sum = lowering.take(call, 0);
  sum.limits = sum.limits.then({.lo = 0});
  lowering.give(call, std::move(sum));
  return Unit{};
}

}  // namespace

extern const Operator kRelu;
const Operator kRelu = {.op = "Relu", .domain = "", .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
