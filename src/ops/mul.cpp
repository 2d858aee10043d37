// Mul: x * y under numpy broadcasting. A constant that varies along one axis of the other operand at most folds into the
// Conv, Gemm or MatMul before it; another one stands in weights of its own. Two computed tensors are multiplied entry by
// entry, as integers are.
#include <algorithm>
#include <cmath>

#include "ops/comparing.h"

namespace tacit {
namespace {

Result<std::vector<TensorType>> infer(const Call& call) { return infer_pair(call, "multiply"); }

std::vector<Tensor> evaluate(const Call& call) {
  return {broadcast_arithmetic(Arithmetic::kMultiply, *call.operand(0).value, *call.operand(1).value)};
}

std::optional<ChannelAffine> as_affine(const Call& call) {
  std::optional<ChannelAffine> map = constant_along_axis(call);
  if (!map) return std::nullopt;
  map->scale = std::move(map->shift);
  map->shift.assign(map->scale.size(), 0.0);
  return map;
}

/// Operand `index` is one number for each run of neighbouring entries of the output.
bool is_by_runs(const Call& call, std::size_t index, const Shape& dims) {
  const Shape& small = call.operand(index).type.dims;
  return element_count(small) == std::int64_t{runs_of(small, dims).rows};
}

/// Exactly; what the type does not hold wraps (a type of up to 16 bits) or is refused.
Status lower_integers(const Call& call, const Shape& dims, Lowering& lowering) {
  TACIT_TRY(const Placed a, read_integers(call, 0, dims, lowering));
  TACIT_TRY(const Placed b, read_integers(call, 1, dims, lowering));
  TACIT_OK(check_runs(call, {{}, a.shape.rows * a.shape.cols(), 1}));
  const Column x = lowering.book().column(a.column), y = lowering.book().column(b.column);
  const std::int64_t corners[] = {x.lo * y.lo, x.lo * y.hi, x.hi * y.lo, x.hi * y.hi};
  const auto [lo, hi] = std::minmax_element(corners, corners + 4);
  return give_product(call, {.a = a, .b = b, .clamp = {*lo, *hi}}, call.operand(0).type.element, lowering);
}

Status lower(const Call& call, Lowering& lowering) {
  if (call.operand(0).type.dtype == DType::kInt64) {
    return lower_integers(call, *broadcast(call.operand(0).type.dims, call.operand(1).type.dims), lowering);
  }
  if (const std::optional<std::size_t> constant = constant_operand(call)) {
    return lower_factors(call, 1 - *constant, *call.operand(*constant).value, false, lowering);
  }
  const Shape dims = *broadcast(call.operand(0).type.dims, call.operand(1).type.dims);
  const std::size_t small = is_by_runs(call, 1, dims) ? 1 : 0;
  const bool by_runs = is_by_runs(call, small, dims);
  TACIT_OK(check_runs(call, runs_of(by_runs ? call.operand(small).type.dims : dims, dims)));
  TACIT_TRY(Placed a, read_repeated(call, 1 - small, dims, lowering));
  const Shape factors = padded_shape(call.operand(small).type.dims, dims.size());
  TACIT_TRY(Placed b, by_runs ? lowering.read(call, small, natural_shape(factors)) : read_repeated(call, small, dims, lowering));
  lowering.give(call, lowering.multiply(call, a, b));
  return Unit{};
}

/// Of a mask times one positive number.
double floor_of(const Call& call, std::size_t operand, double floor) {
  const Tensor* other = call.operand(1 - operand).value;
  return other != nullptr && other->f.size() == 1 && other->f[0] > 0 ? floor / other->f[0] : -HUGE_VAL;
}

}  // namespace

constexpr OperatorText kText = {
    "by a constant: hidden factors; of two computed tensors: a product entry by entry; integers wrap as their type does",
    "integers of more than 16 bits must stay below 2^21"};
extern const Operator kMul;
const Operator kMul = {
    .op = "Mul", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .is_elementwise = true, .as_affine = as_affine, .floor_of = floor_of};

}  // namespace tacit
