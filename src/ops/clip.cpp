// Clip: y = min(max(x, low), high), each bound optional. Bounds are attributes up to opset 10, inputs from 11 on.
// Where low > high the result is high, as ONNX says. Integers have bounds that are integers. Bounds may be computed.
#include <algorithm>
#include <limits>

#include "ops/comparing.h"

namespace tacit {
namespace {

struct Bounds {
  float low = -std::numeric_limits<float>::infinity();
  float high = std::numeric_limits<float>::infinity();
  std::int64_t least = std::numeric_limits<std::int64_t>::min();  ///< of integers, as the others are of floats
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
};

/// One bound given as input `index`: a single number, rank 0 or 1. Both are left alone where it is absent or computed.
Status read_bound(const Call& call, std::size_t index, const char* role, float& real, std::int64_t& integer) {
  if (!call.operand(index).present) return Unit{};
  const TensorType& type = call.operand(index).type;
  if (type.dtype != call.operand(0).type.dtype) return malformed(*call.node, std::string(role) + " is of another type than the input");
  if (element_count(type.dims) != 1) return malformed(*call.node, std::string(role) + " must be one number");
  if (call.operand(index).value == nullptr) return Unit{};
  const Tensor& value = *call.operand(index).value;
  if (value.dtype == DType::kFloat) real = value.f[0];
  else integer = value.i[0];
  return Unit{};
}

Result<Bounds> read_bounds(const Call& call) {
  Bounds bounds;
  if (call.node->opset >= 11) {
    TACIT_OK(read_bound(call, 1, "min", bounds.low, bounds.least));
    TACIT_OK(read_bound(call, 2, "max", bounds.high, bounds.most));
  } else {
    TACIT_TRY(bounds.low, float_attribute(*call.node, "min", bounds.low));
    TACIT_TRY(bounds.high, float_attribute(*call.node, "max", bounds.high));
  }
  if (bounds.low != bounds.low || bounds.high != bounds.high) return malformed(*call.node, "a bound is not a number");
  return bounds;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, call.node->opset >= 11 ? 3 : 1));
  if (call.node->opset < 12) TACIT_OK(check_float(call, 0));
  TACIT_OK(read_bounds(call));
  return one_output(call, call.operand(0).type.dtype, call.operand(0).type.dims);
}

std::vector<Tensor> evaluate(const Call& call) {
  const Bounds bounds = read_bounds(call).value();
  Tensor out = *call.operand(0).value;
  for (float& v : out.f) {
    v = v < bounds.low ? bounds.low : v;
    v = v > bounds.high ? bounds.high : v;
  }
  for (std::int64_t& v : out.i) v = std::min(std::max(v, bounds.least), bounds.most);
  return {std::move(out)};
}

bool is_computed(const Operand& operand) { return operand.present && operand.value == nullptr; }

/// min(max(x, low), high), one number that is computed standing for all elements.
Status lower_computed(const Call& call, Lowering& lowering) {
  const Shape& dims = call.operand(0).type.dims;
  TACIT_TRY(Comparand y, comparand(call, 0, dims, lowering));
  for (const std::size_t index : {1, 2}) {
    if (!call.operand(index).present) continue;
    TACIT_TRY(const Comparand bound, comparand(call, index, dims, lowering));
    auto chosen = index == 1 ? larger(call, y, bound, lowering) : smaller(call, y, bound, lowering);
    TACIT_TRY(y, std::move(chosen));
  }
  return give(call, std::move(y), lowering);
}

Status lower(const Call& call, Lowering& lowering) {
  if (is_computed(call.operand(1)) || is_computed(call.operand(2))) return lower_computed(call, lowering);
  const Bounds bounds = read_bounds(call).value();
  if (call.operand(0).type.dtype == DType::kInt64) return lowering.give_clamped_integers(call, bounds.least, bounds.most);
  Affine sum = lowering.take(call, 0);
  sum.limits = sum.limits.then({.lo = bounds.low, .hi = bounds.high});
  lowering.give(call, std::move(sum));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "limits of the rounding before it: nothing of its own; bounds that are computed: Max and Min"};
extern const Operator kClip;
const Operator kClip = {.op = "Clip", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .is_elementwise = true};

}  // namespace tacit
