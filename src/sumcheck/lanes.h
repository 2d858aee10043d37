// Tables of E as the prover's kernels keep them, and the scalar reference for eight lanes at a time.
//
//   FeBlock    8 elements: [c0 x8][c1 x8][c2 x8]         three cache lines, element i is (c[0][i], c[1][i], c[2][i])
//   PairBlock  8 rows of two tables: [a x8][b x8]        six cache lines, so that a pass over both reads one stream
//
// A kernel is one template text over `Lanes`: ScalarLanes here, Avx512Lanes in the *_avx512.cpp files (the types of
// field/avx512.h). Both are exact, so their results agree bit for bit in whatever order they add.
#pragma once

#include <cstddef>

#include "field/cubic.h"

namespace tacit {

struct alignas(64) FeBlock {
  static constexpr std::size_t kSize = 8;
  Fp c[3][kSize];

  Fe get(std::size_t i) const { return {c[0][i], c[1][i], c[2][i]}; }
  void set(std::size_t i, const Fe& v) {
    for (int limb = 0; limb < 3; ++limb) c[limb][i] = v.c[limb];
  }
  void fill(const Fe& v) {
    for (std::size_t i = 0; i < kSize; ++i) set(i, v);
  }
};

struct PairBlock {
  FeBlock a, b;
};

/// Blocks that hold `rows` rows.
constexpr std::size_t blocks_of(std::size_t rows) { return (rows + FeBlock::kSize - 1) / FeBlock::kSize; }

/// What a round of a sumcheck adds up: the constant and the leading coefficient of its polynomial.
struct RoundSums {
  Fe constant, leading;
  RoundSums& operator+=(const RoundSums& o) {
    constant += o.constant;
    leading += o.leading;
    return *this;
  }
};

struct ScalarLanes {
  struct F {
    Fp v[8];
    static F load(const Fp* from) {
      F out;
      for (int i = 0; i < 8; ++i) out.v[i] = from[i];
      return out;
    }
    void store(Fp* to) const {
      for (int i = 0; i < 8; ++i) to[i] = v[i];
    }
    friend F operator+(const F& a, const F& b) {
      F out;
      for (int i = 0; i < 8; ++i) out.v[i] = a.v[i] + b.v[i];
      return out;
    }
    friend F operator-(const F& a, const F& b) {
      F out;
      for (int i = 0; i < 8; ++i) out.v[i] = a.v[i] - b.v[i];
      return out;
    }
  };
  struct E {
    F c[3];
    Fe get(int i) const { return {c[0].v[i], c[1].v[i], c[2].v[i]}; }
    void set(int i, const Fe& x) {
      for (int limb = 0; limb < 3; ++limb) c[limb].v[i] = x.c[limb];
    }
    static E load(const Fe* from) {
      E out;
      for (int i = 0; i < 8; ++i) out.set(i, from[i]);
      return out;
    }
    static E broadcast(const Fe& x) {
      E out;
      for (int i = 0; i < 8; ++i) out.set(i, x);
      return out;
    }
    static E zero() { return {}; }
    friend E operator+(const E& a, const E& b) { return {{a.c[0] + b.c[0], a.c[1] + b.c[1], a.c[2] + b.c[2]}}; }
    friend E operator-(const E& a, const E& b) { return {{a.c[0] - b.c[0], a.c[1] - b.c[1], a.c[2] - b.c[2]}}; }
    friend Fe sum_lanes(const E& a) {
      Fe sum;
      for (int i = 0; i < 8; ++i) sum += a.get(i);
      return sum;
    }
  };
  /// A sum of products; the vector form reduces once, after at most 50 of them.
  struct Sum {
    E total{};
    void add(const E& a, const E& b) {
      for (int i = 0; i < 8; ++i) total.set(i, total.get(i) + a.get(i) * b.get(i));
    }
    void add(const E& a, const F& b) {
      for (int i = 0; i < 8; ++i) total.set(i, total.get(i) + a.get(i) * b.v[i]);
    }
    E reduced() const { return total; }
  };
};

/// Kernel helpers, for any `Lanes`.
template <class Lanes> typename Lanes::E load_block(const FeBlock& from) {
  using F = typename Lanes::F;
  return {{F::load(from.c[0]), F::load(from.c[1]), F::load(from.c[2])}};
}
template <class E> void store_block(const E& v, FeBlock& to) {
  for (int limb = 0; limb < 3; ++limb) v.c[limb].store(to.c[limb]);
}

}  // namespace tacit
