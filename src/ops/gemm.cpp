// Gemm: Y = alpha * A' * B' + beta * C, where A' is A or its transpose, B' likewise, and C broadcasts to Y.
// Where B or C is computed, it is written out as MatMul, Mul and Add.
#include "ops/call.h"
#include "ops/expansion.h"
#include "ops/lowering.h"
#include "tensor/matmul.h"

namespace tacit {
namespace {

struct Spec {
  std::int64_t m = 0, n = 0, k = 0;
  bool trans_a = false, trans_b = false;
  float alpha = 1, beta = 1;
};

Status check_operands(const Call& call) {
  TACIT_OK(check_arity(call, 2, 3));
  TACIT_OK(check_float(call, 0));
  TACIT_OK(check_float(call, 1));
  TACIT_OK(check_constant(call, 1, "B, the weight"));
  const Shape &a = call.operand(0).type.dims, &b = call.operand(1).type.dims;
  if (a.size() != 2 || b.size() != 2) {
    return malformed(*call.node, "multiplies " + shape_text(a) + " by " + shape_text(b) + "; two matrices expected");
  }
  if (!call.operand(2).present) return Unit{};
  TACIT_OK(check_float(call, 2));
  return check_constant(call, 2, "C, the bias");
}

Result<Spec> read_spec(const Call& call) {
  TACIT_OK(check_operands(call));
  const Shape &a = call.operand(0).type.dims, &b = call.operand(1).type.dims;
  Spec spec;
  TACIT_TRY(spec.trans_a, flag_attribute(*call.node, "transA", false));
  TACIT_TRY(spec.trans_b, flag_attribute(*call.node, "transB", false));
  TACIT_TRY(spec.alpha, float_attribute(*call.node, "alpha", 1.0f));
  TACIT_TRY(spec.beta, float_attribute(*call.node, "beta", 1.0f));
  spec.m = a[spec.trans_a ? 1 : 0];
  spec.k = a[spec.trans_a ? 0 : 1];
  spec.n = b[spec.trans_b ? 0 : 1];
  if (b[spec.trans_b ? 1 : 0] != spec.k) {
    return malformed(*call.node, "cannot multiply " + shape_text(a) + (spec.trans_a ? " (transposed)" : "") + " by " +
                                     shape_text(b) + (spec.trans_b ? " (transposed)" : ""));
  }
  const Shape y = {spec.m, spec.n};
  if (call.operand(2).present && broadcast(call.operand(2).type.dims, y) != y) {
    return malformed(*call.node, "C has shape " + shape_text(call.operand(2).type.dims) +
                                     ", which does not broadcast to " + shape_text(y));
  }
  return spec;
}

bool is_constant(const Call& call, std::size_t index) { return !call.operand(index).present || call.operand(index).value != nullptr; }

/// Nothing where B and C are constants, or where what is wrong is said by `infer`.
Result<Expansion> expand(const Call& call) {
  Expansion to(call);
  TACIT_OK(check_arity(call, 2, 3));
  if (is_constant(call, 1) && is_constant(call, 2)) return to;
  if (call.operand(0).type.dims.size() != 2 || call.operand(1).type.dims.size() != 2) return to;
  const auto matrix = [&](std::size_t index, const char* flag) -> Result<std::string> {
    TACIT_TRY(const bool transposed, flag_attribute(*call.node, flag, false));
    if (!transposed) return to.input(index);
    return to.add("Transpose", {to.input(index)}, {{"perm", std::vector<std::int64_t>{1, 0}}});
  };
  const auto times = [&](const std::string& value, float factor) { return factor == 1 ? value : to.add("Mul", {value, to.scalar(factor)}); };
  TACIT_TRY(const float alpha, float_attribute(*call.node, "alpha", 1.0f));
  TACIT_TRY(const float beta, float_attribute(*call.node, "beta", 1.0f));
  TACIT_TRY(const std::string a, matrix(0, "transA"));
  TACIT_TRY(const std::string b, matrix(1, "transB"));
  const std::string product = times(to.add("MatMul", {a, b}), alpha);
  to.give(0, call.operand(2).present ? to.add("Add", {product, times(to.input(2), beta)}) : product);
  return to;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_TRY(Spec spec, read_spec(call));
  return one_output(call, DType::kFloat, {spec.m, spec.n});
}

std::vector<Tensor> evaluate(const Call& call) {
  const Spec spec = read_spec(call).value();
  const Tensor &a = *call.operand(0).value, &b = *call.operand(1).value;
  Tensor out = zeros({spec.m, spec.n});
  const MatrixView va{a.f.data(), spec.trans_a ? 1 : spec.k, spec.trans_a ? spec.m : 1};
  const MatrixView vb{b.f.data(), spec.trans_b ? 1 : spec.n, spec.trans_b ? spec.k : 1};
  matmul(va, vb, out.f.data(), spec.n, spec.m, spec.n, spec.k);
  if (spec.alpha != 1) {
    for (float& v : out.f) v *= spec.alpha;
  }
  if (call.operand(2).present) {
    Tensor c = *call.operand(2).value;
    for (float& v : c.f) v *= spec.beta;
    out = add_broadcast(out, c);
  }
  return {std::move(out)};
}

/// C as one number per column, beta included, or nothing when it varies from row to row.
std::optional<std::vector<double>> column_bias(const Call& call, const Spec& spec) {
  std::vector<double> bias(static_cast<std::size_t>(spec.n), 0.0);
  if (!call.operand(2).present) return bias;
  const Tensor& c = *call.operand(2).value;
  if (c.dims.size() == 2 && c.dims[0] != 1) return std::nullopt;
  for (std::size_t j = 0; j < bias.size(); ++j) bias[j] = double{spec.beta} * c.f[c.f.size() == 1 ? 0 : j];
  return bias;
}

std::optional<Rewrite> absorb(const Call& call, const ChannelAffine& map) {
  const Spec spec = read_spec(call).value();
  std::optional<std::vector<double>> bias = column_bias(call, spec);
  if (!bias || (map.axis && *map.axis != 1)) return std::nullopt;
  Tensor weight = *call.operand(1).value;
  const std::size_t n = static_cast<std::size_t>(spec.n), k = static_cast<std::size_t>(spec.k);
  std::vector<float> new_bias(n);
  for (std::size_t j = 0; j < n; ++j) {
    const std::size_t at = map.axis ? j : 0;
    new_bias[j] = static_cast<float>((*bias)[j] * map.scale[at] + map.shift[at]);
    for (std::size_t p = 0; p < k; ++p) {
      float& w = weight.f[spec.trans_b ? j * k + p : p * n + j];
      w = static_cast<float>(w * (spec.alpha * map.scale[at]));
    }
  }
  Rewrite out{*call.node, {std::move(weight), make_float({spec.n}, std::move(new_bias))}};
  out.node.attributes["alpha"] = 1.0f;
  out.node.attributes["beta"] = 1.0f;
  return out;
}

/// alpha * B as [n, k].
std::vector<double> transposed_weight(const Tensor& b, const Spec& spec) {
  std::vector<double> out(b.f.size());
  for (std::int64_t j = 0; j < spec.n; ++j) {
    for (std::int64_t p = 0; p < spec.k; ++p) {
      const std::int64_t at = spec.trans_b ? j * spec.k + p : p * spec.n + j;
      out[static_cast<std::size_t>(j * spec.k + p)] = double{spec.alpha} * b.f[static_cast<std::size_t>(at)];
    }
  }
  return out;
}

Status lower(const Call& call, Lowering& lowering) {
  const Spec spec = read_spec(call).value();
  const auto m = static_cast<std::uint32_t>(spec.m), n = static_cast<std::uint32_t>(spec.n);
  const auto k = static_cast<std::uint32_t>(spec.k);
  Product product;
  if (spec.trans_a) {  // [k, m] as it stands is one batch entry of k rows
    TACIT_TRY(product.input, lowering.read(call, 0, {1, k, 1, m}));
    product.in_rows = k;
    product.window = Window::identity(m);
  } else {
    TACIT_TRY(Features features, lowering.read_features(call, 0, m, k));
    product.input = features.input;
    product.in_rows = features.in_rows;
    product.window = features.window;
  }
  product.weights = transposed_weight(*call.operand(1).value, spec);
  // With the same initialiser, only alpha and the transposition could make other weights.
  if (spec.alpha == 1 && spec.trans_b) product.origin = call.node->inputs[1];
  Affine sum = empty_sum(call, {m, n, 1, 1});
  sum.products.push_back(std::move(product));
  if (call.operand(2).present) {
    sum.constant = field_of(*call.operand(2).value, {spec.m, spec.n}, sum.shape, spec.beta);
  }
  lowering.give(call, std::move(sum));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "a contraction with hidden weights; bias, a following per-channel Mul, Add, Sub, Div or BatchNormalization fold "
    "into it; with computed B or C: MatMul, Mul, Add"};
extern const Operator kGemm;
const Operator kGemm = {.op = "Gemm", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower,
                        .expand = expand, .is_linear_time = false, .absorb = absorb};

}  // namespace tacit
