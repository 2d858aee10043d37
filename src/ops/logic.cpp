// Not, And, Or, Xor of bools, under numpy broadcasting.
//
//   not a = 1 - a      a and b = [a + b >= 2]      a or b = [a + b >= 1]      a xor b = a + b - 2 [a + b >= 2]
#include "ops/comparing.h"
#include "ops/moves.h"

namespace tacit {
namespace {

Status check_bool(const Call& call, std::size_t index) {
  if (call.operand(index).type.is_bool()) return Unit{};
  return malformed(*call.node, "its input \"" + call.node->inputs[index] + "\" does not hold bools");
}

Result<std::vector<TensorType>> infer_not(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_bool(call, 0));
  return one_output(call, call.operand(0).type);
}

Result<std::vector<TensorType>> infer_both(const Call& call) {
  TACIT_TRY(std::vector<TensorType> types, infer_pair(call, "combine"));
  TACIT_OK(check_bool(call, 0));
  TACIT_OK(check_bool(call, 1));
  return types;
}

std::vector<Tensor> evaluate_not(const Call& call) {
  Tensor out = *call.operand(0).value;
  for (std::int64_t& v : out.i) v = 1 - v;
  return {std::move(out)};
}

std::vector<Tensor> evaluate_both(const Call& call) {
  const Shape dims = *broadcast(call.operand(0).type.dims, call.operand(1).type.dims);
  Tensor out = broadcast_to(*call.operand(0).value, dims);
  const Tensor b = broadcast_to(*call.operand(1).value, dims);
  for (std::size_t k = 0; k < out.i.size(); ++k) {
    const std::int64_t sum = out.i[k] + b.i[k];
    out.i[k] = call.node->op == "And" ? sum == 2 : call.node->op == "Or" ? sum >= 1 : sum == 1;
  }
  return {std::move(out)};
}

Status lower_not(const Call& call, Lowering& lowering) {
  const Placed x = lowering.read_any(call, 0);
  Affine sum = empty_sum(call, x.shape);
  sum.multiples.push_back(copy_of(x, -1));
  sum.constant = {1, 1, 1, {1}};
  lowering.give(call, lowering.settle(sum, 1, 0, 1));
  return Unit{};
}

Status lower_both(const Call& call, Lowering& lowering) {
  const Shape dims = *broadcast(call.operand(0).type.dims, call.operand(1).type.dims);
  TACIT_TRY(Comparand a, comparand(call, 0, dims, lowering));
  TACIT_TRY(const Comparand b, comparand(call, 1, dims, lowering));
  Affine sum = std::move(a.sum);
  for (const Multiple& term : b.sum.multiples) sum.multiples.push_back(term);
  sum.constant = sum.constant + b.sum.constant;
  const std::string& op = call.node->op;
  Affine shifted = sum;
  shifted.name += op == "Xor" ? ".both" : "";
  const Placed y = lowering.positive(shifted, 1, op == "Or" ? 0 : -1);
  if (op != "Xor") {
    lowering.give(call, y);
    return Unit{};
  }
  sum.multiples.push_back(copy_of(y, -2));
  lowering.give(call, lowering.settle(sum, 1, 0, 1));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {"exact"};
extern const Operator kNot, kAnd, kOr, kXor;
const Operator kNot = {.op = "Not", .domain = "", .text = kText, .infer = infer_not, .evaluate = evaluate_not, .lower = lower_not};
const Operator kAnd = {.op = "And", .domain = "", .text = kText, .infer = infer_both, .evaluate = evaluate_both, .lower = lower_both};
const Operator kOr = {.op = "Or", .domain = "", .text = kText, .infer = infer_both, .evaluate = evaluate_both, .lower = lower_both};
const Operator kXor = {.op = "Xor", .domain = "", .text = kText, .infer = infer_both, .evaluate = evaluate_both, .lower = lower_both};

}  // namespace tacit
