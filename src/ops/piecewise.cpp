// Shrink and ThresholdedRelu: functions with a jump, by comparison with an attribute.
//
//   p = [x > lambd], n = [x < -lambd]
//   Shrink           max(x - lambd, 0) + (lambd - bias) p - max(-x - lambd, 0) - (lambd - bias) n        x -+ bias outside, 0 inside
//   ThresholdedRelu  max(x - alpha, 0) + alpha [x > alpha]
#include <cmath>

#include "ops/comparing.h"

namespace tacit {
namespace {

struct Levels {
  float level = 0, bias = 0;
};

Result<Levels> read_levels(const Node& node) {
  Levels out;
  if (node.op == "Shrink") {
    TACIT_TRY(out.level, float_attribute(node, "lambd", 0.5f));
    TACIT_TRY(out.bias, float_attribute(node, "bias", 0.0f));
  } else {
    TACIT_TRY(out.level, float_attribute(node, "alpha", 1.0f));
  }
  if (!std::isfinite(out.level) || !std::isfinite(out.bias)) return malformed(node, "its attributes must be finite numbers");
  return out;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  TACIT_TRY(const Levels levels, read_levels(*call.node));
  if (call.node->op == "Shrink" && levels.level < 0) return refuse(*call.node, "a negative lambd is not supported");
  return one_output(call, call.operand(0).type);
}

std::vector<Tensor> evaluate(const Call& call) {
  const auto [level, bias] = read_levels(*call.node).value();
  const std::string& op = call.node->op;
  Tensor out = *call.operand(0).value;
  for (float& v : out.f) {
    if (op == "Shrink") v = v < -level ? v + bias : v > level ? v - bias : 0;
    else v = v > level ? v : 0;
  }
  return {std::move(out)};
}

/// max(x - level, 0) + jump * [x > level].
Result<Affine> side(const Call& call, const Comparand& x, double level, double jump, Lowering& lowering) {
  const Comparand limit = comparand(call, x.sum.shape, level, false);
  TACIT_TRY(Comparand above, larger(call, x, limit, lowering));
  // A level below all of x was raised to just below it.
  for (double& v : above.sum.constant.values) v -= level;
  if (above.sum.constant.values == std::vector<double>{0}) above.sum.constant = {};
  above.sum.multiples.push_back(copy_of(Difference(call, x, limit, lowering).at_least(1), jump));
  return std::move(above.sum);
}

Status lower(const Call& call, Lowering& lowering) {
  const auto [level, bias] = read_levels(*call.node).value();
  const Comparand x = comparand(call, lowering.read_any(call, 0), false, lowering);
  TACIT_TRY(Affine sum, side(call, x, level, level - bias, lowering));
  if (call.node->op == "Shrink") {
    TACIT_TRY(Affine below, side(call, negated(x), level, level - bias, lowering));
    below = negated(std::move(below));
    for (const Multiple& term : below.multiples) sum.multiples.push_back(term);
    sum.constant = sum.constant + below.constant;
  }
  sum.name = call.node->name;
  lowering.give(call, std::move(sum));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {"a comparison with an attribute"};
extern const Operator kShrink, kThresholdedRelu;
const Operator kShrink = {.op = "Shrink", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};
const Operator kThresholdedRelu = {.op = "ThresholdedRelu", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
