// Where: x where the condition holds, y elsewhere, under numpy broadcasting: y + condition * (x - y), entry by entry. Floats are
// rounded to the output's scale first; integers and bools are exact.
#include <algorithm>
#include <cmath>

#include "ops/comparing.h"
#include "ops/masks.h"
#include "ops/moves.h"

namespace tacit {
namespace {

std::optional<Shape> result_shape(const Call& call) {
  return broadcast_all({call.operand(0).type.dims, call.operand(1).type.dims, call.operand(2).type.dims});
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 3, 3));
  if (!call.operand(0).type.is_bool()) return malformed(*call.node, "its condition does not hold bools");
  const TensorType &x = call.operand(1).type, &y = call.operand(2).type;
  if (x.dtype != y.dtype) return malformed(*call.node, "cannot choose between floats and integers");
  std::optional<Shape> dims = result_shape(call);
  if (!dims) return malformed(*call.node, "cannot choose between " + shape_text(x.dims) + " and " + shape_text(y.dims) + " by " + shape_text(call.operand(0).type.dims));
  return one_output(call, {x.dtype, std::move(*dims), x.element});
}

std::vector<Tensor> evaluate(const Call& call) {
  const Shape dims = *result_shape(call);
  const Tensor condition = broadcast_to(*call.operand(0).value, dims), x = broadcast_to(*call.operand(1).value, dims);
  Tensor out = broadcast_to(*call.operand(2).value, dims);
  for (std::size_t k = 0; k < condition.size(); ++k) {
    if (condition.i[k] == 0) continue;
    if (out.dtype == DType::kFloat) out.f[k] = x.f[k];
    else out.i[k] = x.i[k];
  }
  return {std::move(out)};
}

/// Numbers of one branch where a constant condition says so.
std::optional<Masking> as_mask(const Call& call) {
  const Tensor* condition = call.operand(0).value;
  if (condition == nullptr) return std::nullopt;
  for (const std::size_t input : {1u, 2u}) {
    const Operand &x = call.operand(input), &other = call.operand(3 - input);
    if (x.value != nullptr || other.value == nullptr || x.type.dims != result_shape(call)) continue;
    const Shape dims = *broadcast(condition->dims, other.type.dims);
    const Tensor chosen = broadcast_to(*condition, dims);
    Masking masking{input, broadcast_to(as_floats(*other.value), dims), true};
    for (std::size_t k = 0; k < chosen.size(); ++k) {
      float& value = masking.values.f[k];
      if ((chosen.i[k] != 0) == (input == 1)) value = 0;
      else if (!(value <= kMasked)) return std::nullopt;
    }
    if (masks(masking.values)) return masking;
  }
  return std::nullopt;
}

double floor_of(const Call&, std::size_t operand, double floor) { return operand == 0 ? -HUGE_VAL : floor; }

/// Integers at scale `unit`: constants beyond [lo, hi] are taken there.
Placed settled(Affine sum, const char* what, double unit, IntegerRange range, Lowering& lowering) {
  for (double& v : sum.constant.values) v = std::clamp(v, static_cast<double>(range.lo) * unit, static_cast<double>(range.hi) * unit);
  sum.name += what;
  return lowering.settle(sum, unit, range.lo, std::max(range.hi, range.lo + 1));
}

Result<Placed> read_condition(const Call& call, const Shape& dims, Lowering& lowering) {
  if (call.operand(0).value != nullptr) return constant_column(call, *call.operand(0).value, dims, {0, 1}, lowering);
  return read_repeated(call, 0, dims, lowering);
}

Status lower(const Call& call, Lowering& lowering) {
  const Shape dims = *result_shape(call);
  TACIT_TRY(const Comparand x, comparand(call, 1, dims, lowering));
  TACIT_TRY(const Comparand y, comparand(call, 2, dims, lowering));
  const QuantOptions& quant = lowering.quant();
  const double unit = x.integers ? 1 : activation_scale(quant, lowering.range_of_output(call), {});
  IntegerRange range{quant.activation_min(), quant.activation_max()};
  if (x.integers) range = {static_cast<std::int64_t>(std::min(x.lo, y.lo)), static_cast<std::int64_t>(std::max(x.hi, y.hi))};
  constexpr std::int64_t kMost = std::int64_t{1} << 20;
  if (std::max(-range.lo, range.hi) > kMost) return refuse(*call.node, "its integers may be larger than " + std::to_string(kMost) + ", too large to be exact");
  TACIT_TRY(const Placed condition, read_condition(call, dims, lowering));
  const Placed other = settled(y.sum, ".other", unit, range, lowering);
  Affine difference = x.sum;
  for (double& v : difference.constant.values) v = std::clamp(v, static_cast<double>(range.lo) * unit, static_cast<double>(range.hi) * unit);
  difference.multiples.push_back(copy_of(other, -1));
  const std::int64_t width = range.hi - range.lo;
  const Placed gain = settled(std::move(difference), ".difference", unit, {-width, width}, lowering);
  Placed out = integer_product(call.node->name, {.a = gain, .b = condition, .clamp = range, .plus = other}, lowering);
  out.scale = unit;
  lowering.give(call, out);
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {"y + condition * (x - y)"};
extern const Operator kWhere;
const Operator kWhere = {.op = "Where", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .compares = true, .as_mask = as_mask, .floor_of = floor_of};

}  // namespace tacit
