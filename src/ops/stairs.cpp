#include "ops/stairs.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "ops/call.h"
#include "theorem/bounds.h"

namespace tacit {
namespace {

constexpr int kFraction = 16;  ///< bits of m1, m2 and b below the point

/// log2 of the least power of two that is greater than v >= 0.
std::uint32_t log_above(std::int64_t v) { return static_cast<std::uint32_t>(std::bit_width(static_cast<std::uint64_t>(v))); }

}  // namespace

void add_number(Book& book, AccId acc, std::uint32_t cols, std::int64_t number) {
  if (number != 0) book.adds(acc, {book.one(), number, true, false, Window::broadcast(cols)});
}

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

Result<Stairs> read_steps(const Call& call) {
  Stairs stairs;
  TACIT_TRY(stairs.lo, int_attribute(*call.node, "lo", 0));
  TACIT_TRY(stairs.hi, int_attribute(*call.node, "hi", 255));
  TACIT_TRY(stairs.zero, int_attribute(*call.node, "zero", 0));
  if (stairs.lo < stairs.hi && stairs.lo >= -512 && stairs.hi <= 512 && std::abs(stairs.zero) <= 512) return stairs;
  return malformed(*call.node, "its limits are out of range");
}

namespace {

/// All numbers of the statement.
class Numbers {
 public:
  Numbers(const Stairs& r, std::int64_t bound) : r_(r), bound_(bound), steps_(static_cast<std::size_t>(r.hi - r.lo) + 1) {}

  Status choose(const Call& call) {
    std::int64_t furthest = 0;
    for (const Staircase& stairs : r_.rows) {
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
    for (const Staircase& stairs : r_.rows) {
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
    for (std::size_t row = 0; row < r_.rows.size(); ++row) {
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

  const Stairs& r_;
  const std::int64_t bound_;
  const std::size_t steps_;
};

/// By row of the statement, where there may be one for all.
std::vector<std::int64_t> for_rows(const std::vector<std::int64_t>& numbers, std::uint32_t rows) {
  return numbers.size() == 1 ? std::vector<std::int64_t>(rows, numbers[0]) : numbers;
}

}  // namespace

void give_next_step(const Call& call, ColumnId guess, std::vector<Linear> sum, std::int64_t offset, const std::vector<std::int64_t>& thresholds,
                    const ColumnShape& shape, const Stairs& stairs, Lowering& lowering) {
  Book& book = lowering.book();
  const std::string& name = call.node->name;
  const std::uint32_t rows = shape.rows, cols = shape.cols(), steps = static_cast<std::uint32_t>(stairs.hi - stairs.lo + 1);
  const auto tables = static_cast<std::uint32_t>(thresholds.size() / steps);
  const std::vector<Linear> entry = add_wide_numbers(lowering, name + ".threshold", tables, steps, Window::identity(steps), thresholds);
  const TableId table = book.columns_table(tables, steps, {Expr{kNone, entry, 0, 0}});
  Expr address{kNone, {Linear::whole(guess, cols, 1)}, -stairs.lo, 0};
  if (tables > 1) address.row_step = steps;
  const ColumnId threshold = book.fetch(name + ".next_threshold", rows, cols, std::move(address), table)[0];
  const AccId beyond = book.accumulator(name + ".beyond", rows, cols);
  for (Linear& term : sum) book.adds(beyond, std::move(term));
  book.adds(beyond, Linear::whole(threshold, cols, -1));
  add_number(book, beyond, cols, 1 - offset);
  const ColumnId bit = book.is_positive(beyond);
  const AccId stepped = book.accumulator(name + ".stepped", rows, cols);
  book.adds(stepped, Linear::whole(guess, cols, 1));
  book.adds(stepped, Linear::whole(bit, cols, 1));
  add_number(book, stepped, cols, stairs.zero);
  lowering.give(call, Placed{book.requantise(stepped, stairs.lo + stairs.zero, stairs.hi + stairs.zero, 0), 1, shape});
}

Status give_steps(const Call& call, AccId sum, const ColumnShape& shape, const Stairs& stairs, Lowering& lowering) {
  Book& book = lowering.book();
  const std::uint32_t rows = shape.rows, cols = shape.cols();
  const __int128 reach = bounds_of(book.so_far(), book.so_far().accumulators[sum]).magnitude();
  if (reach >= (__int128{1} << 30)) return refuse(*call.node, "its sums are too large");
  Numbers numbers(stairs, (std::int64_t{1} << log_above(static_cast<std::int64_t>(reach))) - 1);
  TACIT_OK(numbers.choose(call));
  const std::string& name = call.node->name;
  const std::int64_t unit = std::int64_t{1} << numbers.shift;
  const ColumnId x = book.requantise(sum, -numbers.most, numbers.most - 1, numbers.shift), rest = book.remainder_of(x);

  const AccId scaled = book.accumulator(name + ".scaled", rows, cols);
  const ColumnId coarse = add_numbers(lowering, name + ".scale", rows, 1, for_rows(numbers.coarse, rows));
  book.contracts(scaled, {coarse, x, rows, 1, Window::identity(cols)});
  std::vector<Linear> whole{Linear::whole(x, cols, unit)};
  if (rest != kNone) {
    const ColumnId fine = add_numbers(lowering, name + ".fine_scale", rows, 1, for_rows(numbers.fine, rows));
    book.contracts(scaled, {fine, rest, rows, 1, Window::identity(cols)});
    book.adds(scaled, {fine, -unit / 2, false, false, Window::broadcast(cols)});  // the rest counts from its middle
    whole.push_back(Linear::whole(rest, cols, 1));
  }
  const bool has_offsets = call.operand(2).present;
  if (has_offsets) {
    for (Linear& term : add_wide_numbers(lowering, name + ".offset", rows, 1, Window::broadcast(cols), for_rows(numbers.offsets, rows))) book.adds(scaled, std::move(term));
  }
  add_number(book, scaled, cols, -(std::int64_t{1} << (kFraction - 1)));  // less one half, a requantisation is the floor
  const ColumnId guess = book.requantise(scaled, stairs.lo, stairs.hi, kFraction);
  give_next_step(call, guess, std::move(whole), unit / 2, numbers.thresholds, shape, stairs, lowering);
  return Unit{};
}

namespace {

bool is_whole(double v) { return v == std::floor(v) && std::abs(v) < 0x1p31; }

/// Every term is integers times an integer.
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

}  // namespace

Result<WholeSum> take_whole(const Call& call, const ColumnShape& shape, Lowering& lowering) {
  if (const auto sum = lowering.take_sum(call, 0)) return WholeSum{sum->first, sum->second};
  // A sum in another order stays in it: read in this one it would be rounded first.
  TACIT_TRY(Affine sum, lowering.take_open(call, 0, {}));
  if (sum.shape.same_entries(shape)) sum.shape = shape;
  TACIT_TRY(const AccId acc, write_whole(call, sum, lowering));
  return WholeSum{acc, sum.shape};
}

}  // namespace tacit
