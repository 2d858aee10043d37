// Floor, Ceil, Round (half to even): integers, as floats.
//
//   ceil x = -floor(-x)      round x = floor(x + 1/2) - floor(x/2 - 1/4) - floor(1/4 - x/2) - 1
//
// (The last three terms are 0, but where x + 1/2 is an odd integer: there they take 1 away.)
#include "ops/rounding.h"

#include <algorithm>
#include <cmath>

#include "ops/call.h"

namespace tacit {

Result<Gridded> on_grid(const Call& call, Lowering& lowering) {
  constexpr int kFinest = 16;
  constexpr std::int64_t kMost = std::int64_t{1} << 16;
  const double scale = activation_scale(lowering.quant(), lowering.range_of_operand(call, 0), {});
  int steps = kFinest;
  while (steps > 0 && std::ldexp(1.0, -steps) < scale) --steps;
  if (steps < 1) return refuse(*call.node, "its floats reach too far to be rounded to integers");
  TACIT_TRY(Affine sum, lowering.take_open(call, 0, std::nullopt));
  const bool single = sum.products.empty() && sum.constant.empty() && sum.multiples.size() == 1 && sum.multiples[0].coefficient > 0;
  const bool nonnegative = single && lowering.book().column(sum.multiples[0].input.column).lo >= 0;
  sum.name += ".on_grid";
  const Placed x = lowering.settle(sum, std::ldexp(1.0, -steps), nonnegative ? 0 : -kMost, kMost - 1);
  const int exponent = std::ilogb(x.scale);
  if (exponent >= 0) return refuse(*call.node, "its floats reach too far to be rounded to integers");
  return Gridded{x, static_cast<std::uint32_t>(-exponent)};
}

Placed floor_of(const std::string& name, const Placed& x, std::int64_t sign, std::int64_t plus, std::uint32_t shift, IntegerRange clamp,
                Lowering& lowering) {
  Book& book = lowering.book();
  const std::uint32_t cols = x.shape.cols();
  const AccId acc = book.accumulator(name, x.shape.rows, cols);
  // A requantisation rounds half up: less one half, it is the floor.
  const std::int64_t half = shift == 0 ? 0 : std::int64_t{1} << (shift - 1);
  book.adds(acc, Linear::whole(x.column, cols, sign));
  if (plus != half) book.adds(acc, {book.one(), plus - half, true, false, Window::broadcast(cols)});
  return lowering.whole({book.requantise(acc, clamp.lo, std::max(clamp.hi, clamp.lo + 1), shift), 1, x.shape});
}

Placed floor_of(const std::string& name, const Placed& x, std::int64_t sign, std::int64_t plus, std::uint32_t shift, Lowering& lowering) {
  const Column& column = lowering.book().column(x.column);
  const std::int64_t lo = sign > 0 ? column.lo : -column.hi, hi = sign > 0 ? column.hi : -column.lo;
  return floor_of(name, x, sign, plus, shift, {(lo + plus) >> shift, (hi + plus) >> shift}, lowering);
}

namespace {

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  return one_output(call, call.operand(0).type);
}

float half_to_even(float v) {
  const float down = std::floor(v), rest = v - down;
  if (rest != 0.5f) return rest < 0.5f ? down : down + 1;
  return std::fmod(down, 2.0f) == 0 ? down : down + 1;
}

std::vector<Tensor> evaluate(const Call& call) {
  const std::string& op = call.node->op;
  Tensor out = *call.operand(0).value;
  for (float& v : out.f) v = op == "Floor" ? std::floor(v) : op == "Ceil" ? std::ceil(v) : half_to_even(v);
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  TACIT_TRY(const Gridded x, on_grid(call, lowering));
  const std::string& op = call.node->op;
  const std::string& name = call.node->name;
  if (op == "Floor") {
    lowering.give(call, floor_of(name, x.at, 1, 0, x.steps, lowering));
    return Unit{};
  }
  Affine sum = empty_sum(call, x.at.shape);
  if (op == "Ceil") {
    sum.multiples = {copy_of(floor_of(name + ".negative", x.at, -1, 0, x.steps, lowering), -1)};
  } else {
    const std::int64_t half = std::int64_t{1} << (x.steps - 1);
    sum.multiples = {copy_of(floor_of(name + ".half_up", x.at, 1, half, x.steps, lowering), 1),
                     copy_of(floor_of(name + ".quarter", x.at, 1, -half, x.steps + 1, lowering), -1),
                     copy_of(floor_of(name + ".negative_quarter", x.at, -1, half, x.steps + 1, lowering), -1)};
    sum.constant = {1, 1, 1, {-1}};
  }
  const Column column = lowering.book().column(x.at.column);
  lowering.give(call, lowering.settle(sum, 1, column.lo >> x.steps, (column.hi >> x.steps) + 1));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "whole numbers, exactly, of the float on a grid no finer than its scale: one that is nearer to an integer than half"
    " a step counts as it",
    "floats up to 2^14"};
extern const Operator kFloor, kCeil, kRound;
const Operator kFloor = {.op = "Floor", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};
const Operator kCeil = {.op = "Ceil", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};
const Operator kRound = {.op = "Round", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
