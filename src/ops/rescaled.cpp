// Rescaled: of our own. A sum of integers times a scale, plus an offset, divided by a step, rounded to an integer (halves to even),
// limited to [lo, hi], plus a zero point: what quantised products end with, exactly. Operand 1 has one scale, or one for each of axis
// 1; operand 2, which may be left out, has offsets in the same way. Both are hidden, and with them the step.
//
// Every output is a staircase of the sum: it is k or more from some integer t_k on. The thresholds t_k are a table of weights.
//
//   sum = 2^s x + rest                             x has 16 bits at most, so that products with it are small
//   g   = floor((m1 x + m2 rest + b) / 2^16)       the output, or one less: m1, m2, b are the scale and the offset to 16 bits
//   t   = t_(g+1)                                  fetched from the table
//   y   = g + [sum >= t]
//
// Whether g is right to within that one step is checked for every threshold when the model is compiled.
#include <algorithm>
#include <bit>
#include <cmath>

#include "ops/exact_rounding.h"
#include "ops/lowering.h"
#include "ops/quantised.h"
#include "theorem/bounds.h"

namespace tacit {
namespace {

constexpr int kFraction = 16;  ///< bits of m1, m2 and b below the point

struct Rescaling {
  std::vector<Staircase> stairs;  ///< one, or one for each row
  std::int64_t lo = 0, hi = 0, zero = 0;

