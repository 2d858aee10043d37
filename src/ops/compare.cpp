// Equal, Less, LessOrEqual, Greater, GreaterOrEqual: under numpy broadcasting, to bools. Integers are compared exactly, floats by
// their integers on the coarser of the two scales: less than half a unit apart they are equal (comparing.h). The two inputs of
// a model that are compared have one scale, so that equal floats are equal.
#include "ops/comparing.h"

namespace tacit {
namespace {

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_TRY(std::vector<TensorType> types, infer_pair(call, "compare"));
  types[0].dtype = DType::kInt64;
  types[0].element = Element::kBool;
  return types;
}

template <class T>
bool holds(const std::string& op, T a, T b) {
  if (op == "Equal") return a == b;
  if (op == "Less") return a < b;
  if (op == "LessOrEqual") return a <= b;
  return op == "Greater" ? a > b : a >= b;
}

std::vector<Tensor> evaluate(const Call& call) {
  const Shape dims = *broadcast(call.operand(0).type.dims, call.operand(1).type.dims);
  const Tensor a = broadcast_to(*call.operand(0).value, dims), b = broadcast_to(*call.operand(1).value, dims);
  Tensor out = make_int64(dims, std::vector<std::int64_t>(a.size()));
  for (std::size_t k = 0; k < a.size(); ++k) {
    out.i[k] = a.dtype == DType::kFloat ? holds(call.node->op, a.f[k], b.f[k]) : holds(call.node->op, a.i[k], b.i[k]);
  }
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  const Shape dims = *broadcast(call.operand(0).type.dims, call.operand(1).type.dims);
  TACIT_TRY(const Comparand a, comparand(call, 0, dims, lowering));
  TACIT_TRY(const Comparand b, comparand(call, 1, dims, lowering));
  Difference difference(call, a, b, lowering);
  const std::string& op = call.node->op;
  if (op == "Equal") {
    Affine equal = empty_sum(call, natural_shape(dims));
    equal.multiples = {copy_of(difference.at_least(1), -1), copy_of(difference.at_most(-1), -1)};
    equal.constant = {1, 1, 1, {1}};
    lowering.give(call, lowering.settle(equal, 1, 0, 1));
    return Unit{};
  }
  if (op == "Less") lowering.give(call, difference.at_most(-1));
  else if (op == "LessOrEqual") lowering.give(call, difference.at_most(0));
  else lowering.give(call, difference.at_least(op == "Greater" ? 1 : 0));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "the sign of a difference; floats that are less than half a step of the coarser scale apart are equal, and inputs "
    "that are compared have one scale"};
extern const Operator kEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual;
const Operator kEqual = {.op = "Equal", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .compares = true};
const Operator kLess = {.op = "Less", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .compares = true};
const Operator kLessOrEqual = {.op = "LessOrEqual", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .compares = true};
const Operator kGreater = {.op = "Greater", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .compares = true};
const Operator kGreaterOrEqual = {.op = "GreaterOrEqual", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .compares = true};

}  // namespace tacit
