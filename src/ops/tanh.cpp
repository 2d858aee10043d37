// Tanh, looked up in a table that all Tanhs of a model share: arguments in steps of 2^-12 up to +-8, where the function is
// within 2^-22 of its limits, results in steps of 2^-15. Where calibration saw arguments below
// 1/2 only, steps are finer by a power of two, since the results are as small as they are.
#include <algorithm>

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
  for (float& v : out.f) v = static_cast<float>(exact_tanh(v));
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  constexpr double kFinest = 0x1p-20;
  const double reach = lowering.range_of_operand(call, 0).peak() * lowering.quant().widening();
  double in_scale = 0x1p-12;
  if (reach <= 1) {
    while (in_scale > kFinest && in_scale * 0x1p14 >= reach) in_scale /= 2;
  }
  // |tanh x| < |x|, so results fit into 16 bits at the scale of the arguments.
  const double out_scale = std::min(0x1p-15, in_scale);
  TACIT_TRY(Affine x, lowering.take_open(call, 0, std::nullopt));
  lowering.give(call, lowering.apply(call, x, in_scale, out_scale, exact_tanh));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "a table of 2^16 values, shared by all layers",
    "saturates at 8"};
extern const Operator kTanh;
const Operator kTanh = {.op = "Tanh", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .is_elementwise = true};

}  // namespace tacit
