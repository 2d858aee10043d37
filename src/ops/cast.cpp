// Cast: the same numbers as another element type; CastLike: as the type of its second operand.
//
//   float -> float      unchanged (the model's numbers have one precision)
//   float -> integer    towards zero: floor(max(x, 0)) - floor(max(-x, 0)), of x on a grid 2^-k; beyond the type it saturates
//   any -> bool         x != 0
//   integer -> float    unchanged; integer -> integer: unchanged, refused where the narrower type may not hold it
//
// What is truncated is the model's own number, rounded to its grid: a float that is closer to an integer than that counts as
// the integer.
#include <algorithm>
#include <cmath>
#include <optional>

#include "ops/call.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

/// An element type as ONNX numbers them.
struct Kind {
  int number;
  DType dtype;
  std::int64_t lo = 0, hi = 0;  ///< of integers
};

constexpr int kFloat = 1, kBool = 9;
constexpr Kind kKinds[] = {
    {kFloat, DType::kFloat}, {10, DType::kFloat}, {11, DType::kFloat}, {16, DType::kFloat},
    {2, DType::kInt64, 0, 255}, {3, DType::kInt64, -128, 127}, {4, DType::kInt64, 0, 65535}, {5, DType::kInt64, -32768, 32767},
    {6, DType::kInt64, INT32_MIN, INT32_MAX}, {7, DType::kInt64, INT64_MIN, INT64_MAX}, {kBool, DType::kInt64, 0, 1},
    {12, DType::kInt64, 0, UINT32_MAX}, {13, DType::kInt64, 0, INT64_MAX}};

