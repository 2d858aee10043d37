// eq(point, x) of every suffix of a point, split in an inner and an outer table: the weights of one eq-form sumcheck.
//
//   the last v coordinates    eq(x) = outer[x >> k] * inner[x mod 2^k],   k = min(v, kInnerBits)
//
// A round of the sumcheck drops the first coordinate, so nothing is folded: the next round reads the next smaller pair
// of tables. The inner table stays in the first-level cache; together they hold about 2^(v-8) + 2^8 entries.
#pragma once

#include <span>
#include <vector>

#include "sumcheck/lanes.h"

namespace tacit {

/// The weights of blocks of 8 rows: block b has inner[b mod inner_blocks] * outer[b / inner_blocks].
struct EqView {
  const FeBlock* inner;
  std::size_t inner_blocks;  ///< a power of two, at most 2^(kInnerBits - 3)
  const Fe* outer;
};

class SplitEq {
 public:
  static constexpr int kInnerBits = 8;

  SplitEq() = default;
  /// Cost: about 2^(n-8) + 2^8 multiplications in E each twice, n = point.size().
  explicit SplitEq(std::span<const Fe> point);

  /// The last `v` coordinates, 3 <= v <= n.
  EqView blocks(int v) const;
  /// The last `v` coordinates as one table of 2^v, v <= kInnerBits.
  const FeVector& flat(int v) const { return inner_[static_cast<std::size_t>(v)]; }
  /// sum of eq(x) over the first `rows` rows x of the last `v` coordinates.
  Fe prefix_sum(int v, std::size_t rows) const;

 private:
  Point point_;
  std::vector<FeVector> inner_, outer_;      ///< level k: the last k coordinates of the inner / outer part
  std::vector<std::vector<FeBlock>> blocks_;  ///< inner_ from level 3 on, in blocks
};

}  // namespace tacit
