// Reshape: the same elements in row-major order under other extents. In the target, 0 copies the input's extent at
// that place (unless allowzero) and one -1 stands for whatever is left:  2x3x4 with (0, -1) becomes 2x12.
#include "ops/call.h"
#include "ops/lowering.h"
#include "ops/masks.h"

namespace tacit {
namespace {

Status check_target(const Call& call) {
  TACIT_OK(check_constant(call, 1, "shape"));
  const Operand& target = call.operand(1);
  if (target.type.dtype != DType::kInt64 || target.type.dims.size() != 1) {
    return malformed(*call.node, "its shape must be a list of integers");
  }
  if (target.value->i.size() > kMaxRank) return refuse(*call.node, "its shape has more than 32 axes");
  return Unit{};
}

/// Copies extents for 0, leaves -1, and refuses everything else that is not an extent.
Result<Shape> copy_zeros(const Call& call) {
  const Shape& from = call.operand(0).type.dims;
  Shape dims = call.operand(1).value->i;
  TACIT_TRY(bool allow_zero, flag_attribute(*call.node, "allowzero", false));
  for (std::size_t axis = 0; axis < dims.size(); ++axis) {
    if (dims[axis] < -1) return malformed(*call.node, "its shape holds " + std::to_string(dims[axis]));
    if (dims[axis] != 0 || allow_zero) continue;
    if (axis >= from.size()) return malformed(*call.node, "its shape copies an axis that the input does not have");
    dims[axis] = from[axis];
  }
  return dims;
}

Result<Shape> target_shape(const Call& call) {
  const Shape& from = call.operand(0).type.dims;
  TACIT_TRY(Shape dims, copy_zeros(call));
  Shape known;
  std::optional<std::size_t> unknown;
  for (std::size_t axis = 0; axis < dims.size(); ++axis) {
    if (dims[axis] != -1) {
      known.push_back(dims[axis]);
    } else if (unknown) {
      return malformed(*call.node, "its shape holds -1 twice");
    } else {
      unknown = axis;
    }
  }
  const std::optional<std::int64_t> rest = element_count(known);
  const std::int64_t total = *element_count(from);
  if (unknown && rest && *rest > 0 && total % *rest == 0) dims[*unknown] = total / *rest;
  if (element_count(dims) != total) {
    return malformed(*call.node, "cannot reshape " + shape_text(from) + " to " + shape_text(call.operand(1).value->i));
  }
  return dims;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  TACIT_OK(check_target(call));
  TACIT_TRY(Shape dims, target_shape(call));
  return one_output(call, call.operand(0).type.dtype, std::move(dims));
}

std::vector<Tensor> evaluate(const Call& call) {
  Tensor out = *call.operand(0).value;
  out.dims = std::move(target_shape(call).value());
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  lowering.pass_on(call);
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "nothing moves (a batch that is reshaped across features is copied)",
    "shapes and axes constant"};
extern const Operator kReshape;
const Operator kReshape = {.op = "Reshape", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .floor_of = same_floor};

}  // namespace tacit
