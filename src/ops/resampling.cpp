#include "ops/resampling.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace tacit {
namespace {

/// Where output position k lies among the original's. The length of the resized axis is in * scale, which its whole number of
/// positions may fall short of.
double original_position(const ResizeRule& rule, const AxisRule& axis, std::int64_t k) {
  const auto x = static_cast<double>(k), in = static_cast<double>(axis.in), length = in * axis.scale;
  const std::string& how = rule.coordinates;
  if (how == "align_corners") return axis.out == 1 ? 0 : x * (in - 1) / (length - 1);
  if (how == "asymmetric") return x / axis.scale;
  if (how == "tf_half_pixel_for_nn") return (x + 0.5) / axis.scale;
  if (how == "pytorch_half_pixel" && axis.out == 1) return 0;
  if (how == "tf_crop_and_resize") {
    if (axis.out == 1) return 0.5 * (axis.roi_start + axis.roi_end) * (in - 1);
    return axis.roi_start * (in - 1) + x * (axis.roi_end - axis.roi_start) * (in - 1) / (length - 1);
  }
  const double half_pixel = (x + 0.5) / axis.scale - 0.5;
  if (how != "half_pixel_symmetric") return half_pixel;
  return in / 2 * (1 - static_cast<double>(axis.out) / length) + half_pixel;
}

std::int64_t nearest_position(const ResizeRule& rule, double at) {
  if (rule.nearest == "floor") return static_cast<std::int64_t>(std::floor(at));
  if (rule.nearest == "ceil") return static_cast<std::int64_t>(std::ceil(at));
  const double half = rule.nearest == "round_prefer_ceil" ? std::floor(at + 0.5) : std::ceil(at - 0.5);
  return static_cast<std::int64_t>(half);
}

double cubic(double distance, double a) {
  const double d = std::abs(distance);
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

/// Positions around `at` with the coefficients of the filter, which is as much wider as the tensor is shrunk with antialias.
AxisTaps filtered(const ResizeRule& rule, const AxisRule& axis, double at) {
  const bool is_cubic = rule.mode == Interpolation::kCubic;
  const double shrink = rule.antialias ? std::min(axis.scale, 1.0) : 1;
  const double reach = (is_cubic ? 2 : 1) / shrink;
  AxisTaps taps;
  double total = 0;
  for (auto p = static_cast<std::int64_t>(std::floor(at - reach)); static_cast<double>(p) <= at + reach; ++p) {
    const double distance = (static_cast<double>(p) - at) * shrink;
    const double weight = is_cubic ? cubic(distance, rule.cubic_a) : std::max(0.0, 1 - std::abs(distance));
    const bool outside = p < 0 || p >= axis.in;
    if (weight == 0 || (outside && rule.exclude_outside)) continue;
    taps.emplace_back(p, weight);
    total += weight;
  }
  for (auto& [p, weight] : taps) weight /= total;
  return taps;
}

AxisTaps taps_at(const ResizeRule& rule, const AxisRule& axis, std::int64_t k) {
  const double at = original_position(rule, axis, k);
  const bool crops = rule.coordinates == "tf_crop_and_resize";
  if (crops && (at < 0 || at > static_cast<double>(axis.in - 1))) return {};
  const AxisTaps taps = rule.mode == Interpolation::kNearest ? AxisTaps{{nearest_position(rule, at), 1}} : filtered(rule, axis, at);
  std::map<std::int64_t, double> merged;  // beyond the ends stands the last position
  for (const auto& [p, weight] : taps) merged[std::clamp<std::int64_t>(p, 0, axis.in - 1)] += weight;
  return {merged.begin(), merged.end()};
}

}  // namespace

std::vector<AxisTaps> taps_of(const ResizeRule& rule, const AxisRule& axis) {
  std::vector<AxisTaps> all;
  for (std::int64_t k = 0; k < axis.out; ++k) all.push_back(taps_at(rule, axis, k));
  return all;
}

std::vector<AxisTerm> terms_of(const std::vector<AxisTaps>& taps) {
  // Coefficients closer than 2^-30 count as one: their integers are the same.
  std::map<std::pair<std::int64_t, int>, AxisTerm> terms;
  for (std::size_t k = 0; k < taps.size(); ++k) {
    std::map<std::int64_t, int> seen;
    for (const auto& [p, weight] : taps[k]) {
      const auto rounded = static_cast<std::int64_t>(std::llround(std::ldexp(weight, 30)));
      AxisTerm& term = terms[{rounded, seen[rounded]++}];
      if (term.index.empty()) term = {weight, std::vector<std::int64_t>(taps.size(), -1)};
      term.index[k] = p;
    }
  }
  std::vector<AxisTerm> out;
  for (auto& [key, term] : terms) out.push_back(std::move(term));
  return out;
}

}  // namespace tacit
