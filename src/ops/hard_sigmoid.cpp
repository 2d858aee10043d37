// HardSigmoid: alpha x + beta between 0 and 1: limits of the rounding before it, as Clip.
#include <algorithm>
#include <cmath>

#include "ops/call.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

struct Line {
  double alpha = 0, beta = 0;
};

Result<Line> read_line(const Node& node) {
  TACIT_TRY(const float alpha, float_attribute(node, "alpha", 0.2f));
  TACIT_TRY(const float beta, float_attribute(node, "beta", 0.5f));
  if (!std::isfinite(alpha) || !std::isfinite(beta)) return malformed(node, "alpha and beta must be finite numbers");
  return Line{alpha, beta};
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  TACIT_OK(read_line(*call.node));
  return one_output(call, DType::kFloat, call.operand(0).type.dims);
}

std::vector<Tensor> evaluate(const Call& call) {
  const Line line = read_line(*call.node).value();
  Tensor out = *call.operand(0).value;
  for (float& v : out.f) v = static_cast<float>(std::clamp(line.alpha * v + line.beta, 0.0, 1.0));
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  const Line line = read_line(*call.node).value();
  const Placed x = lowering.read_any(call, 0);
  Affine sum = empty_sum(call, x.shape);
  sum.multiples.push_back(copy_of(x, line.alpha));
  sum.constant = Field{1, 1, 1, {line.beta}};
  sum.limits = {.lo = 0, .hi = 1};
  lowering.give(call, std::move(sum));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {"limits of a rounding"};
extern const Operator kHardSigmoid;
const Operator kHardSigmoid = {.op = "HardSigmoid", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .is_elementwise = true};

}  // namespace tacit
