// Softmax: y_i = e^(x_i - m) / sum over j of e^(x_j - m), m = max x, along one axis (opset 13 and later) or over all axes
// from `axis` on (before).
//
// Stated without a division: y_i = e^(d_i - L), d_i = x_i - m, L = log sum e^d_j. All tables are the same for every Softmax of
// every model; with the unit u = 2^-11:
//
//   m        a tree of maxima over the row
//   d_i      clamp((x_i - m) / u, -32767, 0): 16 units of the exponent; at the lower end e^d counts as 0
//   e_i      2^19 e^(d_i u), from a table of 2^15 rows
//   q_j      -(sum e_i) / 2^(8 + 4j), clamped to [-32767, 0]: resolves sums from 2^(4j) to 2^(4j + 4) to one part in 2^12
//   L        sum over j of T_j(q_j); T_j is log(sum) / u less what the tables before it give at most, and 0 below its own range
//   y_i      e^((d_i - L) u), from a table of 2^16 rows
//
// Clamping d costs three columns an element and makes every table small: the difference of two 16-bit numbers alone would
// need a domain of 2^17, and with L one of 2^18, more rows than all else in a small model. It also frees u from the scale of
// x: rounding d and L to units of 2^-11 is off by 2^-12 of y each at most, however coarse x is. u = 2^-12 would double all
// tables, 2^-10 would be off by more than 1 in 1000. The sums use shifts of 16 bits at most up to n = 4096 (three T_j), so
// that their remainders share the table that all others use; longer rows take a fourth, up to n = 65536.
//
// Measured against float, in units of the largest output, without the error of rounding x itself (softmax_reference_test.cpp;
// random rows of n = 1 to 1000 that are flat, spread over 2, 32 or 2048, or one-hot): mean error 2^-12.7 or less up to n = 16,
// 2^-11.9 for flat rows of 1000, far less where rows are peaked; the largest error 2^-10.5.
#include <algorithm>
#include <cmath>

#include "ops/arrange.h"
#include "ops/call.h"
#include "ops/function_table.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

constexpr double kUnit = 0x1p-11;
constexpr std::int64_t kLeast = -32767;
constexpr int kSumBits = 19, kFirstShift = 8, kOctaves = 4;
constexpr std::int64_t kMaxTerms = 65536;

/// What the operator runs over: `axis` of `dims`, which has the input's elements.
struct Rows {
  Shape dims;
  std::size_t axis = 0;
  std::int64_t length() const { return dims[axis]; }
};

Result<Rows> read_rows(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  const Shape& dims = call.operand(0).type.dims;
  const bool flattens = call.node->opset < 13;
  TACIT_TRY(std::int64_t given, int_attribute(*call.node, "axis", flattens ? 1 : -1));
  TACIT_TRY(std::size_t axis, resolve_axis(*call.node, given, dims.size(), false));
  if (!flattens) return Rows{dims, axis};
  return Rows{{count_between(dims, 0, axis), count_between(dims, axis, dims.size())}, 1};
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_TRY(Rows rows, read_rows(call));
  if (rows.length() > kMaxTerms) {
    return refuse(*call.node, "sums " + std::to_string(rows.length()) + " exponentials; at most " +
                                  std::to_string(kMaxTerms) + " are supported");
  }
  return one_output(call, DType::kFloat, call.operand(0).type.dims);
}

std::vector<Tensor> evaluate(const Call& call) {
  const Rows rows = read_rows(call).value();
  Tensor out = *call.operand(0).value;
  const std::int64_t length = rows.length(), inner = count_between(rows.dims, rows.axis + 1, rows.dims.size());
  const std::int64_t count = length * inner == 0 ? 0 : static_cast<std::int64_t>(out.f.size()) / length;
  for (std::int64_t row = 0; row < count; ++row) {
    float* x = out.f.data() + row / inner * inner * length + row % inner;
    double most = x[0], sum = 0;
    for (std::int64_t i = 1; i < length; ++i) most = std::max<double>(most, x[i * inner]);
    for (std::int64_t i = 0; i < length; ++i) sum += exact_exp(x[i * inner] - most);
    for (std::int64_t i = 0; i < length; ++i) x[i * inner] = static_cast<float>(exact_exp(x[i * inner] - most) / sum);
  }
  return {std::move(out)};
}

/// A column of natural_shape(dims) as [before, length * after] with the axis' positions `after` entries apart, and how
/// statements of such columns read each other.
struct Strip {
  std::uint32_t before = 1, length = 1, after = 1;

  explicit Strip(const Rows& rows) {
    bool passed = false;
    for (const std::size_t axis : storage_order(rows.dims)) {
      const auto extent = static_cast<std::uint32_t>(rows.dims[axis]);
      if (axis == rows.axis) length = extent;
      else (passed ? after : before) *= extent;
      passed = passed || axis == rows.axis;
    }
  }

