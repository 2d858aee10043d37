#include "pcs/whir_prover_kernels.h"

#include "field/cpu.h"

namespace tacit {
namespace {

void grid_sums(std::size_t variables, const Fp* const* m, const Fe* const* a, std::size_t count, Fe* sums) {
  const std::size_t group = std::size_t{1} << variables, grid = grid_size(variables);
  Fp m_grid[kMaxGridPoints];
  Fe a_grid[kMaxGridPoints];
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t p = 0; p < group; ++p) m_grid[p] = m[p][i], a_grid[p] = a[p][i];
    expand_grid(variables, m_grid);
    expand_grid(variables, a_grid);
    for (std::size_t g = 0; g < grid; ++g) sums[g] += a_grid[g] * m_grid[g];
  }
}

template <class T>
void combine(const T* const* limbs, const Fe* weights, std::size_t group, std::size_t count, Fe* out) {
  for (std::size_t i = 0; i < count; ++i) {
    Fe sum;
    for (std::size_t p = 0; p < group; ++p) sum += weights[p] * limbs[p][i];
    out[i] = sum;
  }
}

FoldSums round_sums(const Fe* v0, const Fe* v1, const Fe* a0, const Fe* a1, std::size_t count) {
  FoldSums out;
  for (std::size_t i = 0; i < count; ++i) {
    out.constant += v0[i] * a0[i];
    out.leading += (v1[i] - v0[i]) * (a1[i] - a0[i]);
  }
  return out;
}

void fold(Fe* lo, const Fe* hi, Fe r, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) lo[i] += r * (hi[i] - lo[i]);
}

void add_tables(const Fp* tables, const Fe* coefficients, std::size_t points, std::size_t count, Fe* out) {
  for (std::size_t j = 0; j < points; ++j)
    for (std::size_t i = 0; i < count; ++i) out[i] += coefficients[j] * tables[j * kPowerTile + i];
}

}  // namespace

const FoldKernels& scalar_fold_kernels() {
  static constexpr FoldKernels kernels{grid_sums, combine<Fp>, combine<Fe>, round_sums, fold, add_tables};
  return kernels;
}

const FoldKernels& fold_kernels() { return use_avx512() ? avx512_fold_kernels() : scalar_fold_kernels(); }

}  // namespace tacit