  const Staircase& of_row(std::size_t row) const { return stairs[stairs.size() == 1 ? 0 : row]; }
};

/// The operand's numbers: one, or one for each row.
Result<std::vector<double>> by_row(const Call& call, std::size_t index, std::int64_t rows) {
  TACIT_OK(check_constant(call, index, "scale or offset"));
  std::vector<double> numbers = numbers_of(*call.operand(index).value);
  const bool finite = std::all_of(numbers.begin(), numbers.end(), [](double v) { return std::isfinite(v); });
  if (!finite || (numbers.size() != 1 && static_cast<std::int64_t>(numbers.size()) != rows)) {
    return malformed(*call.node, "it has neither one scale and offset nor one for each row");
  }
  return numbers;
}

Result<Rescaling> read_rescaling(const Call& call) {
  TACIT_OK(check_arity(call, 2, 3));
  TACIT_OK(check_float(call, 0));
  const Shape& dims = call.operand(0).type.dims;
  const std::int64_t rows = dims.size() < 2 ? 1 : dims[1];
  TACIT_TRY(const std::vector<double> scales, by_row(call, 1, rows));
  std::vector<double> offsets{0};
  if (call.operand(2).present) {
    TACIT_TRY(offsets, by_row(call, 2, rows));
  }
  TACIT_TRY(const float x_scale, float_attribute(*call.node, "x_scale", 1));
  TACIT_TRY(const float y_scale, float_attribute(*call.node, "y_scale", 1));
  Rescaling r;
  for (std::size_t row = 0; row < std::max(scales.size(), offsets.size()); ++row) {
    const double scale = scales[scales.size() == 1 ? 0 : row];
    if (!(x_scale > 0 && y_scale > 0 && scale > 0 && std::isfinite(x_scale) && std::isfinite(y_scale))) return malformed(*call.node, "a scale is not positive");
    r.stairs.push_back({Dyadic::of(x_scale) * Dyadic::of(scale), Dyadic::of(y_scale), Dyadic::of(offsets[offsets.size() == 1 ? 0 : row])});
    constexpr std::int64_t kWide = std::int64_t{1} << 30;
    if (!r.stairs.back().at(kWide, -256, 256) || !r.stairs.back().at(1, -256, 256) || !r.stairs.back().first_at_least(255, kWide)) {
      return refuse(*call.node, "its scales and offsets are too far apart");
    }
  }
  TACIT_TRY(r.lo, int_attribute(*call.node, "lo", 0));
  TACIT_TRY(r.hi, int_attribute(*call.node, "hi", 255));
  TACIT_TRY(r.zero, int_attribute(*call.node, "zero", 0));
  if (r.lo >= r.hi || r.lo < -512 || r.hi > 512 || std::abs(r.zero) > 512) return malformed(*call.node, "its limits are out of range");
  return r;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(read_rescaling(call));
  return one_output(call, DType::kInt64, call.operand(0).type.dims);
}

std::vector<Tensor> evaluate(const Call& call) {
  const Rescaling r = read_rescaling(call).value();
  const Tensor& x = *call.operand(0).value;
  Tensor out{x.dims, DType::kInt64, {}, {}};
  const auto inner = static_cast<std::size_t>(x.dims.size() < 2 ? 1 : count_between(x.dims, 2, x.dims.size()));
  const auto rows = static_cast<std::size_t>(x.dims.size() < 2 ? 1 : x.dims[1]);
  for (std::size_t k = 0; k < x.f.size(); ++k) {
    const float sum = std::clamp(x.f[k], -0x1p30f, 0x1p30f);
    out.i.push_back(r.zero + *r.of_row(k / inner % rows).at(std::llround(sum), r.lo, r.hi));
  }
  return {std::move(out)};
}

/// Adds a public number to every entry.
void add_number(Book& book, AccId acc, std::uint32_t cols, std::int64_t number) {
  if (number != 0) book.adds(acc, {book.one(), number, true, false, Window::broadcast(cols)});
}

/// log2 of the least power of two that is greater than v >= 0.
std::uint32_t log_above(std::int64_t v) { return static_cast<std::uint32_t>(std::bit_width(static_cast<std::uint64_t>(v))); }

/// A column of weights whose declared bounds are powers of two that hold the numbers.
ColumnId add_numbers(Lowering& lowering, std::string name, std::uint32_t rows, std::uint32_t cols, const std::vector<std::int64_t>& values) {
  std::int64_t peak = 1;
  bool negative = false;
  for (const std::int64_t v : values) {
    peak = std::max(peak, v < 0 ? -v - 1 : v);
    negative |= v < 0;
  }
  const std::int64_t bound = std::int64_t{1} << log_above(peak);
  return lowering.add_weights(std::move(name), rows, cols, negative ? -bound : 0, bound - 1, {values.begin(), values.end()});
}

/// The numbers as a sum of two columns of weights, read by `window`: 2^16 high + low.
std::vector<Linear> add_wide_numbers(Lowering& lowering, const std::string& name, std::uint32_t rows, std::uint32_t cols, const Window& window,
                                     const std::vector<std::int64_t>& values) {
  std::vector<std::int64_t> high, low;
  std::int64_t peak = 1;
  for (const std::int64_t v : values) {
    high.push_back(v >> 16);
    low.push_back(v & 0xFFFF);
    peak = std::max({peak, high.back(), -high.back() - 1});
  }
  const std::int64_t bound = std::int64_t{1} << log_above(peak);
  Linear top, bottom;
  top.window = bottom.window = window;
  top.coefficient = 65536;
  top.column = lowering.add_weights(name + ".high", rows, cols, -bound, bound - 1, {high.begin(), high.end()});
  bottom.column = lowering.add_weights(name + ".low", rows, cols, 0, 65535, {low.begin(), low.end()});
  return {top, bottom};
}

bool is_whole(double v) { return v == std::floor(v) && std::abs(v) < 0x1p31; }

/// The sum as it is: every term is integers times an integer. Errors: unsupported, where one is not.
Result<AccId> write_whole(const Call& call, const Affine& sum, Lowering& lowering) {
  Book& book = lowering.book();
  const AccId acc = book.accumulator(call.node->name, sum.shape.rows, sum.shape.cols());
  const Error fault = refuse(*call.node, "its sum is not one of integers");
  for (const Product& product : sum.products) {
    const bool whole = std::all_of(product.weights.begin(), product.weights.end(), [](double w) { return is_whole(w) && std::abs(w) <= 255; });
    if (!whole || product.input.scale != 1 || product.input.row_factors != nullptr) return fault;
    const ColumnId weights = lowering.add_weights(call.node->name + ".weight", sum.shape.rows, product.in_rows * product.window.taps(), -256, 255,
                                                  {product.weights.begin(), product.weights.end()});
    book.contracts(acc, {weights, product.input.column, product.groups, product.in_rows, product.window});
  }
  for (const Multiple& term : sum.multiples) {
    const double factor = term.coefficient * term.input.scale;
    if (!is_whole(factor) || term.divide_by_taps || term.input.row_factors != nullptr) return fault;
    Linear linear{term.input.column, static_cast<std::int64_t>(factor), term.one_row, false, term.window, term.map};
    book.adds(acc, std::move(linear));
  }
  const Field& field = sum.constant;
  if (field.empty()) return acc;
  if (!std::all_of(field.values.begin(), field.values.end(), is_whole) || field.batch * field.inner != 1) return fault;
  for (Linear& term : add_wide_numbers(lowering, call.node->name + ".bias", field.rows, 1, Window::broadcast(sum.shape.cols()),
                                       {field.values.begin(), field.values.end()})) {
    term.one_row = field.rows == 1 && sum.shape.rows > 1;
    book.adds(acc, std::move(term));
  }
  return acc;
}

/// All numbers of the statement.
class Stairs {
 public:
  Stairs(const Rescaling& r, std::int64_t bound) : r_(r), bound_(bound), steps_(static_cast<std::size_t>(r.hi - r.lo) + 1) {}

