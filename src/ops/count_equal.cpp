// CountEqual, of our own: on how many rows an answer is the label given, in the form that a verifier looks for (theorem/claim.h).
#include "ops/call.h"
#include "ops/lowering.h"
#include "theorem/book.h"
#include "theorem/claim.h"

namespace tacit {
namespace {

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  for (std::size_t k = 0; k < 2; ++k)
    if (call.operand(k).type.dtype != DType::kInt64) return refuse(*call.node, "counts integers");
  if (*element_count(call.operand(0).type.dims) != *element_count(call.operand(1).type.dims)) return refuse(*call.node, "has as many answers as labels");
  return one_output(call, DType::kInt64, {1});
}

std::vector<Tensor> evaluate(const Call& call) {
  const std::vector<std::int64_t>&a = call.operand(0).value->i, &b = call.operand(1).value->i;
  std::int64_t equal = 0;
  for (std::size_t k = 0; k < a.size(); ++k) equal += a[k] == b[k];
  return {make_int64({1}, {equal})};
}

/// The operand as a row of n entries: with one row, a column's order is the tensor's, whatever its extents.
Result<Placed> read_row(const Call& call, std::size_t index, std::uint32_t n, Lowering& lowering) {
  const Placed any = lowering.read_any(call, index);
  const Column& column = lowering.book().column(any.column);
  if (column.rows == 1 && any.shape.rows == 1) return any;
  return lowering.read(call, index, {n, 1, 1, 1});
}

Status lower(const Call& call, Lowering& lowering) {
  const auto n = static_cast<std::uint32_t>(*element_count(call.operand(0).type.dims));
  // Labels first: an input has the shape that its first reader wants.
  TACIT_TRY(const Placed labels, lowering.read(call, 1, {n, 1, 1, 1}));
  TACIT_TRY(const Placed answers, read_row(call, 0, n, lowering));
  lowering.give(call, Placed{count_equal(lowering.book(), answers.column, labels.column), 1, {1, 1, 1, 1}});
  return Unit{};
}

}  // namespace

extern const Operator kCountEqual;
const Operator kCountEqual = {.op = "CountEqual", .domain = kOwnDomain, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
