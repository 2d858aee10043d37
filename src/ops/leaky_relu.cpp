// LeakyRelu: y = x for x >= 0, alpha * x below; stated as alpha x + (1 - alpha) max(x, 0), for every alpha.
#include <cmath>

#include "ops/call.h"
#include "ops/lowering.h"
#include "ops/positive_part.h"

namespace tacit {
namespace {

Result<float> read_alpha(const Node& node) {
  TACIT_TRY(float alpha, float_attribute(node, "alpha", 0.01f));
  if (!std::isfinite(alpha)) return malformed(node, "alpha must be a finite number");
  return alpha;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  TACIT_OK(read_alpha(*call.node));
  return one_output(call, DType::kFloat, call.operand(0).type.dims);
}

std::vector<Tensor> evaluate(const Call& call) {
  const float alpha = read_alpha(*call.node).value();
  Tensor out = *call.operand(0).value;
  for (float& v : out.f) v = v >= 0 ? v : alpha * v;
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  const double alpha = read_alpha(*call.node).value();
  const Placed x = lowering.read_any(call, 0), positive = positive_part(call, x, lowering);
  Affine sum = empty_sum(call, x.shape);
  sum.multiples.push_back(copy_of(x, alpha));
  sum.multiples.push_back(copy_of(positive, 1 - alpha));
  lowering.give(call, std::move(sum));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "slope * x + (1 - slope) * max(x, 0)",
    "slope constant"};
extern const Operator kLeakyRelu;
const Operator kLeakyRelu = {.op = "LeakyRelu", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
