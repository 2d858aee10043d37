#include "pcs/whir_prover_grid.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "base/contract.h"
#include "field/arrays.h"

namespace tacit {
namespace {

/// One kernel call; members that do not exist are read from zeros.
void add_kernel_sums(std::size_t variables, const Fp* const* m, const Fe* const* a, std::size_t present,
                     std::size_t count, Fe* sums) {
  static const FpVector zero_limb(kMaxGridCount);
  static const FeVector zero_covector(kMaxGridCount);
  std::array<const Fp*, kMaxGroup> all_m;
  std::array<const Fe*, kMaxGroup> all_a;
  std::fill(std::copy_n(m, present, all_m.begin()), all_m.end(), zero_limb.data());
  std::fill(std::copy_n(a, present, all_a.begin()), all_a.end(), zero_covector.data());
  fold_kernels().grid_sums(variables, all_m.data(), all_a.data(), count, sums);
}

/// First half minus second half, member by member: the leading coefficients of the first variable, both negated. Only
/// where the second half has a member is there anything to compute.
struct Differences {
  std::array<const Fp*, kMaxGroup> m;
  std::array<const Fe*, kMaxGroup> a;
  FpVector m_made;
  FeVector a_made;

  Differences(const Fp* const* from_m, const Fe* const* from_a, std::size_t half, std::size_t seconds,
              std::size_t count)
      : m_made(seconds * count), a_made(seconds * count) {
    std::copy_n(from_m, half, m.begin());
    std::copy_n(from_a, half, a.begin());
    for (std::size_t p = 0; p < seconds; ++p) {
      sub(std::span(from_m[p], count), std::span(from_m[half + p], count), std::span(m_made).subspan(p * count, count));
      sub(std::span(from_a[p], count), std::span(from_a[half + p], count), std::span(a_made).subspan(p * count, count));
      m[p] = &m_made[p * count];
      a[p] = &a_made[p * count];
    }
  }
};

}  // namespace

void add_grid_sums(std::size_t variables, const Fp* const* m, const Fe* const* a, std::size_t present,
                   std::size_t count, Fe* sums) {
  TACIT_EXPECTS(present > 0 && present <= std::size_t{1} << variables && count <= kMaxGridCount &&
                    variables <= kMaxGridVariables + 1, "a grid of a group of limbs");
  const std::size_t half = (std::size_t{1} << variables) / 2, third = grid_size(variables) / 3;
  if (variables > 0 && present <= half) {
    std::array<Fe, kMaxGridPoints> first{};
    add_grid_sums(variables - 1, m, a, present, count, first.data());
    for (std::size_t g = 0; g < third; ++g) sums[g] += first[g], sums[2 * third + g] += first[g];
  } else if (variables <= kMaxGridVariables) {
    add_kernel_sums(variables, m, a, present, count, sums);
  } else {
    const Differences leading(m, a, half, present - half, count);
    add_grid_sums(variables - 1, m, a, half, count, sums);
    add_grid_sums(variables - 1, m + half, a + half, present - half, count, sums + third);
    add_grid_sums(variables - 1, leading.m.data(), leading.a.data(), half, count, sums + 2 * third);
  }
}

}  // namespace tacit
