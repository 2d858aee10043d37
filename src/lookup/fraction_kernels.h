// The data-parallel passes of the fraction-sum prover: data in, data out, no transcript.
//
// A layer of 2m rows is two halves of m rows (children 0 and 1 of the parent's m rows). Rows beyond a half's valid ones
// are never stored; they read as the half's `pad` block.
//
//   half 0   (p0, q0), in a sumcheck (u0, q0) with u0 = p0 + lambda q0; padding (0, 1), in a sumcheck (lambda, 1)
//   half 1   (p1, q1), padding (0, 1)
//   summand  f = q1 u0 + p1 q0
//
// Sums weigh row x with eq(x). A pass works on blocks [begin, end) of 8 rows and adds to `sums`; calls on disjoint ranges
// may run at the same time. Cost on one core with AVX-512: see fraction_prover.h.
#pragma once

#include "sumcheck/lanes.h"
#include "sumcheck/split_eq.h"

namespace tacit {

/// Half of an inner layer (a = p or u, b = q), or of a folded one.
struct LayerHalf {
  const PairBlock* blocks;
  std::size_t count;  ///< stored blocks; lanes beyond the valid rows of the last one hold padding
  const PairBlock* pad;
};

/// Half of the leaf layer, as the caller stores it: p in the base field.
struct LeafHalf {
  const Fp* p;
  const Fe* q;
  std::size_t full;   ///< blocks [0, full) are read from p and q
  std::size_t count;  ///< full, or full + 1 if `tail` holds a last incomplete block (padded)
  const PairBlock* tail;
  const PairBlock* pad;
};

/// parent[b] = (p0 q1 + p1 q0, q0 q1).
template <class Half> struct BuildPass {
  Half low, high;
  PairBlock* parent;
};

/// The leading coefficient of the first round (its constant is known from the layer above): rows b and b + half.
template <class Half> struct FirstPass {
  Half low, high;
  std::size_t half;  ///< blocks
  Fe lambda;
};

/// Folds both halves at `r` and evaluates the next round: reads rows b + {0,1,2,3} quarter, writes b + {0,1} quarter.
/// The outputs may be the inputs. `lambda` is used by the first fold of a layer only, which turns p0 into u0.
template <class Half> struct FoldPass {
  Half low, high;
  PairBlock *low_out, *high_out;
  std::size_t low_count, high_count;  ///< blocks to store; beyond them everything is padding
  std::size_t quarter;                ///< blocks
  Fe r, lambda;
};

struct FractionKernels {
  using Range = std::size_t;
  void (*build_leaf)(const BuildPass<LeafHalf>&, Range begin, Range end);
  void (*build)(const BuildPass<LayerHalf>&, Range begin, Range end);
  void (*first_leaf)(const FirstPass<LeafHalf>&, const EqView&, Range begin, Range end, RoundSums& sums);
  void (*first)(const FirstPass<LayerHalf>&, const EqView&, Range begin, Range end, RoundSums& sums);
  void (*fold_first_leaf)(const FoldPass<LeafHalf>&, const EqView&, Range begin, Range end, RoundSums& sums);
  void (*fold_first)(const FoldPass<LayerHalf>&, const EqView&, Range begin, Range end, RoundSums& sums);
  void (*fold)(const FoldPass<LayerHalf>&, const EqView&, Range begin, Range end, RoundSums& sums);
  /// The same where half 1 is padding in all rows: f = u0, so only half 0 is folded and nothing is quadratic.
  void (*fold_low_first_leaf)(const FoldPass<LeafHalf>&, const EqView&, Range begin, Range end, RoundSums& sums);
  void (*fold_low_first)(const FoldPass<LayerHalf>&, const EqView&, Range begin, Range end, RoundSums& sums);
  void (*fold_low)(const FoldPass<LayerHalf>&, const EqView&, Range begin, Range end, RoundSums& sums);
};

extern const FractionKernels kFractionKernelsScalar;
#if defined(__x86_64__)
extern const FractionKernels kFractionKernelsAvx512;  ///< only when use_avx512()
#endif

}  // namespace tacit
