// Cast: the same numbers as another element type; CastLike: as the type of its second operand.
//
//   float -> float      unchanged (the model's numbers have one precision)
//   float -> integer    towards zero: floor(max(x, 0)) - floor(max(-x, 0)), of x on a grid 2^-k (rounding.h); beyond the type it
//                       saturates
//   any -> bool         x != 0
//   integer -> float    unchanged; integer -> integer: the low bits, where the narrower type does not hold it
#include <algorithm>
#include <cmath>
#include <optional>

#include "ops/call.h"
#include "ops/rounding.h"

namespace tacit {
namespace {

/// An element type as ONNX numbers them.
struct Kind {
  int number;
  DType dtype;
  Element element;

  bool is_bool() const { return element == Element::kBool; }
  IntegerRange range() const { return range_of_element(element); }
};

constexpr Kind kKinds[] = {
    {1, DType::kFloat, Element::kPlain}, {10, DType::kFloat, Element::kFloat16}, {11, DType::kFloat, Element::kDouble},
    {16, DType::kFloat, Element::kBFloat16}, {2, DType::kInt64, Element::kUint8}, {3, DType::kInt64, Element::kInt8},
    {4, DType::kInt64, Element::kUint16}, {5, DType::kInt64, Element::kInt16}, {6, DType::kInt64, Element::kInt32},
    {7, DType::kInt64, Element::kPlain}, {9, DType::kInt64, Element::kBool}, {12, DType::kInt64, Element::kUint32},
    {13, DType::kInt64, Element::kUint64}};

Result<Kind> read_kind(const Call& call) {
  if (call.node->op == "CastLike") {
    const TensorType& like = call.operand(1).type;
    for (const Kind& kind : kKinds) {
      if (kind.dtype == like.dtype && kind.element == like.element) return kind;
    }
  }
  if (!call.node->attributes.contains("to")) return malformed(*call.node, "attribute to is missing");
  TACIT_TRY(const std::int64_t to, int_attribute(*call.node, "to", 0));
  for (const Kind& kind : kKinds) {
    if (kind.number == to) return kind;
  }
  return refuse(*call.node, "it casts to element type number " + std::to_string(to) + ", which is not supported");
}

Result<std::vector<TensorType>> infer(const Call& call) {
  const std::size_t count = call.node->op == "CastLike" ? 2 : 1;
  TACIT_OK(check_arity(call, count, count));
  TACIT_TRY(const Kind kind, read_kind(call));
  return one_output(call, {kind.dtype, call.operand(0).type.dims, kind.element});
}

std::int64_t truncated(float v, const Kind& kind) {
  if (kind.is_bool()) return v != 0;
  if (std::isnan(v)) return 0;
  // A float from 2^63 on has no integer; all that are smaller have one.
  if (v >= 0x1p63f) return kind.range().hi;
  if (v < -0x1p63f) return kind.range().lo;
  return std::clamp(static_cast<std::int64_t>(v), kind.range().lo, kind.range().hi);
}

std::vector<Tensor> evaluate(const Call& call) {
  const Kind kind = read_kind(call).value();
  const Tensor& x = *call.operand(0).value;
  Tensor out{x.dims, kind.dtype, {}, {}, kind.element};
  if (kind.dtype == DType::kFloat) {
    if (x.dtype == DType::kFloat) out.f = x.f;
    else out.f.assign(x.i.begin(), x.i.end());
    return {std::move(out)};
  }
  for (const float v : x.f) out.i.push_back(truncated(v, kind));
  for (const std::int64_t v : x.i) out.i.push_back(wrapped(v, kind.element));
  return {std::move(out)};
}

/// Gives output 0 = floor(x) - floor(-x) of x at 2^-steps, each 0 at least and clamped to the type; of bools their sum.
Status give_parts(const Call& call, const Placed& x, std::uint32_t steps, const Kind& kind, Lowering& lowering) {
  const Column bounds = lowering.book().column(x.column);
  const IntegerRange own = kind.range();
  const std::int64_t above = std::clamp<std::int64_t>(bounds.hi >> steps, 1, std::max<std::int64_t>(1, own.hi));
  const Placed positive = floor_of(call.node->name + ".above", x, 1, 0, steps, {0, above}, lowering);
  const bool has_negative = bounds.lo < 0 && (own.lo < 0 || kind.is_bool());
  if (!has_negative) {
    lowering.give(call, positive);
    return Unit{};
  }
  const std::int64_t most = kind.is_bool() ? 1 : own.lo == INT64_MIN ? INT64_MAX : -own.lo;
  const std::int64_t below = std::clamp<std::int64_t>(-bounds.lo >> steps, 1, most);
  const Placed negative = floor_of(call.node->name + ".below", x, -1, 0, steps, {0, below}, lowering);
  Affine sum = empty_sum(call, x.shape);
  sum.multiples = {copy_of(positive, 1), copy_of(negative, kind.is_bool() ? 1 : -1)};
  return lowering.give_integers(call, sum, {kind.is_bool() ? 0 : -below, above}, kind.element);
}

Status lower(const Call& call, Lowering& lowering) {
  const Kind kind = read_kind(call).value();
  if (kind.dtype == DType::kFloat) {
    lowering.pass_on(call);
    return Unit{};
  }
  const bool from_float = call.operand(0).type.dtype == DType::kFloat;
  if (from_float && !kind.is_bool()) {
    TACIT_TRY(const Gridded x, on_grid(call, lowering));
    return give_parts(call, x.at, x.steps, kind, lowering);
  }
  const Placed x = lowering.read_any(call, 0);
  const Column bounds = lowering.book().column(x.column);
  if (kind.range().holds({bounds.lo, bounds.hi}) && !from_float) {
    lowering.pass_on(call);
    return Unit{};
  }
  if (kind.is_bool()) return give_parts(call, x, 0, kind, lowering);
  return lowering.give_integers(call, sum_of(call, x), {bounds.lo, bounds.hi}, kind.element);
}

}  // namespace

constexpr OperatorText kText = {
    "between kinds of floats: nothing; to integers: truncated towards zero, on the grid of Floor; between integers: the"
    " low bits"};
extern const Operator kCast, kCastLike;
const Operator kCast = {.op = "Cast", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};
const Operator kCastLike = {.op = "CastLike", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .typed_operands = 2};

}  // namespace tacit
