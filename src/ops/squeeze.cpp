// Squeeze: the same elements without the axes of extent 1 that it names, or without all of them where it names none. The
// axes are an attribute up to opset 12, an input from 13 on.
#include <algorithm>

#include "ops/call.h"
#include "ops/lowering.h"
#include "ops/masks.h"

namespace tacit {
namespace {

Result<Shape> squeezed_shape(const Call& call) {
  const Shape& dims = call.operand(0).type.dims;
  TACIT_TRY(const std::optional<std::vector<std::int64_t>> axes, axes_of(call, 1, 13));
  if (axes && axes->empty()) return refuse(*call.node, "its list of axes is empty, which is read as all axes or as none");
  std::vector<bool> gone(dims.size(), false);
  for (std::size_t axis = 0; axis < dims.size(); ++axis) gone[axis] = !axes && dims[axis] == 1;
  for (const std::int64_t given : axes.value_or(std::vector<std::int64_t>{})) {
    TACIT_TRY(const std::size_t axis, resolve_axis(*call.node, given, dims.size(), false));
    if (dims[axis] != 1) {
      return malformed(*call.node, "cannot remove axis " + std::to_string(given) + " of " + shape_text(dims) + ": it is not 1");
    }
    gone[axis] = true;
  }
  Shape out;
  for (std::size_t axis = 0; axis < dims.size(); ++axis) {
    if (!gone[axis]) out.push_back(dims[axis]);
  }
  return out;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, call.node->opset >= 13 ? 2 : 1));
  TACIT_TRY(Shape dims, squeezed_shape(call));
  return one_output(call, call.operand(0).type.dtype, std::move(dims));
}

std::vector<Tensor> evaluate(const Call& call) {
  Tensor out = *call.operand(0).value;
  out.dims = std::move(squeezed_shape(call).value());
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  lowering.pass_on(call);
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "nothing moves",
    "shapes and axes constant"};
extern const Operator kSqueeze;
const Operator kSqueeze = {.op = "Squeeze", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .floor_of = same_floor};

}  // namespace tacit
