// Exact rounding: what a quotient of real numbers rounds to, where all of them are floats or integers times floats. A float is an
// integer times a power of two, so that comparisons are between integers and nothing is approximated: halves are told from what
// is nearly one half, and go to the even integer.
//
//   y = clamp(round_half_even((sum * scale + offset) / step))        scale, offset, step: products of two float32 at most
//   y >= k   <=>   2 (sum * scale + offset) > (2 k - 1) step,  or equal and k even
#pragma once

#include <cstdint>
#include <optional>

namespace tacit {

/// mantissa * 2^exponent, |mantissa| < 2^120.
struct Dyadic {
  __int128 mantissa = 0;
  int exponent = 0;

  static Dyadic of(double v);  ///< Contract: v is finite.
};

/// Contract: the mantissas have 120 bits together.
Dyadic operator*(const Dyadic& a, const Dyadic& b);
/// Nothing, where the exponents are too far apart.
std::optional<Dyadic> sum_of(const Dyadic& a, const Dyadic& b);
/// Negative, 0 or positive, as a is less, equal or greater. Contract: the mantissas have 118 bits.
int compare(const Dyadic& a, const Dyadic& b);

/// round_half_even(v / step), limited to [lo, hi]. Contract: step > 0, v and step have 80 bits, |lo| and |hi| 32.
std::int64_t rounded_quotient(const Dyadic& v, const Dyadic& step, std::int64_t lo, std::int64_t hi);

/// round_half_even((sum * scale + offset) / step) as a function of the integer `sum`: scale and step are positive.
struct Staircase {
  Dyadic scale, step;
  Dyadic offset = {};

  /// Nothing, where the numbers are too far apart.
  std::optional<std::int64_t> at(std::int64_t sum, std::int64_t lo, std::int64_t hi) const;
  /// The least sum in [-bound, bound] at which it is `level` or more, bound + 1 if there is none. Contract: bound < 2^40.
  std::optional<std::int64_t> first_at_least(std::int64_t level, std::int64_t bound) const;
};

}  // namespace tacit
