// Own operators on keys (matches.h): Matches [...] -> [..., K] floats; Places [...] -> the place of the key, `other` where there is
// none, an integer; Above [...] -> 1 where x is above a threshold (NaN is not), else 0, a float.
#include "ops/matches.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "ops/arrange.h"
#include "theorem/float32.h"

namespace tacit {

bool is_key(double x, double key) { return x == key || (std::isnan(x) && std::isnan(key)); }

std::vector<double> numbers_of(const Call& call) {
  const Tensor& x = *call.operand(0).value;
  if (x.dtype == DType::kFloat) return {x.f.begin(), x.f.end()};
  return {x.i.begin(), x.i.end()};
}

Attribute keys_attribute(const std::vector<double>& keys) {
  std::vector<std::int64_t> bits;  // doubles hold integers that floats do not
  for (const double key : keys) bits.push_back(std::bit_cast<std::int64_t>(key));
  return bits;
}

std::vector<double> keys_of(const Node& node) {
  std::vector<double> keys;
  for (const std::int64_t bits : std::get<std::vector<std::int64_t>>(node.attributes.at("keys"))) keys.push_back(std::bit_cast<double>(bits));
  return keys;
}

namespace {

constexpr std::int64_t kDigit = kLowMax + 1;

/// In units of the sum that stands for x: x is the key where it is > before and not > key.
struct Threshold {
  std::int64_t before = 0, key = 0;
};

Threshold threshold_of(double key, const ExactOperand& x) {
  const Threshold never{std::min<std::int64_t>(x.range.hi, INT32_MAX), std::min<std::int64_t>(x.range.hi, INT32_MAX)};
  if (x.scale == kFloat32Scale) {
    if (std::isnan(key)) return {kFloat32Infinity, INT32_MAX};
    const auto rounded = static_cast<float>(key);
    if (static_cast<double>(rounded) != key) return never;
    return {float_order(rounded) - 1, float_order(rounded)};
  }
  const double nearest = std::floor(key / x.scale + 0.5), units = nearest + static_cast<double>(x.offset);
  if (!(units >= static_cast<double>(x.range.lo) && units <= static_cast<double>(x.range.hi))) return never;  // NaN too
  if (x.scale == 1 && nearest != key) return never;
  return {static_cast<std::int64_t>(units) - 1, static_cast<std::int64_t>(units)};
}

/// The same of all numbers that are the key without their fraction.
Threshold truncated_threshold_of(double key, const ExactOperand& x) {
  const double least = key > 0 ? key : key - 1, most = key < 0 ? key : key + 1;  // the end that is not 0's side is open
  const bool has_least = key > 0, has_most = key < 0;
  if (x.scale == kFloat32Scale) {
    return {float_order(static_cast<float>(least)) - (has_least ? 1 : 0), float_order(static_cast<float>(most)) - (has_most ? 0 : 1)};
  }
  // A computed number next to an end counts as that end: the integers of its scale may not hit it.
  const auto lo = static_cast<double>(std::max<std::int64_t>(x.range.lo, INT32_MIN + 1)) - 1, hi = static_cast<double>(std::min<std::int64_t>(x.range.hi, INT32_MAX));
  const auto offset = static_cast<double>(x.offset);
  const double before = std::floor(least / x.scale + 0.5) + offset - (has_least ? 1 : 0), last = std::floor(most / x.scale + 0.5) + offset - (has_most ? 0 : 1);
  return {static_cast<std::int64_t>(std::clamp(before, lo, hi)), static_cast<std::int64_t>(std::clamp(last, lo, hi))};
}

Shape with_axis(Shape dims, std::int64_t extent) {
  dims.push_back(extent);
  return dims;
}

/// The exact terms of x in a statement of natural_shape(dims of x, extent).
std::vector<Linear> repeated(const ExactOperand& x, const Shape& dims, std::int64_t extent) {
  std::vector<Along> along;
  for (std::size_t axis = 0; axis < dims.size(); ++axis) along.push_back(along_all(axis, dims[axis]));
  along.push_back(repeated_along(extent));
  std::vector<Linear> terms;
  for (const Linear& term : x.terms) terms.push_back(Linear::mapped(term.column, arrange(dims, along), term.coefficient));
  return terms;
}

/// Private numbers along the last axis of a statement.
class Numbers {
 public:
  Numbers(const Shape& dims, Lowering& lowering) : dims_(dims), lowering_(lowering) {}

