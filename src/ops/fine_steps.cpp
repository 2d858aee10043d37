// FineSteps: of our own. A float that is quantised to 16 bits and back: its limits, and steps as fine as those of the model's own
// activations, so that their rounding is one among others and counts among the errors.
//
//   y = scale * clamp(round(x / scale), lo, hi)      halves to even; lo and hi are integers less the zero point
#include <algorithm>
#include <cmath>

#include "ops/call.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

struct Steps {
  double scale = 1, lo = 0, hi = 0;
};

Result<Steps> read_steps_of(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  TACIT_TRY(const float scale, float_attribute(*call.node, "scale", 1));
  TACIT_TRY(const std::int64_t lo, int_attribute(*call.node, "lo", 0));
  TACIT_TRY(const std::int64_t hi, int_attribute(*call.node, "hi", 0));
  return Steps{scale, static_cast<double>(lo), static_cast<double>(hi)};
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(read_steps_of(call));
  return one_output(call, DType::kFloat, call.operand(0).type.dims);
}

std::vector<Tensor> evaluate(const Call& call) {
  const Steps steps = read_steps_of(call).value();
  Tensor out = *call.operand(0).value;
  for (float& v : out.f) v = static_cast<float>(steps.scale * std::clamp(std::nearbyint(double{v} / steps.scale), steps.lo, steps.hi));
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  const Steps steps = read_steps_of(call).value();
  Affine sum = lowering.take(call, 0);
  sum.limits = sum.limits.then({.lo = steps.lo * steps.scale, .hi = steps.hi * steps.scale});
  lowering.give(call, std::move(sum));
  return Unit{};
}

}  // namespace

extern const Operator kFineSteps;
const Operator kFineSteps = {.op = "FineSteps", .domain = kOwnDomain, .infer = infer, .evaluate = evaluate, .lower = lower, .is_elementwise = true};

}  // namespace tacit
