// Sigmoid: 1 / (1 + e^-x), looked up in a table that all Sigmoids of a model share: arguments in steps of 2^-11 up to
// +-16, where the function is within 2^-23 of its limits, results in steps of 2^-15.
#include "ops/call.h"
#include "ops/lowering.h"
#include "quant/function.h"

namespace tacit {
namespace {

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  return one_output(call, DType::kFloat, call.operand(0).type.dims);
}

std::vector<Tensor> evaluate(const Call& call) {
  Tensor out = *call.operand(0).value;
  for (float& v : out.f) v = static_cast<float>(exact_sigmoid(v));
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  TACIT_TRY(Affine x, lowering.take_open(call, 0, std::nullopt));
  lowering.give(call, lowering.apply(call, x, 0x1p-11, 0x1p-15, exact_sigmoid));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "a table of 2^16 values, shared by all layers",
    "saturates at 16"};
extern const Operator kSigmoid;
const Operator kSigmoid = {.op = "Sigmoid", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .is_elementwise = true};

}  // namespace tacit
