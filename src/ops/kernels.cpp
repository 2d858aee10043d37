// Own operators of support vector machines (svm.cpp):
//
//   SquaredDistances  x [N, F], vectors [S, F]  ->  |x_n - v_s|^2, [N, S]
//       = sum_f x_nf^2 - 2 sum_f v_sf x_nf + |v_s|^2: squares of x by products entry by entry, the rest a product with hidden
//       weights, both in one sum of 21 bits, so that the difference of large terms keeps its small digits
//   Gaussian          e^(-gamma d), gamma hidden: -gamma d in units of 2^-11, then the table of the exponential
//   Positive          1 where a score is above 0, else 0, on the scores' integers
#include <algorithm>
#include <cmath>

#include "ops/broadcasting.h"
#include "ops/call.h"
#include "ops/function_table.h"
#include "ops/lowering.h"
#include "ops/matches.h"

namespace tacit {
namespace {

constexpr std::int64_t kWide = std::int64_t{1} << 20;

ColumnShape rows_shape(const Shape& dims) { return {static_cast<std::uint32_t>(dims[0]), static_cast<std::uint32_t>(dims[1]), 1, 1}; }

Result<std::vector<TensorType>> infer_distances(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  TACIT_OK(check_float(call, 0));
  TACIT_OK(check_constant(call, 1, "support vectors"));
  return one_output(call, DType::kFloat, {call.operand(0).type.dims[0], call.operand(1).type.dims[0]});
}

std::vector<Tensor> evaluate_distances(const Call& call) {
  const Tensor &x = *call.operand(0).value, &v = *call.operand(1).value;
  const auto features = static_cast<std::size_t>(x.dims[1]);
  std::vector<float> out;
  for (std::size_t row = 0; row < x.f.size(); row += features)
    for (std::size_t vector = 0; vector < v.f.size(); vector += features) {
      double sum = 0;
      for (std::size_t f = 0; f < features; ++f) sum += (static_cast<double>(x.f[row + f]) - v.f[vector + f]) * (static_cast<double>(x.f[row + f]) - v.f[vector + f]);
      out.push_back(static_cast<float>(sum));
    }
  return {make_float({x.dims[0], v.dims[0]}, std::move(out))};
}

/// Each entry times itself, [rows * cols, 1], of at most 20 bits.
Placed squares(const Call& call, const Placed& x, Lowering& lowering) {
  Book& book = lowering.book();
  const Column& column = book.column(x.column);
  const std::int64_t most = std::max(column.hi * column.hi, column.lo * column.lo);
  std::uint32_t shift = 1;
  while ((most >> shift) >= kWide) ++shift;
  const std::uint32_t entries = x.shape.rows * x.shape.cols();
  const AccId acc = book.accumulator(call.node->name + ".squares", entries, 1);
  Contraction product;
  product.weights = product.input = x.column;
  product.groups = entries;
  product.window = Window::identity(1);
  book.contracts(acc, product);
  return {book.requantise(acc, 0, kWide, shift), std::ldexp(x.scale * x.scale, static_cast<int>(shift)), x.shape};
}

/// Over the features of each row, the same for every vector.
Multiple over_features(const Placed& squares) {
  Multiple sum{squares, 1, true, false, {}};
  sum.window.in_h = sum.window.kernel_h = squares.shape.rows;
  sum.window.in_w = sum.window.out_w = squares.shape.cols();
  return sum;
}

Status lower_distances(const Call& call, Lowering& lowering) {
  const ColumnShape shape = rows_shape(call.operand(0).type.dims);
  const Tensor& vectors = *call.operand(1).value;
  TACIT_OK(check_runs(call, Runs{{}, shape.rows * shape.batch, 1}));
  TACIT_TRY(const Placed x, lowering.read(call, 0, shape));
  Affine sum = empty_sum(call, {shape.batch, static_cast<std::uint32_t>(vectors.dims[0]), 1, 1});
  Product product;
  product.input = x;
  product.in_rows = shape.rows;
  product.window = Window::identity(shape.batch);
  std::vector<double> lengths(static_cast<std::size_t>(vectors.dims[0]), 0);
  for (std::size_t k = 0; k < vectors.f.size(); ++k) {
    product.weights.push_back(-2.0 * vectors.f[k]);
    lengths[k / shape.rows] += static_cast<double>(vectors.f[k]) * vectors.f[k];
  }
  sum.products.push_back(std::move(product));
  sum.multiples.push_back(over_features(squares(call, x, lowering)));
  sum.constant = row_field(std::move(lengths));
  const double scale = std::max(lowering.range_of_output(call).peak() * lowering.quant().widening(), 0x1p-100) / static_cast<double>(kWide);
  lowering.give(call, lowering.settle(sum, scale, 0, kWide));
  return Unit{};
}

Result<std::vector<TensorType>> infer_gaussian(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  TACIT_OK(check_constant(call, 1, "gamma"));
  return one_output(call, DType::kFloat, call.operand(0).type.dims);
}

std::vector<Tensor> evaluate_gaussian(const Call& call) {
  Tensor out = *call.operand(0).value;
  for (float& v : out.f) v = static_cast<float>(exact_exp(-static_cast<double>(call.operand(1).value->f[0]) * v));
  return {std::move(out)};
}

Status lower_gaussian(const Call& call, Lowering& lowering) {
  constexpr double kUnit = 0x1p-11, kOutput = 0x1p-18;
  const ColumnShape shape = rows_shape(call.operand(0).type.dims);
  TACIT_TRY(const Placed d, lowering.read(call, 0, shape));
  Product product;
  product.input = d;
  product.groups = shape.rows;
  product.window = Window::identity(shape.cols());
  product.weights.assign(shape.rows, -static_cast<double>(call.operand(1).value->f[0]));
  Affine sum = empty_sum(call, shape);
  sum.products.push_back(std::move(product));
  // No distance is negative, and gamma is none: the upper half of the table is flat.
  lowering.give(call, lowering.apply(call, sum, kUnit, kOutput, [](double t) { return exact_exp(std::min(t, 0.0)); }));
  return Unit{};
}

Result<std::vector<TensorType>> infer_positive(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  return one_output(call, DType::kFloat, call.operand(0).type.dims);
}

std::vector<Tensor> evaluate_positive(const Call& call) {
  Tensor out = *call.operand(0).value;
  for (float& v : out.f) v = v > 0 ? 1.0f : 0.0f;
  return {std::move(out)};
}

Status lower_positive(const Call& call, Lowering& lowering) {
  const ColumnShape shape = rows_shape(call.operand(0).type.dims);
  TACIT_TRY(const Placed x, lowering.read(call, 0, shape));
  const AccId acc = lowering.book().accumulator(call.node->name, shape.rows, shape.cols());
  lowering.book().adds(acc, Linear::whole(x.column, shape.cols(), 1));
  lowering.give(call, settle_marks(sum_of(call, {lowering.book().is_positive(acc), 1, shape}), lowering));
  return Unit{};
}

}  // namespace

extern const Operator kSquaredDistances, kGaussian, kPositive;
const Operator kSquaredDistances = {.op = "SquaredDistances", .domain = kOwnDomain, .infer = infer_distances, .evaluate = evaluate_distances,
                                    .lower = lower_distances, .is_linear_time = false};
const Operator kGaussian = {.op = "Gaussian", .domain = kOwnDomain, .infer = infer_gaussian, .evaluate = evaluate_gaussian, .lower = lower_gaussian};
const Operator kPositive = {.op = "Positive", .domain = kOwnDomain, .infer = infer_positive, .evaluate = evaluate_positive, .lower = lower_positive};

}  // namespace tacit
