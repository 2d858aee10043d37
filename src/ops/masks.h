// Masks: numbers so low that a Softmax after them gives 0, as exporters write a causal mask (a constant) or padding (computed).
#pragma once

#include <algorithm>

#include "ops/operator.h"

namespace tacit {

/// No trained number is as low.
inline constexpr float kMasked = -1000;

/// Some of its numbers are, and none is what no sum of floats can hold.
inline bool masks(const Tensor& values) {
  const auto is_number = [](float v) { return v < 0x1p99f; };
  return std::any_of(values.f.begin(), values.f.end(), [](float v) { return v <= kMasked; }) && std::all_of(values.f.begin(), values.f.end(), is_number);
}

/// As low as a mask has to be, where it is computed: lower constants would leave it no scale.
inline constexpr float kLowestMask = -0x1p16f;
/// e^ of it is 0 at the grid of Softmax.
inline constexpr double kFarBelow = -18;

/// Operator::floor_of, where every number of the operand is a number of the output.
inline double same_floor(const Call&, std::size_t, double floor) { return floor; }
/// The same of the operand to which `other` is added.
double floor_beside(const Tensor* other, double floor);

}  // namespace tacit
