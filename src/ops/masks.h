// Masks: constants so low that a Softmax after them gives 0, as exporters write a causal mask.
#pragma once

#include <algorithm>

#include "tensor/tensor.h"

namespace tacit {

/// No trained number is as low.
inline constexpr float kMasked = -1000;

/// Some of its numbers are, and none is what no sum of floats can hold.
inline bool masks(const Tensor& values) {
  const auto is_number = [](float v) { return v < 0x1p99f; };
  return std::any_of(values.f.begin(), values.f.end(), [](float v) { return v <= kMasked; }) && std::all_of(values.f.begin(), values.f.end(), is_number);
}

}  // namespace tacit