  ColumnShape shape(std::uint32_t extent) const { return {1, before, extent, after}; }
  /// Reads `to` positions of a column with `from` of them, beginning at `first`; stride 0 repeats one.
  Window window(std::uint32_t from, std::uint32_t to, std::uint32_t first, std::int32_t stride) const {
    Window w;
    w.in_h = from;
    w.out_h = to;
    w.in_w = w.out_w = after;
    w.stride_h = stride;
    w.pad_h = -static_cast<std::int32_t>(first);
    return w;
  }
  Window repeated() const { return window(1, length, 0, 0); }
  Window summed() const {
    Window w = window(length, 1, 0, 1);
    w.kernel_h = length;
    return w;
  }
};

Linear read_by(ColumnId column, std::int64_t coefficient, const Window& window) {
  Linear term;
  term.column = column;
  term.coefficient = coefficient;
  term.window = window;
  return term;
}

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

/// d in units of kUnit.
ColumnId differences(const Call& call, const Placed& x, const Strip& strip, Lowering& lowering) {
  const ColumnId most = row_maximum(call.node->name, x.column, strip, lowering.book());
  Affine sum = empty_sum(call, strip.shape(strip.length));
  sum.name += ".difference";
  // A step of x that is the whole domain or more need not be told from one that is just that.
  const double factor = std::min(1.0, -kUnit * (kLeast - 1) / x.scale);
  sum.multiples.push_back({x, factor, false, false, Window::identity(sum.shape.cols())});
  Placed top = x;
  top.column = most;
  sum.multiples.push_back({top, -factor, false, false, strip.repeated()});
  return lowering.settle(sum, kUnit, kLeast, 0).column;
}

FunctionGrid grid_of(std::uint32_t bits, double in_scale, double out_scale) {
  return {.first = 1 - (std::int64_t{1} << bits), .bits = bits, .in_scale = in_scale, .out_scale = out_scale};
}

Table exponentials() {
  const FunctionGrid grid = grid_of(15, kUnit, std::ldexp(1.0, -kSumBits));
  const double end = static_cast<double>(grid.first + (std::int64_t{1} << grid.log_piece)) * kUnit;
  return function_table([end](double d) { return d < end ? 0.0 : exact_exp(d); }, grid);
}

/// log of the largest sum that q_j shows, in units of kUnit; 0 for j = -1.
double most_of(int j) {
  if (j < 0) return 0;
  return std::floor(exact_log(std::ldexp(-static_cast<double>(kLeast), kFirstShift + kOctaves * j - kSumBits)) / kUnit + 0.5);
}

Table logarithms(int j) {
  const double step = std::ldexp(1.0, kFirstShift + kOctaves * j - kSumBits), before = most_of(j - 1) * kUnit;
  auto value = [=](double q) { return q > -0.5 * step ? 0.0 : std::max(0.0, exact_log(-q) - before); };
  return function_table(value, grid_of(15, step, kUnit));
}

/// The terms of L, in units of kUnit: one column [before, after] each.
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

/// 2^-15, or finer by the power of two by which calibration saw smaller outputs only. Larger ones are then wider than 16
/// bits, but true.
double output_scale(double peak) {
  constexpr int kMostFiner = 5;
  int finer = 0;
  while (finer < kMostFiner && std::ldexp(peak, finer + 1) <= 1) ++finer;
  return std::ldexp(1.0, -15 - finer);
}

/// Minus a column [before, after], repeated along the axis, as a term of a statement of natural_shape(rows.dims).
Linear along_rows(ColumnId column, const Rows& rows, const Strip& strip) {
  if (natural_shape(rows.dims).rows == strip.before) return read_by(column, -1, strip.repeated());
  Shape from = rows.dims;
  from[rows.axis] = 1;
  std::vector<Along> along;
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    along.push_back(axis == rows.axis ? repeated_along(rows.length()) : along_all(axis, from[axis]));
  }
  return Linear::mapped(column, arrange(from, along), -1);
}

Status lower(const Call& call, Lowering& lowering) {
  const Rows rows = read_rows(call).value();
  const Strip strip(rows);
  const ColumnShape natural = natural_shape(rows.dims);
  TACIT_TRY(Placed x, lowering.read(call, 0, natural));
  Book& book = lowering.book();
  const std::uint32_t cols = strip.length * strip.after;
  const ColumnId d = differences(call, x, strip, lowering);
  const Expr exponent{kNone, {Linear::whole(d, cols, 1)}, 0, 0};
  const ColumnId e = book.apply(call.node->name + ".exponential", strip.before, cols, exponent, exponentials());
  Expr z{kNone, {Linear::whole(d, natural.cols(), 1)}, 0, 0};
  for (const ColumnId term : logarithm_of_sum(call, e, strip, book)) z.linears.push_back(along_rows(term, rows, strip));
  const double scale = output_scale(lowering.range_of_output(call).peak());
  const Table table = function_table(exact_exp, grid_of(16, kUnit, scale));
  lowering.give(call, Placed{book.apply(call.node->name, natural.rows, natural.cols(), std::move(z), table), scale, natural});
  return Unit{};
}

}  // namespace

extern const Operator kSoftmax;
const Operator kSoftmax = {.op = "Softmax", .domain = "", .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