Result<Kind> read_kind(const Call& call) {
  if (call.node->op == "CastLike") {
    if (call.operand(1).type.dtype == DType::kFloat) return kKinds[0];
    return refuse(*call.node, "it casts to a type of integers that is known by an example only; use Cast");
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
  return one_output(call, kind.dtype, call.operand(0).type.dims);
}

std::int64_t truncated(float v, const Kind& kind) {
  if (kind.number == kBool) return v != 0;
  if (std::isnan(v)) return 0;
  // A float from 2^63 on has no integer; all that are smaller have one.
  if (v >= 0x1p63f) return kind.hi;
  if (v < -0x1p63f) return kind.lo;
  return std::clamp(static_cast<std::int64_t>(v), kind.lo, kind.hi);
}

/// The low bits, as ONNX has it.
std::int64_t narrowed(std::int64_t v, const Kind& kind) {
  if (kind.number == kBool) return v != 0;
  if (v >= kind.lo && v <= kind.hi) return v;
  const std::uint64_t span = static_cast<std::uint64_t>(kind.hi) - static_cast<std::uint64_t>(kind.lo) + 1;  // a power of two
  const std::uint64_t low = static_cast<std::uint64_t>(v) & (span - 1);
  return static_cast<std::int64_t>(low > static_cast<std::uint64_t>(kind.hi) ? low - span : low);
}

std::vector<Tensor> evaluate(const Call& call) {
  const Kind kind = read_kind(call).value();
  const Tensor& x = *call.operand(0).value;
  Tensor out{x.dims, kind.dtype, {}, {}};
  if (kind.dtype == DType::kFloat) {
    if (x.dtype == DType::kFloat) out.f = x.f;
    else out.f.assign(x.i.begin(), x.i.end());
    return {std::move(out)};
  }
  for (const float v : x.f) out.i.push_back(truncated(v, kind));
  for (const std::int64_t v : x.i) out.i.push_back(narrowed(v, kind));
  return {std::move(out)};
}

/// clamp(floor(sign * x), 0, hi) of a column at 2^-steps; steps = 0 takes x as it is.
ColumnId floor_of(const Call& call, const Placed& x, int sign, std::uint32_t steps, std::int64_t hi, Lowering& lowering) {
  Book& book = lowering.book();
  const std::uint32_t cols = x.shape.cols();
  const AccId acc = book.accumulator(call.node->name + (sign > 0 ? ".above" : ".below"), x.shape.rows, cols);
  const std::uint32_t shift = std::max<std::uint32_t>(steps, 1);
  const std::int64_t factor = steps == 0 ? 2 : 1;
  book.adds(acc, Linear::whole(x.column, cols, sign * factor));
  // A requantisation rounds half up: less one half, it is the floor.
  if (steps > 0) book.adds(acc, {book.one(), -(std::int64_t{1} << (shift - 1)), true, false, Window::broadcast(cols)});
  return book.requantise(acc, 0, hi, shift);
}

/// Gives output 0 = floor_of(x) - floor_of(-x), or their sum.
Status give_parts(const Call& call, const Placed& x, std::uint32_t steps, const Kind& kind, bool is_bool, Lowering& lowering) {
  const Column bounds = lowering.book().column(x.column);
  const std::int64_t above = std::clamp<std::int64_t>(bounds.hi >> steps, 1, std::max<std::int64_t>(1, kind.hi));
  Affine sum = empty_sum(call, x.shape);
  const Placed positive{floor_of(call, x, 1, steps, above, lowering), 1, x.shape};
  sum.multiples.push_back(copy_of(positive, 1));
  const bool has_negative = bounds.lo < 0 && kind.lo < 0;
  if (has_negative || (is_bool && bounds.lo < 0)) {
    const std::int64_t below = is_bool ? 1 : std::min(std::max<std::int64_t>(1, -bounds.lo >> steps), kind.lo == INT64_MIN ? INT64_MAX : -kind.lo);
    const Placed negative{floor_of(call, x, -1, steps, below, lowering), 1, x.shape};
    sum.multiples.push_back(copy_of(negative, is_bool ? 1 : -1));
    return lowering.give_integers(call, sum);
  }
  lowering.give(call, positive);
  return Unit{};
}

bool is_nonnegative(const Affine& sum, Lowering& lowering) {
  const bool is_copy = sum.products.empty() && sum.constant.empty() && sum.multiples.size() == 1 && sum.multiples[0].coefficient > 0;
  return is_copy && lowering.book().column(sum.multiples[0].input.column).lo >= 0;
}

/// The grid on which floats are truncated: as fine as 2^20 steps to their range allow, 2^-16 at most.
constexpr double kSteps = 0x1p20;
constexpr int kFinest = 16;

Status lower_truncation(const Call& call, const Kind& kind, Lowering& lowering) {
  const double peak = lowering.range_of_operand(call, 0).peak() * lowering.quant().widening();
  int steps = kFinest;
  while (steps > 0 && std::ldexp(peak, steps) > kSteps) --steps;
  TACIT_TRY(const Affine sum, lowering.take_open(call, 0, std::nullopt));
  const auto most = static_cast<std::int64_t>(kSteps);
  const Placed x = lowering.settle(sum, std::ldexp(1.0, -steps), is_nonnegative(sum, lowering) ? 0 : -most, most - 1);
  const int exponent = std::ilogb(x.scale);
  if (exponent >= 0) return refuse(*call.node, "its floats reach too far to be truncated exactly");
  return give_parts(call, x, static_cast<std::uint32_t>(-exponent), kind, false, lowering);
}

Status lower(const Call& call, Lowering& lowering) {
  const Kind kind = read_kind(call).value();
  if (kind.dtype == DType::kFloat) {
    lowering.pass_on(call);
    return Unit{};
  }
  const bool from_float = call.operand(0).type.dtype == DType::kFloat;
  if (from_float && kind.number != kBool) return lower_truncation(call, kind, lowering);
  const Placed x = lowering.read_any(call, 0);
  const Column& bounds = lowering.book().column(x.column);
  if (bounds.lo >= kind.lo && bounds.hi <= kind.hi && !from_float) {
    lowering.pass_on(call);
    return Unit{};
  }
  if (kind.number == kBool) return give_parts(call, x, 0, kind, true, lowering);
  return refuse(*call.node, "it casts integers between " + std::to_string(bounds.lo) + " and " + std::to_string(bounds.hi) +
                                " to a type that does not hold all of them");
}

}  // namespace

extern const Operator kCast, kCastLike;
const Operator kCast = {.op = "Cast", .domain = "", .infer = infer, .evaluate = evaluate, .lower = lower};
const Operator kCastLike = {.op = "CastLike", .domain = "", .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
