// Eight field elements at a time. Include only from *_avx512.cpp files, which are reached behind use_avx512().
//
//   Fp8   one zmm register, lane k = one canonical Fp
//   Fe8   three of them: component c of lane k is c[c][k] (structure of arrays in registers)
//
//   memory of 8 Fe    a0 a1 a2 b0 b1 b2 c0 c1 | c2 d0 ...      24 words
//   Fe8::load         c[0] = a0 b0 c0 ... h0, c[1] = a1 b1 ..., c[2] = a2 b2 ...
//
// Everything here is canonical in, canonical out, and equals the scalar Fp and Fe lane by lane.
#pragma once

#if defined(__AVX512F__)

// GCC 12 warns about its own deliberately undefined registers in these headers.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

#include <cstddef>
#include <cstdint>

#include "field/cubic.h"

/// Vector types must live in registers: a call that is not inlined passes them through memory.
#define TACIT_INLINE [[gnu::always_inline]] inline
#define TACIT_INLINE_LAMBDA __attribute__((always_inline))  // between a lambda's parameters and its body

namespace tacit {

static_assert(sizeof(Fp) == 8 && sizeof(Fe) == 24, "vector loads read the words of Fp and Fe in place");

struct Fp8 {
  static constexpr std::size_t kLanes = 8;
  __m512i v;

  TACIT_INLINE static Fp8 load(const Fp* from) { return {_mm512_loadu_si512(from)}; }
  /// Lanes whose bit in `mask` is clear become zero and are not read.
  TACIT_INLINE static Fp8 load(const Fp* from, __mmask8 mask) { return {_mm512_maskz_loadu_epi64(mask, from)}; }
  TACIT_INLINE static Fp8 broadcast(Fp a) { return {_mm512_set1_epi64(static_cast<long long>(a.value()))}; }
  TACIT_INLINE static Fp8 zero() { return {_mm512_setzero_si512()}; }
  TACIT_INLINE void store(Fp* to) const { _mm512_storeu_si512(to, v); }
  TACIT_INLINE void store(Fp* to, __mmask8 mask) const { _mm512_mask_storeu_epi64(to, mask, v); }

