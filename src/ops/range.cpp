// Range: start, start + delta, ... up to before limit, all three constant.   NonZero: the positions of a constant's elements
// that are not 0, one column each.
#include <cmath>

#include "ops/picks.h"

namespace tacit {
namespace {

/// Operand `index`, one number.
Result<double> read_number(const Call& call, std::size_t index, const char* role) {
  TACIT_OK(check_constant(call, index, role));
  const Tensor& value = *call.operand(index).value;
  if (value.size() != 1) return malformed(*call.node, "its " + std::string(role) + " is not one number");
  return value.dtype == DType::kFloat ? static_cast<double>(value.f[0]) : static_cast<double>(value.i[0]);
}

struct Steps {
  double start = 0, delta = 1;
  std::int64_t count = 0;
};

Result<Steps> read_steps(const Call& call) {
  TACIT_OK(check_arity(call, 3, 3));
  Steps steps;
  TACIT_TRY(steps.start, read_number(call, 0, "start"));
  TACIT_TRY(const double limit, read_number(call, 1, "limit"));
  TACIT_TRY(steps.delta, read_number(call, 2, "delta"));
  const DType dtype = call.operand(0).type.dtype;
  if (dtype != call.operand(1).type.dtype || dtype != call.operand(2).type.dtype) return malformed(*call.node, "its inputs have not one type");
  const double count = std::ceil((limit - steps.start) / steps.delta);
  if (steps.delta == 0 || std::isnan(count)) return malformed(*call.node, "its delta is 0, or a number is not finite");
  if (count > static_cast<double>(kMaxElements)) return refuse(*call.node, "it counts too many steps");
  steps.count = count > 0 ? static_cast<std::int64_t>(count) : 0;
  return steps;
}

Result<std::vector<TensorType>> infer_range(const Call& call) {
  TACIT_TRY(const Steps steps, read_steps(call));
  return one_output(call, call.operand(0).type.dtype, {steps.count});
}

std::vector<Tensor> evaluate_range(const Call& call) {
  const Steps steps = read_steps(call).value();
  Tensor out{{steps.count}, call.operand(0).type.dtype, {}, {}};
  for (std::int64_t k = 0; k < steps.count; ++k) {
    if (out.dtype == DType::kFloat) out.f.push_back(static_cast<float>(steps.start + static_cast<double>(k) * steps.delta));
    else out.i.push_back(call.operand(0).value->i[0] + k * call.operand(2).value->i[0]);
  }
  return {std::move(out)};
}

std::vector<std::int64_t> nonzero_places(const Tensor& x) {
  std::vector<std::int64_t> places;
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (x.dtype == DType::kFloat ? x.f[k] != 0 : x.i[k] != 0) places.push_back(static_cast<std::int64_t>(k));
  }
  return places;
}

Result<std::vector<TensorType>> infer_nonzero(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_constant(call, 0, "its result's extents depend on it"));
  const auto count = static_cast<std::int64_t>(nonzero_places(*call.operand(0).value).size());
  return std::vector<TensorType>{{DType::kInt64, {static_cast<std::int64_t>(call.operand(0).type.dims.size()), count}}};
}

std::vector<Tensor> evaluate_nonzero(const Call& call) {
  const Tensor& x = *call.operand(0).value;
  const std::vector<std::int64_t> places = nonzero_places(x);
  Tensor out{{static_cast<std::int64_t>(x.dims.size()), static_cast<std::int64_t>(places.size())}, DType::kInt64, {}, {}};
  for (std::size_t axis = 0; axis < x.dims.size(); ++axis) {
    for (const std::int64_t place : places) out.i.push_back(positions_of(place, x.dims)[axis]);
  }
  return {std::move(out)};
}

}  // namespace

constexpr OperatorText kText = {
    "constants",
    "of constants only"};
extern const Operator kNonZero, kRange;
const Operator kNonZero = {.op = "NonZero", .domain = "", .text = kText, .infer = infer_nonzero, .evaluate = evaluate_nonzero};
const Operator kRange = {.op = "Range", .domain = "", .text = kText, .infer = infer_range, .evaluate = evaluate_range};

}  // namespace tacit
