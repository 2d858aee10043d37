// CumSum: the sums of an axis' first 1, 2, 3, ... elements; without the last one (exclusive), or from the end (reverse). One
// window as long as the axis, absent beyond its ends. Integers are exact.
#include "ops/log_sum_exp.h"
#include "ops/moves.h"

namespace tacit {
namespace {

struct Spec {
  std::size_t axis = 0;
  bool exclusive = false, reverse = false;
};

Result<Spec> read_spec(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  TACIT_TRY(const auto axes, list_operand(call, 1, "axis"));
  if (axes.size() != 1) return malformed(*call.node, "axis must be one number");
  Spec spec;
  TACIT_TRY(spec.axis, resolve_axis(*call.node, axes[0], call.operand(0).type.dims.size(), false));
  TACIT_TRY(spec.exclusive, flag_attribute(*call.node, "exclusive", false));
  TACIT_TRY(spec.reverse, flag_attribute(*call.node, "reverse", false));
  return spec;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(read_spec(call));
  return one_output(call, call.operand(0).type.dtype, call.operand(0).type.dims);
}

template <class T>
void accumulate(std::vector<T>& values, const Shape& dims, const Spec& spec) {
  const std::int64_t length = dims[spec.axis], inner = count_between(dims, spec.axis + 1, dims.size());
  const std::int64_t lines = length == 0 ? 0 : static_cast<std::int64_t>(values.size()) / length;
  for (std::int64_t line = 0; line < lines; ++line) {
    T* x = values.data() + line / inner * inner * length + line % inner;
    T sum = 0;
    for (std::int64_t k = 0; k < length; ++k) {
      T& v = x[(spec.reverse ? length - 1 - k : k) * inner];
      const T before = sum;
      sum += v;
      v = spec.exclusive ? before : sum;
    }
  }
}

std::vector<Tensor> evaluate(const Call& call) {
  const Spec spec = read_spec(call).value();
  Tensor out = *call.operand(0).value;
  accumulate(out.f, out.dims, spec);
  accumulate(out.i, out.dims, spec);
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  const Spec spec = read_spec(call).value();
  const Shape& dims = call.operand(0).type.dims;
  const ColumnShape natural = natural_shape(dims);
  const Strip strip(Rows{dims, spec.axis});
  TACIT_TRY(Placed x, lowering.read(call, 0, natural));
  const auto length = static_cast<std::int32_t>(strip.length);
  Window w = strip.window(strip.length, strip.length, 0, 1);
  // Output k reads inputs k - pad, ..., k - pad + length - 1.
  w.kernel_h = strip.length;
  w.pad_h = spec.reverse ? (spec.exclusive ? -1 : 0) : length - (spec.exclusive ? 0 : 1);
  // With one batch entry, or where rows are strips, the statement's column is the tensor's own; else it is so in another shape.
  const bool whole_rows = natural.rows == strip.before;
  Affine sum = empty_sum(call, whole_rows ? natural : strip.shape(strip.length));
  sum.multiples.push_back({x, 1, false, false, w, {}});
  const DType dtype = call.operand(0).type.dtype;
  if (whole_rows || natural.batch == 1) return give_like(call, dtype, std::move(sum), lowering);
  if (dtype != DType::kFloat) return lowering.give_integers(call, sum, natural);
  Placed column = lowering.close(call, sum);
  column.shape = natural;
  lowering.give(call, column);
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "sums over windows",
    "axis constant"};
extern const Operator kCumSum;
const Operator kCumSum = {.op = "CumSum", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
