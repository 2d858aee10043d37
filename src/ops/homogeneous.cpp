#include "ops/homogeneous.h"

#include <algorithm>
#include <cmath>

#include "quant/functions.h"

namespace tacit {

double top_of(ValueRange range, const Lowering& lowering) {
  const double peak = range.peak() * lowering.quant().widening();
  return peak > 0 ? power_above(std::clamp(peak, 0x1p-60, 0x1p60)) : 1;
}

std::vector<Placed> apply_power(const Call& call, Affine argument, double p, bool odd, const Positive& where, Lowering& lowering) {
  const double least = p < 0 ? where.least : 0;
  auto f = [=](double t) { return (odd && t < 0 ? -1 : 1) * exact_pow(std::max(where.is_signed ? std::abs(t) : t, least), p); };
  LevelSpec spec{.lo = where.is_signed ? -1.0 : 0.0, .least_step = Lowering::least_step(argument) / where.top};
  spec.absolute = p < 0 ? 0 : 0x1p-15;
  spec.relative = 0x1p-13;
  // Arguments below `least` have one value; where it jumps from one sign to the other nothing can be resolved.
  spec.cap = p < 0 ? exact_pow(least, p) : 1e300;
  return lowering.apply(call, std::move(argument), levels_of(f, spec), where.top, exact_pow(where.top, p));
}

std::vector<Placed> apply_logarithm(const Call& call, Affine argument, const Positive& where, double tolerance, Lowering& lowering) {
  auto f = [=](double t) { return exact_log(std::max(where.is_signed ? std::abs(t) : t, where.least)); };
  const LevelSpec spec{.lo = where.is_signed ? -1.0 : 0.0, .absolute = tolerance, .relative = 0, .least_step = Lowering::least_step(argument) / where.top};
  return lowering.apply(call, std::move(argument), levels_of(f, spec), where.top, 1);
}

}  // namespace tacit
