// The challenge field E = F[x] / (x^3 - 2), 192 bits.
//
//   Fe = c0 + c1 x + c2 x^2        three canonical limbs, 24 bytes, stored in this order
//
// 2 has order 192 in F*, which does not divide (p-1)/3, so x^3 - 2 is irreducible.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "field/goldilocks.h"

namespace tacit {

/// A sum of a few products, unreduced: value + carries * 2^128.
class WideSum {
 public:
  constexpr void add(Fp a, Fp b) {
    const unsigned __int128 product = static_cast<unsigned __int128>(a.value()) * b.value();
    value_ += product;
    carries_ += value_ < product;
  }
  constexpr void double_sum() {
    carries_ = 2 * carries_ + static_cast<std::uint64_t>(value_ >> 127);
    value_ <<= 1;
  }
  constexpr Fp reduced() const { return Fp::reduce_wide(value_, carries_); }

 private:
  unsigned __int128 value_ = 0;
  std::uint64_t carries_ = 0;
};

class Fe {
 public:
  Fp c[3];

  constexpr Fe() = default;
  constexpr Fe(Fp a) : c{a, Fp(), Fp()} {}  // NOLINT: the base field is a subfield
  constexpr explicit Fe(std::uint64_t a) : c{Fp(a), Fp(), Fp()} {}
  constexpr Fe(Fp a, Fp b, Fp d) : c{a, b, d} {}

  constexpr Fe operator+(const Fe& b) const { return {c[0] + b.c[0], c[1] + b.c[1], c[2] + b.c[2]}; }
  constexpr Fe operator-(const Fe& b) const { return {c[0] - b.c[0], c[1] - b.c[1], c[2] - b.c[2]}; }
  constexpr Fe operator-() const { return {-c[0], -c[1], -c[2]}; }
  constexpr Fe operator*(Fp b) const { return {c[0] * b, c[1] * b, c[2] * b}; }
  constexpr Fe operator*(const Fe& b) const {
    // Schoolbook: nine products, each coefficient reduced once. x^3 = 2, so the upper coefficients count twice.
    WideSum low, middle, high;
    low.add(c[1], b.c[2]);
    low.add(c[2], b.c[1]);
    low.double_sum();
    low.add(c[0], b.c[0]);
    middle.add(c[2], b.c[2]);
    middle.double_sum();
    middle.add(c[0], b.c[1]);
    middle.add(c[1], b.c[0]);
    high.add(c[0], b.c[2]);
    high.add(c[1], b.c[1]);
    high.add(c[2], b.c[0]);
    return {low.reduced(), middle.reduced(), high.reduced()};
  }
  constexpr Fe& operator+=(const Fe& b) { return *this = *this + b; }
  constexpr Fe& operator-=(const Fe& b) { return *this = *this - b; }
  constexpr Fe& operator*=(const Fe& b) { return *this = *this * b; }
  constexpr Fe& operator*=(Fp b) { return *this = *this * b; }
  constexpr bool operator==(const Fe&) const = default;
  constexpr bool is_zero() const { return c[0].is_zero() && c[1].is_zero() && c[2].is_zero(); }

  constexpr Fe pow(std::uint64_t e) const {
    Fe base = *this, out(Fp(1));
    for (; e != 0; e >>= 1, base *= base)
      if (e & 1) out *= base;
    return out;
  }
  /// 1/x through the adjugate of multiplication by x; the inverse of zero is zero.
  constexpr Fe inverse() const {
    const Fp two(2);
    Fp a = c[0] * c[0] - two * (c[1] * c[2]);
    Fp b = two * (c[2] * c[2]) - c[0] * c[1];
    Fp d = c[1] * c[1] - c[0] * c[2];
    Fp norm = c[0] * a + two * (c[2] * b) + two * (c[1] * d);
    Fp inv = norm.inverse();
    return {a * inv, b * inv, d * inv};
  }
};

inline constexpr Fe operator*(Fp a, const Fe& b) { return b * a; }
inline constexpr Fe kOne{Fp(1), Fp(), Fp()};
inline constexpr Fe kZero{};

using FpVector = std::vector<Fp>;
using FeVector = std::vector<Fe>;
using Point = std::vector<Fe>;  ///< coordinates of a multilinear point, most significant index bit first

/// 1/x for every entry, with one inversion; zeros stay zero.
inline void invert_all(std::span<Fe> xs) {
  std::vector<Fe> prefix(xs.size());
  Fe acc = kOne;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    prefix[i] = acc;
    if (!xs[i].is_zero()) acc *= xs[i];
  }
  acc = acc.inverse();
  for (std::size_t i = xs.size(); i-- > 0;) {
    if (xs[i].is_zero()) continue;
    Fe inverse = acc * prefix[i];
    acc *= xs[i];
    xs[i] = inverse;
  }
}

}  // namespace tacit
