// IsNaN and IsInf. The model's own numbers are integers times a scale, so neither is ever true of one that depends on the input:
// inputs that are not finite are refused before a proof.
#include <cmath>

#include "ops/call.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  for (const char* name : {"detect_positive", "detect_negative"}) TACIT_OK(flag_attribute(*call.node, name, true));
  return one_output(call, TensorType{DType::kInt64, call.operand(0).type.dims, Element::kBool});
}

std::vector<Tensor> evaluate(const Call& call) {
  const bool nan = call.node->op == "IsNaN";
  const bool positive = flag_attribute(*call.node, "detect_positive", true).value();
  const bool negative = flag_attribute(*call.node, "detect_negative", true).value();
  const Tensor& x = *call.operand(0).value;
  Tensor out = make_int64(x.dims, std::vector<std::int64_t>(x.size()));
  for (std::size_t k = 0; k < x.size(); ++k) {
    out.i[k] = nan ? std::isnan(x.f[k]) : std::isinf(x.f[k]) && (x.f[k] > 0 ? positive : negative);
  }
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  const Placed x = lowering.read_any(call, 0);
  Affine none = empty_sum(call, x.shape);
  none.multiples.push_back(copy_of({x.column, 1, x.shape}, 0));
  lowering.give(call, lowering.settle(none, 1, 0, 1));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {"false: a proof's numbers are finite"};
extern const Operator kIsNaN, kIsInf;
const Operator kIsNaN = {.op = "IsNaN", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};
const Operator kIsInf = {.op = "IsInf", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
