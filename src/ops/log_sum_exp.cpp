#include "ops/log_sum_exp.h"

#include <algorithm>
#include <cmath>

#include "ops/function_table.h"

namespace tacit {

Linear read_by(ColumnId column, std::int64_t coefficient, const Window& window) {
  Linear term;
  term.column = column;
  term.coefficient = coefficient;
  term.window = window;
  return term;
}

FunctionGrid grid_to_zero(std::uint32_t bits, double in_scale, double out_scale) {
  return {.first = 1 - (std::int64_t{1} << bits), .bits = bits, .in_scale = in_scale, .out_scale = out_scale};
}

namespace {

constexpr std::int64_t kLeast = -32767;
constexpr int kSumBits = 19, kFirstShift = 8, kOctaves = 4;

ColumnId row_maximum(const std::string& name, ColumnId x, const Strip& strip, Book& book) {
  std::uint32_t extent = strip.length;
  while (extent > 1) {  // the halves of an odd extent share a position
    const std::uint32_t half = (extent + 1) / 2;
    const Linear low = read_by(x, 1, strip.window(extent, half, 0, 1));
    const Linear high = read_by(x, 1, strip.window(extent, half, extent - half, 1));
    x = book.maximum(name + ".maximum" + std::to_string(half), strip.before, half * strip.after, low, high);
    extent = half;
  }
  return x;
}

/// x - most in units of kLogUnit.
ColumnId differences(const Call& call, const Placed& x, ColumnId most, const Strip& strip, Lowering& lowering) {
  Affine sum = empty_sum(call, strip.shape(strip.length));
  sum.name += ".difference";
  // A step of x that is the whole domain or more need not be told from one that is just that.
  const double factor = std::min(1.0, -kLogUnit * (kLeast - 1) / x.scale);
  sum.multiples.push_back({x, factor, false, false, Window::identity(sum.shape.cols())});
  Placed top = x;
  top.column = most;
  sum.multiples.push_back({top, -factor, false, false, strip.repeated()});
  return lowering.settle(sum, kLogUnit, kLeast, 0).column;
}

Table exponentials() {
  const FunctionGrid grid = grid_to_zero(15, kLogUnit, std::ldexp(1.0, -kSumBits));
  const double end = static_cast<double>(grid.first + (std::int64_t{1} << grid.log_piece)) * kLogUnit;
  return function_table([end](double d) { return d < end ? 0.0 : exact_exp(d); }, grid);
}

/// log of the largest sum that q_j shows, in units of kLogUnit; 0 for j = -1.
double most_of(int j) {
  if (j < 0) return 0;
  return std::floor(exact_log(std::ldexp(-static_cast<double>(kLeast), kFirstShift + kOctaves * j - kSumBits)) / kLogUnit + 0.5);
}

Table logarithms(int j) {
  const double step = std::ldexp(1.0, kFirstShift + kOctaves * j - kSumBits), before = most_of(j - 1) * kLogUnit;
  auto value = [=](double q) { return q > -0.5 * step ? 0.0 : std::max(0.0, exact_log(-q) - before); };
  return function_table(value, grid_to_zero(15, step, kLogUnit));
}

/// The terms of L, in units of kLogUnit: one column [before, after] each.
std::vector<ColumnId> logarithm_of_sum(const Call& call, ColumnId e, const Strip& strip, Book& book) {
  std::vector<ColumnId> terms;
  double reach = 1;  // the terms so far resolve sums up to it
  for (int j = 0; j == 0 || reach < strip.length; ++j) {
    const std::string name = call.node->name + ".sum" + std::to_string(j);
    const int shift = kFirstShift + kOctaves * j, used = std::max(shift, static_cast<int>(kMaxShift));
    const AccId acc = book.accumulator(name, strip.before, strip.after);
    book.adds(acc, read_by(e, -(std::int64_t{1} << (used - shift)), strip.summed()));
    const ColumnId q = book.requantise(acc, kLeast, 0, static_cast<std::uint32_t>(used));
    const Expr argument{kNone, {Linear::whole(q, strip.after, 1)}, 0, 0};
    terms.push_back(book.apply(name + ".logarithm", strip.before, strip.after, argument, logarithms(j)));
    reach *= 1 << kOctaves;
  }
  return terms;
}

}  // namespace

LogSum log_sum_of(const Call& call, const Placed& x, const Strip& strip, Lowering& lowering) {
  Book& book = lowering.book();
  const std::uint32_t cols = strip.length * strip.after;
  LogSum out;
  out.most = row_maximum(call.node->name, x.column, strip, book);
  out.differences = differences(call, x, out.most, strip, lowering);
  const Expr exponent{kNone, {Linear::whole(out.differences, cols, 1)}, 0, 0};
  const ColumnId e = book.apply(call.node->name + ".exponential", strip.before, cols, exponent, exponentials());
  out.logarithms = logarithm_of_sum(call, e, strip, book);
  return out;
}

Multiple along_rows(const Placed& column, double coefficient, const Rows& rows, const Strip& strip) {
  Multiple term{column, coefficient, false, false, strip.repeated(), {}};
  if (natural_shape(rows.dims).rows == strip.before) return term;
  Shape from = rows.dims;
  from[rows.axis] = 1;
  std::vector<Along> along;
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    along.push_back(axis == rows.axis ? repeated_along(rows.length()) : along_all(axis, from[axis]));
  }
  term.map = arrange(from, along);
  return term;
}

}  // namespace tacit
