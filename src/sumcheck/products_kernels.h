// The data-parallel passes of the sum-of-products prover on blocks of 8 rows; calls on disjoint ranges may run at the same
// time and add to `sums`.
#pragma once

#include "sumcheck/lanes.h"

namespace tacit {

/// Where the rows of a pass are: the caller's arrays of E, or blocks (a, b).
struct RawPairs { const Fe *a, *b; };
struct BlockPairs { const PairBlock* blocks; };

/// constant += sum A B of rows b, leading += sum dA dB of rows b and b + half.
struct ProductFirst {
  RawPairs in;
  std::size_t half;  ///< blocks
};

/// Folds at `r` and evaluates the next round: reads rows b + {0,1,2,3} quarter, writes b + {0,1} quarter, in place or not.
template <class In> struct ProductFold {
  In in;
  PairBlock* out;
  std::size_t quarter;  ///< blocks
  Fe r;
};

struct ProductKernels {
  void (*first)(const ProductFirst&, std::size_t begin, std::size_t end, RoundSums& sums);
  void (*fold_raw)(const ProductFold<RawPairs>&, std::size_t begin, std::size_t end, RoundSums& sums);
  void (*fold)(const ProductFold<BlockPairs>&, std::size_t begin, std::size_t end, RoundSums& sums);
};

extern const ProductKernels kProductKernelsScalar;
#if defined(__x86_64__)
extern const ProductKernels kProductKernelsAvx512;  ///< only when use_avx512()
#endif

}  // namespace tacit
