#include "ops/broadcasting.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/contract.h"
#include "ops/masks.h"
#include "ops/moves.h"

namespace tacit {

Result<std::vector<TensorType>> infer_pair(const Call& call, const char* verb) {
  TACIT_OK(check_arity(call, 2, 2));
  const TensorType &a = call.operand(0).type, &b = call.operand(1).type;
  if (a.dtype != b.dtype) return malformed(*call.node, std::string("cannot ") + verb + " floats and integers");
  std::optional<Shape> dims = broadcast(a.dims, b.dims);
  if (!dims) return malformed(*call.node, std::string("cannot ") + verb + " " + shape_text(a.dims) + " and " + shape_text(b.dims));
  return one_output(call, a.dtype, std::move(*dims));
}

Result<std::vector<TensorType>> infer_factors(const Call& call, const char* verb) {
  TACIT_TRY(std::vector<TensorType> types, infer_pair(call, verb));
  const bool constant = call.operand(0).value != nullptr && call.operand(1).value != nullptr;
  if (types[0].dtype == DType::kFloat || constant) return types;
  return refuse(*call.node, std::string("cannot ") + verb + " integers that depend on the model's input");
}

std::optional<std::size_t> constant_operand(const Call& call) {
  for (std::size_t index : {0, 1}) {
    if (call.operand(index).value != nullptr) return index;
  }
  return std::nullopt;
}

Shape padded_shape(Shape dims, std::size_t rank) {
  dims.insert(dims.begin(), rank - dims.size(), 1);
  return dims;
}

std::optional<ChannelAffine> constant_along_axis(const Call& call) {
  const std::optional<std::size_t> at = constant_operand(call);
  if (!at || call.operand(*at).type.dtype != DType::kFloat) return std::nullopt;
  const Tensor& constant = *call.operand(*at).value;
  ChannelAffine map{.input = 1 - *at};
  const Shape& dims = call.operand(map.input).type.dims;
  if (broadcast(dims, constant.dims) != dims) return std::nullopt;
  const std::size_t lead = dims.size() - constant.dims.size();
  for (std::size_t axis = 0; axis < constant.dims.size(); ++axis) {
    if (constant.dims[axis] == 1) continue;
    if (map.axis) return std::nullopt;
    map.axis = lead + axis;
  }
  map.shift.assign(constant.f.begin(), constant.f.end());
  return map;
}

namespace {

bool is_full(const Call& call, std::size_t index, const Shape& dims) {
  return element_count(call.operand(index).type.dims) == element_count(dims);
}

/// A term without its column: one of shape `small`, repeated by a window, rows and positions apart. Nothing where the
/// positions of a column do not show which axes are repeated.
std::optional<Multiple> repeated_by_window(const ColumnShape& small, std::size_t rank, const ColumnShape& shape) {
  const bool whole = small.height == shape.height && small.width == shape.width;
  if (small.inner() != 1 && !whole && rank != 4) return std::nullopt;
  Multiple term{{}, 1, small.rows < shape.rows, false, {}};
  Window& w = term.window;
  w.batch = shape.batch;
  w.shared = small.batch < shape.batch;
  w.in_h = small.height;
  w.in_w = small.width;
  w.out_h = shape.height;
  w.out_w = shape.width;
  w.stride_h = w.in_h == w.out_h ? 1 : 0;
  w.stride_w = w.in_w == w.out_w ? 1 : 0;
  return term;
}

/// Operand `index`, repeated to the shape dims, as a term of a sum of natural_shape(dims).
Result<Multiple> repeated(const Call& call, std::size_t index, const Shape& dims, Lowering& lowering) {
  const Shape small = padded_shape(call.operand(index).type.dims, dims.size());
  if (std::optional<Multiple> term = repeated_by_window(natural_shape(small), dims.size(), natural_shape(dims))) {
    TACIT_TRY(term->input, lowering.read(call, index, natural_shape(small)));
    return std::move(*term);
  }
  std::vector<Along> along;
  const std::size_t lead = dims.size() - call.operand(index).type.dims.size();
  for (std::size_t axis = 0; axis < dims.size(); ++axis) {
    along.push_back(axis >= lead && small[axis] == dims[axis] ? along_all(axis - lead, dims[axis]) : repeated_along(dims[axis]));
  }
  return moved_operand(call, index, along, lowering);
}

/// A full operand as an open sum, of any shape or of the natural one; another one as a term of a sum of the natural shape.
Result<Affine> open_operand(const Call& call, std::size_t index, const Shape& dims, bool natural, Lowering& lowering) {
  if (is_full(call, index, dims)) {
    return lowering.take_open(call, index, natural ? std::optional(natural_shape(dims)) : std::nullopt);
  }
  Affine sum = empty_sum(call, natural_shape(dims));
  TACIT_TRY(Multiple term, repeated(call, index, dims, lowering));
  sum.multiples.push_back(std::move(term));
  return sum;
}

/// Appends the terms of `from` to those of `to`, which has the same shape.
void merge(Affine& to, Affine from) {
  for (Product& product : from.products) to.products.push_back(std::move(product));
  for (Multiple& multiple : from.multiples) to.multiples.push_back(std::move(multiple));
  to.constant = to.constant + from.constant;
}

}  // namespace

Status lower_sum(const Call& call, double sign, Lowering& lowering) {
  const Shape dims = *broadcast(call.operand(0).type.dims, call.operand(1).type.dims);
  const double factors[2] = {1, sign};
  const std::optional<std::size_t> constant = constant_operand(call);
  // The sum that is extended: a full one if possible, since one that is repeated by a window takes no more terms.
  const std::size_t first = constant ? 1 - *constant : is_full(call, 0, dims) ? 0 : 1, second = 1 - first;
  const bool alike = constant || is_full(call, second, dims);
  TACIT_TRY(Affine sum, open_operand(call, first, dims, !alike, lowering));
  if (!constant) sum.shape = alike ? sum.shape : natural_shape(dims);
  if (factors[first] < 0) sum = negated(std::move(sum));
  if (constant) {
    sum.constant = sum.constant + field_of(as_floats(*call.operand(second).value), dims, sum.shape, factors[second]);
  } else {
    TACIT_TRY(Affine other, alike ? lowering.take_open(call, second, sum.shape) : open_operand(call, second, dims, true, lowering));
    merge(sum, factors[second] < 0 ? negated(std::move(other)) : std::move(other));
  }
  return give_like(call, call.operand(0).type.dtype, std::move(sum), lowering);
}

Runs runs_of(const Shape& small, const Shape& dims) {
  const Shape extents = padded_shape(small, dims.size());
  const std::vector<std::size_t> order = storage_order(dims);
  std::size_t count = std::min<std::size_t>(1, order.size());
  for (std::size_t k = 1; k < order.size(); ++k) {
    if (extents[order[k]] != 1) count = k + 1;
  }
  Runs runs;
  for (std::size_t k = 0; k < order.size(); ++k) {
    (k < count ? runs.rows : runs.cols) *= static_cast<std::uint32_t>(dims[order[k]]);
    if (k < count) runs.axes.push_back(order[k]);
  }
  return runs;
}

std::vector<double> run_values(const Tensor& tensor, const Shape& dims, const Runs& runs) {
  const Shape strides = broadcast_strides(tensor.dims, dims);
  std::vector<double> out;
  out.reserve(runs.rows);
  for (std::int64_t run = 0; run < runs.rows; ++run) {
    std::int64_t rest = run, at = 0;
    for (std::size_t k = runs.axes.size(); k-- > 0;) {
      const std::size_t axis = runs.axes[k];
      at += rest % dims[axis] * strides[axis];
      rest /= dims[axis];
    }
    out.push_back(tensor.f[static_cast<std::size_t>(at)]);
  }
  return out;
}

Status check_runs(const Call& call, const Runs& runs) {
  constexpr std::uint32_t kMaxRows = 1 << 21;  // of a statement (check_theorem)
  if (runs.rows <= kMaxRows) return Unit{};
  return refuse(*call.node, "takes " + std::to_string(runs.rows) + " different factors; at most " +
                                std::to_string(kMaxRows) + " are supported");
}

Result<Placed> read_repeated(const Call& call, std::size_t index, const Shape& dims, Lowering& lowering) {
  if (is_full(call, index, dims)) return lowering.read(call, index, natural_shape(dims));
  Affine copy = empty_sum(call, natural_shape(dims));
  copy.name += ".repeated";
  TACIT_TRY(Multiple term, repeated(call, index, dims, lowering));
  const Placed from = term.input;
  copy.multiples.push_back(std::move(term));
  const Column& column = lowering.book().column(from.column);
  return lowering.settle(copy, from.scale, column.lo, column.hi);
}

Result<Multiple> term_of(const Call& call, std::size_t index, const Shape& dims, Lowering& lowering) {
  if (!is_full(call, index, dims)) return repeated(call, index, dims, lowering);
  TACIT_TRY(const Placed placed, lowering.read(call, index, natural_shape(dims)));
  return copy_of(placed, 1);
}

Result<Shape> common_shape(const Call& call, const char* verb) {
  TACIT_OK(check_arity(call, 1, std::numeric_limits<std::int32_t>::max()));
  std::vector<Shape> shapes;
  for (const Operand& operand : call.operands) {
    if (!operand.present) return malformed(*call.node, "one of its inputs is left out");
    if (operand.type.dtype != call.operand(0).type.dtype) return malformed(*call.node, std::string("cannot ") + verb + " floats and integers");
    shapes.push_back(operand.type.dims);
  }
  std::optional<Shape> dims = broadcast_all(shapes);
  if (dims) return std::move(*dims);
  return malformed(*call.node, std::string("cannot ") + verb + " tensors of these shapes");
}

Product product_of_runs(const Placed& input, const Runs& runs, std::vector<double> numbers) {
  return {input, runs.rows, 1, Window::identity(runs.cols), std::move(numbers)};
}

Status give_products(const Call& call, std::vector<Product> products, const Runs& runs, const Shape& dims, Lowering& lowering) {
  TACIT_OK(check_runs(call, runs));
  const ColumnShape natural = natural_shape(dims);
  // One row for every run. With one batch entry, or where runs are rows, that is the tensor in an order of its own.
  const bool whole_rows = runs.rows == natural.rows && runs.cols == natural.cols();
  Affine sum = empty_sum(call, whole_rows ? natural : ColumnShape{1, runs.rows, 1, runs.cols});
  sum.products = std::move(products);
  if (whole_rows || natural.batch == 1) {
    lowering.give(call, std::move(sum));
    return Unit{};
  }
  Placed column = lowering.close(call, sum);
  column.shape = natural;
  lowering.give(call, column);
  return Unit{};
}

Status lower_factors(const Call& call, std::size_t index, const Tensor& factors, bool divide, Lowering& lowering) {
  const Shape dims = *broadcast(call.operand(index).type.dims, factors.dims);
  const Runs runs = runs_of(factors.dims, dims);
  std::vector<double> numbers = run_values(factors, dims, runs);
  for (double& number : numbers) number = divide ? 1 / number : number;
  const ColumnShape natural = natural_shape(dims);
  if (is_full(call, index, dims) && runs.rows == natural.rows) {
    TACIT_TRY(Affine sum, lowering.take_scalable(call, index, natural));
    sum.shape = natural;
    sum = scaled_rows(std::move(sum), numbers);
    // A factor that makes a mask would leave no bits to the terms that are added.
    const bool is_mask = std::any_of(numbers.begin(), numbers.end(), [](double number) { return number <= kMasked; });
    if (is_mask) lowering.give(call, lowering.close(call, sum));
    else lowering.give(call, std::move(sum));
    return Unit{};
  }
  TACIT_TRY(Placed x, read_repeated(call, index, dims, lowering));
  return give_products(call, {product_of_runs(x, runs, std::move(numbers))}, runs, dims, lowering);
}

}  // namespace tacit
