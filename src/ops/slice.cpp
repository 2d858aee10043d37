// Slice: along the axes it names, the elements from start to before end in steps, which may be negative. Negative starts and
// ends count from the end, others are clamped to the axis. All four are attributes (without steps) up to opset 9, constant
// inputs from 10 on.
//
//   extent 5, start -1, end -100, step -2   ->   elements 4 2 0
#include <algorithm>

#include "ops/masks.h"
#include "ops/moves.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;

struct Cut {
  std::int64_t start = 0, step = 1, count = 0;
};

struct Lists {
  List starts, ends, axes, steps;
};

Result<Lists> read_lists(const Call& call) {
  Lists lists;
  const std::size_t rank = call.operand(0).type.dims.size();
  if (call.node->opset < 10) {
    for (const char* name : {"starts", "ends"}) {
      if (!call.node->attributes.contains(name)) return malformed(*call.node, "attribute " + std::string(name) + " is missing");
    }
    TACIT_TRY(lists.starts, ints_attribute(*call.node, "starts", {}));
    TACIT_TRY(lists.ends, ints_attribute(*call.node, "ends", {}));
  } else {
    TACIT_TRY(lists.starts, list_operand(call, 1, "starts"));
    TACIT_TRY(lists.ends, list_operand(call, 2, "ends"));
  }
  for (std::size_t k = 0; k < std::min(lists.starts.size(), rank); ++k) lists.axes.push_back(static_cast<std::int64_t>(k));
  lists.steps.assign(lists.starts.size(), 1);
  if (call.node->opset < 10) {
    TACIT_TRY(lists.axes, ints_attribute(*call.node, "axes", std::move(lists.axes)));
    return lists;
  }
  if (call.operand(3).present) {
    TACIT_TRY(lists.axes, list_operand(call, 3, "axes"));
  }
  if (call.operand(4).present) {
    TACIT_TRY(lists.steps, list_operand(call, 4, "steps"));
  }
  return lists;
}

/// The elements of an axis of this extent that are left.
Cut cut_of(std::int64_t extent, std::int64_t start, std::int64_t end, std::int64_t step) {
  if (extent == 0) return {0, 1, 0};
  step = std::clamp(step, -extent, extent);  // a longer step takes one element too
  const std::int64_t from = start < 0 ? start + extent : start, to = end < 0 ? end + extent : end;
  if (step > 0) {
    const std::int64_t first = std::clamp<std::int64_t>(from, 0, extent), last = std::clamp<std::int64_t>(to, 0, extent);
    return {first, step, last > first ? (last - first + step - 1) / step : 0};
  }
  const std::int64_t first = std::clamp<std::int64_t>(from, 0, extent - 1), last = std::clamp<std::int64_t>(to, -1, extent - 1);
  return {first, step, first > last ? (first - last - step - 1) / -step : 0};
}

/// One for each axis.
Result<std::vector<Cut>> read_cuts(const Call& call) {
  const Shape& dims = call.operand(0).type.dims;
  TACIT_TRY(const Lists lists, read_lists(call));
  const std::size_t count = lists.starts.size();
  if (lists.ends.size() != count || lists.axes.size() != count || lists.steps.size() != count) {
    return malformed(*call.node, "its lists of starts, ends, axes and steps are not equally long");
  }
  std::vector<Cut> cuts;
  for (const std::int64_t extent : dims) cuts.push_back({0, 1, extent});
  std::vector<bool> seen(dims.size(), false);
  for (std::size_t k = 0; k < count; ++k) {
    TACIT_TRY(const std::size_t axis, resolve_axis(*call.node, lists.axes[k], dims.size(), false));
    if (seen[axis]) return malformed(*call.node, "names axis " + std::to_string(lists.axes[k]) + " twice");
    if (lists.steps[k] == 0) return malformed(*call.node, "a step is 0");
    seen[axis] = true;
    cuts[axis] = cut_of(dims[axis], lists.starts[k], lists.ends[k], lists.steps[k]);
  }
  return cuts;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  const bool by_inputs = call.node->opset >= 10;
  TACIT_OK(check_arity(call, by_inputs ? 3 : 1, by_inputs ? 5 : 1));
  TACIT_OK(check_extents(call));
  TACIT_TRY(const std::vector<Cut> cuts, read_cuts(call));
  Shape dims;
  for (const Cut& cut : cuts) dims.push_back(cut.count);
  return one_output(call, call.operand(0).type.dtype, std::move(dims));
}

std::vector<Along> moves_of(const Call& call) {
  const std::vector<Cut> cuts = read_cuts(call).value();
  std::vector<Along> out;
  for (std::size_t axis = 0; axis < cuts.size(); ++axis) out.push_back(along_slice(axis, cuts[axis].start, cuts[axis].step, cuts[axis].count));
  return out;
}

std::vector<Tensor> evaluate(const Call& call) {
  if (std::optional<Tensor> empty = empty_output(infer(call))) return {std::move(*empty)};
  return {moved_value(*call.operand(0).value, moves_of(call))};
}

Status lower(const Call& call, Lowering& lowering) { return give_moved(call, moves_of(call), lowering); }

}  // namespace

constexpr OperatorText kText = {
    "elements move by a public map",
    "starts and ends constant"};
extern const Operator kSlice;
const Operator kSlice = {.op = "Slice", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .floor_of = same_floor};

}  // namespace tacit
