// Imputer (ai.onnx.ml): a number of each feature's own where an element is one value (often NaN), as an own operator Impute on
// rows [N, F].
//
//   y = x + match (number - value)                                            the value is finite
//   t = clamp(x - match * more than the range, lo - 1, hi)                    the value is NaN: x is out of reach there,
//   y = t + match (number - the scale's (lo - 1))                             and t = lo - 1
//
// The numbers are hidden. An input of the model is told to be NaN by the order of its float32 values (matches.h).
#include <cmath>

#include "ops/classes.h"
#include "ops/expansion.h"
#include "ops/matches.h"
#include "theorem/float32.h"

namespace tacit {
namespace {

using Floats = std::vector<float>;

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  return one_output(call, call.operand(0).type.dtype, call.operand(0).type.dims);
}

const Floats& numbers(const Call& call) { return std::get<Floats>(call.node->attributes.at("numbers")); }

std::vector<Tensor> evaluate(const Call& call) {
  Tensor out = *call.operand(0).value;
  const double key = keys_of(*call.node)[0];
  const std::vector<double> x = numbers_of(call);
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (!is_key(x[k], key)) continue;
    const float number = numbers(call)[k % numbers(call).size()];
    if (out.dtype == DType::kFloat) out.f[k] = number;
    else out.i[k] = static_cast<std::int64_t>(number);
  }
  return {std::move(out)};
}

/// One hidden number for each feature, times the match.
void add_numbers(const Call& call, const Matched& matched, const ColumnShape& shape, std::vector<double> numbers, Affine& sum, Lowering& lowering) {
  Affine match = empty_sum(call, shape);
  match.name += ".match";
  match.multiples = {copy_of({matched.reached, 1, shape}, 1), copy_of({matched.passed, 1, shape}, -1)};
  Product product;
  product.input = settle_marks(match, lowering);
  product.groups = shape.rows;
  product.window = Window::identity(shape.cols());
  product.weights = std::move(numbers);
  sum.products.push_back(std::move(product));
}

/// x, and lo - 1 where it matches.
Placed without_matches(const Call& call, const Placed& x, const Matched& matched, Lowering& lowering) {
  const Column& column = lowering.book().column(x.column);
  const std::int64_t lo = column.lo, hi = column.hi;
  Affine sum = sum_of(call, x);
  sum.name += ".present";
  const double beyond = static_cast<double>(hi - lo + 1) * x.scale;
  sum.multiples.push_back(copy_of({matched.reached, 1, x.shape}, -beyond));
  sum.multiples.push_back(copy_of({matched.passed, 1, x.shape}, beyond));
  return lowering.settle(sum, x.scale, lo - 1, hi);
}

Status lower_integers(const Call& call, const Matched& matched, const Placed& x, double key, Lowering& lowering) {
  Affine sum = sum_of(call, x);
  std::vector<double> steps;
  double least = 0, most = 0;
  for (const float v : numbers(call)) {
    steps.push_back(v - key);
    least = std::min(least, v - key);
    most = std::max(most, v - key);
  }
  double bound = 1;
  while (bound < std::max(-least, most)) bound *= 2;  // shows their size, as shifts do, and no more
  add_numbers(call, matched, x.shape, std::move(steps), sum, lowering);
  const Column& column = lowering.book().column(x.column);
  const auto reach = static_cast<std::int64_t>(bound);
  constexpr std::int64_t kMost = std::int64_t{1} << 21;
  if (bound > 32767 || column.hi + reach > kMost || column.lo - reach < -kMost) return refuse(*call.node, "its integers are too large to be exact");
  lowering.give(call, lowering.settle(sum, 1, column.lo - reach, column.hi + reach));
  return Unit{};
}

/// Of float32 values by their digits: at a match those of the key become those of the number, by hidden differences.
Status give_digits(const Call& call, const Matched& matched, double key, const ColumnShape& shape, Lowering& lowering) {
  TACIT_TRY(const ExactOperand x, lowering.read_exactly(call, 0, shape));
  Affine match = empty_sum(call, shape);
  match.name += ".matched";
  match.multiples = {copy_of({matched.reached, 1, shape}, 1), copy_of({matched.passed, 1, shape}, -1)};
  const ColumnId mark = lowering.settle(match, 1, 0, 1).column;
  const std::int64_t from = float_order(static_cast<float>(key));
  IntColumn high, low;
  for (const float v : numbers(call)) {
    const std::int64_t to = float_order(v);
    high.push_back(static_cast<std::int32_t>((to >> 16) - (from >> 16)));
    low.push_back(static_cast<std::int32_t>((to & kLowMax) - (from & kLowMax)));
  }
  Book& book = lowering.book();
  const std::uint32_t cols = shape.cols();
  const auto one_digit = [&](const char* what, const Linear& digit, std::int64_t less, IntColumn by) {
    const std::string name = call.node->name + what;
    const AccId acc = book.accumulator(name, shape.rows, cols);
    book.adds(acc, Linear::whole(digit.column, cols, 1));
    const ColumnId step = lowering.add_weights(name + ".step", shape.rows, 1, -kLowMax - 1, kLowMax, std::move(by));
    book.contracts(acc, {step, mark, shape.rows, 1, Window::identity(cols)});
    if (less != 0) book.adds(acc, {book.one(), -less, true, false, Window::broadcast(cols)});
    return book.requantise(acc, kHighMin, kHighMax, 0);
  };
  const ColumnId h = one_digit(".high", x.terms[0], 0, std::move(high)), l = one_digit(".low", x.terms[1], kLowOffset, std::move(low));
  const AccId order = book.accumulator(call.node->name + ".order", shape.rows, cols);  // the half digit of rounding makes up for the offset
  book.adds(order, Linear::whole(h, cols, kLowMax + 1));
  book.adds(order, Linear::whole(l, cols, 1));
  const ColumnId y = book.requantise(order, kHighMin, kHighMax, 16);
  lowering.give_exactly(call, {y, book.remainder_of(y)}, shape);
  return Unit{};
}