  Status choose(const Call& call) {
    std::int64_t furthest = 0;
    for (const Staircase& stairs : r_.stairs) {
      for (std::int64_t level = r_.lo + 1; level <= r_.hi; ++level) {
        thresholds.push_back(*stairs.first_at_least(level, bound_));
        if (std::abs(thresholds.back()) <= bound_) furthest = std::max(furthest, std::abs(thresholds.back()));
      }
      thresholds.push_back(bound_ + 1);  // beyond the last step
    }
    // Beyond all thresholds the output has saturated, and what is lost of the sum does not matter.
    constexpr std::int64_t kSlack = std::int64_t{1} << 17;
    const std::uint32_t bits = log_above(std::min(bound_, furthest + kSlack));
    shift = bits > 15 ? bits - 15 : 0;
    most = std::int64_t{1} << (bits - shift);
    if (shift > 16) return refuse(*call.node, "its sums are too large");
    for (const Staircase& stairs : r_.stairs) {
      const double ratio = real(stairs.scale) / real(stairs.step), offset = real(stairs.offset) / real(stairs.step);
      if (std::ldexp(ratio, kFraction + static_cast<int>(shift)) >= 0x1p19 || std::abs(offset) >= 0x1p14) {
        return refuse(*call.node, "its scales or offsets are too far apart");
      }
      coarse.push_back(std::llround(std::ldexp(ratio, kFraction + static_cast<int>(shift))));
      fine.push_back(std::llround(std::ldexp(ratio, kFraction)));
      offsets.push_back(std::llround(std::ldexp(offset, kFraction)));
    }
    return check(call);
  }

  std::vector<std::int64_t> thresholds, coarse, fine, offsets;  ///< [rows, steps], and [rows]
  std::uint32_t shift = 0;
  std::int64_t most = 0;  ///< x lies in [-most, most)

 private:
  static double real(const Dyadic& v) { return std::ldexp(static_cast<double>(v.mantissa), v.exponent); }

  /// What the statement says.
  std::int64_t stated(std::size_t row, std::int64_t sum) const {
    const std::int64_t half = shift > 0 ? std::int64_t{1} << (shift - 1) : 0;
    const std::int64_t x = std::clamp((sum + half) >> shift, -most, most - 1), rest = ((sum + half) & ((std::int64_t{1} << shift) - 1)) - half;
    const std::int64_t guess = std::clamp((coarse[row] * x + fine[row] * rest + offsets[row]) >> kFraction, r_.lo, r_.hi);
    return guess + (x * (std::int64_t{1} << shift) + rest >= thresholds[row * steps_ + static_cast<std::size_t>(guess - r_.lo)]);
  }

  /// Between two thresholds a guess can only grow: it is right everywhere if it is right at both ends of every step.
  Status check(const Call& call) const {
    for (std::size_t row = 0; row < r_.stairs.size(); ++row) {
      const auto first = thresholds.begin() + static_cast<std::ptrdiff_t>(row * steps_), last = first + static_cast<std::ptrdiff_t>(steps_);
      auto right = [&](std::int64_t sum) {
        return std::abs(sum) > bound_ || stated(row, sum) == r_.lo + (std::upper_bound(first, last, sum) - first);
      };
      bool all = right(-bound_) && right(bound_);
      for (auto at = first; at != last; ++at) all = all && right(*at - 1) && right(*at);
      if (!all) return refuse(*call.node, "its scales are too far apart");
    }
    return Unit{};
  }

