#include "ops/products.h"

#include <algorithm>
#include <cmath>

#include "ops/homogeneous.h"
#include "ops/moves.h"

namespace tacit {

Placed constant_column(const Call& call, const Tensor& tensor, const Shape& dims, const ColumnShape& shape, Lowering& lowering) {
  const Tensor numbers = as_floats(tensor);
  double peak = 0;
  for (const float v : numbers.f) peak = std::max(peak, std::abs(static_cast<double>(v)));
  Affine sum = empty_sum(call, shape);
  sum.name += ".constant";
  sum.constant = field_of(numbers, dims, sum.shape, 1);
  const QuantOptions& quant = lowering.quant();
  const double scale = peak > 1e-30 ? peak / static_cast<double>(quant.activation_max()) : 1;
  return lowering.settle(sum, scale, quant.activation_min(), quant.activation_max());
}

Result<Placed> read_in_order(const Call& call, std::size_t index, const Shape& dims, std::uint32_t rows, Lowering& lowering) {
  const ColumnShape want{1, rows, 1, static_cast<std::uint32_t>(*element_count(dims)) / rows};
  const Operand& operand = call.operand(index);
  if (operand.value != nullptr) return constant_column(call, *operand.value, dims, want, lowering);
  const Shape& own = operand.type.dims;
  if (element_count(own) == element_count(dims)) return lowering.read(call, index, want);
  std::vector<Along> along{repeated_along(1)};  // a leading axis of extent 1 keeps the flat order of the others
  const std::size_t lead = dims.size() - own.size();
  for (std::size_t axis = 0; axis < dims.size(); ++axis) {
    const bool kept = axis >= lead && own[axis - lead] == dims[axis];
    along.push_back(kept ? along_all(axis - lead, dims[axis]) : repeated_along(dims[axis]));
  }
  Affine copy = empty_sum(call, natural_shape(extents_of(along)));
  copy.name += ".repeated";
  TACIT_TRY(Multiple term, moved_operand(call, index, along, lowering));
  const Placed from = term.input;
  copy.multiples.push_back(std::move(term));
  const Column column = lowering.book().column(from.column);
  Placed out = lowering.settle(copy, from.scale, column.lo, column.hi);
  out.shape = want;
  return out;
}

Result<Placed> read_factor(const Call& call, std::size_t index, const Shape& dims, Lowering& lowering) {
  if (call.operand(index).value != nullptr) return constant_column(call, *call.operand(index).value, dims, natural_shape(dims), lowering);
  return read_repeated(call, index, dims, lowering);
}

namespace {

/// The divisor as levels of its reciprocal, in the shape of the operand itself.
std::vector<Placed> reciprocals(const Call& call, double p, Lowering& lowering) {
  const ValueRange range = lowering.range_of_operand(call, 1);
  const Positive where{.top = top_of(range, lowering), .least = p == 1 ? 0x1p-14 : 0x1p-28, .is_signed = p == 1 && range.lo < 0};
  return apply_power(call, lowering.argument(call, 1, true), -p, true, where, lowering);
}

/// A column of the operand's own shape, repeated to `dims`.
Result<Placed> repeated_to(const Call& call, const Placed& from, std::size_t index, const Shape& dims, Lowering& lowering) {
  const Shape& own = call.operand(index).type.dims;
  const ColumnShape want = natural_shape(dims);
  const std::size_t lead = dims.size() - own.size();
  const bool whole = own == dims && from.shape.same_entries(want);
  if (whole) return from;
  const bool natural = from.shape.same_entries(natural_shape(own));
  if (!natural && from.shape.batch != 1) return refuse(*call.node, "divides by a tensor whose batch was reshaped across its features");
  // A column of one batch entry is the tensor in its flat order: one with a leading axis of extent 1.
  Shape stands = own;
  if (!natural) stands.insert(stands.begin(), 1);
  std::vector<Along> along;
  for (std::size_t axis = 0; axis < dims.size(); ++axis) {
    const bool kept = axis >= lead && own[axis - lead] == dims[axis];
    along.push_back(kept ? along_all(axis - lead + (natural ? 0 : 1), dims[axis]) : repeated_along(dims[axis]));
  }
  Placed source = from;
  source.shape = natural_shape(stands);
  Affine copy = empty_sum(call, want);
  copy.name += ".repeated";
  copy.multiples.push_back(arranged(source, stands, along, 1));
  const Column& column = lowering.book().column(from.column);
  return lowering.settle(copy, from.scale, column.lo, column.hi);
}

}  // namespace

Status give_quotient(const Call& call, double p, Lowering& lowering) {
  const Shape dims = *broadcast(call.operand(0).type.dims, call.operand(1).type.dims);
  const Shape small = padded_shape(call.operand(1).type.dims, dims.size());
  const bool by_runs = element_count(small) == std::int64_t{runs_of(small, dims).rows};
  TACIT_OK(check_runs(call, runs_of(by_runs ? small : dims, dims)));
  TACIT_TRY(Placed a, read_factor(call, 0, dims, lowering));
  std::vector<Placed> parts;
  for (const Placed& level : reciprocals(call, p, lowering)) {
    const bool in_order = by_runs && (level.shape.same_entries(natural_shape(small)) || (level.shape.batch == 1 && natural_shape(small).batch == 1));
    Placed b = level;
    if (!in_order) {
      TACIT_TRY(b, repeated_to(call, level, 1, dims, lowering));
    }
    parts.push_back(lowering.multiply(call, a, b));
  }
  lowering.give(call, lowering.sum_of_columns(call, parts));
  return Unit{};
}

}  // namespace tacit
