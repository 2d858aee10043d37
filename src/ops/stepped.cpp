// Stepped: of our own. A float divided by a step and rounded (stairs.h): what a model quantises its inputs with, and what it has in
// floats. Every float32 of an input has its exact integer: thresholds are then orders of float32 values (theorem/float32.h), and the
// model's own integers of the input serve for the guess. Of anything else the model's integers are what is rounded.
#include <algorithm>
#include <cmath>

#include "ops/quantised.h"
#include "ops/stairs.h"
#include "theorem/float32.h"

namespace tacit {
namespace {

struct Step {
  float scale = 1;
  Stairs stairs;
};

Result<Step> read_step(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  Step step;
  TACIT_TRY(step.scale, float_attribute(*call.node, "y_scale", 1));
  if (!(step.scale > 0) || !std::isfinite(step.scale)) return malformed(*call.node, "its scale is not positive");
  TACIT_TRY(step.stairs, read_steps(call));
  return step;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(read_step(call));
  return one_output(call, TensorType{DType::kInt64, call.operand(0).type.dims});
}

std::vector<Tensor> evaluate(const Call& call) {
  const Step step = read_step(call).value();
  const std::int64_t lo = step.stairs.lo, hi = step.stairs.hi;
  Tensor out{call.operand(0).type.dims, DType::kInt64, {}, {}};
  for (const float v : call.operand(0).value->f) {
    const std::int64_t y = std::isfinite(v) ? rounded_quotient(Dyadic::of(v), Dyadic::of(step.scale), lo, hi) : v < 0 ? lo : hi;
    out.i.push_back(step.stairs.zero + y);
  }
  return {std::move(out)};
}

/// The exact integer from which on a value is at `level` or above: of the order of a float32, or of a multiple of `unit`.
std::int64_t first_at(std::int64_t level, float step, double unit, std::int64_t lo, std::int64_t hi) {
  std::int64_t below = lo - 1, above = hi + 1;
  const Dyadic by = Dyadic::of(step);
  while (above - below > 1) {
    const std::int64_t middle = below + (above - below) / 2;
    const double v = unit == kFloat32Scale ? float32_value(middle - kLowOffset) : static_cast<double>(middle) * unit;
    (rounded_quotient(Dyadic::of(v), by, level - 1, level) == level ? above : below) = middle;
  }
  return above;
}

/// An input that is read exactly.
Status lower_exact(const Call& call, const Step& step, const ExactOperand& exact, const Placed& x, const ColumnShape& shape, Lowering& lowering) {
  const Stairs& stairs = step.stairs;
  std::vector<std::int64_t> thresholds;
  constexpr std::int64_t kMostOrder = kFloat32Infinity - 1, kNever = INT32_MAX;
  for (std::int64_t level = stairs.lo + 1; level <= stairs.hi; ++level) {
    // Digits are 2^16 high + low, and what they stand for is that less the offset.
    thresholds.push_back(exact.scale == kFloat32Scale ? first_at(level, step.scale, exact.scale, -kMostOrder, kMostOrder)
                                                      : first_at(level, step.scale, exact.scale, INT32_MIN + 1, INT32_MAX - kLowMax - 2) + exact.offset);
  }
  thresholds.push_back(kNever);
  Book& book = lowering.book();
  const std::uint32_t cols = shape.cols();
  const AccId scaled = book.accumulator(call.node->name + ".scaled", shape.rows, cols);
  const std::vector<std::int64_t> factor(shape.rows, std::llround(std::ldexp(x.scale / step.scale, 16)));
  book.contracts(scaled, {add_numbers(lowering, call.node->name + ".scale", shape.rows, 1, factor), x.column, shape.rows, 1, Window::identity(cols)});
  add_number(book, scaled, cols, -(1 << 15));
  const ColumnId guess = book.requantise(scaled, stairs.lo, stairs.hi, 16);
  give_next_step(call, guess, exact.terms, 0, thresholds, shape, stairs, lowering);
  return Unit{};
}

Status lower(const Call& call, Lowering& lowering) {
  Step step = read_step(call).value();
  const ColumnShape shape = natural_shape(call.operand(0).type.dims);
  TACIT_TRY(const ExactOperand exact, lowering.read_exactly(call, 0, shape));
  TACIT_TRY(const Placed x, lowering.read(call, 0, shape));
  const bool is_input = exact.terms.size() > 1;
  // The guess is off by less than one half: by the rounding of x to its scale, and of the factor to 2^-16.
  const Column& column = lowering.book().column(x.column);
  const auto peak = static_cast<double>(std::max(-column.lo, column.hi));
  if (is_input && x.scale / step.scale * (0.5 + 0x1p-6) + peak * 0x1p-17 < 0.49) return lower_exact(call, step, exact, x, shape, lowering);
  step.stairs.rows = {{Dyadic::of(x.scale), Dyadic::of(step.scale)}};
  const AccId sum = lowering.book().accumulator(call.node->name, shape.rows, shape.cols());
  lowering.book().adds(sum, Linear::whole(x.column, shape.cols(), 1));
  return give_steps(call, sum, shape, step.stairs, lowering);
}

}  // namespace

extern const Operator kStepped;
const Operator kStepped = {.op = "Stepped", .domain = kOwnDomain, .infer = infer, .evaluate = evaluate, .lower = lower, .reads_exactly = true};

}  // namespace tacit
