// Sums over the grid {0, 1, inf}^b of a group of limbs of which only the first ones exist.
//
//   limb p of 2^b     0 .. present - 1 | none: zero, never read
//   sums[g]           sum over positions of (m at grid point g) * (a at grid point g), numbered as in
//                     whir_prover_kernels.h; b up to kMaxMembers = 2^4, one variable more than a kernel takes
//
// A half that does not exist costs nothing: in its variable both tables are t (1 - x), which is t at 0, 0 at 1 and -t
// at inf, and the two signs cancel.
#pragma once

#include "pcs/whir_prover_kernels.h"

namespace tacit {

constexpr std::size_t kMaxOuterGridPoints = 3 * kMaxGridPoints;
constexpr std::size_t kMaxMembers = 2 * kMaxGroup;
static_assert(kMaxMembers <= kMaxCombined);
/// Positions of one call: what is subtracted limb from limb stays in cache.
constexpr std::size_t kMaxGridCount = 4096;

/// Adds the sums of the first `count` positions. m and a have `present` entries, 1 <= present <= 2^variables, variables
/// <= kMaxGridVariables + 1, count <= kMaxGridCount. The 4th variable costs a copy of its second half's limbs.
void add_grid_sums(std::size_t variables, const Fp* const* m, const Fe* const* a, std::size_t present,
                   std::size_t count, Fe* sums);

}  // namespace tacit
