// Add: x + y under numpy broadcasting. With a constant that varies along one axis of the other operand at most, it is
// a per-channel affine map and folds into the Conv, Gemm or MatMul before it.
#include "ops/call.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  TACIT_OK(check_float(call, 0));
  TACIT_OK(check_float(call, 1));
  const Shape &a = call.operand(0).type.dims, &b = call.operand(1).type.dims;
  std::optional<Shape> dims = broadcast(a, b);
  if (!dims) return malformed(*call.node, "cannot add " + shape_text(a) + " and " + shape_text(b));
  return one_output(call, DType::kFloat, std::move(*dims));
}

std::vector<Tensor> evaluate(const Call& call) {
  return {add_broadcast(*call.operand(0).value, *call.operand(1).value)};
}

std::optional<ChannelAffine> as_affine(const Call& call) {
  const std::size_t input = call.operand(0).value == nullptr ? 0 : 1;
  const Tensor* constant = call.operand(1 - input).value;
  const Shape& dims = call.operand(input).type.dims;
  if (constant == nullptr || broadcast(dims, constant->dims) != dims) return std::nullopt;
  ChannelAffine map{.input = input};
  const std::size_t lead = dims.size() - constant->dims.size();
  for (std::size_t axis = 0; axis < constant->dims.size(); ++axis) {
    if (constant->dims[axis] == 1) continue;
    if (map.axis) return std::nullopt;
    map.axis = lead + axis;
  }
  map.shift.assign(constant->f.begin(), constant->f.end());
  map.scale.assign(map.shift.size(), 1.0);
  return map;
}

Status lower_constant(const Call& call, std::size_t input, const Shape& dims, Lowering& lowering) {
  if (element_count(call.operand(input).type.dims) != element_count(dims)) {
    return refuse(*call.node, "a constant larger than the tensor it is added to is not supported");
  }
  TACIT_TRY(Affine sum, lowering.take_open(call, input, std::nullopt));
  sum.constant = sum.constant + field_of(*call.operand(1 - input).value, dims, sum.shape, 1);
  lowering.give(call, std::move(sum));
  return Unit{};
}

/// Appends the terms of `from` to those of `to`, which has the same shape.
void merge(Affine& to, Affine from) {
  for (Product& product : from.products) to.products.push_back(std::move(product));
  for (Multiple& multiple : from.multiples) to.multiples.push_back(std::move(multiple));
  to.constant = to.constant + from.constant;
}

/// `small`, repeated along the axes on which it has extent 1.
Multiple repeated(const Placed& small, const ColumnShape& shape) {
  Multiple term{small, 1, small.shape.rows < shape.rows, false, {}};
  Window& w = term.window;
  w.batch = shape.batch;
  w.shared = small.shape.batch < shape.batch;
  w.in_h = small.shape.height;
  w.in_w = small.shape.width;
  w.out_h = shape.height;
  w.out_w = shape.width;
  w.stride_h = w.in_h == w.out_h ? 1 : 0;
  w.stride_w = w.in_w == w.out_w ? 1 : 0;
  return term;
}

Status lower_repeated(const Call& call, std::size_t large, const Shape& dims, Lowering& lowering) {
  Shape small_dims = call.operand(1 - large).type.dims;
  small_dims.insert(small_dims.begin(), dims.size() - small_dims.size(), 1);
  const ColumnShape shape = natural_shape(dims);
  TACIT_TRY(Affine sum, lowering.take_open(call, large, shape));
  sum.shape = shape;
  TACIT_TRY(Placed small, lowering.read(call, 1 - large, natural_shape(small_dims)));
  const bool fits = small.shape.inner() == 1 || (small.shape.height == shape.height && small.shape.width == shape.width) ||
                    (small_dims.size() == 4);
  if (!fits) return refuse(*call.node, "repeating a tensor along some of its position axes is not supported");
  sum.multiples.push_back(repeated(small, shape));
  lowering.give(call, std::move(sum));
  return Unit{};
}

Status lower(const Call& call, Lowering& lowering) {
  const Operand &a = call.operand(0), &b = call.operand(1);
  const Shape dims = *broadcast(a.type.dims, b.type.dims);
  if (a.value != nullptr || b.value != nullptr) return lower_constant(call, a.value == nullptr ? 0 : 1, dims, lowering);
  const bool full_a = element_count(a.type.dims) == element_count(dims);
  const bool full_b = element_count(b.type.dims) == element_count(dims);
  if (!full_a && !full_b) return refuse(*call.node, "adding two tensors that are both repeated is not supported");
  if (!full_a || !full_b) return lower_repeated(call, full_a ? 0 : 1, dims, lowering);
  TACIT_TRY(Affine sum, lowering.take_open(call, 0, std::nullopt));
  TACIT_TRY(Affine other, lowering.take_open(call, 1, sum.shape));
  merge(sum, std::move(other));
  lowering.give(call, std::move(sum));
  return Unit{};
}

}  // namespace

extern const Operator kAdd;
const Operator kAdd = {
    .op = "Add", .domain = "", .infer = infer, .evaluate = evaluate, .lower = lower, .as_affine = as_affine};

}  // namespace tacit
