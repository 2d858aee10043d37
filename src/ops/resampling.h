// Resampling: along each axis, what every position of a resized tensor takes of the original's positions. It is a linear map
// with public coefficients, one axis at a time.
//
//   3 -> 6 positions, linear, half_pixel     output 1 = 0.75 x0 + 0.25 x1     output 2 = 0.25 x0 + 0.75 x1
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ops/call.h"

namespace tacit {

enum class Interpolation { kNearest, kLinear, kCubic };

/// How positions are found along one axis (ONNX Resize).
struct AxisRule {
  std::int64_t in = 1, out = 1;
  double scale = 1;                  ///< out / in as the model gives it
  double roi_start = 0, roi_end = 1;
};

struct ResizeRule {
  Interpolation mode = Interpolation::kNearest;
  std::string coordinates = "half_pixel", nearest = "round_prefer_floor";
  double cubic_a = -0.75;
  bool exclude_outside = false, antialias = false;
};

/// One output position: positions of the original with their coefficients, each position once; none where it lies outside and
/// takes the extrapolation value.
using AxisTaps = std::vector<std::pair<std::int64_t, double>>;

/// The taps of every output position.
std::vector<AxisTaps> taps_of(const ResizeRule& rule, const AxisRule& axis);

/// A part of an axis's map: every output position reads at most one position, times the same coefficient.
struct AxisTerm {
  double coefficient = 1;
  std::vector<std::int64_t> index;  ///< -1: none
};
/// Terms whose sum is the map.
std::vector<AxisTerm> terms_of(const std::vector<AxisTaps>& taps);

}  // namespace tacit
