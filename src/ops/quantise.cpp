// Lowering, its last step: a pending sum becomes an accumulator, weights columns and a requantised column.
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/contract.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

/// The largest weight of the sum, in units of the result per unit of its input's integers.
double weight_peak(const Affine& sum) {
  double peak = 0;
  for (const Product& product : sum.products) {
    double largest = 0;
    for (double w : product.weights) largest = std::max(largest, std::abs(w));
    peak = std::max(peak, largest * product.input.scale);
  }
  return peak;
}

double constant_peak(const Affine& sum) {
  double peak = 0;
  for (double c : sum.constant.values) peak = std::max(peak, std::abs(c));
  return peak;
}

/// What the coefficients of columns beside hidden weights may lose by being rounded, in steps of the sum's scale.
constexpr double kMostLost = 0.25;

/// 1 or -1 times one entry of its column, or nothing.
bool is_copy(const Multiple& multiple) {
  return std::abs(multiple.coefficient) == 1 && !multiple.divide_by_taps && (!multiple.map.empty() || multiple.window.taps() == 1);
}

/// The scale, or one little above, of which the term's part of 2^-kMaxShift is a whole number of times its coefficient.
ShiftChoice whole_choice(const Multiple& term, double scale) {
  const double full = std::ldexp(1.0, static_cast<int>(kMaxShift)) * std::abs(term.coefficient) * term.input.scale;
  return {full / std::max(1.0, std::floor(full / scale)), kMaxShift};
}

/// A sum that is one column times a coefficient takes a scale at which that coefficient is an exact integer: copies are
/// then exact, and averages are off by their one rounding only.
ShiftChoice exact_choice(const Multiple& only, double scale) {
  return is_copy(only) ? ShiftChoice{std::abs(only.coefficient) * only.input.scale, kMaxShift} : whole_choice(only, scale);
}

Linear linear_of(const Multiple& multiple, double unit) {
  Linear term;
  term.column = multiple.input.column;
  // Beyond 2^40 check_theorem refuses; ranges that come from a file may ask for anything.
  constexpr double kTooLarge = 0x1p41;
  term.coefficient = round_half_up(std::clamp(multiple.coefficient * multiple.input.scale / unit, -kTooLarge, kTooLarge));
  term.one_row = multiple.one_row;
  term.divide_by_taps = multiple.divide_by_taps;
  if (multiple.map.empty()) term.window = multiple.window;
  else term.map = multiple.map;
  return term;
}

/// A sum that is one term with a scale of its own (see exact_choice).
bool is_single(const Affine& sum) {
  return sum.products.empty() && sum.multiples.size() == 1 && sum.constant.empty();
}

/// A sum of columns each a whole number of times: nothing is rounded.
bool is_whole(const Affine& sum, double scale) {
  auto whole = [&](const Multiple& term) {
    const double factor = term.coefficient * term.input.scale / scale;
    return !term.divide_by_taps && factor == std::floor(factor) && std::abs(factor) < 0x1p31;
  };
  return sum.products.empty() && sum.constant.empty() && std::all_of(sum.multiples.begin(), sum.multiples.end(), whole);
}

/// The term of which all others are whole multiples, if there is one.
const Multiple* common_factor(const Affine& sum) {
  const auto size = [](const Multiple& term) { return std::abs(term.coefficient) * term.input.scale; };
  if (!sum.products.empty() || sum.multiples.empty()) return nullptr;
  const auto least = std::min_element(sum.multiples.begin(), sum.multiples.end(), [&](const Multiple& a, const Multiple& b) { return size(a) < size(b); });
  const bool whole = size(*least) > 0 && std::all_of(sum.multiples.begin(), sum.multiples.end(), [&](const Multiple& term) {
    const double factor = size(term) / size(*least);
    return factor == std::floor(factor) && !term.divide_by_taps;
  });
  return whole ? &*least : nullptr;
}

/// Limits that no value of `all` lies between, and so far from them that the scale of `all` cannot show where: what is left is
/// one number, and needs a scale of its own.
bool is_far(const Limits& limits, const IntegerRange& all, double scale) {
  constexpr double kReach = 0x1p21;
  const double top = limits.hi / scale, bottom = limits.lo / scale;
  return (top < static_cast<double>(all.lo) && top < -kReach) || (bottom > static_cast<double>(all.hi) && bottom > kReach);
}

