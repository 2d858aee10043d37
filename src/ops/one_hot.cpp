// OneHot: y is values[1] where the position along the new axis is the index, values[0] elsewhere. Indices below 0 count from
// the end; those outside of the axis are nowhere. Indices that are floats are whole numbers: those that depend on the model's
// input are rounded. Depth and values are constant and public.
//
//   index 2 of depth 4:   steps [index >= k]  for k = -4 ... 4    1 1 1 1 1 1 1 0 0
//   y at k: one step minus the next one, at k and at k - 4        0 0 1 0
#include <algorithm>
#include <cmath>
#include <utility>

#include "ops/picks.h"

namespace tacit {
namespace {

struct Hot {
  std::size_t axis = 0;
  std::int64_t depth = 0;
  double off = 0, on = 1;
};

/// Of the axis; indices are compared with that many numbers twice.
constexpr std::int64_t kMaxDepth = 1 << 16;

Result<Hot> read_hot(const Call& call) {
  TACIT_OK(check_arity(call, 3, 3));
  TACIT_OK(check_constant(call, 1, "depth"));
  TACIT_OK(check_constant(call, 2, "values"));
  const Tensor &depth = *call.operand(1).value, &values = *call.operand(2).value;
  if (depth.size() != 1 || values.size() != 2) return malformed(*call.node, "its depth is not one number, or its values are not two");
  Hot hot;
  const double wished = depth.dtype == DType::kFloat ? depth.f[0] : static_cast<double>(depth.i[0]);
  if (!(wished >= 1 && wished <= kMaxDepth)) return refuse(*call.node, "its depth does not lie between 1 and " + std::to_string(kMaxDepth));
  hot.depth = static_cast<std::int64_t>(wished);
  hot.off = values.dtype == DType::kFloat ? values.f[0] : static_cast<double>(values.i[0]);
  hot.on = values.dtype == DType::kFloat ? values.f[1] : static_cast<double>(values.i[1]);
  TACIT_TRY(const std::int64_t axis, int_attribute(*call.node, "axis", -1));
  TACIT_TRY(hot.axis, resolve_axis(*call.node, axis, call.operand(0).type.dims.size() + 1, false));
  return hot;
}

Shape output_shape(const Call& call, const Hot& hot) {
  Shape dims = call.operand(0).type.dims;
  dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(hot.axis), hot.depth);
  return dims;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_TRY(const Hot hot, read_hot(call));
  return one_output(call, call.operand(2).type.dtype, output_shape(call, hot));
}

std::vector<Tensor> evaluate(const Call& call) {
  const Hot hot = read_hot(call).value();
  const Tensor &index = *call.operand(0).value, &values = *call.operand(2).value;
  Tensor out{output_shape(call, hot), values.dtype, {}, {}};
  for (std::int64_t flat = 0; flat < *element_count(out.dims); ++flat) {
    Shape at = positions_of(flat, out.dims);
    const std::int64_t k = at[hot.axis];
    at.erase(at.begin() + static_cast<std::ptrdiff_t>(hot.axis));
    const auto source = static_cast<std::size_t>(flat_of(at, index.dims));
    const double v = index.dtype == DType::kFloat ? std::trunc(index.f[source]) : static_cast<double>(index.i[source]);
    const std::size_t which = v == static_cast<double>(k) || v == static_cast<double>(k - hot.depth) ? 1 : 0;
    if (out.dtype == DType::kFloat) out.f.push_back(values.f[which]);
    else out.i.push_back(values.i[which]);
  }
  return {std::move(out)};
}

/// [index >= k], a column [2 depth + 1, elements]: row r stands for k = r - depth.
Placed steps_of(const Call& call, const Placed& index, const Hot& hot, Lowering& lowering) {
  const auto rows = static_cast<std::uint32_t>(2 * hot.depth + 1), elements = index.shape.rows * index.shape.cols();
  Affine sum = empty_sum(call, {1, rows, 1, elements});
  sum.name += ".steps";
  Multiple all = copy_of(index, 1);
  all.map.axes = {{0, {{0, 0, rows}}}, {1, {{0, 1, elements}}}};
  sum.multiples.push_back(std::move(all));
  std::vector<double> offsets;
  for (std::uint32_t r = 0; r < rows; ++r) offsets.push_back(static_cast<double>(hot.depth) - r + 1);
  sum.constant = row_field(std::move(offsets));
  return lowering.settle(sum, 1, 0, 1);
}

/// The entries of the steps' column for k + `more`, in the order of the output's column.
IndexMap step_map(const Shape& dims, std::size_t axis, std::int64_t elements, std::int64_t more) {
  Sources sources;
  Shape extents, small;
  for (const std::size_t k : storage_order(dims)) extents.push_back(dims[k]);
  const std::vector<std::size_t> order = storage_order(dims);
  Shape from = dims;
  from.erase(from.begin() + static_cast<std::ptrdiff_t>(axis));
  const std::vector<std::uint32_t> strides = storage_strides(from);
  for (std::int64_t flat = 0; flat < *element_count(dims); ++flat) {
    const Shape stored = positions_of(flat, extents);
    std::int64_t source = 0;
    for (std::size_t k = 0; k < order.size(); ++k) {
      if (order[k] == axis) source += (stored[k] + more) * elements;
      else source += stored[k] * strides[order[k] - (order[k] > axis ? 1 : 0)];
    }
    sources.push_back(source);
  }
  return separated(sources, extents);
}

Status lower(const Call& call, Lowering& lowering) {
  const Hot hot = read_hot(call).value();
  const Shape dims = output_shape(call, hot);
  TACIT_TRY(Placed index, lowering.read(call, 0, natural_shape(call.operand(0).type.dims)));
  if (call.operand(0).type.dtype == DType::kFloat) index = lowering.settle(sum_of(call, index), 1, -kMaxDepth - 1, kMaxDepth + 1);
  const Placed steps = steps_of(call, index, hot, lowering);
  const std::int64_t elements = std::int64_t{index.shape.rows} * index.shape.cols();
  Affine sum = empty_sum(call, natural_shape(dims));
  const std::pair<std::int64_t, double> parts[] = {{hot.depth, 1}, {hot.depth + 1, -1}, {0, 1}, {1, -1}};
  for (const auto& [more, sign] : parts) {
    Multiple term = copy_of(steps, sign * (hot.on - hot.off));
    term.map = step_map(dims, hot.axis, elements, more);
    sum.multiples.push_back(std::move(term));
  }
  if (hot.off != 0) sum.constant = field_of(make_float({1}, {static_cast<float>(hot.off)}), dims, sum.shape, 1);
  return give_like(call, call.operand(2).type.dtype, std::move(sum), lowering);
}

}  // namespace

constexpr OperatorText kText = {
    "a comparison with every position",
    "depth and values constant and public"};
extern const Operator kOneHot;
const Operator kOneHot = {.op = "OneHot", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