  void subtract(AccId acc, const std::string& name, const std::vector<std::int64_t>& numbers) const {
    IntColumn high, low;
    for (const std::int64_t v : numbers) {
      high.push_back(static_cast<std::int32_t>(v >> 16));
      low.push_back(static_cast<std::int32_t>(v & kLowMax));
    }
    const auto count = static_cast<std::uint32_t>(numbers.size());
    std::vector<Along> along;
    for (std::size_t axis = 0; axis + 1 < dims_.size(); ++axis) along.push_back(repeated_along(dims_[axis]));
    along.push_back(along_all(0, count));
    const IndexMap map = arrange({count}, along);
    Book& book = lowering_.book();
    book.adds(acc, Linear::mapped(lowering_.add_weights(name + ".high", 1, count, kHighMin, kHighMax, std::move(high)), map, -kDigit));
    book.adds(acc, Linear::mapped(lowering_.add_weights(name + ".low", 1, count, 0, kLowMax, std::move(low)), map, -1));
  }

 private:
  Shape dims_;
  Lowering& lowering_;
};

ColumnId above(const std::string& name, const std::vector<Linear>& terms, const Shape& dims, const std::vector<std::int64_t>& numbers, Lowering& lowering) {
  const ColumnShape shape = natural_shape(dims);
  const AccId acc = lowering.book().accumulator(name, shape.rows, shape.cols());
  for (const Linear& term : terms) lowering.book().adds(acc, term);
  Numbers(dims, lowering).subtract(acc, name + ".key", numbers);
  return lowering.book().is_positive(acc);
}

}  // namespace

Result<Matched> match_keys(const Call& call, const std::vector<double>& keys, bool truncates, Lowering& lowering) {
  const Shape& dims = call.operand(0).type.dims;
  TACIT_TRY(const ExactOperand x, lowering.read_exactly(call, 0, natural_shape(dims)));
  std::vector<std::int64_t> before, at;
  for (const double key : keys) {
    const Threshold threshold = truncates ? truncated_threshold_of(key, x) : threshold_of(key, x);
    before.push_back(threshold.before);
    at.push_back(threshold.key);
  }
  const auto count = static_cast<std::int64_t>(keys.size());
  const std::vector<Linear> terms = repeated(x, dims, count);
  Matched out{kNone, kNone, with_axis(dims, count)};
  out.reached = above(call.node->name + ".reached", terms, out.dims, before, lowering);
  out.passed = above(call.node->name + ".passed", terms, out.dims, at, lowering);
  return out;
}

Placed settle_marks(const Affine& sum, Lowering& lowering) {
  constexpr int kBits = 14;
  return lowering.settle(sum, std::ldexp(1.0, -kBits), 0, std::int64_t{1} << kBits);
}

void add_match(const Matched& matched, std::size_t index, double coefficient, Affine& sum) {
  std::vector<Along> along;
  for (std::size_t axis = 0; axis + 1 < matched.dims.size(); ++axis) along.push_back(along_all(axis, matched.dims[axis]));
  along.push_back(along_slice(matched.dims.size() - 1, static_cast<std::int64_t>(index), 1, 1));
  for (const bool reached : {true, false}) {
    const Placed column{reached ? matched.reached : matched.passed, 1, natural_shape(matched.dims)};
    sum.multiples.push_back(arranged(column, matched.dims, along, reached ? coefficient : -coefficient));
  }
}

namespace {

Result<std::vector<TensorType>> infer_matches(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  return one_output(call, DType::kFloat, with_axis(call.operand(0).type.dims, static_cast<std::int64_t>(keys_of(*call.node).size())));
}

bool truncates(const Call& call) { return std::get<std::int64_t>(call.node->attributes.at("truncates")) != 0; }

std::vector<Tensor> evaluate_matches(const Call& call) {
  const std::vector<double> keys = keys_of(*call.node);
  std::vector<float> out;
  for (const double x : numbers_of(call))
    for (const double key : keys) out.push_back(is_key(truncates(call) ? std::trunc(x) : x, key) ? 1.0f : 0.0f);
  return {make_float(with_axis(call.operand(0).type.dims, static_cast<std::int64_t>(keys.size())), std::move(out))};
}

Status lower_matches(const Call& call, Lowering& lowering) {
  TACIT_TRY(const Matched matched, match_keys(call, keys_of(*call.node), truncates(call), lowering));
  const ColumnShape shape = natural_shape(matched.dims);
  Affine sum = empty_sum(call, shape);
  sum.multiples = {copy_of({matched.reached, 1, shape}, 1), copy_of({matched.passed, 1, shape}, -1)};
  lowering.give(call, settle_marks(sum, lowering));
  return Unit{};
}

Result<std::vector<TensorType>> infer_places(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  return one_output(call, DType::kInt64, call.operand(0).type.dims);
}

std::int64_t other_of(const Call& call) { return std::get<std::int64_t>(call.node->attributes.at("other")); }

std::vector<Tensor> evaluate_places(const Call& call) {
  const std::vector<double> keys = keys_of(*call.node);
  std::vector<std::int64_t> out;
  for (const double x : numbers_of(call)) {
    const auto found = std::find_if(keys.begin(), keys.end(), [&](double key) { return is_key(x, key); });
    out.push_back(found == keys.end() ? other_of(call) : found - keys.begin());
  }
  return {make_int64(call.operand(0).type.dims, std::move(out))};
}

Status lower_places(const Call& call, Lowering& lowering) {
  const std::vector<double> keys = keys_of(*call.node);
  TACIT_TRY(const Matched matched, match_keys(call, keys, false, lowering));
  const std::int64_t other = other_of(call);
  Affine sum = empty_sum(call, natural_shape(call.operand(0).type.dims));
  for (std::size_t k = 0; k < keys.size(); ++k)
    if (static_cast<std::int64_t>(k) != other) add_match(matched, k, static_cast<double>(static_cast<std::int64_t>(k) - other), sum);
  const ColumnShape shape = sum.shape;
  Multiple one = copy_of({lowering.book().one(), 1, {1, 1, 1, 1}}, static_cast<double>(other));
  one.one_row = true;
  one.window = Window::broadcast(shape.cols());
  if (other != 0) sum.multiples.push_back(std::move(one));
  const std::int64_t most = std::max<std::int64_t>({other, static_cast<std::int64_t>(keys.size()) - 1, 1});
  lowering.give(call, lowering.settle(sum, 1, 0, most));
  return Unit{};
}

Result<std::vector<TensorType>> infer_above(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  return one_output(call, DType::kFloat, call.operand(0).type.dims);
}

double threshold_of(const Call& call) { return std::get<float>(call.node->attributes.at("threshold")); }

std::vector<Tensor> evaluate_above(const Call& call) {
  std::vector<float> out;
  for (const double x : numbers_of(call)) out.push_back(x > threshold_of(call) ? 1.0f : 0.0f);
  return {make_float(call.operand(0).type.dims, std::move(out))};
}

Status lower_above(const Call& call, Lowering& lowering) {
  const Shape& dims = call.operand(0).type.dims;
  const ColumnShape shape = natural_shape(dims);
  TACIT_TRY(const ExactOperand x, lowering.read_exactly(call, 0, shape));
  const double above_it = threshold_of(call);
  const bool exact = x.scale == kFloat32Scale;
  const double units = exact ? static_cast<double>(float_order(static_cast<float>(above_it))) : std::floor(above_it / x.scale) + static_cast<double>(x.offset);
  const auto lo = static_cast<double>(std::max<std::int64_t>(x.range.lo, INT32_MIN)), hi = static_cast<double>(std::min<std::int64_t>(x.range.hi, INT32_MAX));
  const auto least = static_cast<std::int64_t>(std::clamp(units, lo - (exact ? 0 : 1), hi));
  const std::vector<Linear> terms = repeated(x, dims, 1);
  Affine sum = empty_sum(call, shape);
  sum.multiples.push_back(copy_of({above(call.node->name, terms, with_axis(dims, 1), {least}, lowering), 1, shape}, 1));
  if (exact) sum.multiples.push_back(copy_of({above(call.node->name + ".missing", terms, with_axis(dims, 1), {kFloat32Infinity}, lowering), 1, shape}, -1));
  lowering.give(call, settle_marks(sum, lowering));
  return Unit{};
}

}  // namespace

extern const Operator kMatches, kPlaces, kAbove;
const Operator kMatches = {.op = "Matches", .domain = kOwnDomain, .infer = infer_matches, .evaluate = evaluate_matches, .lower = lower_matches, .reads_exactly = true, .reads_nothing_else = true};
const Operator kPlaces = {.op = "Places", .domain = kOwnDomain, .infer = infer_places, .evaluate = evaluate_places, .lower = lower_places, .reads_exactly = true, .reads_nothing_else = true};
const Operator kAbove = {.op = "Above", .domain = kOwnDomain, .infer = infer_above, .evaluate = evaluate_above, .lower = lower_above, .reads_exactly = true, .reads_nothing_else = true};

}  // namespace tacit