/// The integers that a clamp of `all` to the limits leaves, two of them at least. Where all lie on one side of a copy's limits, the
/// second one is that which none of them becomes.
IntegerRange clamped(const IntegerRange& all, const Limits& limits, double scale, bool is_copy) {
  const double bottom = static_cast<double>(all.lo), top = static_cast<double>(all.hi);
  if (is_copy && limits.hi / scale <= bottom) return {round_half_up(limits.hi / scale) - 1, round_half_up(limits.hi / scale)};
  if (is_copy && limits.lo / scale >= top) return {round_half_up(limits.lo / scale), round_half_up(limits.lo / scale) + 1};
  IntegerRange out{round_half_up(std::clamp(limits.lo / scale, bottom, top)), round_half_up(std::clamp(limits.hi / scale, bottom, top))};
  if (out.lo == out.hi) (out.lo > all.lo ? out.lo : out.hi) += out.lo > all.lo ? -1 : 1;
  return out;
}

/// How a constant column of the field's extents is read by a statement of the sum's.
Window field_window(const Field& field, const ColumnShape& shape) {
  if (field.batch == 1 && field.inner == 1) return Window::broadcast(shape.cols());
  Window window;
  window.batch = shape.batch;
  window.in_w = field.inner;
  window.out_w = shape.inner();
  window.stride_w = field.inner == 1 ? 0 : 1;
  window.shared = field.batch == 1 && shape.batch > 1;
  return window;
}

}  // namespace

ColumnId Lowering::add_weights(std::string name, std::uint32_t rows, std::uint32_t cols, std::int64_t lo,
                               std::int64_t hi, IntColumn values) {
  TACIT_EXPECTS(values.size() == std::size_t{rows} * cols, "one integer per entry");
  weights_.push_back(std::move(values));
  return book_.weights(std::move(name), rows, cols, lo, hi);
}

void Lowering::write_products(AccId acc, const Affine& sum, double unit) {
  const std::uint32_t bits = weight_bits_for(context_.quant, std::floor(weight_peak(sum) / unit + 0.5));
  const std::int64_t lo = -(std::int64_t{1} << (bits - 1)), hi = -lo - 1;
  for (std::size_t index = 0; index < sum.products.size(); ++index) {
    const Product& product = sum.products[index];
    const std::uint32_t cols = product.in_rows * product.window.taps();
    const SharedWeights shared{product.origin, product.input.scale / unit, sum.shape.rows, cols};
    if (auto found = shared_weights_.find(shared); found != shared_weights_.end()) {
      book_.contracts(acc, {found->second, product.input.column, product.groups, product.in_rows, product.window});
      continue;
    }
    IntColumn values;
    values.reserve(product.weights.size());
    for (double w : product.weights) {
      const std::int64_t q = round_half_up(w * product.input.scale / unit);
      TACIT_EXPECTS(q >= lo && q <= hi, "the shift was chosen so that weights fit");
      values.push_back(static_cast<std::int32_t>(q));
    }
    std::string name = sum.name + ".weight";
    if (index > 0) name += std::to_string(index);
    const ColumnId weights = add_weights(std::move(name), sum.shape.rows, cols, lo, hi, std::move(values));
    if (bits > context_.quant.weight_bits) {
      const std::int64_t half = std::int64_t{1} << (context_.quant.weight_bits - 1);
      book_.rate_weights(weights, -half, half - 1);
    }
    if (!product.origin.empty()) shared_weights_[shared] = weights;
    book_.contracts(acc, {weights, product.input.column, product.groups, product.in_rows, product.window});
  }
}

