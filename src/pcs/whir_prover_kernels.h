// The prover's inner loops over one contiguous range of positions, single-threaded; whir_prover_fold.cpp splits ranges
// over threads. Two implementations: scalar (the reference) and AVX-512 (eight positions at a time).
//
//   grid of b variables   a table over {0,1}^b is read as a multilinear polynomial and taken on {0, 1, inf}^b, where
//                         inf is the leading coefficient t(1) - t(0). Index in base 3, first-bound variable first:
//                         b = 2:  00 01 0inf 10 11 1inf inf0 inf1 infinf
#pragma once

#include <array>
#include <cstddef>

#include "field/cubic.h"

namespace tacit {

constexpr std::size_t kMaxGridVariables = 3;
constexpr std::size_t kMaxGridPoints = 27;
constexpr std::size_t kMaxGroup = 8;          ///< limbs of one grid
constexpr std::size_t kMaxCombined = 16;      ///< limbs that are combined at once
constexpr std::size_t grid_size(std::size_t variables) { return variables == 0 ? 1 : 3 * grid_size(variables - 1); }

/// The most points of one accumulate_powers call.
constexpr std::size_t kMaxPoints = 128;
/// Length of a tile of power tables; a multiple of 8.
constexpr std::size_t kPowerTile = 256;

/// Constant and leading coefficient of one round polynomial.
struct FoldSums {
  Fe constant, leading;
};

struct FoldKernels {
  /// sums[g] += sum over positions of (m at grid point g) * (a at grid point g); m, a: 2^variables limbs each, first
  /// `count` positions of each.
  void (*grid_sums)(std::size_t variables, const Fp* const* m, const Fe* const* a, std::size_t count, Fe* sums);
  /// out[i] = sum_p weights[p] * limbs[p][i], p < group <= kMaxCombined.
  void (*combine_base)(const Fp* const* limbs, const Fe* weights, std::size_t group, std::size_t count, Fe* out);
  void (*combine_extension)(const Fe* const* limbs, const Fe* weights, std::size_t group, std::size_t count, Fe* out);
  /// constant = <v0, a0>, leading = <v1 - v0, a1 - a0>.
  FoldSums (*round_sums)(const Fe* v0, const Fe* v1, const Fe* a0, const Fe* a1, std::size_t count);
  /// lo[i] += r * (hi[i] - lo[i]).
  void (*fold)(Fe* lo, const Fe* hi, Fe r, std::size_t count);
  /// out[i] += sum_j coefficients[j] * tables[j * kPowerTile + i], i < count <= kPowerTile, j < points <= kMaxPoints.
  void (*add_tables)(const Fp* tables, const Fe* coefficients, std::size_t points, std::size_t count, Fe* out);
};

const FoldKernels& scalar_fold_kernels();
/// Only where cpu_has_avx512(). Any count is allowed; whole multiples of 8 are fast.
const FoldKernels& avx512_fold_kernels();
const FoldKernels& fold_kernels();

/// Expands 2^variables values in place to the 3^variables grid values; `subtract` is the difference of two values.
template <class T> constexpr void expand_grid(std::size_t variables, T* values) {
  T from[kMaxGridPoints];
  std::size_t outer = std::size_t{1} << variables, inner = 1;
  for (std::size_t level = 0; level < variables; ++level) {
    outer /= 2;
    for (std::size_t i = 0; i < 2 * outer * inner; ++i) from[i] = values[i];
    for (std::size_t o = 0; o < outer; ++o)
      for (std::size_t i = 0; i < inner; ++i) {
        const T& lo = from[(2 * o) * inner + i];
        const T& hi = from[(2 * o + 1) * inner + i];
        values[(3 * o + 0) * inner + i] = lo;
        values[(3 * o + 1) * inner + i] = hi;
        values[(3 * o + 2) * inner + i] = hi - lo;
      }
    inner *= 3;
  }
}

}  // namespace tacit
