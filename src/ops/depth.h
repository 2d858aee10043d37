// Depth: tensors with positions along three axes, as images of two. What a window sees along the depth becomes channels, and
// the depths where it stands become entries of the batch.
//
//   x [n, c, depth, h, w], 3 taps along the depth      stacked [n * out, c * 3, h, w]
//   images at depths 0 1 2 3 4, stride 2, no padding   entry 0: depths 0 1 2 as channels, entry 1: depths 2 3 4
//
// A column holds [c, n * depth * h * w], so that batch and depth are neighbours there: one tap at stride 1 moves nothing.
#pragma once

#include "ops/call.h"
#include "ops/geometry.h"
#include "ops/lowering.h"

namespace tacit {

/// x, of rank 5, as [batch * out, channels * taps, height, width]; 0 on padding.
Tensor stacked_value(const Tensor& x, const Geometry& depth);
/// The column of operand 0, a tensor of shape `dims` (rank 5), in the same way. Errors: as moved_operand.
Result<Placed> stacked(const Call& call, const Placed& input, const Shape& dims, const Geometry& depth, Lowering& lowering);
/// [batch * depth, channels, height, width] as [batch, channels, depth, height, width].
Tensor unstacked_value(const Tensor& y, std::int64_t depth);

}  // namespace tacit