/// Two 16-bit limbs, constant = 2^16 high + low, each a weights column of its own.
void Lowering::write_constant(AccId acc, const Affine& sum, double unit) {
  const Field& field = sum.constant;
  if (field.empty()) return;
  const std::uint32_t cols = field.batch * field.inner;
  IntColumn high(std::size_t{field.rows} * cols), low(high.size());
  for (std::uint32_t r = 0; r < field.rows; ++r) {
    for (std::uint32_t col = 0; col < cols; ++col) {
      const std::int64_t v = round_half_up(field.at(col / field.inner, r, col % field.inner) / unit);
      high[std::size_t{r} * cols + col] = static_cast<std::int32_t>(v >> 16);
      low[std::size_t{r} * cols + col] = static_cast<std::int32_t>(v & 0xFFFF);
    }
  }
  Linear term;
  term.one_row = field.rows == 1 && sum.shape.rows > 1;
  term.window = field_window(field, sum.shape);
  term.coefficient = 65536;
  term.column = add_weights(sum.name + ".bias_high", field.rows, cols, -32768, 32767, std::move(high));
  book_.adds(acc, term);
  term.coefficient = 1;
  term.column = add_weights(sum.name + ".bias_low", field.rows, cols, 0, 65535, std::move(low));
  book_.adds(acc, term);
}

AccId Lowering::write_sum(const Affine& sum, double unit) {
  const AccId acc = book_.accumulator(sum.name, sum.shape.rows, sum.shape.cols());
  write_products(acc, sum, unit);
  for (const Multiple& multiple : sum.multiples) book_.adds(acc, linear_of(multiple, unit));
  write_constant(acc, sum, unit);
  return acc;
}

Lowering::Loss Lowering::loss_of(const Affine& sum, const ShiftChoice& choice) const {
  const double step = std::ldexp(1.0, static_cast<int>(choice.shift)), unit = choice.scale / step;
  Loss loss;
  for (const Multiple& term : sum.multiples) {
    const Column& column = book_.column(term.input.column);
    const double taps = term.map.empty() && !term.divide_by_taps ? term.window.taps() : 1;
    const double reach = taps * std::max(std::abs(static_cast<double>(column.lo)), std::abs(static_cast<double>(column.hi)));
    const double coefficient = term.coefficient * term.input.scale / unit;
    loss.lost += std::abs(std::floor(coefficient + 0.5) - coefficient) * reach / step;
    loss.most += std::abs(coefficient) * reach / step;
  }
  return loss;
}

Affine Lowering::with_terms_apart(Affine sum, const ShiftChoice& choice) {
  if (sum.products.empty() || choice.shift == kMaxShift) return sum;
  constexpr double kMostSteps = 0x1p18;
  const auto [lost, most] = loss_of(sum, choice);
  if (lost <= kMostLost) return sum;
  const auto top = static_cast<std::int64_t>(std::min(kMostSteps, std::floor(most) + 1));
  const Placed terms = settle({sum.name + ".terms", sum.shape, {}, std::move(sum.multiples), {}, {}}, choice.scale, -top - 1, top);
  sum.multiples = {copy_of(terms, 1)};
  return sum;
}

Placed Lowering::close(const Call& call, const Affine& sum) { return quantise(sum, call.node->outputs[0]); }

Placed Lowering::settle(const Affine& given, double scale, std::int64_t lo, std::int64_t hi) {
  Affine sum = with_factors_in_weights(given);
  TACIT_EXPECTS(!sum.limits.any(), "the limits are lo and hi");
  hi = std::max(hi, lo + 1);  // a column of one number
  if (is_whole(sum, scale)) return {book_.requantise(write_sum(sum, scale), lo, hi, 0), scale, sum.shape};
  const ShiftChoice choice = choose_shift(context_.quant, scale, weight_peak(sum), constant_peak(sum));
  sum = with_terms_apart(std::move(sum), choice);
  const AccId acc = write_sum(sum, choice.scale / std::ldexp(1.0, static_cast<int>(choice.shift)));
  return {book_.requantise(acc, lo, hi, choice.shift), choice.scale, sum.shape};
}

Placed Lowering::positive(const Affine& sum, double unit, std::int64_t plus) {
  TACIT_EXPECTS(!sum.limits.any(), "a sum without limits");
  const AccId acc = write_sum(sum, unit);
  if (plus != 0) book_.adds(acc, {book_.one(), plus, true, false, Window::broadcast(sum.shape.cols())});
  return {book_.is_positive(acc), 1, sum.shape};
}

