#include "data/numbers.h"

#include <bit>
#include <cmath>
#include <concepts>
#include <limits>

#include "base/contract.h"
#include "tensor/half.h"

namespace tacit {
namespace {

template <class Stored>
Stored load(const std::uint8_t* at, bool big_endian) {
  Stored v = 0;
  for (std::size_t i = 0; i < sizeof(Stored); ++i) {
    std::size_t byte = big_endian ? sizeof(Stored) - 1 - i : i;
    v = static_cast<Stored>(v | static_cast<Stored>(static_cast<Stored>(at[byte]) << (8 * i)));
  }
  return v;
}

/// `Stored` is the unsigned type of the stored width; `convert` gives the number of one bit pattern.
template <class Stored, class Convert>
std::vector<double> decode_as(ByteSpan raw, bool big_endian, Convert convert) {
  std::vector<double> values(raw.size() / sizeof(Stored));
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = convert(load<Stored>(raw.data() + i * sizeof(Stored), big_endian));
  }
  return values;
}

template <class Int>
std::uint64_t encode_integer(double value) {
  bool held = value == std::floor(value) && value >= static_cast<double>(std::numeric_limits<Int>::min()) &&
              value < std::ldexp(1.0, std::numeric_limits<Int>::digits);
  TACIT_EXPECTS(held, "a value does not fit the integer type it is written as");
  return static_cast<std::uint64_t>(static_cast<std::make_unsigned_t<Int>>(static_cast<Int>(value)));
}

/// Rounds to `mantissa` explicit bits with exponents from `low` up: the double arithmetic does the rounding to even.
double round_to_bits(double value, int mantissa, int low) {
  if (value == 0) return value;
  int exponent = std::max(std::ilogb(value), low);
  double unit = std::ldexp(1.0, exponent - mantissa);
  return std::nearbyint(value / unit) * unit;
}

std::uint64_t encode_half(double value) {
  constexpr int kMantissa = 10, kLow = -14, kBias = 15;
  double rounded = std::fabs(round_to_bits(value, kMantissa, kLow));
  TACIT_EXPECTS(rounded < 65536.0, "a value does not fit the float16 it is written as");
  std::uint64_t sign = std::signbit(value) ? 0x8000u : 0u;
  if (rounded < std::ldexp(1.0, kLow)) return sign | static_cast<std::uint64_t>(std::ldexp(rounded, kMantissa - kLow));
  int exponent = std::ilogb(rounded);
  auto fraction = static_cast<std::uint64_t>(std::ldexp(rounded, kMantissa - exponent)) - (1u << kMantissa);
  return sign | static_cast<std::uint64_t>(exponent + kBias) << kMantissa | fraction;
}

}  // namespace

std::uint64_t encode_number(double value, ArrayType type) {
  switch (type) {
    case ArrayType::kBool: return encode_integer<std::uint8_t>(value);
    case ArrayType::kInt8: return encode_integer<std::int8_t>(value);
    case ArrayType::kInt16: return encode_integer<std::int16_t>(value);
    case ArrayType::kInt32: return encode_integer<std::int32_t>(value);
    case ArrayType::kInt64: return encode_integer<std::int64_t>(value);
    case ArrayType::kUint8: return encode_integer<std::uint8_t>(value);
    case ArrayType::kUint16: return encode_integer<std::uint16_t>(value);
    case ArrayType::kUint32: return encode_integer<std::uint32_t>(value);
    case ArrayType::kUint64: return encode_integer<std::uint64_t>(value);
    case ArrayType::kFloat16: return encode_half(value);
    case ArrayType::kBfloat16: {
      auto rounded = static_cast<float>(round_to_bits(value, 7, -126));
      return std::bit_cast<std::uint32_t>(rounded) >> 16;
    }
    case ArrayType::kFloat32: return std::bit_cast<std::uint32_t>(static_cast<float>(value));
    case ArrayType::kFloat64: return std::bit_cast<std::uint64_t>(value);
  }
  return 0;
}

std::vector<double> decode_numbers(ByteSpan raw, ArrayType type, bool big_endian) {
  using std::int64_t, std::uint64_t;
  auto plain = [](auto v) { return static_cast<double>(v); };
  switch (type) {
    case ArrayType::kBool: return decode_as<std::uint8_t>(raw, false, [](auto v) { return v != 0 ? 1.0 : 0.0; });
    case ArrayType::kInt8: return decode_as<std::uint8_t>(raw, false, [](auto v) { return double(std::int8_t(v)); });
    case ArrayType::kInt16:
      return decode_as<std::uint16_t>(raw, big_endian, [](auto v) { return double(std::int16_t(v)); });
    case ArrayType::kInt32:
      return decode_as<std::uint32_t>(raw, big_endian, [](auto v) { return double(std::int32_t(v)); });
    case ArrayType::kInt64: return decode_as<uint64_t>(raw, big_endian, [](auto v) { return exact(int64_t(v)); });
    case ArrayType::kUint8: return decode_as<std::uint8_t>(raw, false, plain);
    case ArrayType::kUint16: return decode_as<std::uint16_t>(raw, big_endian, plain);
    case ArrayType::kUint32: return decode_as<std::uint32_t>(raw, big_endian, plain);
    case ArrayType::kUint64: return decode_as<uint64_t>(raw, big_endian, [](auto v) { return exact(uint64_t{v}); });
    case ArrayType::kFloat16: return decode_as<std::uint16_t>(raw, big_endian, half_to_float);
    case ArrayType::kBfloat16: return decode_as<std::uint16_t>(raw, big_endian, bfloat16_to_float);
    case ArrayType::kFloat32:
      return decode_as<std::uint32_t>(raw, big_endian, [](auto v) { return double(std::bit_cast<float>(v)); });
    case ArrayType::kFloat64:
      return decode_as<uint64_t>(raw, big_endian, [](auto v) { return std::bit_cast<double>(v); });
  }
  return {};
}

}  // namespace tacit
