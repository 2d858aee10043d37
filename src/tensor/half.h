// The two 16-bit float formats that model files store, widened to float. Exact: every half and bfloat16 is a float.
//
//   half      s eeeee mmmmmmmmmm        value = (-1)^s * 2^(e-15) * 1.m, subnormal for e = 0, inf/NaN for e = 31
//   bfloat16  s eeeeeeee mmmmmmm        the upper half of a float
#pragma once

#include <bit>
#include <cstdint>

namespace tacit {

inline float half_to_float(std::uint16_t h) {
  const std::uint32_t sign = (h & 0x8000u) << 16;
  const std::uint32_t exponent = (h >> 10) & 0x1Fu;
  const std::uint32_t mantissa = h & 0x3FFu;
  if (exponent == 0) {  // zero or subnormal: mantissa * 2^-24 is exact
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(magnitude) | sign);
  }
  const std::uint32_t wide = exponent == 31 ? 0xFFu : exponent + (127 - 15);
  return std::bit_cast<float>(sign | (wide << 23) | (mantissa << 13));
}

inline float bfloat16_to_float(std::uint16_t b) { return std::bit_cast<float>(std::uint32_t{b} << 16); }

}  // namespace tacit