/// A copy may hold more than activations do: integers, or a function's values.
std::optional<IntegerRange> Lowering::exact_bounds(const Affine& sum) const {
  if (!is_single(sum) || !is_copy(sum.multiples[0])) return std::nullopt;
  const Multiple& only = sum.multiples[0];
  const Column& column = book_.column(only.input.column);
  std::int64_t lo = only.coefficient < 0 ? -column.hi : column.lo, hi = only.coefficient < 0 ? -column.lo : column.hi;
  const bool absent = only.map.empty() ? !only.window.is_identity() && !only.window.clamp : only.map.has_absent();
  if (absent) {
    lo = std::min<std::int64_t>(lo, 0);
    hi = std::max<std::int64_t>(hi, 0);
  }
  return IntegerRange{lo, hi};
}

Placed Lowering::quantise(const Affine& given, const std::string& name, bool on_grid) {
  Affine sum = with_factors_in_weights(given);
  const QuantOptions& quant = context_.quant;
  double wished = activation_scale(quant, range_of(name), sum.limits);
  if (on_grid) wished = std::ldexp(1.0, context_.grid + static_cast<int>(grid_steps(context_.grid, wished, 0)));
  const std::optional<IntegerRange> copied = exact_bounds(sum);
  const IntegerRange activations{quant.activation_min(), quant.activation_max()};
  const bool far = copied.has_value() && is_far(sum.limits, copied.value_or(activations), sum.multiples[0].input.scale);
  const bool is_copied = copied.has_value() && !far;
  // choose_shift raises a scale by factors of two, so it stays on the grid.
  ShiftChoice choice = is_single(sum) && !far ? exact_choice(sum.multiples[0], wished)
                                              : choose_shift(quant, wished, weight_peak(sum), constant_peak(sum));
  // Long sums of small terms: factors that are the same, or multiples, need not be rounded at all.
  const Multiple* factor = is_single(sum) || on_grid ? nullptr : common_factor(sum);
  if (factor != nullptr && choice.shift == kMaxShift && loss_of(sum, choice).lost > 1) {
    if (const ShiftChoice whole = whole_choice(*factor, choice.scale); whole.scale >= choice.scale) choice = whole;
  }
  sum = with_terms_apart(std::move(sum), choice);
  const double unit = choice.scale / std::ldexp(1.0, static_cast<int>(choice.shift));
  const AccId acc = write_sum(sum, unit);
  const IntegerRange kept = clamped(is_copied ? copied.value_or(activations) : activations, sum.limits, choice.scale, is_copied);
  return {book_.requantise(acc, kept.lo, kept.hi, choice.shift), choice.scale, sum.shape};
}

Placed Lowering::place_on_grid(const std::string& name) {
  Value& value = values_.at(root_of(name));
  if (value.pending && !is_single(*value.pending)) {
    value.placed = quantise(*value.pending, name, true);
    value.pending.reset();
  }
  const Placed from = place(name, nullptr);
  if (exact_grid_steps(context_.grid, from.scale)) return from;
  // Another scale, since other nodes read the column or its one coefficient is exact at that scale only: one more step.
  Placed to = from;
  to.scale = std::ldexp(1.0, context_.grid + static_cast<int>(grid_steps(context_.grid, from.scale, 0)));
  const AccId acc = book_.accumulator(name + ".on_grid", from.shape.rows, from.shape.cols());
  book_.adds(acc, linear_of(copy_of(from, 1), std::ldexp(to.scale, -static_cast<int>(kMaxShift))));
  // A function's values may be wider than activations: the copy holds all that the column does.
  constexpr double kWidest = 0x1p21;
  const Column& column = book_.column(from.column);
  const double unit = from.scale / to.scale, bottom = static_cast<double>(column.lo) * unit, top = static_cast<double>(column.hi) * unit;
  const std::int64_t lo = round_half_up(std::max(bottom, -kWidest)), hi = round_half_up(std::min(top, kWidest));
  to.column = book_.requantise(acc, std::min(lo, context_.quant.activation_min()), std::max(hi, context_.quant.activation_max()), kMaxShift);
  return to;
}

}  // namespace tacit
