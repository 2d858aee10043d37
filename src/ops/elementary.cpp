#include "ops/elementary.h"

#include <algorithm>
#include <cmath>

namespace tacit {

double power_above(double x) {
  int exponent = 0;
  return std::frexp(x, &exponent) == 0.5 ? x : std::ldexp(1.0, exponent);
}
double power_below(double x) {
  int exponent = 0;
  std::frexp(x, &exponent);
  return std::ldexp(0.5, exponent);
}

namespace {

constexpr double kLeastReach = 0x1p-60, kMostReach = 0x1p60;

double reach_of(double end, double widening) { return end <= 0 ? 0 : power_above(std::clamp(end * widening, kLeastReach, kMostReach)); }

}  // namespace

std::vector<Placed> apply_elementary(const Call& call, Affine argument, ValueRange range, double peak, const ElementaryFunction& function,
                                     Lowering& lowering) {
  const double widening = lowering.quant().widening(), top = peak > 0 ? std::clamp(peak, kLeastReach, kMostReach) : 1;
  LevelSpec spec{.lo = std::max(function.lo, -reach_of(-range.lo, widening)), .hi = std::min(function.hi, reach_of(range.hi, widening))};
  if (spec.hi <= spec.lo) spec.hi = std::min(function.hi, std::max(spec.lo + 1, 1.0));
  if (spec.hi <= spec.lo) spec.lo = spec.hi - 1;
  spec.absolute = power_below(top) * 0x1p-13;
  spec.least_step = Lowering::least_step(argument);
  spec.relative = 0x1p-13;
  spec.cap = power_above(top) * 4;
  return lowering.apply(call, std::move(argument), levels_of(function.f, spec), 1, 1);
}

Status give_elementary(const Call& call, const ElementaryFunction& function, Lowering& lowering) {
  if (lowering.range_of_output(call).peak() > kMostReach) return refuse(*call.node, "its results reach too far for integers on one grid");
  Affine argument = lowering.argument(call, 0, function.is_steep);
  const std::vector<Placed> values = apply_elementary(call, std::move(argument), lowering.range_of_operand(call, 0),
                                                      lowering.range_of_output(call).peak(), function, lowering);
  if (values.size() == 1) lowering.give(call, values[0]);
  else lowering.give(call, lowering.sum_of_columns(call, values));
  return Unit{};
}

}  // namespace tacit
