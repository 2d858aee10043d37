// PRelu: y = x for x >= 0, slope * x below, where the slope is a constant that broadcasts to x; stated as
// slope x + (1 - slope) max(x, 0). Slopes are trained, so both factors stand in weights. Before opset 7 a list of slopes has one for
// each channel.
#include "ops/broadcasting.h"
#include "ops/positive_part.h"

namespace tacit {
namespace {

/// The slopes' shape as it is broadcast.
Shape slope_dims(const Call& call) {
  const Shape &dims = call.operand(0).type.dims, &slope = call.operand(1).type.dims;
  if (call.node->opset >= 7 || slope.size() != 1 || dims.size() < 2 || slope[0] != dims[1]) return slope;
  Shape out(dims.size() - 1, 1);
  out[0] = slope[0];
  return out;
}

Tensor read_slope(const Call& call) {
  Tensor slope = *call.operand(1).value;
  slope.dims = slope_dims(call);
  return slope;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  TACIT_OK(check_float(call, 0));
  TACIT_OK(check_float(call, 1));
  TACIT_OK(check_constant(call, 1, "slope"));
  const Shape &dims = call.operand(0).type.dims, slope = slope_dims(call);
  if (broadcast(dims, slope) != dims) {
    return malformed(*call.node, "its slope " + shape_text(slope) + " does not broadcast to " + shape_text(dims));
  }
  return one_output(call, DType::kFloat, dims);
}

std::vector<Tensor> evaluate(const Call& call) {
  const Tensor& x = *call.operand(0).value;
  Tensor out = broadcast_arithmetic(Arithmetic::kMultiply, x, read_slope(call));
  for (std::size_t k = 0; k < out.f.size(); ++k) out.f[k] = x.f[k] >= 0 ? x.f[k] : out.f[k];
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  const Shape& dims = call.operand(0).type.dims;
  const Tensor slope = read_slope(call);
  TACIT_TRY(Placed x, lowering.read(call, 0, natural_shape(dims)));
  const Placed positive = positive_part(call, x, lowering);
  const Runs runs = runs_of(slope.dims, dims);
  const std::vector<double> below = run_values(slope, dims, runs);
  std::vector<double> correction;
  for (double s : below) correction.push_back(1 - s);
  std::vector<Product> products = {product_of_runs(x, runs, below), product_of_runs(positive, runs, std::move(correction))};
  return give_products(call, std::move(products), runs, dims, lowering);
}

}  // namespace

constexpr OperatorText kText = {
    "slope * x + (1 - slope) * max(x, 0), the slopes hidden",
    "slopes constant"};
extern const Operator kPRelu;
const Operator kPRelu = {.op = "PRelu", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
