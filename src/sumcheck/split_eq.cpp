#include "sumcheck/split_eq.h"

#include <algorithm>

#include "base/contract.h"

namespace tacit {
namespace {

/// Level k is eq of the last k coordinates.
std::vector<FeVector> suffix_tables(std::span<const Fe> point) {
  std::vector<FeVector> levels{{kOne}};
  for (std::size_t at = point.size(); at-- > 0;) {
    const FeVector& below = levels.back();
    FeVector table(2 * below.size());
    for (std::size_t i = 0; i < below.size(); ++i) {
      const Fe one = below[i] * point[at];
      table[i + below.size()] = one;
      table[i] = below[i] - one;
    }
    levels.push_back(std::move(table));
  }
  return levels;
}

}  // namespace

SplitEq::SplitEq(std::span<const Fe> point) : point_(point.begin(), point.end()) {
  const std::size_t inner = std::min<std::size_t>(point.size(), kInnerBits);
  inner_ = suffix_tables(point.last(inner));
  outer_ = suffix_tables(point.first(point.size() - inner));
  blocks_.resize(inner_.size());
  for (std::size_t k = 3; k < inner_.size(); ++k) {
    blocks_[k].resize(blocks_of(inner_[k].size()));
    for (std::size_t i = 0; i < inner_[k].size(); ++i) blocks_[k][i / FeBlock::kSize].set(i % FeBlock::kSize, inner_[k][i]);
  }
}

EqView SplitEq::blocks(int v) const {
  TACIT_EXPECTS(v >= 3 && static_cast<std::size_t>(v) <= point_.size(), "a block needs three variables");
  const int k = std::min(v, kInnerBits);
  const auto& inner = blocks_[static_cast<std::size_t>(k)];
  return {inner.data(), inner.size(), outer_[static_cast<std::size_t>(v - k)].data()};
}

Fe SplitEq::prefix_sum(int v, std::size_t rows) const {
  if (rows >> v != 0) return kOne;
  Fe sum, here = kOne;  // here: eq of the bits of `rows` read so far
  for (int bit = v - 1; bit >= 0; --bit) {
    const Fe one = here * point_[point_.size() - 1 - static_cast<std::size_t>(bit)];
    if ((rows >> bit) & 1) {
      sum += here - one;
      here = one;
    } else {
      here -= one;
    }
  }
  return sum;
}

}  // namespace tacit
