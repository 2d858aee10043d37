// Picks: operators each of whose output elements is one element of an operand, or 0, by a list that is public.
//
//   operand 2x3, flat   0 1 2 3 4 5      sources 5 4 3 -1   ->   output of 4 elements: x5 x4 x3 0
//
// Sources are flat indices of the logical tensors, -1 where there is none. In a theorem they become an IndexMap whose axes are
// the output's own wherever the list is a sum of one index for each axis, so that most operators' maps have a few runs.
#pragma once

#include <cstdint>
#include <vector>

#include "ops/moves.h"

namespace tacit {

using Sources = std::vector<std::int64_t>;

/// Positions along all axes of element `flat` of a tensor with these extents.
Shape positions_of(std::int64_t flat, const Shape& dims);
/// The flat index of the element at these positions.
std::int64_t flat_of(const Shape& at, const Shape& dims);

/// The picked elements, of the operand's type.
Tensor picked_value(const Tensor& from, Shape dims, const Sources& sources);
/// The sources along which a statement of extents `extents` (the last one fastest) reads, as a map with one axis for each
/// group of neighbouring extents over which the sources are a sum. O(sources.size() extents.size()).
IndexMap separated(const Sources& sources, const Shape& extents);
/// coefficient * the picked elements of operand `index`, a term of a sum of natural_shape(dims).
/// Errors: unsupported, where more elements are picked than a theorem's maps may have.
Result<Multiple> picked_operand(const Call& call, std::size_t index, const Shape& dims, const Sources& sources, double coefficient,
                                Lowering& lowering);
/// The picked elements of `input`, a tensor of shape `from` placed by natural_shape(from): a term as above.
Result<Multiple> picked_from(const Call& call, const Placed& input, const Shape& from, const Shape& dims, const Sources& sources);
/// Gives output 0, the picked elements of operand 0.
Status give_picked(const Call& call, const Shape& dims, const Sources& sources, Lowering& lowering);

/// coefficient * the picked elements of one operand.
struct PickedTerm {
  std::size_t operand = 0;
  Sources sources;
  double coefficient = 1;
};
/// Gives output 0, of type `dtype`, the sum of the terms; an operand that is a constant is private. `apart`: one of them at most
/// counts in each element, with coefficient 1.
Status give_picked_sum(const Call& call, DType dtype, const Shape& dims, const std::vector<PickedTerm>& terms, bool apart, Lowering& lowering);

/// Operand `index` as a constant tensor of integers.
Result<const Tensor*> integer_constant(const Call& call, std::size_t index, const char* role);
/// Each index counted from the end where it is negative. Errors: malformed, where one is outside of [-extent, extent).
Result<Sources> resolved_indices(const Call& call, const Sources& indices, std::int64_t extent);

/// An operator that picks elements of operand 0: `shape` checks the call and gives the extents of output 0, `sources` the list.
template <Result<Shape> (*shape)(const Call&), Sources (*sources)(const Call&)>
struct Picking {
  static Result<std::vector<TensorType>> infer(const Call& call) {
    TACIT_OK(check_extents(call));
    TACIT_TRY(Shape dims, shape(call));
    return one_output(call, call.operand(0).type.dtype, std::move(dims));
  }
  static std::vector<Tensor> evaluate(const Call& call) {
    Shape dims = shape(call).value();
    if (element_count(dims) == 0) return {Tensor{std::move(dims), call.operand(0).type.dtype, {}, {}}};
    return {picked_value(*call.operand(0).value, std::move(dims), sources(call))};
  }
  static Status lower(const Call& call, Lowering& lowering) { return give_picked(call, shape(call).value(), sources(call), lowering); }

  static constexpr Operator table(const char* op, const OperatorText& text, const char* domain = "") {
    return {.op = op, .domain = domain, .text = text, .infer = infer, .evaluate = evaluate, .lower = lower};
  }
};

}  // namespace tacit
