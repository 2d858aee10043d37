#include "quant/grid.h"

#include <algorithm>
#include <cmath>

#include "base/contract.h"

namespace tacit {

Limits Limits::then(const Limits& next) const {
  auto clip = [&](double v) { return std::min(std::max(v, next.lo), next.hi); };
  return {clip(lo), clip(hi)};
}

std::int64_t round_half_up(double v) {
  TACIT_EXPECTS(std::abs(v) < 0x1p62, "the value fits an integer");
  return static_cast<std::int64_t>(std::floor(v + 0.5));
}

double activation_scale(const QuantOptions& options, const ValueRange& range, const Limits& limits) {
  const double top = static_cast<double>(options.activation_max());
  double peak = range.peak() * options.widening();
  TACIT_EXPECTS(std::isfinite(peak), "the range was checked");
  const double limit = std::max(std::abs(limits.lo), std::abs(limits.hi));
  if (peak > limit) peak = limit;
  // All zero, or so small that its reciprocal would not be finite: any grid will do.
  if (peak < 1e-30) peak = 1;
  return peak / top;
}

std::uint32_t QuantOptions::widest_weight() const {
  return std::max(weight_bits, most_weight_bits > 0 ? most_weight_bits : std::min(kMostWeightBits, weight_bits + kWiderWeights));
}

std::uint32_t weight_bits_for(const QuantOptions& options, double peak) {
  constexpr std::uint32_t kStep = 2;  // few widths, since each has a table of its own at registration
  std::uint32_t bits = options.weight_bits;
  while (bits < options.widest_weight() && peak > largest_integer(bits)) bits = std::min(bits + kStep, options.widest_weight());
  return bits;
}

ShiftChoice choose_shift(const QuantOptions& options, double scale, double weight_peak, double constant_peak) {
  ShiftChoice choice{scale, kMaxShift};
  auto fits = [&] {
    const bool wide = choice.shift > options.widest_weight() - options.weight_bits;
    const double weight_max = largest_integer(wide ? options.widest_weight() : options.weight_bits);
    const double unit = choice.scale / std::ldexp(1.0, static_cast<int>(choice.shift));
    return weight_peak / unit <= weight_max && constant_peak / unit <= kMaxConstant;
  };
  while (!fits() && choice.shift > 1) --choice.shift;
  while (!fits()) choice.scale *= 2;
  return choice;
}

std::uint32_t grid_steps(int grid, double scale, std::uint32_t least) {
  TACIT_EXPECTS(scale > 0 && std::isfinite(scale), "a scale is positive and finite");
  int exponent = 0;
  const bool is_power = std::frexp(scale, &exponent) == 0.5;
  const int steps = exponent - (is_power ? 1 : 0) - grid;  // scale lies in (2^(grid + steps - 1), 2^(grid + steps)]
  return std::max(steps < 0 ? 0u : static_cast<std::uint32_t>(steps), least);
}

std::optional<std::uint32_t> exact_grid_steps(int grid, double scale) {
  const std::uint32_t steps = grid_steps(grid, scale, 0);
  if (std::ldexp(1.0, grid + static_cast<int>(steps)) != scale) return std::nullopt;
  return steps;
}

}  // namespace tacit