Status lower(const Call& call, Lowering& lowering) {
  const TensorType& type = call.operand(0).type;
  const double key = keys_of(*call.node)[0];
  TACIT_TRY(const Matched matched, match_keys(call, {key}, false, lowering));
  if (lowering.wants_exactly(call)) TACIT_OK(give_digits(call, matched, key, natural_shape(type.dims), lowering));
  if (!lowering.wants_numbers(call)) return Unit{};
  TACIT_TRY(const Placed x, lowering.read(call, 0, natural_shape(type.dims)));
  if (type.dtype == DType::kInt64) return lower_integers(call, matched, x, key, lowering);
  const Placed kept = std::isnan(key) ? without_matches(call, x, matched, lowering) : x;
  const double there = std::isnan(key) ? static_cast<double>(lowering.book().column(kept.column).lo) * kept.scale : key;
  std::vector<double> steps;
  for (const float v : numbers(call)) steps.push_back(v - there);
  Affine sum = sum_of(call, kept);
  add_numbers(call, matched, x.shape, std::move(steps), sum, lowering);
  lowering.give(call, std::move(sum));
  return Unit{};
}

/// One number for each feature.
Result<Floats> read_numbers(const Call& call, bool floats, std::int64_t features) {
  TACIT_TRY(Floats list, floats_attribute(*call.node, "imputed_value_floats"));
  TACIT_TRY(const std::vector<std::int64_t> integers, ints_attribute(*call.node, "imputed_value_int64s", {}));
  if (!floats) {
    for (const std::int64_t v : integers)
      if (v < -(1 << 22) || v > 1 << 22) return refuse(*call.node, "imputes an integer beyond 2^22");
    list.assign(integers.begin(), integers.end());
  }
  if (list.size() == 1) list.resize(static_cast<std::size_t>(features), list[0]);
  if (static_cast<std::int64_t>(list.size()) != features) return malformed(*call.node, "has " + std::to_string(list.size()) + " numbers for " + std::to_string(features) + " features");
  return list;
}

Result<Expansion> expand(const Call& call) {
  Expansion to(call);
  TACIT_OK(check_constant_free(call));
  const TensorType& type = call.operand(0).type;
  if (type.dims.empty() || type.dims.size() > 2) return refuse(*call.node, "takes rows of features, not an input of shape " + shape_text(type.dims));
  const bool floats = type.dtype == DType::kFloat;
  TACIT_TRY(Floats list, read_numbers(call, floats, type.dims.back()));
  TACIT_TRY(const float replaced, float_attribute(*call.node, "replaced_value_float", 0));
  TACIT_TRY(const std::int64_t replaced_integer, int_attribute(*call.node, "replaced_value_int64", 0));
  const double key = floats ? static_cast<double>(replaced) : static_cast<double>(replaced_integer);
  const bool flat = type.dims.size() == 1;
  const std::string x = flat ? to.add("Reshape", {to.input(0), to.integers({1, type.dims[0]})}) : to.input(0);
  const std::string y = to.add_own("Impute", {x}, {{"keys", keys_attribute({key})}, {"numbers", std::move(list)}});
  to.give(0, flat ? to.add("Reshape", {y, to.integers({type.dims[0]})}) : y);
  return to;
}

}  // namespace

constexpr OperatorText kText = {
    "exact comparisons with hidden keys; of an input of the model by its float32 bits",
    "keys and inputs are numbers, values may be text; 4096 keys; an unknown category has no 1"};
extern const Operator kImputer, kImpute;
const Operator kImputer = {.op = "Imputer", .domain = kMlDomain, .text = kText, .expand = expand};
const Operator kImpute = {.op = "Impute", .domain = kOwnDomain, .infer = infer, .evaluate = evaluate, .lower = lower, .reads_exactly = true, .gives_exactly = true};

}  // namespace tacit
