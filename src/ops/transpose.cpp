// Transpose: the axes in the order of `perm`, reversed where it is absent:  2x3x4 with perm 1 2 0 becomes 3x4x2.
#include "ops/masks.h"
#include "ops/moves.h"

namespace tacit {
namespace {

Result<std::vector<std::size_t>> read_order(const Call& call) {
  const Shape& dims = call.operand(0).type.dims;
  std::vector<std::int64_t> perm(dims.size());
  for (std::size_t k = 0; k < perm.size(); ++k) perm[k] = static_cast<std::int64_t>(perm.size() - 1 - k);
  TACIT_TRY(perm, ints_attribute(*call.node, "perm", std::move(perm)));
  std::vector<std::size_t> order;
  std::vector<bool> seen(dims.size(), false);
  for (const std::int64_t axis : perm) {
    const bool known = axis >= 0 && axis < static_cast<std::int64_t>(dims.size()) && !seen[static_cast<std::size_t>(axis)];
    if (!known) break;
    order.push_back(static_cast<std::size_t>(axis));
    seen[order.back()] = true;
  }
  if (order.size() != perm.size() || perm.size() != dims.size()) {
    return malformed(*call.node, "perm does not name each axis of its input " + shape_text(dims) + " once");
  }
  return order;
}

std::vector<Along> moves_of(const Call& call) {
  const Shape& dims = call.operand(0).type.dims;
  const std::vector<std::size_t> order = read_order(call).value();
  std::vector<Along> out;
  for (const std::size_t axis : order) out.push_back(along_all(axis, dims[axis]));
  return out;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_TRY(std::vector<std::size_t> order, read_order(call));
  Shape dims;
  for (const std::size_t axis : order) dims.push_back(call.operand(0).type.dims[axis]);
  return one_output(call, call.operand(0).type.dtype, std::move(dims));
}

std::vector<Tensor> evaluate(const Call& call) {
  if (std::optional<Tensor> empty = empty_output(infer(call))) return {std::move(*empty)};
  return {moved_value(*call.operand(0).value, moves_of(call))};
}

Status lower(const Call& call, Lowering& lowering) { return give_moved(call, moves_of(call), lowering); }

}  // namespace

constexpr OperatorText kText = {"elements move by a public map"};
extern const Operator kTranspose;
const Operator kTranspose = {.op = "Transpose", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .floor_of = same_floor};

}  // namespace tacit
