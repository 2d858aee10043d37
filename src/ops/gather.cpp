// Gather: slices of x along one axis, by a tensor of indices.   x 3x4, indices 2x2, axis 1  ->  3x2x2
// GatherElements: y[i][j] = x[index[i][j]][j] for axis 0, and so on.
// GatherND: the last axis of the indices holds positions along the first axes of x (after `batch_dims` common ones).
// Negative indices count from the end. Constant ones are public; computed ones stay hidden (fetching.h).
#include <algorithm>
#include <numeric>

#include "ops/fetching.h"

namespace tacit {
namespace {

Result<std::size_t> read_axis(const Call& call) {
  TACIT_TRY(const std::int64_t axis, int_attribute(*call.node, "axis", 0));
  return resolve_axis(*call.node, axis, call.operand(0).type.dims.size(), false);
}

Sources counting(std::int64_t count) {
  Sources out(static_cast<std::size_t>(count));
  std::iota(out.begin(), out.end(), 0);
  return out;
}

Result<Fetching> read_slices(const Call& call, bool lists) {
  TACIT_TRY(const std::size_t axis, read_axis(call));
  const Shape &from = call.operand(0).type.dims, &at = call.operand(1).type.dims;
  const auto split = from.begin() + static_cast<std::ptrdiff_t>(axis);
  const std::int64_t outer = count_between(from, 0, axis), inner = count_between(from, axis + 1, from.size()), n = *split;
  Fetching f{Shape(from.begin(), split), 1, count_between(at, 0, at.size()), outer * inner, {n}, {}, {}, {}};
  f.dims.insert(f.dims.end(), at.begin(), at.end());
  f.dims.insert(f.dims.end(), split + 1, from.end());
  if (!lists) return f;
  f.indices = counting(f.positions);
  for (std::int64_t w = 0; w < f.width; ++w)
    for (std::int64_t k = 0; k < n; ++k) f.elements.push_back((w / inner * n + k) * inner + w % inner);
  for (std::int64_t o = 0; o < outer; ++o)
    for (std::int64_t p = 0; p < f.positions; ++p)
      for (std::int64_t i = 0; i < inner; ++i) f.outputs.push_back((o * inner + i) * f.positions + p);
  return f;
}

/// A lane for every element of the indices' tensor without its axis.
Result<Fetching> read_elements(const Call& call, bool lists) {
  TACIT_TRY(const std::size_t axis, read_axis(call));
  const Shape &from = call.operand(0).type.dims, &at = call.operand(1).type.dims;
  bool fits = from.size() == at.size();
  for (std::size_t k = 0; fits && k < from.size(); ++k) fits = k == axis || at[k] <= from[k];
  if (!fits) return malformed(*call.node, "indices " + shape_text(at) + " do not fit its input " + shape_text(from));
  const std::int64_t inner = count_between(at, axis + 1, at.size()), n = from[axis], positions = at[axis];
  Fetching f{at, count_between(at, 0, axis) * inner, positions, 1, {n}, {}, {}, {}};
  if (!lists) return f;
  for (std::int64_t lane = 0; lane < f.lanes; ++lane) {
    const std::int64_t first = lane / inner * positions * inner + lane % inner;
    for (std::int64_t p = 0; p < positions; ++p) f.indices.push_back(first + p * inner);
    Shape place = positions_of(first, at);
    for (place[axis] = 0; place[axis] < n; ++place[axis]) f.elements.push_back(flat_of(place, from));
  }
  const std::int64_t count = count_between(at, 0, at.size());
  for (std::int64_t flat = 0; flat < count; ++flat) f.outputs.push_back((flat / (positions * inner) * inner + flat % inner) * positions + flat / inner % positions);
  return f;
}

Result<Fetching> read_tuples(const Call& call, bool lists) {
  TACIT_TRY(const std::int64_t batch, int_attribute(*call.node, "batch_dims", 0));
  const Shape &from = call.operand(0).type.dims, &at = call.operand(1).type.dims;
  const std::string text = "indices " + shape_text(at) + " do not fit its input " + shape_text(from);
  if (at.empty() || from.empty() || batch < 0 || batch >= static_cast<std::int64_t>(std::min(at.size(), from.size()))) return malformed(*call.node, text);
  const auto common = static_cast<std::size_t>(batch);
  if (at.back() < 1 || at.back() > static_cast<std::int64_t>(from.size() - common)) return malformed(*call.node, text);
  if (!std::equal(at.begin(), at.begin() + batch, from.begin())) return malformed(*call.node, text);
  const auto split = from.begin() + batch, rest = split + at.back();
  const std::int64_t lanes = count_between(from, 0, common), inner = count_between(from, common + static_cast<std::size_t>(at.back()), from.size());
  Fetching f{Shape(at.begin(), at.end() - 1), lanes, count_between(at, common, at.size() - 1), inner, Shape(split, rest), {}, {}, {}};
  f.dims.insert(f.dims.end(), rest, from.end());
  if (!lists) return f;
  const std::int64_t n = count_between(f.extents, 0, f.extents.size());
  f.indices = counting(f.lanes * f.positions * at.back());
  for (std::int64_t row = 0; row < f.lanes * inner; ++row)
    for (std::int64_t k = 0; k < n; ++k) f.elements.push_back((row / inner * n + k) * inner + row % inner);
  for (std::int64_t p = 0; p < f.lanes * f.positions; ++p)
    for (std::int64_t i = 0; i < inner; ++i) f.outputs.push_back((p / f.positions * inner + i) * f.positions + p % f.positions);
  return f;
}

}  // namespace

constexpr OperatorText kText = {
    "by constant indices: elements move by a public map. By computed ones: fetched from a table made of the tensor's columns "
    "(weights, where it is a constant), up to 16 numbers with one lookup; nothing shows which",
    "a computed index outside of its axis counts as the nearest end"};
extern const Operator kGather, kGatherElements, kGatherND;
const Operator kGather = FetchingOperator<read_slices>::table("Gather", kText);
const Operator kGatherElements = FetchingOperator<read_elements>::table("GatherElements", kText);
const Operator kGatherND = FetchingOperator<read_tuples>::table("GatherND", kText);

}  // namespace tacit
