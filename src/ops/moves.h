// Moves: what operators share whose elements only change places (Transpose, Slice, Pad, Concat): the numbers, and the terms.
#pragma once

#include <optional>
#include <vector>

#include "ops/arrange.h"
#include "ops/call.h"
#include "ops/lowering.h"

namespace tacit {

/// Extents of operands that can be added and multiplied: one beside a 0 may be any number. Errors name the node.
Status check_extents(const Call& call);
/// The extents of a rearranged tensor.
Shape extents_of(const std::vector<Along>& out);
/// The rearranged tensor, of the same element type, 0 where it is absent. A source axis on which no axis runs is read at 0.
Tensor moved_value(const Tensor& from, const std::vector<Along>& out);
/// The tensor of this one type, if it has no elements: it may have extents that nothing could run along. Contract: no error.
std::optional<Tensor> empty_output(const Result<std::vector<TensorType>>& types);
/// The same numbers as floats.
Tensor as_floats(const Tensor& tensor);
/// Every element stays at its place in the flat order: only the extents may change.
bool keeps_order(const Shape& from, const std::vector<Along>& out);

/// 1 times the rearranged operand `index`, a term of a sum of natural_shape(extents_of(out)).
/// Errors: unsupported, where more axes or elements are rearranged than a theorem's maps may have.
Result<Multiple> moved_operand(const Call& call, std::size_t index, const std::vector<Along>& out, Lowering& lowering);
/// Gives output 0, operand 0 rearranged.
Status give_moved(const Call& call, const std::vector<Along>& out, Lowering& lowering);
/// A sum of copies of which one at most counts in each element, as a column at their scale, if they have one and there are no
/// constants.
std::optional<Placed> exact_join(const Affine& sum, Lowering& lowering);
/// Gives output 0 a sum of moved operands and constants, exactly where it holds integers.
Status give_like(const Call& call, DType dtype, Affine sum, Lowering& lowering);

}  // namespace tacit
