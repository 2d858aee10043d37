// MatMul: numpy's matmul. Leading axes broadcast; a vector on the left is a row, on the right a column, and loses that axis in
// the result. With a constant matrix it is a sum that others extend; of two computed tensors, or with a constant that differs
// between batch entries, a contraction of two columns for each batch entry, rounded at once.
//
//   x 2x5x3, W 3x4         -> 2x5x4          x 3x4 , W 2x5x3 (left) -> 2x5x4
//
// The form of our own domain has a third operand: one bias per column. Its W is always a matrix on the right.
#include "ops/call.h"
#include "ops/products.h"
#include "tensor/matmul.h"

namespace tacit {
namespace {

struct Spec {
  Shape batch_a, batch_b, batch;  ///< leading axes of both operands and of the result
  std::int64_t m = 0, n = 0, k = 0;
  Shape out;
};

bool has_bias(const Call& call) { return call.node->domain == kOwnDomain; }

Status check_operands(const Call& call) {
  const std::size_t count = has_bias(call) ? 3 : 2;
  TACIT_OK(check_arity(call, count, count));
  for (std::size_t index = 0; index < count; ++index) TACIT_OK(check_float(call, index));
  if (has_bias(call)) {
    TACIT_OK(check_constant(call, 1, "weight"));
    return check_constant(call, 2, "bias");
  }
  return Unit{};
}

Result<Spec> read_spec(const Call& call) {
  TACIT_OK(check_operands(call));
  Shape a = call.operand(0).type.dims, b = call.operand(1).type.dims;
  const std::string text = "cannot multiply " + shape_text(a) + " by " + shape_text(b);
  if (a.empty() || b.empty()) return malformed(*call.node, text);
  const bool row = a.size() == 1, column = b.size() == 1;
  if (row) a.insert(a.begin(), 1);
  if (column) b.push_back(1);
  Spec spec;
  spec.batch_a.assign(a.begin(), a.end() - 2);
  spec.batch_b.assign(b.begin(), b.end() - 2);
  spec.m = a[a.size() - 2];
  spec.k = a.back();
  spec.n = b.back();
  std::optional<Shape> batch = broadcast(spec.batch_a, spec.batch_b);
  if (!batch || b[b.size() - 2] != spec.k) return malformed(*call.node, text);
  spec.batch = *batch;
  spec.out = std::move(*batch);
  if (!row) spec.out.push_back(spec.m);
  if (!column) spec.out.push_back(spec.n);
  const bool fits = !has_bias(call) || (b.size() == 2 && !column && call.operand(2).type.dims == Shape{spec.n});
  if (!fits) return malformed(*call.node, text);
  return spec;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_TRY(Spec spec, read_spec(call));
  return one_output(call, DType::kFloat, std::move(spec.out));
}

/// Steps an index over `dims` row-major and returns the offset that `strides` give it.
std::int64_t offset_at(std::int64_t position, const Shape& dims, const Shape& strides) {
  std::int64_t offset = 0;
  for (std::size_t axis = dims.size(); axis-- > 0;) {
    offset += position % dims[axis] * strides[axis];
    position /= dims[axis];
  }
  return offset;
}

std::vector<Tensor> evaluate(const Call& call) {
  Spec spec = read_spec(call).value();
  const Tensor &a = *call.operand(0).value, &b = *call.operand(1).value;
  Tensor out = zeros(spec.out);
  std::int64_t batches = count_between(spec.batch, 0, spec.batch.size());
  if (spec.batch_b.empty()) {  // all rows of a meet the same matrix
    spec.m *= batches;
    batches = 1;
  }
  const Shape step_a = broadcast_strides(spec.batch_a, spec.batch);
  const Shape step_b = broadcast_strides(spec.batch_b, spec.batch);
  for (std::int64_t at = 0; at < batches; ++at) {
    const float* pa = a.f.data() + offset_at(at, spec.batch, step_a) * spec.m * spec.k;
    const float* pb = b.f.data() + offset_at(at, spec.batch, step_b) * spec.k * spec.n;
    matmul({pa, spec.k, 1}, {pb, spec.n, 1}, out.f.data() + at * spec.m * spec.n, spec.n, spec.m, spec.n, spec.k);
  }
  if (has_bias(call)) out = add_broadcast(out, *call.operand(2).value);
  return {std::move(out)};
}

std::optional<Rewrite> absorb(const Call& call, const ChannelAffine& map) {
  const Spec spec = read_spec(call).value();
  const bool per_column = !map.axis || *map.axis + 1 == spec.out.size();
  if (call.operand(1).value == nullptr || call.operand(1).type.dims.size() != 2 || !per_column) return std::nullopt;
  Tensor weight = *call.operand(1).value;
  const std::size_t n = static_cast<std::size_t>(spec.n);
  std::vector<float> bias(n);
  for (std::size_t j = 0; j < n; ++j) {
    const std::size_t at = map.axis ? j : 0;
    const double before = has_bias(call) ? call.operand(2).value->f[j] : 0.0;
    bias[j] = static_cast<float>(before * map.scale[at] + map.shift[at]);
    for (std::size_t p = 0; p < static_cast<std::size_t>(spec.k); ++p) {
      weight.f[p * n + j] = static_cast<float>(weight.f[p * n + j] * map.scale[at]);
    }
  }
  Rewrite out{*call.node, {std::move(weight), make_float({spec.n}, std::move(bias))}};
  out.node.domain = kOwnDomain;
  return out;
}

/// x * W: rows of x are batch entries, their elements features.
Status lower_right(const Call& call, const Spec& spec, std::uint32_t batch, Lowering& lowering) {
  const auto n = static_cast<std::uint32_t>(spec.n), k = static_cast<std::uint32_t>(spec.k);
  const std::uint32_t entries = batch * static_cast<std::uint32_t>(spec.m);
  TACIT_TRY(Features features, lowering.read_features(call, 0, entries, k));
  Product product{features.input, 1, features.in_rows, features.window, {}};
  const Tensor& w = *call.operand(1).value;
  for (std::uint32_t j = 0; j < n; ++j) {
    for (std::uint32_t p = 0; p < k; ++p) product.weights.push_back(w.f[std::size_t{p} * n + j]);
  }
  Affine sum = empty_sum(call, {entries, n, 1, 1});
  sum.products.push_back(std::move(product));
  if (has_bias(call)) {
    const Tensor& bias = *call.operand(2).value;
    sum.constant = row_field({bias.f.begin(), bias.f.end()});
  }
  lowering.give(call, std::move(sum));
  return Unit{};
}

/// W * x: the rows of x are features, its columns positions.
Status lower_left(const Call& call, const Spec& spec, std::uint32_t batch, Lowering& lowering) {
  const auto m = static_cast<std::uint32_t>(spec.m), n = static_cast<std::uint32_t>(spec.n);
  const auto k = static_cast<std::uint32_t>(spec.k);
  Product product;
  TACIT_TRY(product.input, lowering.read(call, 1, {batch, k, 1, n}));
  product.in_rows = k;
  product.window = Window::identity(batch * n);
  const Tensor& w = *call.operand(0).value;
  product.weights.assign(w.f.begin(), w.f.end());
  Affine sum = empty_sum(call, {batch, m, 1, n});
  sum.products.push_back(std::move(product));
  lowering.give(call, std::move(sum));
  return Unit{};
}

/// A factor of integers, each as it is.
Result<Placed> read_integers(const Call& call, std::size_t index, const Shape& dims, std::uint32_t rows, Lowering& lowering) {
  const Operand& operand = call.operand(index);
  Placed x;
  if (operand.value != nullptr) {
    Affine sum = empty_sum(call, {1, rows, 1, static_cast<std::uint32_t>(*element_count(dims)) / rows});
    sum.name += ".constant";
    sum.constant = field_of(*operand.value, dims, sum.shape, 1);
    x = lowering.settle(sum, 1, -256, 255);
  } else {
    TACIT_TRY(x, read_in_order(call, index, dims, rows, lowering));
  }
  if (x.scale == 1) return x;
  return refuse(*call.node, "a factor is not one of integers");
}

/// One product for each batch entry, of two columns.
Status lower_batched(const Call& call, const Spec& spec, std::uint32_t batch, Lowering& lowering) {
  auto m = static_cast<std::uint32_t>(spec.m);
  const auto k = static_cast<std::uint32_t>(spec.k);
  Shape left = spec.batch, right = spec.batch;
  left.insert(left.end(), {spec.m, spec.k});
  right.insert(right.end(), {spec.k, spec.n});
  if (call.operand(1).type.dims.size() <= 2) {  // all rows of a meet the same matrix
    m *= batch;
    batch = 1;
    right = {spec.k, spec.n};
  }
  const bool exact = call.node->attributes.contains(kExactSum);
  const auto read = exact ? read_integers : read_in_order;
  TACIT_TRY(Placed a, read(call, 0, left, batch * m, lowering));
  TACIT_TRY(Placed b, read(call, 1, right, batch * k, lowering));
  Contraction product;
  product.weights = a.column;
  product.input = b.column;
  product.groups = batch;
  product.in_rows = k;
  product.window = Window::identity(static_cast<std::uint32_t>(spec.n));
  if (exact) {
    const AccId sum = lowering.book().accumulator(call.node->name, batch * m, product.window.out_cols());
    lowering.book().contracts(sum, product);
    lowering.give_sum(call, sum, {1, batch * m, 1, product.window.out_cols()});
    return Unit{};
  }
  const double peak = lowering.range_of_output(call).peak();
  lowering.give(call, lowering.contract(call.node->name, product, batch * m, a.scale * b.scale, peak));
  return Unit{};
}

Status lower(const Call& call, Lowering& lowering) {
  const Spec spec = read_spec(call).value();
  const bool right = call.operand(1).value != nullptr, left = call.operand(0).value != nullptr;
  const Shape& weight_batch = right ? spec.batch_b : spec.batch_a;
  auto batch = static_cast<std::uint32_t>(count_between(spec.batch, 0, spec.batch.size()));
  const bool is_shared = !call.node->attributes.contains(kExactSum) && (left || right) && count_between(weight_batch, 0, weight_batch.size()) == 1;
  if (is_shared) return right ? lower_right(call, spec, batch, lowering) : lower_left(call, spec, batch, lowering);
  return lower_batched(call, spec, batch, lowering);
}

}  // namespace

constexpr OperatorText kText = {
    "a contraction with hidden weights; bias, a following per-channel Mul, Add, Sub, Div or BatchNormalization fold "
    "into it. Of two computed tensors, or with a constant that differs between batch entries: a contraction for each "
    "batch entry, rounded at once"};
extern const Operator kMatMul, kMatMulBias;
const Operator kMatMul = {.op = "MatMul", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower,
                          .is_linear_time = false, .absorb = absorb};
const Operator kMatMulBias = {.op = "MatMul", .domain = kOwnDomain, .infer = infer, .evaluate = evaluate,
                              .lower = lower, .is_linear_time = false, .absorb = absorb};

}  // namespace tacit
