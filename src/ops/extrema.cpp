// Min and Max of any number of tensors under numpy broadcasting: max(a, b) = b + max(a - b, 0), one after the other. Floats as if
// both were rounded to the coarser of their scales; integers exactly.
#include <algorithm>

#include "ops/comparing.h"

namespace tacit {
namespace {

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_TRY(Shape dims, common_shape(call, "compare"));
  return one_output(call, call.operand(0).type.dtype, std::move(dims));
}

std::vector<Tensor> evaluate(const Call& call) {
  const Shape dims = *common_shape(call, "");
  const bool most = call.node->op == "Max";
  Tensor out = broadcast_to(*call.operand(0).value, dims);
  for (std::size_t index = 1; index < call.operands.size(); ++index) {
    const Tensor other = broadcast_to(*call.operand(index).value, dims);
    for (std::size_t k = 0; k < out.f.size(); ++k) out.f[k] = most ? std::max(out.f[k], other.f[k]) : std::min(out.f[k], other.f[k]);
    for (std::size_t k = 0; k < out.i.size(); ++k) out.i[k] = most ? std::max(out.i[k], other.i[k]) : std::min(out.i[k], other.i[k]);
  }
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  if (call.operands.size() == 1) {
    lowering.pass_on(call);
    return Unit{};
  }
  TACIT_TRY(const Shape dims, common_shape(call, ""));
  TACIT_TRY(Comparand best, comparand(call, 0, dims, lowering));
  for (std::size_t index = 1; index < call.operands.size(); ++index) {
    TACIT_TRY(const Comparand next, comparand(call, index, dims, lowering));
    auto chosen = call.node->op == "Max" ? larger(call, best, next, lowering) : smaller(call, best, next, lowering);
    TACIT_TRY(best, std::move(chosen));
  }
  return give(call, std::move(best), lowering);
}

}  // namespace

constexpr OperatorText kText = {"b + max(a - b, 0)"};
extern const Operator kMin, kMax;
const Operator kMin = {.op = "Min", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .compares = true};
const Operator kMax = {.op = "Max", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .compares = true};

}  // namespace tacit
