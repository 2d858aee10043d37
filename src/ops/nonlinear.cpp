// Lowering: products of two columns, and functions of one number.
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/contract.h"
#include "ops/function_table.h"
#include "ops/lowering.h"

namespace tacit {

Placed Lowering::apply(const Call& call, const Affine& argument, double in_scale, double out_scale, const std::function<double(double)>& f) {
  constexpr std::int64_t kLo = -32768, kHi = 32767;
  const Placed x = settle(argument, in_scale, kLo, kHi);
  const Table table = function_table(f, {.first = kLo, .bits = 16, .in_scale = x.scale, .out_scale = out_scale});
  const std::uint32_t rows = x.shape.rows, cols = x.shape.cols();
  const Expr expr{kNone, {Linear::whole(x.column, cols, 1)}, 0, 0};
  return {book_.apply(call.node->name + ".value", rows, cols, expr, table), out_scale, x.shape};
}

Placed Lowering::multiply(const Call& call, const Placed& a, const Placed& b) {
  const std::uint32_t entries = a.shape.rows * a.shape.cols(), runs = b.shape.rows * b.shape.cols();
  TACIT_EXPECTS(entries % runs == 0, "every entry meets one");
  // The integers of the product are rounded by a shift, so its scale is that of the factors times a power of two: the
  // least one at which all of what calibration saw fits.
  const ValueRange range = range_of(call.node->outputs[0]);
  const double least = activation_scale(context_.quant, range, {}) / context_.quant.widening(), unit = a.scale * b.scale;
  constexpr std::uint32_t kMost = 22;
  std::uint32_t shift = 1;
  while (shift < kMost && std::ldexp(unit, static_cast<int>(shift)) < least) ++shift;
  const AccId acc = book_.accumulator(call.node->name, runs, entries / runs);
  Contraction product;
  product.weights = b.column;
  product.input = a.column;
  product.groups = runs;
  product.window = Window::identity(entries / runs);
  book_.contracts(acc, product);
  const ColumnId y = book_.requantise(acc, context_.quant.activation_min(), context_.quant.activation_max(), shift);
  return {y, std::ldexp(unit, static_cast<int>(shift)), a.shape};
}

}  // namespace tacit
