// IsNaN and IsInf. An input is read exactly, as orders of float32 values, of which NaN is one above infinity. The model's own
// numbers are integers times a scale, so neither is ever true of one of them.
#include <cmath>

#include "ops/call.h"
#include "ops/lowering.h"
#include "theorem/float32.h"

namespace tacit {
namespace {

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  for (const char* name : {"detect_positive", "detect_negative"}) TACIT_OK(flag_attribute(*call.node, name, true));
  return one_output(call, TensorType{DType::kInt64, call.operand(0).type.dims, Element::kBool});
}

std::vector<Tensor> evaluate(const Call& call) {
  const bool nan = call.node->op == "IsNaN";
  const bool positive = flag_attribute(*call.node, "detect_positive", true).value();
  const bool negative = flag_attribute(*call.node, "detect_negative", true).value();
  const Tensor& x = *call.operand(0).value;
  Tensor out = make_int64(x.dims, std::vector<std::int64_t>(x.size()));
  for (std::size_t k = 0; k < x.size(); ++k) {
    out.i[k] = nan ? std::isnan(x.f[k]) : std::isinf(x.f[k]) && (x.f[k] > 0 ? positive : negative);
  }
  return {std::move(out)};
}

/// [sign * order >= bound], of an input's orders.
Placed reaches(const Call& call, const ExactOperand& exact, const ColumnShape& shape, std::int64_t sign, std::int64_t bound, const char* what, Lowering& lowering) {
  Book& book = lowering.book();
  const AccId acc = book.accumulator(call.node->name + what, shape.rows, shape.cols());
  for (Linear term : exact.terms) {
    term.coefficient *= sign;
    book.adds(acc, std::move(term));
  }
  book.adds(acc, {book.one(), 1 - bound, true, false, Window::broadcast(shape.cols())});
  return {book.is_positive(acc), 1, shape};
}

Status lower_exact(const Call& call, const ExactOperand& exact, const ColumnShape& shape, Lowering& lowering) {
  const Placed nan = reaches(call, exact, shape, 1, kNanOrder, ".nan", lowering);
  if (call.node->op == "IsNaN") {
    lowering.give(call, nan);
    return Unit{};
  }
  Affine sum = empty_sum(call, shape);
  if (flag_attribute(*call.node, "detect_positive", true).value()) {
    sum.multiples.push_back(copy_of(reaches(call, exact, shape, 1, kFloat32Infinity, ".positive", lowering), 1));
    sum.multiples.push_back(copy_of(nan, -1));
  }
  if (flag_attribute(*call.node, "detect_negative", true).value()) {
    sum.multiples.push_back(copy_of(reaches(call, exact, shape, -1, kFloat32Infinity, ".negative", lowering), 1));
  }
  if (sum.multiples.empty()) sum.multiples.push_back(copy_of(nan, 0));
  lowering.give(call, lowering.settle(sum, 1, 0, 1));
  return Unit{};
}

Status lower(const Call& call, Lowering& lowering) {
  const ColumnShape shape = natural_shape(call.operand(0).type.dims);
  TACIT_TRY(const ExactOperand exact, lowering.read_exactly(call, 0, shape));
  if (exact.scale == kFloat32Scale) return lower_exact(call, exact, shape, lowering);
  const Placed x = lowering.read_any(call, 0);
  Affine none = empty_sum(call, x.shape);
  none.multiples.push_back(copy_of({x.column, 1, x.shape}, 0));
  lowering.give(call, lowering.settle(none, 1, 0, 1));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {"of an input of the model by its float32 bits, exactly; elsewhere false, as a proof's numbers are finite"};
extern const Operator kIsNaN, kIsInf;
const Operator kIsNaN = {.op = "IsNaN", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .reads_exactly = true, .reads_nothing_else = true};
const Operator kIsInf = {.op = "IsInf", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .reads_exactly = true, .reads_nothing_else = true};

}  // namespace tacit
