// Several axes of a tensor taken together, as reductions take them: rows of neighbours in a column.
//
//   dims 2x3x4, axes {0, 2}        as strips: a column [3, 2*4], each row the elements that share the other axes
#pragma once

#include <vector>

#include "ops/call.h"
#include "ops/lowering.h"

namespace tacit {

struct Reduction {
  Shape dims;                ///< of the operand
  std::vector<bool> taken;   ///< by axis of dims
  bool keeps = true;         ///< taken axes stay, with extent 1

  Shape kept_shape() const;  ///< taken axes with extent 1
  Shape out_shape() const;
  std::int64_t length() const;  ///< elements of one strip
  std::int64_t count() const;   ///< strips
};

/// Attributes keepdims, axes (an input from opset `since` on) and noop_with_empty_axes. Taken are all axes where none is given,
/// none where the node says so. Errors: an axis that is not there; strips without elements.
Result<Reduction> read_reduction(const Call& call, std::int64_t since);

/// Calls visit(flat index of the operand, strip) for every element in the flat order; strips count in the flat order of kept_shape.
template <class Visit>
void for_each_element(const Reduction& r, Visit visit) {
  const Shape kept = r.kept_shape(), strides = broadcast_strides(kept, r.dims);
  const std::int64_t count = *element_count(r.dims);
  for (std::int64_t flat = 0; flat < count; ++flat) {
    std::int64_t rest = flat, at = 0;
    for (std::size_t axis = r.dims.size(); axis-- > 0; rest /= r.dims[axis]) at += rest % r.dims[axis] * strides[axis];
    visit(flat, at);
  }
}

/// Operand `index` as strips: a column [count, length], copied where they are not neighbours.
Result<Placed> read_strips(const Call& call, std::size_t index, const Reduction& r, Lowering& lowering);
/// The sums of strips as one term of a sum of the shape of a column [count, 1].
Multiple summed_strips(const Placed& strips, const Reduction& r, double coefficient);
/// Operand `index` summed over the taken axes, as a sum of natural_shape(kept_shape()), or of strips where axes lie apart.
Result<Affine> sum_over_axes(const Call& call, std::size_t index, const Reduction& r, double coefficient, Lowering& lowering);
/// The shape of a column of one number for each strip.
ColumnShape one_each(const Reduction& r);

}  // namespace tacit
