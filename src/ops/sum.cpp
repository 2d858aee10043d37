// Sum and Mean of any number of tensors under numpy broadcasting, at one rounding.
#include "ops/comparing.h"

namespace tacit {
namespace {

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_TRY(Shape dims, common_shape(call, "add"));
  TACIT_OK(check_float(call, 0));
  return one_output(call, DType::kFloat, std::move(dims));
}

double factor_of(const Call& call) { return call.node->op == "Mean" ? 1.0 / static_cast<double>(call.operands.size()) : 1; }

std::vector<Tensor> evaluate(const Call& call) {
  const Shape dims = *common_shape(call, "");
  Tensor out = broadcast_to(*call.operand(0).value, dims);
  for (std::size_t index = 1; index < call.operands.size(); ++index) out = add_broadcast(out, *call.operand(index).value);
  for (float& v : out.f) v = static_cast<float>(v * factor_of(call));
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  TACIT_TRY(const Shape dims, common_shape(call, ""));
  if (call.operands.size() == 1) {
    lowering.pass_on(call);
    return Unit{};
  }
  Affine sum = empty_sum(call, natural_shape(dims));
  for (std::size_t index = 0; index < call.operands.size(); ++index) {
    TACIT_TRY(Comparand next, comparand(call, index, dims, lowering));
    for (Multiple& term : next.sum.multiples) {
      term.coefficient *= factor_of(call);
      sum.multiples.push_back(std::move(term));
    }
    for (double& v : next.sum.constant.values) v *= factor_of(call);
    sum.constant = sum.constant + next.sum.constant;
  }
  lowering.give(call, std::move(sum));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {"sums at one rounding; integers wrap as their type does"};
extern const Operator kSum, kMean;
const Operator kSum = {.op = "Sum", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};
const Operator kMean = {.op = "Mean", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