  const Rescaling& r_;
  const std::int64_t bound_;
  const std::size_t steps_;
};

/// By row of the statement, where there may be one for all.
std::vector<std::int64_t> for_rows(const std::vector<std::int64_t>& numbers, std::uint32_t rows) {
  return numbers.size() == 1 ? std::vector<std::int64_t>(rows, numbers[0]) : numbers;
}

Status lower(const Call& call, Lowering& lowering) {
  const Rescaling r = read_rescaling(call).value();
  const ColumnShape shape = natural_shape(call.operand(0).type.dims);
  const std::uint32_t rows = shape.rows, cols = shape.cols();
  TACIT_TRY(const Affine sum, lowering.take_open(call, 0, shape));
  TACIT_TRY(const AccId acc, write_whole(call, sum, lowering));
  Book& book = lowering.book();
  const __int128 reach = bounds_of(book.so_far(), book.so_far().accumulators[acc]).magnitude();
  if (reach >= (__int128{1} << 30)) return refuse(*call.node, "its sums are too large");
  Stairs stairs(r, (std::int64_t{1} << log_above(static_cast<std::int64_t>(reach))) - 1);
  TACIT_OK(stairs.choose(call));
  const std::string& name = call.node->name;
  const std::int64_t unit = std::int64_t{1} << stairs.shift;
  const ColumnId x = book.requantise(acc, -stairs.most, stairs.most - 1, stairs.shift), rest = book.remainder_of(x);

  const AccId scaled = book.accumulator(name + ".scaled", rows, cols);
  const ColumnId coarse = add_numbers(lowering, name + ".scale", rows, 1, for_rows(stairs.coarse, rows));
  book.contracts(scaled, {coarse, x, rows, 1, Window::identity(cols)});
  if (rest != kNone) {
    const ColumnId fine = add_numbers(lowering, name + ".fine_scale", rows, 1, for_rows(stairs.fine, rows));
    book.contracts(scaled, {fine, rest, rows, 1, Window::identity(cols)});
    book.adds(scaled, {fine, -unit / 2, false, false, Window::broadcast(cols)});  // the rest counts from its middle
  }
  if (call.operand(2).present) {
    for (Linear& term : add_wide_numbers(lowering, name + ".offset", rows, 1, Window::broadcast(cols), for_rows(stairs.offsets, rows))) book.adds(scaled, std::move(term));
  }
  add_number(book, scaled, cols, -(std::int64_t{1} << (kFraction - 1)));  // less one half, a requantisation is the floor
  const ColumnId guess = book.requantise(scaled, r.lo, r.hi, kFraction);

  const auto stairs_rows = static_cast<std::uint32_t>(r.stairs.size()), steps = static_cast<std::uint32_t>(r.hi - r.lo + 1);
  const std::vector<Linear> entry = add_wide_numbers(lowering, name + ".threshold", stairs_rows, steps, Window::identity(steps), stairs.thresholds);
  const TableId table = book.columns_table(stairs_rows, steps, {Expr{kNone, entry, 0, 0}});
  Expr address{kNone, {Linear::whole(guess, cols, 1)}, -r.lo, 0};
  if (stairs_rows > 1) address.row_step = steps;
  const ColumnId threshold = book.fetch(name + ".next_threshold", rows, cols, std::move(address), table)[0];

  const AccId beyond = book.accumulator(name + ".beyond", rows, cols);
  book.adds(beyond, Linear::whole(x, cols, unit));
  if (rest != kNone) book.adds(beyond, Linear::whole(rest, cols, 1));
  book.adds(beyond, Linear::whole(threshold, cols, -1));
  add_number(book, beyond, cols, 1 - unit / 2);
  const ColumnId bit = book.is_positive(beyond);
  const AccId stepped = book.accumulator(name + ".stepped", rows, cols);
  book.adds(stepped, Linear::whole(guess, cols, 1));
  book.adds(stepped, Linear::whole(bit, cols, 1));
  add_number(book, stepped, cols, r.zero);
  lowering.give(call, Placed{book.requantise(stepped, r.lo + r.zero, r.hi + r.zero, 0), 1, shape});
  return Unit{};
}

}  // namespace

extern const Operator kRescaled;
const Operator kRescaled = {.op = "Rescaled", .domain = kOwnDomain, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
