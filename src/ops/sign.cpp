// Neg, Abs, Sign: of floats by their integers, of integers exactly (|x| and -x of the smallest one of a type wrap as the type
// does).
//
//   |x| = 2 max(x, 0) - x      sign x = [x >= 1] - [x <= -1]
#include <cmath>

#include "ops/comparing.h"
#include "ops/positive_part.h"

namespace tacit {
namespace {

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  if (call.operand(0).type.is_bool()) return malformed(*call.node, "its input holds bools");
  return one_output(call, call.operand(0).type);
}

std::vector<Tensor> evaluate(const Call& call) {
  const std::string& op = call.node->op;
  const Element element = call.operand(0).type.element;
  Tensor out = *call.operand(0).value;
  for (float& v : out.f) v = op == "Neg" ? -v : op == "Abs" ? std::fabs(v) : static_cast<float>((v > 0) - (v < 0));
  for (std::int64_t& v : out.i) {
    const auto opposite = static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(v));
    v = op == "Sign" ? (v > 0) - (v < 0) : wrapped(op == "Neg" || v < 0 ? opposite : v, element);
  }
  return {std::move(out)};
}

Status lower_neg(const Call& call, Lowering& lowering) {
  if (call.operand(0).type.dtype == DType::kInt64) return lowering.give_integers(call, negated(sum_of(call, lowering.read_any(call, 0))));
  TACIT_TRY(Affine sum, lowering.take_open(call, 0, std::nullopt));
  lowering.give(call, negated(std::move(sum)));
  return Unit{};
}

Status lower_abs(const Call& call, Lowering& lowering) {
  const Placed x = lowering.read_any(call, 0);
  const Column column = lowering.book().column(x.column);
  if (column.lo >= 0) {
    lowering.pass_on(call);
    return Unit{};
  }
  Affine sum = empty_sum(call, x.shape);
  sum.multiples = {copy_of(positive_part(call, x, lowering), 2), copy_of(x, -1)};
  if (call.operand(0).type.dtype == DType::kFloat) {
    lowering.give(call, std::move(sum));
    return Unit{};
  }
  return lowering.give_integers(call, sum, {0, std::max(column.hi, -column.lo)}, call.operand(0).type.element);
}

Status lower_sign(const Call& call, Lowering& lowering) {
  const Placed x = lowering.read_any(call, 0);
  const bool integers = call.operand(0).type.dtype == DType::kInt64;
  const Comparand number = comparand(call, x, integers, lowering);
  Difference difference(call, number, comparand(call, x.shape, 0, integers), lowering);
  Affine sum = empty_sum(call, x.shape);
  sum.multiples = {copy_of(difference.at_least(1), 1), copy_of(difference.at_most(-1), -1)};
  lowering.give(call, lowering.settle(sum, 1, -1, 1));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {"exact on the model's integers"};
extern const Operator kNeg, kAbs, kSign;
const Operator kNeg = {.op = "Neg", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower_neg, .is_elementwise = true};
const Operator kAbs = {.op = "Abs", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower_abs};
const Operator kSign = {.op = "Sign", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower_sign};

}  // namespace tacit
