// Flatten: x of any rank as a matrix, split before `axis`:  2x3x4 with axis 1 becomes 2x12.
#include "ops/call.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

Result<Shape> flat_shape(const Call& call) {
  const Shape& dims = call.operand(0).type.dims;
  TACIT_TRY(std::int64_t given, int_attribute(*call.node, "axis", 1));
  TACIT_TRY(std::size_t axis, resolve_axis(*call.node, given, dims.size(), true));
  return Shape{count_between(dims, 0, axis), count_between(dims, axis, dims.size())};
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_TRY(Shape dims, flat_shape(call));
  return one_output(call, call.operand(0).type.dtype, std::move(dims));
}

std::vector<Tensor> evaluate(const Call& call) {
  Tensor out = *call.operand(0).value;
  out.dims = std::move(flat_shape(call).value());
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
extern const Operator kFlatten;
const Operator kFlatten = {.op = "Flatten", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
