// Probit, an own operator: the quantile of the normal distribution that post_transform PROBIT asks for, by the closed form that
// onnxruntime computes (Winitzki's approximation of the inverse error function, within 2e-3):
//
//   y = sign(t) sqrt(2) sqrt(sqrt(v^2 - w) - v),   t = 2 p - 1,   l = log(1 - t^2),   v = 2 / (pi 0.147) + l / 2,   w = l / 0.147
//
// From a table over p - 1/2 in steps of 2^-16; p saturates at 2^-16 and 1 - 2^-16, where y is about -4.2 and 4.2. A step of p is
// worth 2^-16 / density(y): 2^-14 around the middle, 2^-10 at p = 1/100. Between the ends of the table, in its outer pieces
// (p below 2^-11), the cubics are off by up to a tenth.
#include <algorithm>
#include <cmath>

#include "ops/call.h"
#include "ops/function_table.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

constexpr double kStep = 0x1p-16;

double quantile(double p) {
  constexpr double kFactor = 0.147, kPi = 3.14159;
  const double t = 2 * std::clamp(p, kStep, 1 - kStep) - 1, l = exact_log((1 - t) * (1 + t));
  const double v = 2 / (kPi * kFactor) + 0.5 * l, size = std::sqrt(2.0) * std::sqrt(std::max(0.0, std::sqrt(v * v - l / kFactor) - v));
  return t < 0 ? -size : size;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  return one_output(call, DType::kFloat, call.operand(0).type.dims);
}

std::vector<Tensor> evaluate(const Call& call) {
  Tensor out = *call.operand(0).value;
  for (float& v : out.f) v = static_cast<float>(quantile(v));
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  constexpr double kOutput = 0x1p-13;
  TACIT_TRY(const Affine x, lowering.take_open(call, 0, natural_shape(call.operand(0).type.dims)));
  Affine centred = x;
  centred.constant = centred.constant + row_field(std::vector<double>(centred.shape.rows, -0.5));
  const Placed p = lowering.settle(centred, kStep, -32768, 32767);
  const FunctionGrid grid{.first = -32768, .bits = 16, .in_scale = p.scale, .out_scale = kOutput, .log_piece = 5};
  const Table table = function_table([](double at) { return quantile(at + 0.5); }, grid);
  const Expr argument{kNone, {Linear::whole(p.column, p.shape.cols(), 1)}, 0, 0};
  lowering.give(call, Placed{lowering.book().apply(call.node->name, p.shape.rows, p.shape.cols(), argument, table), kOutput, p.shape});
  return Unit{};
}

}  // namespace

extern const Operator kProbit;
const Operator kProbit = {.op = "Probit", .domain = kOwnDomain, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
