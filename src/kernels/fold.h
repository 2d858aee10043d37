// Folding of small integers with a vector over E, without a field multiplication for every integer.
//
//   fold_rows   out[k] = sum_c u[c] m[c, k]        m: int32 [rows, cols] row-major
//   fold_cols   out[r] = sum_s v[s] m[r, s]
//
// Each limb of u is split as lo + 2^32 hi with both halves signed 32-bit; the 32 x 32 -> 64-bit products are summed in
// 64 bits and reduced once. Exact for |m| < 2^20 and up to kFoldChunk terms between reductions.
#pragma once

#include <cstdint>
#include <span>

#include "field/cubic.h"

namespace tacit {

void fold_rows(std::span<const std::int32_t> m, std::size_t rows, std::size_t cols, std::span<const Fe> u, std::span<Fe> out);

/// v split into halves once, for many calls.
class SplitVector {
 public:
  explicit SplitVector(std::span<const Fe> v);
  std::size_t size() const { return size_; }
  /// sum_s v[s] x[s], x of the same size.
  Fe dot(const std::int32_t* x) const;

 private:
  std::size_t size_;
  std::vector<std::int32_t> halves_[6];
};

}  // namespace tacit
