// The base field F of p = 2^64 - 2^32 + 1 ("Goldilocks").
//
// An Fp holds one canonical value in [0, p). 2^64 = 2^32 - 1 and 2^96 = -1 (mod p), so a 128-bit product
// lo + 2^64 * (m + 2^32 * h) reduces to lo - h + m * (2^32 - 1).
#pragma once

#include <compare>
#include <cstdint>

namespace tacit {

class Fp {
 public:
  static constexpr std::uint64_t kModulus = 0xFFFFFFFF00000001ULL;
  static constexpr std::uint64_t kEpsilon = 0xFFFFFFFFULL;  ///< 2^64 mod p
  static constexpr int kTwoAdicity = 32;
  static constexpr std::uint64_t kGenerator = 7;  ///< generates the multiplicative group

  constexpr Fp() = default;
  /// Any 64-bit value, reduced.
  constexpr explicit Fp(std::uint64_t v) : v_(v >= kModulus ? v - kModulus : v) {}
  /// A signed integer, negatives as p - |v|.
  static constexpr Fp from_signed(std::int64_t v) {
    return v >= 0 ? Fp(static_cast<std::uint64_t>(v)) : -Fp(static_cast<std::uint64_t>(-(v + 1)) + 1);
  }
  /// A signed 128-bit integer.
  static constexpr Fp from_signed128(__int128 v) {
    return v >= 0 ? reduce(static_cast<unsigned __int128>(v)) : -reduce(static_cast<unsigned __int128>(-v));
  }
  static constexpr Fp reduce(unsigned __int128 x) {
    std::uint64_t lo = static_cast<std::uint64_t>(x), hi = static_cast<std::uint64_t>(x >> 64);
    std::uint64_t top = hi >> 32, mid = hi & kEpsilon;
    std::uint64_t t = lo - top;
    if (lo < top) t -= kEpsilon;  // borrow: + p = - epsilon (mod 2^64)
    std::uint64_t m = mid * kEpsilon;
    std::uint64_t r = t + m;
    if (r < t) r += kEpsilon;  // carry: 2^64 = epsilon
    Fp out;
    out.v_ = r >= kModulus ? r - kModulus : r;
    return out;
  }

  /// x + carries * 2^128; 2^128 = -2^32 (mod p). carries < 2^31.
  static constexpr Fp reduce_wide(unsigned __int128 x, std::uint64_t carries) { return reduce(x) - Fp(carries << 32); }

  constexpr std::uint64_t value() const { return v_; }
  /// The representative in (-p/2, p/2].
  constexpr std::int64_t to_signed() const {
    return v_ > kModulus / 2 ? -static_cast<std::int64_t>(kModulus - v_) : static_cast<std::int64_t>(v_);
  }

  constexpr Fp operator+(Fp b) const {
    std::uint64_t r = v_ + b.v_;
    Fp out;
    out.v_ = (r < v_ || r >= kModulus) ? r - kModulus : r;
    return out;
  }
  constexpr Fp operator-(Fp b) const {
    Fp out;
    out.v_ = v_ >= b.v_ ? v_ - b.v_ : v_ + (kModulus - b.v_);
    return out;
  }
  constexpr Fp operator-() const {
    Fp out;
    out.v_ = v_ == 0 ? 0 : kModulus - v_;
    return out;
  }
  constexpr Fp operator*(Fp b) const { return reduce(static_cast<unsigned __int128>(v_) * b.v_); }
  constexpr Fp& operator+=(Fp b) { return *this = *this + b; }
  constexpr Fp& operator-=(Fp b) { return *this = *this - b; }
  constexpr Fp& operator*=(Fp b) { return *this = *this * b; }
  constexpr bool operator==(const Fp&) const = default;

  constexpr Fp pow(std::uint64_t e) const {
    Fp base = *this, out(1);
    for (; e != 0; e >>= 1, base *= base)
      if (e & 1) out *= base;
    return out;
  }
  /// 1/x; the inverse of zero is zero.
  constexpr Fp inverse() const { return pow(kModulus - 2); }
  constexpr bool is_zero() const { return v_ == 0; }

 private:
  std::uint64_t v_ = 0;
};

/// A generator of the subgroup of order 2^log_order (log_order <= 32).
constexpr Fp root_of_unity(int log_order) {
  Fp g = Fp(Fp::kGenerator).pow((Fp::kModulus - 1) >> Fp::kTwoAdicity);
  for (int i = Fp::kTwoAdicity; i > log_order; --i) g *= g;
  return g;
}

}  // namespace tacit
