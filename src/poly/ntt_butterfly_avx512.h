// Transforms of 2, 4, 8 and 16 points in registers. Their roots of unity are powers of two: 2 has order 192 in F*, so
// root_of_unity(6) is 2^e for some e and an inner root costs a few shifts instead of a product.
//
//   x[0..r)  ->  x[reversed_bits(s)] = sum_t x[t] w^(s t),  w = root_of_unity(log r)
#pragma once

#include <utility>

#include "field/avx512.h"

#if defined(__AVX512F__)

namespace tacit::avx512 {

/// e with 2^e = root_of_unity(log_order), log_order <= 6.
constexpr int log2_of_root(int log_order) {
  Fp power(1);
  for (int e = 0; e < 192; ++e, power += power)
    if (power == root_of_unity(log_order)) return e;
  return -1;
}
static_assert(log2_of_root(6) > 0 && log2_of_root(0) == 0);

template <int kBits> constexpr std::size_t reversed_bits(std::size_t v) {
  std::size_t out = 0;
  for (int i = 0; i < kBits; ++i) out |= ((v >> i) & 1) << (kBits - 1 - i);
  return out;
}

/// x * 2^kShift for 0 <= kShift < 96, canonical. The product's words are lo + 2^64 mid + 2^96 top, 2^64 = 2^32 - 1,
/// 2^96 = -1.
template <int kShift> TACIT_INLINE Fp8 times_power_of_two(Fp8 x) {
  if constexpr (kShift == 0) {
    return x;
  } else if constexpr (kShift < 64) {
    const __m512i lo = _mm512_slli_epi64(x.v, kShift);
    const __m512i mid = _mm512_mul_epu32(_mm512_srli_epi64(x.v, 64 - kShift), Fp8::epsilon());
    // lo may exceed p, but the gap p - mid is at least 2^32, so lo - gap (or + p on a borrow) is canonical.
    const __m512i gap = _mm512_sub_epi64(Fp8::modulus(), mid);
    __m512i d = _mm512_sub_epi64(lo, gap);
    d = _mm512_mask_add_epi64(d, _mm512_cmplt_epu64_mask(lo, gap), d, Fp8::modulus());
    if constexpr (kShift <= 32) return {d};
    else return Fp8{d} - Fp8{_mm512_srli_epi64(x.v, 96 - kShift)};
  } else {
    // 2^kShift = -1 / 2^j with j = 96 - kShift <= 32, and x / 2^j = (x >> j) - (2^32 - 1) * ((x mod 2^j) << (32 - j)).
    constexpr int j = 96 - kShift;
    const __m512i high = _mm512_srli_epi64(x.v, j);
    const __m512i low = _mm512_mul_epu32(_mm512_slli_epi64(x.v, 32 - j), Fp8::epsilon());
    return Fp8{low} - Fp8{high};
  }
}

/// (a - b) * 2^kExponent, any exponent: 2^96 = -1 turns the difference round.
template <int kExponent> TACIT_INLINE Fp8 difference_times_power(Fp8 a, Fp8 b) {
  constexpr int e = kExponent % 192;
  if constexpr (e < 96) return times_power_of_two<e>(a - b);
  else return times_power_of_two<e - 96>(b - a);
}

template <int kLog> struct Butterfly {
  static constexpr std::size_t kHalf = std::size_t{1} << (kLog - 1);

  TACIT_INLINE static void apply(Fp8* x) {
    [&]<std::size_t... kK>(std::index_sequence<kK...>) TACIT_INLINE_LAMBDA {
      (pair<kK>(x), ...);
    }(std::make_index_sequence<kHalf>{});
    Butterfly<kLog - 1>::apply(x);
    Butterfly<kLog - 1>::apply(x + kHalf);
  }

 private:
  template <std::size_t kK> TACIT_INLINE static void pair(Fp8* x) {
    const Fp8 a = x[kK], b = x[kK + kHalf];
    x[kK] = a + b;
    x[kK + kHalf] = difference_times_power<static_cast<int>(kK) * log2_of_root(kLog)>(a, b);
  }
};

template <> struct Butterfly<0> {
  TACIT_INLINE static void apply(Fp8*) {}
};

}  // namespace tacit::avx512

#endif  // __AVX512F__
