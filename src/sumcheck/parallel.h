// How the prover's passes use the machine: ranges of blocks over oneTBB, small ranges on the caller's thread.
// Prover only: the verifier includes none of this.
#pragma once

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_reduce.h>

#include "sumcheck/lanes.h"

namespace tacit {

/// Blocks below which waking another thread costs more than it saves (one block is 0.1 to 0.4 microseconds).
constexpr std::size_t kSerialBlocks = 128;
constexpr std::size_t kGrainBlocks = 64;

/// act(begin, end) on disjoint ranges that cover [begin, end).
inline void for_blocks(std::size_t begin, std::size_t end, const auto& act) {
  if (begin >= end) return;
  if (end - begin <= kSerialBlocks) return act(begin, end);
  tbb::parallel_for(tbb::blocked_range<std::size_t>(begin, end, kGrainBlocks),
                    [&](const auto& part) { act(part.begin(), part.end()); });
}

/// The total of what act(begin, end, sums) adds on disjoint ranges that cover [begin, end).
inline RoundSums sum_blocks(std::size_t begin, std::size_t end, const auto& act) {
  RoundSums total;
  if (begin >= end) return total;
  if (end - begin <= kSerialBlocks) {
    act(begin, end, total);
    return total;
  }
  return tbb::parallel_reduce(
      tbb::blocked_range<std::size_t>(begin, end, kGrainBlocks), total,
      [&](const auto& part, RoundSums sums) {
        act(part.begin(), part.end(), sums);
        return sums;
      },
      [](RoundSums a, const RoundSums& b) { return a += b; });
}

}  // namespace tacit
