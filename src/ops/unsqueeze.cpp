// Unsqueeze: the same elements with new axes of extent 1 at the places it names, counted in the result:  3x4 with axes 0 3
// becomes 1x3x4x1. The axes are an attribute up to opset 12, an input from 13 on.
#include "ops/call.h"
#include "ops/lowering.h"
#include "ops/masks.h"

namespace tacit {
namespace {

Result<Shape> unsqueezed_shape(const Call& call) {
  const Shape& dims = call.operand(0).type.dims;
  TACIT_TRY(const std::optional<std::vector<std::int64_t>> axes, axes_of(call, 1, 13));
  if (!axes) return malformed(*call.node, "names no axes");
  const std::size_t rank = dims.size() + axes->size();
  if (rank > kMaxRank) return refuse(*call.node, "its output has more than 32 axes");
  std::vector<bool> fresh(rank, false);
  for (const std::int64_t given : *axes) {
    TACIT_TRY(const std::size_t axis, resolve_axis(*call.node, given, rank, false));
    if (fresh[axis]) return malformed(*call.node, "names axis " + std::to_string(given) + " twice");
    fresh[axis] = true;
  }
  Shape out;
  std::size_t next = 0;
  for (std::size_t axis = 0; axis < rank; ++axis) out.push_back(fresh[axis] ? 1 : dims[next++]);
  return out;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  const std::size_t count = call.node->opset >= 13 ? 2 : 1;
  TACIT_OK(check_arity(call, count, count));
  TACIT_TRY(Shape dims, unsqueezed_shape(call));
  return one_output(call, call.operand(0).type.dtype, std::move(dims));
}

std::vector<Tensor> evaluate(const Call& call) {
  Tensor out = *call.operand(0).value;
  out.dims = std::move(unsqueezed_shape(call).value());
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
extern const Operator kUnsqueeze;
const Operator kUnsqueeze = {.op = "Unsqueeze", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .floor_of = same_floor};

}  // namespace tacit
