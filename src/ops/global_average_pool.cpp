// GlobalAveragePool: the mean over all positions of each channel; the axes from 2 on become 1.
#include "ops/call.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

Shape pooled(const Shape& dims) {
  Shape out = dims;
  for (std::size_t axis = 2; axis < out.size(); ++axis) out[axis] = 1;
  return out;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  const Shape& dims = call.operand(0).type.dims;
  if (dims.size() < 3) return malformed(*call.node, "its input " + shape_text(dims) + " has no positions to average");
  if (element_count(dims) == 0) return malformed(*call.node, "its input is empty");
  return one_output(call, DType::kFloat, pooled(dims));
}

std::vector<Tensor> evaluate(const Call& call) {
  const Tensor& x = *call.operand(0).value;
  Tensor out = zeros(pooled(x.dims));
  const std::size_t inner = x.f.size() / out.f.size();
  for (std::size_t row = 0; row < out.f.size(); ++row) {
    double sum = 0;
    for (std::size_t p = 0; p < inner; ++p) sum += x.f[row * inner + p];
    out.f[row] = static_cast<float>(sum / static_cast<double>(inner));
  }
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  const ColumnShape in = natural_shape(call.operand(0).type.dims);
  Multiple mean;
  TACIT_TRY(mean.input, lowering.read(call, 0, in));
  mean.window.batch = in.batch;
  mean.window.in_h = mean.window.kernel_h = in.height;
  mean.window.in_w = mean.window.kernel_w = in.width;
  mean.coefficient = 1.0 / in.inner();
  Affine sum = empty_sum(call, {in.batch, in.rows, 1, 1});
  sum.multiples.push_back(std::move(mean));
  lowering.give(call, std::move(sum));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "sums times a constant; over three axes one axis, then two",
    "one to three axes of positions"};
extern const Operator kGlobalAveragePool;
const Operator kGlobalAveragePool = {
    .op = "GlobalAveragePool", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
