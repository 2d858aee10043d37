// The products on the paths of a quantised model: sums of integers, with their scales.
#include <algorithm>
#include <cmath>

#include "graph/quantised_graph.h"
#include "ops/quantised.h"

namespace tacit {
namespace {

/// An int32 bias counts among the integers of the sum where its scale is the sum's, exactly; where that is rounded, as products of
/// float32 scales usually are, the bias is an offset.
bool is_product(float scale, float x_scale, float w_scale) { return double{scale} == double{x_scale} * double{w_scale}; }

constexpr float kMostBias = 0x1p24f;

/// Attributes of a Gemm that is a product and a sum, no more.
bool is_plain_gemm(const Node& node) {
  const auto alpha = float_attribute(node, "alpha", 1), beta = float_attribute(node, "beta", 1);
  const auto transposed = int_attribute(node, "transA", 0);
  return alpha.ok() && beta.ok() && transposed.ok() && *alpha == 1 && *beta == 1 && *transposed == 0;
}

/// The axis of the weights that the output's axis 1 comes from.
std::size_t output_axis(const Node& node) {
  if (node.op == "Conv" || node.op == "ConvInteger") return 0;
  const auto transposed = int_attribute(node, "transB", 0);
  return node.op == "Gemm" && transposed.ok() && *transposed == 1 ? 0 : 1;
}

}  // namespace

bool QuantisedGraph::add_bias(const Seen& node, float x_scale, const Constant& weights, std::vector<std::string>& inputs, Product& product,
                              Expansion& out) const {
  if (node.operands.size() < 3 || !node.operands[2].present) return true;
  const Operand& bias = node.operands[2];
  if (bias.value == nullptr || bias.value->dtype != DType::kFloat) return false;
  const auto rows = static_cast<std::int64_t>(weights.centred.dims[output_axis(node.node)]);
  if (bias.value->dims != Shape{rows} && bias.value->dims != Shape{1, rows}) return false;
  const auto known = constants_.find(node.node.inputs[2]);
  if (known != constants_.end()) {
    const Constant& b = known->second;
    bool fits = b.scales.size() == 1 || static_cast<std::int64_t>(b.scales.size()) == rows;
    for (std::size_t r = 0; fits && r < static_cast<std::size_t>(rows); ++r) {
      fits = is_product(b.scales[b.scales.size() == 1 ? 0 : r], x_scale, weights.scales[weights.scales.size() == 1 ? 0 : r]) &&
             std::abs(b.centred.f[r]) < kMostBias;
    }
    if (fits) {
      inputs.push_back(out.constant(make_float({rows}, b.centred.f)));
      return true;
    }
  }
  product.offsets = bias.value->f;
  return true;
}

std::optional<QuantisedGraph::Product> QuantisedGraph::float_product(const Seen& node, Expansion& out) const {
  if (node.node.inputs.size() < 2 || (node.node.op == "Gemm" && !is_plain_gemm(node.node))) return std::nullopt;
  const auto weights = constants_.find(node.node.inputs[1]);
  if (weights == constants_.end() || (node.node.op == "MatMul" && weights->second.centred.dims.size() > 2)) return computed_product(node, out);
  const Constant& w = weights->second;
  const bool is_conv = node.node.op == "Conv";
  const bool fits = is_conv ? w.centred.dims.size() >= 3 : w.centred.dims.size() == 2;
  const bool small = std::all_of(w.centred.f.begin(), w.centred.f.end(), [](float v) { return std::abs(v) <= 255; });
  const bool by_row = w.scales.size() == 1 || (w.axis == output_axis(node.node) && (is_conv || node.operands[0].type.dims.size() == 2));
  if (!fits || !small || !by_row) return std::nullopt;
  const std::optional<Quantised> x = quantised(node.node.inputs[0], out);
  if (!x) return std::nullopt;
  Product product{"", x->scale, w.scales, {}};
  std::vector<std::string> inputs{out.add("Cast", {x->integers.name}, {{"to", Attribute{kFloatNumber}}}), out.constant(w.centred)};
  if (!add_bias(node, x->scale, w, inputs, product, out)) return std::nullopt;
  product.sum = out.add(node.node.op, std::move(inputs), node.node.attributes);
  out.nodes.back().opset = node.node.opset;
  return product;
}

// Both factors are computed, or there is a matrix for each batch entry.
std::optional<QuantisedGraph::Product> QuantisedGraph::computed_product(const Seen& node, Expansion& out) const {
  if (node.node.op != "MatMul") return std::nullopt;
  std::vector<std::string> factors;
  std::vector<float> scales;
  for (const std::string& input : node.node.inputs) {
    const auto constant = constants_.find(input);
    if (constant != constants_.end()) {
      const Tensor& centred = constant->second.centred;
      const bool small = std::all_of(centred.f.begin(), centred.f.end(), [](float v) { return std::abs(v) <= 255; });
      if (constant->second.scales.size() != 1 || !small) return std::nullopt;
      factors.push_back(out.constant(centred));
      scales.push_back(constant->second.scales[0]);
      continue;
    }
    const std::optional<Quantised> x = quantised(input, out);
    if (!x) return std::nullopt;
    factors.push_back(out.add("Cast", {x->integers.name}, {{"to", Attribute{kFloatNumber}}}));
    scales.push_back(x->scale);
  }
  Product product{"", scales[0], {scales[1]}, {}};
  product.sum = out.add("MatMul", std::move(factors), {{kExactSum, Attribute{std::int64_t{1}}}});
  return product;
}

std::optional<std::string> QuantisedGraph::centred_weights(const Seen& node, Expansion& out) const {
  const Call call = node.call();
  const Operand& w = call.operand(1);
  if (w.value == nullptr || w.value->dtype != DType::kInt64 || bits_of_element(w.type.element) > 8) return std::nullopt;
  Tensor centred = make_float(w.value->dims, {w.value->i.begin(), w.value->i.end()});
  if (call.operand(3).present) {
    if (call.operand(3).value == nullptr) return std::nullopt;
    const auto zero = spread(call, 3, centred.dims, node.node.op == "ConvInteger" ? 0 : centred.dims.size() - 1, 0);
    if (!zero.ok()) return std::nullopt;
    const std::vector<double> numbers = numbers_of(*zero);
    centred = broadcast_arithmetic(Arithmetic::kSubtract, centred, make_float(zero->dims, {numbers.begin(), numbers.end()}));
  }
  return out.constant(std::move(centred));
}

std::optional<QuantisedGraph::Product> QuantisedGraph::integer_product(const Seen& node, Expansion& out) const {
  const Call call = node.call();
  if (node.node.op != "ConvInteger" && node.node.op != "MatMulInteger") return std::nullopt;
  const Operand& zero = call.operand(2);
  if (zero.present && (zero.value == nullptr || zero.value->size() != 1)) return std::nullopt;
  const std::optional<std::string> weights = centred_weights(node, out);
  const Found x = weights ? integers_of(call.operand(0), node.node.inputs[0], zero.present ? zero.value->i[0] : 0, out) : std::nullopt;
  if (!x) return std::nullopt;
  const std::string floats = out.add("Cast", {x->name}, {{"to", Attribute{kFloatNumber}}});
  Product product;
  product.sum = out.add(node.node.op == "ConvInteger" ? "Conv" : "MatMul", {floats, *weights}, node.node.attributes);
  return product;
}

}  // namespace tacit
