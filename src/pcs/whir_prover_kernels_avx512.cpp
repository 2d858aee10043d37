#include "pcs/whir_prover_kernels.h"

#if defined(__AVX512F__) && defined(__AVX512IFMA__)

#include <algorithm>
#include <type_traits>

#include "field/avx512.h"

namespace tacit {
namespace {

using Halves = ProductSum8::Halves;

/// A factor of E, split and broadcast once for many products.
struct SplitFe8 {
  Halves c[3], doubled[3];
  static SplitFe8 of(const Fe8& a) {
    SplitFe8 out;
    for (int i = 0; i < 3; ++i) out.c[i] = Halves::of(a.c[i]), out.doubled[i] = out.c[i].doubled();
    return out;
  }
};

void add_product(FeProductSum8& sum, const SplitFe8& a, const Fe8& b) {
  const Halves b0 = Halves::of(b.c[0]), b1 = Halves::of(b.c[1]), b2 = Halves::of(b.c[2]);
  sum.c[0].add(a.c[0], b0), sum.c[1].add(a.c[1], b0), sum.c[2].add(a.c[2], b0);
  sum.c[0].add(a.doubled[2], b1), sum.c[1].add(a.c[0], b1), sum.c[2].add(a.c[1], b1);
  sum.c[0].add(a.doubled[1], b2), sum.c[1].add(a.doubled[2], b2), sum.c[2].add(a.c[0], b2);
}

void add_product(FeProductSum8& sum, const SplitFe8& a, Fp8 b) {
  const Halves halves = Halves::of(b);
  for (int i = 0; i < 3; ++i) sum.c[i].add(a.c[i], halves);
}

template <class T> struct Wide;
template <> struct Wide<Fp> { using type = Fp8; };
template <> struct Wide<Fe> { using type = Fe8; };

// Grid values of a block of positions are written out first, so that the accumulators of one grid point at a time live
// in registers.
constexpr std::size_t kGridBlock = 64;

template <class T>
void expand_block(std::size_t variables, const T* const* limbs, std::size_t at, std::size_t count,
                  typename Wide<T>::type (*values)[kGridBlock / 8]) {
  using Vector = typename Wide<T>::type;
  const std::size_t group = std::size_t{1} << variables, grid = grid_size(variables);
  for (std::size_t k = 0; k < count / 8; ++k) {
    Vector v[kMaxGridPoints];
    for (std::size_t p = 0; p < group; ++p) v[p] = Vector::load(limbs[p] + at + 8 * k);
    expand_grid(variables, v);
    for (std::size_t g = 0; g < grid; ++g) values[g][k] = v[g];
  }
}

void grid_sums(std::size_t variables, const Fp* const* m, const Fe* const* a, std::size_t count, Fe* sums) {
  const std::size_t grid = grid_size(variables), whole = count / 8 * 8;
  Fp8 m_values[kMaxGridPoints][kGridBlock / 8];
  Fe8 a_values[kMaxGridPoints][kGridBlock / 8], totals[kMaxGridPoints];
  for (std::size_t g = 0; g < grid; ++g) totals[g] = Fe8::zero();
  for (std::size_t at = 0; at < whole; at += kGridBlock) {
    const std::size_t length = std::min(kGridBlock, whole - at);
    expand_block(variables, m, at, length, m_values);
    expand_block(variables, a, at, length, a_values);
    for (std::size_t g = 0; g < grid; ++g) {
      FeProductSum8 sum;
      for (std::size_t k = 0; k < length / 8; ++k) sum.add(a_values[g][k], m_values[g][k]);
      totals[g] += sum.reduced();
    }
  }
  for (std::size_t g = 0; g < grid; ++g) sums[g] += sum_lanes(totals[g]);
  if (whole == count) return;
  const Fp* m_rest[kMaxGroup];
  const Fe* a_rest[kMaxGroup];
  for (std::size_t p = 0; p < std::size_t{1} << variables; ++p) m_rest[p] = m[p] + whole, a_rest[p] = a[p] + whole;
  scalar_fold_kernels().grid_sums(variables, m_rest, a_rest, count - whole, sums);
}

template <class T>
void combine(const T* const* limbs, const Fe* weights, std::size_t group, std::size_t count, Fe* out) {
  using Vector = typename Wide<T>::type;
  SplitFe8 split[kMaxCombined];
  for (std::size_t p = 0; p < group; ++p) split[p] = SplitFe8::of(Fe8::broadcast(weights[p]));
  const std::size_t whole = count / 8 * 8;
  for (std::size_t i = 0; i < whole; i += 8) {
    FeProductSum8 sum;
    for (std::size_t p = 0; p < group; ++p) add_product(sum, split[p], Vector::load(limbs[p] + i));
    sum.reduced().store(out + i);
  }
  if (whole == count) return;
  const T* rest[kMaxCombined];
  for (std::size_t p = 0; p < group; ++p) rest[p] = limbs[p] + whole;
  const FoldKernels& scalar = scalar_fold_kernels();
  if constexpr (std::is_same_v<T, Fp>) scalar.combine_base(rest, weights, group, count - whole, out + whole);
  else scalar.combine_extension(rest, weights, group, count - whole, out + whole);
}

FoldSums round_sums(const Fe* v0, const Fe* v1, const Fe* a0, const Fe* a1, std::size_t count) {
  constexpr std::size_t kBlock = 256;  // 32 products a sum, below the 64 that it holds
  const std::size_t whole = count / 8 * 8;
  Fe8 constant = Fe8::zero(), leading = Fe8::zero();
  for (std::size_t at = 0; at < whole; at += kBlock) {
    const std::size_t end = std::min(whole, at + kBlock);
    FeProductSum8 sum;
    for (std::size_t i = at; i < end; i += 8) sum.add(Fe8::load(v0 + i), Fe8::load(a0 + i));
    constant += sum.reduced();
    sum = {};
    for (std::size_t i = at; i < end; i += 8)
      sum.add(Fe8::load(v1 + i) - Fe8::load(v0 + i), Fe8::load(a1 + i) - Fe8::load(a0 + i));
    leading += sum.reduced();
  }
  FoldSums out = scalar_fold_kernels().round_sums(v0 + whole, v1 + whole, a0 + whole, a1 + whole, count - whole);
  out.constant += sum_lanes(constant);
  out.leading += sum_lanes(leading);
  return out;
}

void fold(Fe* lo, const Fe* hi, Fe r, std::size_t count) {
  const SplitFe8 split = SplitFe8::of(Fe8::broadcast(r));
  const std::size_t whole = count / 8 * 8;
  for (std::size_t i = 0; i < whole; i += 8) {
    const Fe8 base = Fe8::load(lo + i);
    FeProductSum8 sum;
    add_product(sum, split, Fe8::load(hi + i) - base);
    (base + sum.reduced()).store(lo + i);
  }
  scalar_fold_kernels().fold(lo + whole, hi + whole, r, count - whole);
}

void add_tables(const Fp* tables, const Fe* coefficients, std::size_t points, std::size_t count, Fe* out) {
  struct SplitCoefficient { Halves c[3]; } split[kMaxPoints];
  for (std::size_t j = 0; j < points; ++j)
    for (int c = 0; c < 3; ++c) split[j].c[c] = Halves::of(Fp8::broadcast(coefficients[j].c[c]));
  const std::size_t whole = count / 8 * 8;
  for (std::size_t i = 0; i < whole; i += 8) {
    FeProductSum8 sum;
    for (std::size_t j = 0; j < points; ++j) {
      const Halves power = Halves::of(Fp8::load(tables + j * kPowerTile + i));
      for (int c = 0; c < 3; ++c) sum.c[c].add(split[j].c[c], power);
    }
    (Fe8::load(out + i) + sum.reduced()).store(out + i);
  }
  scalar_fold_kernels().add_tables(tables + whole, coefficients, points, count - whole, out + whole);
}

}  // namespace

const FoldKernels& avx512_fold_kernels() {
  static constexpr FoldKernels kernels{grid_sums, combine<Fp>, combine<Fe>, round_sums, fold, add_tables};
  return kernels;
}

}  // namespace tacit

#else

namespace tacit {
const FoldKernels& avx512_fold_kernels() { return scalar_fold_kernels(); }
}  // namespace tacit

#endif
