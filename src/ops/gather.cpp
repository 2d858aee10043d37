// Gather: slices of x along one axis, by a constant tensor of indices.   x 3x4, indices 2x2, axis 1  ->  3x2x2
// GatherElements: y[i][j] = x[index[i][j]][j] for axis 0, and so on.
// GatherND: the last axis of the indices holds positions along the first axes of x (after `batch_dims` common ones).
// The indices are public. Negative ones count from the end.
#include <algorithm>

#include "ops/picks.h"

namespace tacit {
namespace {

Result<std::size_t> read_axis(const Call& call) {
  TACIT_TRY(const std::int64_t axis, int_attribute(*call.node, "axis", 0));
  return resolve_axis(*call.node, axis, call.operand(0).type.dims.size(), false);
}

Result<Shape> gather_shape(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  TACIT_TRY(const Tensor* indices, integer_constant(call, 1, "indices"));
  TACIT_TRY(const std::size_t axis, read_axis(call));
  const Shape& from = call.operand(0).type.dims;
  TACIT_OK(resolved_indices(call, indices->i, from[axis]));
  Shape dims(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(axis));
  dims.insert(dims.end(), indices->dims.begin(), indices->dims.end());
  dims.insert(dims.end(), from.begin() + static_cast<std::ptrdiff_t>(axis) + 1, from.end());
  return dims;
}

Sources gather_sources(const Call& call) {
  const Shape& from = call.operand(0).type.dims;
  const std::size_t axis = read_axis(call).value();
  const Sources indices = resolved_indices(call, call.operand(1).value->i, from[axis]).value();
  const std::int64_t outer = count_between(from, 0, axis), inner = count_between(from, axis + 1, from.size());
  Sources sources;
  for (std::int64_t o = 0; o < outer; ++o)
    for (const std::int64_t index : indices)
      for (std::int64_t i = 0; i < inner; ++i) sources.push_back((o * from[axis] + index) * inner + i);
  return sources;
}

Result<Shape> elements_shape(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  TACIT_TRY(const Tensor* indices, integer_constant(call, 1, "indices"));
  TACIT_TRY(const std::size_t axis, read_axis(call));
  const Shape& from = call.operand(0).type.dims;
  bool fits = from.size() == indices->dims.size();
  for (std::size_t k = 0; fits && k < from.size(); ++k) fits = k == axis || indices->dims[k] <= from[k];
  if (!fits) return malformed(*call.node, "indices " + shape_text(indices->dims) + " do not fit its input " + shape_text(from));
  TACIT_OK(resolved_indices(call, indices->i, from[axis]));
  return indices->dims;
}

Sources elements_sources(const Call& call) {
  const Shape& from = call.operand(0).type.dims;
  const Tensor& indices = *call.operand(1).value;
  const std::size_t axis = read_axis(call).value();
  Sources sources = resolved_indices(call, indices.i, from[axis]).value();
  for (std::size_t flat = 0; flat < sources.size(); ++flat) {
    Shape at = positions_of(static_cast<std::int64_t>(flat), indices.dims);
    at[axis] = sources[flat];
    sources[flat] = flat_of(at, from);
  }
  return sources;
}

struct Tuples {
  std::size_t batch = 0, width = 0;
  Shape dims;
};

Result<Tuples> read_tuples(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  TACIT_TRY(const Tensor* indices, integer_constant(call, 1, "indices"));
  TACIT_TRY(const std::int64_t batch, int_attribute(*call.node, "batch_dims", 0));
  const Shape &from = call.operand(0).type.dims, &at = indices->dims;
  const std::string text = "indices " + shape_text(at) + " do not fit its input " + shape_text(from);
  if (at.empty() || from.empty() || batch < 0 || batch >= static_cast<std::int64_t>(std::min(at.size(), from.size()))) return malformed(*call.node, text);
  const auto common = static_cast<std::size_t>(batch);
  if (at.back() < 1 || at.back() > static_cast<std::int64_t>(from.size() - common)) return malformed(*call.node, text);
  if (!std::equal(at.begin(), at.begin() + batch, from.begin())) return malformed(*call.node, text);
  Tuples tuples{common, static_cast<std::size_t>(at.back()), Shape(at.begin(), at.end() - 1)};
  tuples.dims.insert(tuples.dims.end(), from.begin() + batch + at.back(), from.end());
  for (std::size_t k = 0; k < indices->i.size(); ++k) {
    const std::int64_t extent = from[common + k % tuples.width];
    if (indices->i[k] < -extent || indices->i[k] >= extent) return malformed(*call.node, "an index is outside of its axis");
  }
  return tuples;
}

Result<Shape> tuples_shape(const Call& call) {
  TACIT_TRY(Tuples tuples, read_tuples(call));
  return std::move(tuples.dims);
}

Sources tuples_sources(const Call& call) {
  const Tuples tuples = read_tuples(call).value();
  const Shape& from = call.operand(0).type.dims;
  const Tensor& indices = *call.operand(1).value;
  const std::int64_t inner = count_between(from, tuples.batch + tuples.width, from.size());
  const std::int64_t count = static_cast<std::int64_t>(indices.i.size() / tuples.width);
  const std::int64_t batches = count_between(from, 0, tuples.batch);
  Sources sources;
  for (std::int64_t tuple = 0; tuple < count; ++tuple) {
    std::int64_t at = tuple / (count / batches);
    for (std::size_t k = 0; k < tuples.width; ++k) {
      const std::int64_t extent = from[tuples.batch + k], index = indices.i[static_cast<std::size_t>(tuple) * tuples.width + k];
      at = at * extent + (index < 0 ? index + extent : index);
    }
    for (std::int64_t i = 0; i < inner; ++i) sources.push_back(at * inner + i);
  }
  return sources;
}

}  // namespace

constexpr OperatorText kText = {
    "elements move by a public map",
    "indices constant"};
extern const Operator kGather, kGatherElements, kGatherND;
const Operator kGather = Picking<gather_shape, gather_sources>::table("Gather", kText);
const Operator kGatherElements = Picking<elements_shape, elements_sources>::table("GatherElements", kText);
const Operator kGatherND = Picking<tuples_shape, tuples_sources>::table("GatherND", kText);

}  // namespace tacit
