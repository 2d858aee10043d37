// Float32 values, committed or read exactly: their bit patterns, in the order of the numbers, and the exact step to a model's scale.
//
//   order(x) = bits of x for x >= 0, -(bits of -x) for x < 0          a whole number that grows with x; -0 is +0
//   committed integer = order - 2^15 = 2^16 high + low - 2^15         so order = 2^16 high + low, 0 <= low < 2^16
//
// Between two powers of two (2^23 orders, 128 values of high) x is linear in order, so x / S = T1(high) + low T2(high), with
// the value at low = 0 and the slope from public tables of 512 pieces.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "theorem/committed.h"

namespace tacit {

class Book;
struct DigitColumns;

/// Stands for float32 bit patterns where a grid's exponent is asked for, and 0 where a port's scale is.
inline constexpr std::int32_t kFloat32Grid = INT32_MAX;
inline constexpr double kFloat32Scale = 0;

inline double scale_of_grid(std::int32_t grid) { return grid == kFloat32Grid ? kFloat32Scale : std::ldexp(1.0, grid); }

inline constexpr std::int64_t kFloat32Infinity = 0x7F800000;

/// Some finite float32 is the nearest one, as IEEE 754 rounds.
inline bool in_float32(double value) { return std::isfinite(static_cast<float>(value)); }

/// The order of any float32. -0 is +0; NaN is one above infinity.
inline constexpr std::int64_t kNanOrder = kFloat32Infinity + 1;
inline std::int64_t float_order(float x) {
  if (std::isnan(x)) return kNanOrder;
  const auto size = static_cast<std::int64_t>(std::bit_cast<std::uint32_t>(std::abs(x)));
  return x < 0 ? -size : size;
}

/// The committed integer of the nearest finite float32. Contract: the value is no NaN.
inline std::int64_t float32_integer(double value) {
  constexpr float kMost = std::numeric_limits<float>::max();
  const float x = std::clamp(static_cast<float>(value), -kMost, kMost);
  const auto size = static_cast<std::int64_t>(std::bit_cast<std::uint32_t>(std::abs(x)));
  return (x < 0 ? -size : size) - kLowOffset;
}

/// Some finite float32 has this committed integer.
inline bool is_float32(std::int64_t integer) { return std::abs(integer + kLowOffset) < kFloat32Infinity; }

/// Its value; infinite for an integer of no finite float32, NaN above the order of +infinity.
inline double float32_value(std::int64_t integer) {
  const std::int64_t order = integer + kLowOffset, size = std::min(std::abs(order), order > 0 ? kNanOrder : kFloat32Infinity);
  const double x = std::bit_cast<float>(static_cast<std::uint32_t>(size));
  return order < 0 ? -x : x;
}

/// The scales 2^exponent that from_float32() takes.
inline constexpr int kMinFloat32Exponent = -100, kMaxFloat32Exponent = 100;

/// A new column [rows * cols, 1]: q = clamp(round_half_up(M), lo, hi), with M the value of the digits in units of 2^exponent;
/// where |M| < 2, M is taken up to 2^-7 away from it. Every pair of digits has a q, also those of no float32. In flat order.
/// Contract: -2^16 <= lo < hi < 2^16.
std::uint32_t from_float32(Book& book, std::string name, DigitColumns digits, std::int64_t lo, std::int64_t hi, int exponent);

}  // namespace tacit
