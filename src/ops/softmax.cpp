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
#include <limits>

#include "ops/function_table.h"
#include "ops/log_sum_exp.h"
#include "ops/masks.h"

namespace tacit {
namespace {

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
  const bool is_logarithm = call.node->op == "LogSoftmax";
  const Rows rows = read_rows(call).value();
  Tensor out = *call.operand(0).value;
  const std::int64_t length = rows.length(), inner = count_between(rows.dims, rows.axis + 1, rows.dims.size());
  const std::int64_t count = length * inner == 0 ? 0 : static_cast<std::int64_t>(out.f.size()) / length;
  for (std::int64_t row = 0; row < count; ++row) {
    float* x = out.f.data() + row / inner * inner * length + row % inner;
    double most = x[0], sum = 0;
    for (std::int64_t i = 1; i < length; ++i) most = std::max<double>(most, x[i * inner]);
    for (std::int64_t i = 0; i < length; ++i) sum += exact_exp(x[i * inner] - most);
    for (std::int64_t i = 0; i < length; ++i) {
      const double d = x[i * inner] - most;
      x[i * inner] = static_cast<float>(is_logarithm ? d - exact_log(sum) : exact_exp(d) / sum);
    }
  }
  return {std::move(out)};
}

/// MaskedSoftmax, where rows lie along the last axis.
std::optional<Rewrite> absorb_mask(const Call& call, const Masking& masking) {
  const Rows rows = read_rows(call).value();
  const bool is_last = rows.axis + 1 == rows.dims.size() && rows.length() == call.operand(0).type.dims.back();
  if (!is_last) return std::nullopt;
  Rewrite out{*call.node, {masking.values}};
  for (float& v : out.constants[0].f) v = std::max(v, std::numeric_limits<float>::lowest());
  out.node.op = "MaskedSoftmax";
  out.node.domain = kOwnDomain;
  out.node.attributes = {{"replaces", Attribute{std::int64_t{masking.replaces}}}};
  return out;
}

/// Numbers of a mask count as a little lower than the others. Rows that have only those keep them all.
double floor_of(const Call& call, std::size_t, double) {
  const Tensor* x = call.operand(0).value;
  if (x == nullptr) return 0;
  const Rows rows = read_rows(call).value();
  const std::int64_t length = rows.length(), inner = count_between(rows.dims, rows.axis + 1, rows.dims.size());
  double least = HUGE_VAL;
  for (std::int64_t row = 0; row < static_cast<std::int64_t>(x->f.size()) / length; ++row) {
    const float* first = x->f.data() + row / inner * inner * length + row % inner;
    bool any = false;
    for (std::int64_t i = 0; i < length; ++i) {
      if (!(first[i * inner] > kMasked)) continue;
      any = true;
      least = std::min<double>(least, first[i * inner]);
    }
    if (!any) return -HUGE_VAL;
  }
  return least + kFarBelow;
}

/// 2^-15, or finer by the power of two by which calibration saw smaller outputs only. Larger ones are then wider than 16
/// bits, but true.
double output_scale(double peak) {
  constexpr int kMostFiner = 5;
  int finer = 0;
  while (finer < kMostFiner && std::ldexp(peak, finer + 1) <= 1) ++finer;
  return std::ldexp(1.0, -15 - finer);
}

/// The term as one of an expression.
Linear minus(const Multiple& term) {
  if (term.map.empty()) return read_by(term.input.column, -1, term.window);
  return Linear::mapped(term.input.column, term.map, -1);
}

Status lower(const Call& call, Lowering& lowering) {
  const Rows rows = read_rows(call).value();
  const Strip strip(rows);
  const ColumnShape natural = natural_shape(rows.dims);
  TACIT_TRY(Placed x, lowering.read(call, 0, natural));
  const LogSum sum = log_sum_of(call, x, strip, lowering);
  Expr z{kNone, {Linear::whole(sum.differences, natural.cols(), 1)}, 0, 0};
  for (const ColumnId term : sum.logarithms) z.linears.push_back(minus(along_rows({term, kLogUnit, natural}, -1, rows, strip)));
  const double scale = output_scale(lowering.range_of_output(call).peak());
  const Table table = function_table(exact_exp, grid_to_zero(16, kLogUnit, scale));
  lowering.give(call, Placed{lowering.book().apply(call.node->name, natural.rows, natural.cols(), std::move(z), table), scale, natural});
  return Unit{};
}

/// x - m - L, of which L alone comes from tables: off by 2^-12 besides the roundings of x and of the output.
Status lower_logarithm(const Call& call, Lowering& lowering) {
  const Rows rows = read_rows(call).value();
  const Strip strip(rows);
  const ColumnShape natural = natural_shape(rows.dims);
  TACIT_TRY(Placed x, lowering.read(call, 0, natural));
  const LogSum sum = log_sum_of(call, x, strip, lowering);
  Affine out = sum_of(call, x);
  out.multiples.push_back(along_rows({sum.most, x.scale, natural}, -1, rows, strip));
  for (const ColumnId term : sum.logarithms) out.multiples.push_back(along_rows({term, kLogUnit, natural}, -1, rows, strip));
  lowering.give(call, std::move(out));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "exponentials and the logarithm of their sum from shared tables, no division; a constant mask before a Softmax (Add, Where "
    "with numbers of -1000 or less) is part of it",
    "rows up to 65,536; which terms are masked is architecture"};
extern const Operator kSoftmax, kLogSoftmax;
const Operator kLogSoftmax = {.op = "LogSoftmax", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower_logarithm};
const Operator kSoftmax = {
    .op = "Softmax", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .absorb_mask = absorb_mask,
    .floor_of = floor_of};

}  // namespace tacit
