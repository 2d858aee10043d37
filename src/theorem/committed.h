// Committed values: the integers behind a commitment to an input or an output, on a grid that no model owns.
//
//   real value = g * grid            grid = 2^e, declared with the commitment; or float32 values (theorem/float32.h)
//   g = 2^16 high + low - 2^15       high in [-2^15, 2^15),  low in [0, 2^16):  two witness columns of one shape
//
// high is g rounded half up to a multiple of 2^16, so that requantise with shift 16 gives both digits of a model's output.
// A commitment stands for the pairs (high, low), one pair for each g. The least g that quantise gives is -2^31; a pair may
// stand for an integer below it, down to -2^31 - 2^15, and means that integer.
#pragma once

#include <algorithm>
#include <cstdint>

namespace tacit {

inline constexpr std::int64_t kHighMin = -32768, kHighMax = 32767, kLowMax = 65535, kLowOffset = 32768;
inline constexpr std::int64_t kCommittedMin = INT32_MIN, kCommittedMax = kHighMax * 65536 + kLowMax - kLowOffset;
/// log2 of the grids that a port may declare.
inline constexpr int kMinGrid = -60, kMaxGrid = 30;

struct Digits {
  std::int32_t high = 0, low = 0;
  bool operator==(const Digits&) const = default;
};

/// The digits of g, or of the nearest integer in [kCommittedMin, kCommittedMax].
inline Digits digits_of(std::int64_t g) {
  const std::int64_t sum = std::clamp(g, kCommittedMin, kCommittedMax) + kLowOffset;
  return {static_cast<std::int32_t>(sum >> 16), static_cast<std::int32_t>(sum & kLowMax)};
}

inline std::int64_t integer_of(Digits d) { return std::int64_t{d.high} * 65536 + d.low - kLowOffset; }

}  // namespace tacit