  TACIT_INLINE static __m512i modulus() { return _mm512_set1_epi64(static_cast<long long>(Fp::kModulus)); }
  TACIT_INLINE static __m512i epsilon() { return _mm512_set1_epi64(static_cast<long long>(Fp::kEpsilon)); }
  /// Any 64-bit lanes to canonical ones: x - p wraps to more than x exactly when x < p.
  TACIT_INLINE static Fp8 canonical(__m512i x) { return {_mm512_min_epu64(x, _mm512_sub_epi64(x, modulus()))}; }
};

TACIT_INLINE Fp8 operator+(Fp8 a, Fp8 b) {
  __m512i gap = _mm512_sub_epi64(Fp8::modulus(), b.v);  // a + b = a - (p - b), which cannot overflow 64 bits
  __m512i d = _mm512_sub_epi64(a.v, gap);
  return {_mm512_mask_add_epi64(d, _mm512_cmplt_epu64_mask(a.v, gap), d, Fp8::modulus())};
}

TACIT_INLINE Fp8 operator-(Fp8 a, Fp8 b) {
  __m512i d = _mm512_sub_epi64(a.v, b.v);
  return {_mm512_mask_add_epi64(d, _mm512_cmplt_epu64_mask(a.v, b.v), d, Fp8::modulus())};
}

/// lo + 2^64 hi as any representative below 2^64; see goldilocks.h for the identity.
TACIT_INLINE __m512i reduce_loose(__m512i lo, __m512i hi) {
  __m512i top = _mm512_srli_epi64(hi, 32);
  __m512i t = _mm512_sub_epi64(lo, top);
  t = _mm512_mask_sub_epi64(t, _mm512_cmplt_epu64_mask(lo, top), t, Fp8::epsilon());
  __m512i m = _mm512_mul_epu32(hi, Fp8::epsilon());
  __m512i r = _mm512_add_epi64(t, m);
  return _mm512_mask_add_epi64(r, _mm512_cmplt_epu64_mask(r, m), r, Fp8::epsilon());
}

/// The product of any 64-bit lanes, as any representative below 2^64.
TACIT_INLINE __m512i mul_loose(__m512i a, __m512i b) {
  // The multiplier reads the low halves only, and this copy of the high ones runs beside it where a shift would not.
  __m512i a_hi = _mm512_castps_si512(_mm512_movehdup_ps(_mm512_castsi512_ps(a)));
  __m512i b_hi = _mm512_castps_si512(_mm512_movehdup_ps(_mm512_castsi512_ps(b)));
  __m512i ll = _mm512_mul_epu32(a, b), lh = _mm512_mul_epu32(a, b_hi);
  __m512i hl = _mm512_mul_epu32(a_hi, b), hh = _mm512_mul_epu32(a_hi, b_hi);
  __m512i t0 = _mm512_add_epi64(hl, _mm512_srli_epi64(ll, 32));
  __m512i t1 = _mm512_add_epi64(lh, _mm512_and_si512(t0, Fp8::epsilon()));
  __m512i hi = _mm512_add_epi64(_mm512_add_epi64(hh, _mm512_srli_epi64(t0, 32)), _mm512_srli_epi64(t1, 32));
  __m512i lo = _mm512_castps_si512(
      _mm512_mask_moveldup_ps(_mm512_castsi512_ps(ll), 0xAAAA, _mm512_castsi512_ps(t1)));
  return reduce_loose(lo, hi);
}

TACIT_INLINE Fp8 operator*(Fp8 a, Fp8 b) { return Fp8::canonical(mul_loose(a.v, b.v)); }
TACIT_INLINE Fp8& operator+=(Fp8& a, Fp8 b) { return a = a + b; }
TACIT_INLINE Fp8& operator-=(Fp8& a, Fp8 b) { return a = a - b; }
TACIT_INLINE Fp8& operator*=(Fp8& a, Fp8 b) { return a = a * b; }

/// a*2.
TACIT_INLINE Fp8 twice(Fp8 a) { return a + a; }

/// The sum of the eight lanes.
TACIT_INLINE Fp sum_lanes(Fp8 a) {
  alignas(64) Fp lanes[8];
  a.store(lanes);
  return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

/// A sum of up to 256 products x * y, reduced once. Factors are cut in 32-bit halves; of each half product the low 52
/// bits and the rest are added up apart, so nothing carries, and the middle term comes from (x0 + x1)(y0 + y1):
///
///   sum x0 y0 = a0 + 2^52 b0      sum (x0 + x1)(y0 + y1) = a1 + 2^52 b1      sum x1 y1 = a2 + 2^52 b2
///   sum x y   = sum x0 y0 + 2^32 (sum (x0 + x1)(y0 + y1) - sum x0 y0 - sum x1 y1) + 2^64 sum x1 y1
struct ProductSum8 {
  struct Halves {  ///< a factor cut once and used in several products
    __m512i low, high, both;
    TACIT_INLINE static Halves of(Fp8 a) {
      __m512i low = _mm512_and_si512(a.v, Fp8::epsilon()), high = _mm512_srli_epi64(a.v, 32);
      return {low, high, _mm512_add_epi64(low, high)};
    }
    /// Twice the value.
    TACIT_INLINE Halves doubled() const {
      return {_mm512_add_epi64(low, low), _mm512_add_epi64(high, high), _mm512_add_epi64(both, both)};
    }
  };

  static constexpr long long kLift = (1LL << 61) + (1LL << 29), kLiftHigh = (1LL << 61) - (1LL << 30);
  __m512i a0 = _mm512_setzero_si512(), a1 = _mm512_set1_epi64(kLiftHigh), a2 = _mm512_set1_epi64(-kLift);
  __m512i b0 = _mm512_setzero_si512(), b1 = b0, b2 = b0;

  TACIT_INLINE void add(const Halves& x, const Halves& y) {
    a0 = _mm512_madd52lo_epu64(a0, x.low, y.low);
    a1 = _mm512_madd52lo_epu64(a1, x.both, y.both);
    a2 = _mm512_madd52lo_epu64(a2, x.high, y.high);
    b0 = _mm512_madd52hi_epu64(b0, x.low, y.low);
    b1 = _mm512_madd52hi_epu64(b1, x.both, y.both);
    b2 = _mm512_madd52hi_epu64(b2, x.high, y.high);
  }
  TACIT_INLINE void add(Fp8 x, Fp8 y) { add(Halves::of(x), Halves::of(y)); }

  /// With 2^64 = 2^32 - 1, 2^84 = 2^52 - 2^20 and 2^116 = -2^20 the sum is u + 2^32 v for
  ///   u = a0 - a2 - 2^20 (b1 - b0)        v = a1 - a0 + 2^20 (b1 - b2)        both below 2^61 in size
  /// and the starts of a1 and a2 add kLift to u and kLiftHigh to v: both become positive and below 2^62, and the sum
  /// keeps its value because kLift + 2^32 kLiftHigh = 0 modulo p. Then 2^32 v is 2^32 (v mod 2^32) plus
  /// (2^32 - 1) (v >> 32).
  TACIT_INLINE Fp8 reduced() const {
    __m512i u = _mm512_sub_epi64(_mm512_sub_epi64(a0, a2), _mm512_slli_epi64(_mm512_sub_epi64(b1, b0), 20));
    __m512i v = _mm512_add_epi64(_mm512_sub_epi64(a1, a0), _mm512_slli_epi64(_mm512_sub_epi64(b1, b2), 20));
    __m512i x = _mm512_add_epi64(u, _mm512_mul_epu32(_mm512_srli_epi64(v, 32), Fp8::epsilon()));
    __m512i r = _mm512_add_epi64(x, _mm512_slli_epi64(v, 32));
    r = _mm512_mask_add_epi64(r, _mm512_cmplt_epu64_mask(r, x), r, Fp8::epsilon());
    return Fp8::canonical(r);
  }
};
static_assert((Fp(ProductSum8::kLift) + Fp(1ULL << 32) * Fp(ProductSum8::kLiftHigh)).is_zero());

struct Fe8 {
  static constexpr std::size_t kLanes = 8;
  Fp8 c[3];

  TACIT_INLINE static Fe8 zero() { return {{Fp8::zero(), Fp8::zero(), Fp8::zero()}}; }
  TACIT_INLINE static Fe8 broadcast(const Fe& a) {
    return {{Fp8::broadcast(a.c[0]), Fp8::broadcast(a.c[1]), Fp8::broadcast(a.c[2])}};
  }
  /// The base field inside the extension.
  TACIT_INLINE static Fe8 of(Fp8 a) { return {{a, Fp8::zero(), Fp8::zero()}}; }

  /// Eight consecutive Fe. Words of one component sit at eight different lanes of the three registers, so two blends
  /// collect them and one permutation orders them.
  TACIT_INLINE static Fe8 load(const Fe* from) {
    const std::uint64_t* words = reinterpret_cast<const std::uint64_t*>(from);
    __m512i x = _mm512_loadu_si512(words), y = _mm512_loadu_si512(words + 8), z = _mm512_loadu_si512(words + 16);
    return gather(x, y, z);
  }
  /// The first `count` (0..8) of eight consecutive Fe; the other lanes become zero and are not read.
  TACIT_INLINE static Fe8 load(const Fe* from, unsigned count) {
    const std::uint64_t* words = reinterpret_cast<const std::uint64_t*>(from);
    const std::uint32_t mask = (1u << (3 * count)) - 1;
    return gather(_mm512_maskz_loadu_epi64(static_cast<__mmask8>(mask), words),
                  _mm512_maskz_loadu_epi64(static_cast<__mmask8>(mask >> 8), words + 8),
                  _mm512_maskz_loadu_epi64(static_cast<__mmask8>(mask >> 16), words + 16));
  }
  TACIT_INLINE void store(Fe* to) const {
    __m512i x, y, z;
    scatter(x, y, z);
    std::uint64_t* words = reinterpret_cast<std::uint64_t*>(to);
    _mm512_storeu_si512(words, x);
    _mm512_storeu_si512(words + 8, y);
    _mm512_storeu_si512(words + 16, z);
  }
  TACIT_INLINE void store(Fe* to, unsigned count) const {
    __m512i x, y, z;
    scatter(x, y, z);
    std::uint64_t* words = reinterpret_cast<std::uint64_t*>(to);
    const std::uint32_t mask = (1u << (3 * count)) - 1;
    _mm512_mask_storeu_epi64(words, static_cast<__mmask8>(mask), x);
    _mm512_mask_storeu_epi64(words + 8, static_cast<__mmask8>(mask >> 8), y);
    _mm512_mask_storeu_epi64(words + 16, static_cast<__mmask8>(mask >> 16), z);
  }

 private:
  // Component c of element k is word 3k + c. In register (3k + c) / 8 the lanes of component 0 are {0,3,6}, {1,4,7},
  // {2,5}; of component 1 {1,4,7}, {2,5}, {0,3,6}; of component 2 {2,5}, {0,3,6}, {1,4,7}.
  static constexpr __mmask8 kA = 0b01001001, kB = 0b10010010, kC = 0b00100100;
  TACIT_INLINE static __m512i pick(__m512i a, __mmask8 from_b, __m512i b, __mmask8 from_c, __m512i c) {
    return _mm512_mask_blend_epi64(from_c, _mm512_mask_blend_epi64(from_b, a, b), c);
  }
  TACIT_INLINE static Fe8 gather(__m512i x, __m512i y, __m512i z) {
    asm("" : "+v"(x), "+v"(y), "+v"(z));  // keeps GCC from loading each register again for every blend
    const __m512i order0 = _mm512_setr_epi64(0, 3, 6, 1, 4, 7, 2, 5);
    const __m512i order1 = _mm512_setr_epi64(1, 4, 7, 2, 5, 0, 3, 6);
    const __m512i order2 = _mm512_setr_epi64(2, 5, 0, 3, 6, 1, 4, 7);
    return {{{_mm512_permutexvar_epi64(order0, pick(x, kB, y, kC, z))},
             {_mm512_permutexvar_epi64(order1, pick(x, kC, y, kA, z))},
             {_mm512_permutexvar_epi64(order2, pick(x, kA, y, kB, z))}}};
  }
  TACIT_INLINE void scatter(__m512i& x, __m512i& y, __m512i& z) const {
    const __m512i order0 = _mm512_setr_epi64(0, 3, 6, 1, 4, 7, 2, 5);
    const __m512i order1 = _mm512_setr_epi64(5, 0, 3, 6, 1, 4, 7, 2);
    const __m512i order2 = _mm512_setr_epi64(2, 5, 0, 3, 6, 1, 4, 7);
    __m512i p = _mm512_permutexvar_epi64(order0, c[0].v), q = _mm512_permutexvar_epi64(order1, c[1].v),
            r = _mm512_permutexvar_epi64(order2, c[2].v);
    x = pick(p, kB, q, kC, r);
    y = pick(p, kC, q, kA, r);
    z = pick(p, kA, q, kB, r);
  }
};

TACIT_INLINE Fe8 operator+(const Fe8& a, const Fe8& b) { return {{a.c[0] + b.c[0], a.c[1] + b.c[1], a.c[2] + b.c[2]}}; }
TACIT_INLINE Fe8 operator-(const Fe8& a, const Fe8& b) { return {{a.c[0] - b.c[0], a.c[1] - b.c[1], a.c[2] - b.c[2]}}; }
TACIT_INLINE Fe8 operator*(const Fe8& a, Fp8 b) { return {{a.c[0] * b, a.c[1] * b, a.c[2] * b}}; }
TACIT_INLINE Fe8 operator*(Fp8 a, const Fe8& b) { return b * a; }
TACIT_INLINE Fe8 twice(const Fe8& a) { return a + a; }

/// A sum of up to 85 products in E, reduced once: x^3 = 2 is applied by doubling the halves of one factor.
struct FeProductSum8 {
  ProductSum8 c[3];

  TACIT_INLINE void add(const Fe8& a, const Fe8& b) {
    using Halves = ProductSum8::Halves;
    Halves a0 = Halves::of(a.c[0]), a1 = Halves::of(a.c[1]), a2 = Halves::of(a.c[2]);
    Halves b0 = Halves::of(b.c[0]), b1 = Halves::of(b.c[1]), b2 = Halves::of(b.c[2]);
    Halves d1 = a1.doubled(), d2 = a2.doubled();
    c[0].add(a0, b0), c[0].add(d1, b2), c[0].add(d2, b1);
    c[1].add(a0, b1), c[1].add(a1, b0), c[1].add(d2, b2);
    c[2].add(a0, b2), c[2].add(a1, b1), c[2].add(a2, b0);
  }
  /// A base-field factor: three products instead of nine.
  TACIT_INLINE void add(const Fe8& a, Fp8 b) {
    ProductSum8::Halves halves = ProductSum8::Halves::of(b);
    for (int i = 0; i < 3; ++i) c[i].add(ProductSum8::Halves::of(a.c[i]), halves);
  }
  TACIT_INLINE Fe8 reduced() const { return {{c[0].reduced(), c[1].reduced(), c[2].reduced()}}; }
};

TACIT_INLINE Fe8 operator*(const Fe8& a, const Fe8& b) {
  using Halves = ProductSum8::Halves;
  Halves a0 = Halves::of(a.c[0]), a1 = Halves::of(a.c[1]), a2 = Halves::of(a.c[2]);
  Halves b0 = Halves::of(b.c[0]), b1 = Halves::of(b.c[1]), b2 = Halves::of(b.c[2]);
  Halves d1 = a1.doubled(), d2 = a2.doubled();
  ProductSum8 s0, s1, s2;
  s0.add(a0, b0), s0.add(d1, b2), s0.add(d2, b1);
  Fp8 c0 = s0.reduced();
  s1.add(a0, b1), s1.add(a1, b0), s1.add(d2, b2);
  Fp8 c1 = s1.reduced();
  s2.add(a0, b2), s2.add(a1, b1), s2.add(a2, b0);
  return {{c0, c1, s2.reduced()}};
}
TACIT_INLINE Fe8& operator+=(Fe8& a, const Fe8& b) { return a = a + b; }
TACIT_INLINE Fe8& operator-=(Fe8& a, const Fe8& b) { return a = a - b; }
TACIT_INLINE Fe8& operator*=(Fe8& a, const Fe8& b) { return a = a * b; }

/// The sum of the eight lanes.
TACIT_INLINE Fe sum_lanes(const Fe8& a) { return {sum_lanes(a.c[0]), sum_lanes(a.c[1]), sum_lanes(a.c[2])}; }

}  // namespace tacit

#endif  // __AVX512F__
