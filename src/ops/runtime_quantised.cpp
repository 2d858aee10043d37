// Quantised operators of ONNX Runtime's own domain, com.microsoft, as its quantiser writes them (the QOperator format): what they are
// by definition, the operator between DequantizeLinear and QuantizeLinear.
//
//   QLinearAdd(a, a_scale, a_zero, b, b_scale, b_zero, y_scale, y_zero)
//       => QuantizeLinear(Add(DequantizeLinear(a, a_scale, a_zero), DequantizeLinear(b, b_scale, b_zero)), y_scale, y_zero)
#include <utility>

#include "ops/expanding.h"
#include "ops/quantised.h"

namespace tacit {
namespace {

using Attributes = Expansion::Attributes;

/// Operand `index`, its scale and zero point behind it, as floats.
std::string opened(Expansion& out, std::size_t index, Attributes attributes = {}) {
  std::vector<std::string> inputs{out.input(index), out.input(index + 1)};
  if (!out.input(index + 2).empty()) inputs.push_back(out.input(index + 2));
  return out.add("DequantizeLinear", std::move(inputs), std::move(attributes));
}

/// Gives `y` by the scale that is operand `index`, and the zero point behind it.
Status give_closed(const Call& call, Expansion& out, const std::string& y, std::size_t index) {
  if (!call.operand(index).present) return malformed(*call.node, "the scale of its output is missing");
  std::vector<std::string> inputs{y, out.input(index)};
  if (call.operand(index + 1).present) inputs.push_back(out.input(index + 1));
  out.give(0, out.add("QuantizeLinear", std::move(inputs)));
  return Unit{};
}

Result<Expansion> expand_pair(const Call& call) {
  TACIT_OK(check_operands(call, 7, 8));
  Expansion out(call);
  const std::string a = opened(out, 0), b = opened(out, 3);
  TACIT_OK(give_closed(call, out, out.add(call.node->op == "QLinearAdd" ? "Add" : "Mul", {a, b}), 6));
  return out;
}

Result<Expansion> expand_concat(const Call& call) {
  TACIT_OK(check_operands(call, 5, call.operands.size()));
  if (call.operands.size() % 3 != 2) return malformed(*call.node, "its inputs do not come in threes");
  Expansion out(call);
  std::vector<std::string> parts;
  for (std::size_t index = 2; index < call.operands.size(); index += 3) parts.push_back(opened(out, index));
  TACIT_OK(give_closed(call, out, out.add("Concat", std::move(parts), call.node->attributes), 0));
  return out;
}

/// An operator of one tensor, which has the node's attributes but for those that only lay its data out.
Result<Expansion> expand_single(const Call& call) {
  TACIT_OK(check_operands(call, 4, 5));
  TACIT_TRY(const bool last, flag_attribute(*call.node, "channels_last", false));
  if (last) return refuse(*call.node, "its channels come last, which is not supported");
  Expansion out(call);
  Attributes attributes = call.node->attributes;
  attributes.erase("channels_last");
  constexpr std::size_t kPrefix = 7;  // "QLinear"
  TACIT_OK(give_closed(call, out, out.add(call.node->op.substr(kPrefix), {opened(out, 0)}, std::move(attributes)), 3));
  return out;
}

/// A Softmax along one axis, or from one on where the node says that it is as of an opset before 13.
Result<Expansion> expand_softmax(const Call& call) {
  TACIT_OK(check_operands(call, 4, 5));
  constexpr std::int64_t kAlongOneAxis = 13;
  TACIT_TRY(const std::int64_t opset, int_attribute(*call.node, "opset", kAlongOneAxis));
  Attributes attributes = call.node->attributes;
  attributes.erase("opset");
  if (!attributes.contains("axis")) attributes["axis"] = Attribute{std::int64_t{opset < kAlongOneAxis ? 1 : -1}};
  Expansion out(call);
  const std::string y = out.add("Softmax", {opened(out, 0)}, std::move(attributes));
  if (opset < kAlongOneAxis) out.nodes.back().opset = opset;
  TACIT_OK(give_closed(call, out, y, 3));
  return out;
}

/// The scale of a Gemm's bias: alpha times those of the factors.
Result<std::vector<float>> bias_scales(const Call& call, float alpha) {
  for (const std::size_t index : {1, 4}) TACIT_OK(check_constant(call, index, "scale"));
  const std::vector<double> a = numbers_of(*call.operand(1).value), b = numbers_of(*call.operand(4).value);
  if (a.size() != 1) return refuse(*call.node, "its first factor has a scale for each row, which is not supported");
  std::vector<float> scales;
  for (const double scale : b) scales.push_back(alpha * static_cast<float>(a[0]) * static_cast<float>(scale));
  return scales;
}

Result<Expansion> expand_gemm(const Call& call) {
  TACIT_OK(check_operands(call, 5, 9));
  TACIT_TRY(const float alpha, float_attribute(*call.node, "alpha", 1));
  TACIT_TRY(const bool transposed, flag_attribute(*call.node, "transB", false));
  Expansion out(call);
  std::vector<std::string> inputs{opened(out, 0), opened(out, 3, {{"axis", Attribute{std::int64_t{transposed ? 0 : 1}}}})};
  if (call.operand(6).present) {
    TACIT_TRY(std::vector<float> scales, bias_scales(call, alpha));
    const std::string scale = scales.size() == 1 ? out.scalar(scales[0]) : out.floats(std::move(scales));
    const auto last = static_cast<std::int64_t>(call.operand(6).type.dims.size()) - 1;
    inputs.push_back(out.add("DequantizeLinear", {out.input(6), scale}, {{"axis", Attribute{std::max<std::int64_t>(last, 0)}}}));
  }
  const std::string y = out.add("Gemm", std::move(inputs), call.node->attributes);
  if (!call.operand(7).present) {
    out.give(0, y);
    return out;
  }
  TACIT_OK(give_closed(call, out, y, 7));
  return out;
}

constexpr const char* kDomain = "com.microsoft";

}  // namespace

constexpr OperatorText kText = {
    "the operator between DequantizeLinear and QuantizeLinear",
    "scales and zero points constant"};
extern const Operator kQGemm, kQLinearAdd, kQLinearAveragePool, kQLinearConcat, kQLinearGlobalAveragePool, kQLinearLeakyRelu, kQLinearMul, kQLinearSigmoid,
    kQLinearSoftmax;
const Operator kQGemm = {.op = "QGemm", .domain = kDomain, .text = kText, .expand = expand_gemm};
const Operator kQLinearAdd = {.op = "QLinearAdd", .domain = kDomain, .text = kText, .expand = expand_pair};
const Operator kQLinearAveragePool = {.op = "QLinearAveragePool", .domain = kDomain, .text = kText, .expand = expand_single};
const Operator kQLinearConcat = {.op = "QLinearConcat", .domain = kDomain, .text = kText, .expand = expand_concat};
const Operator kQLinearGlobalAveragePool = {.op = "QLinearGlobalAveragePool", .domain = kDomain, .text = kText, .expand = expand_single};
const Operator kQLinearLeakyRelu = {.op = "QLinearLeakyRelu", .domain = kDomain, .text = kText, .expand = expand_single};
const Operator kQLinearMul = {.op = "QLinearMul", .domain = kDomain, .text = kText, .expand = expand_pair};
const Operator kQLinearSigmoid = {.op = "QLinearSigmoid", .domain = kDomain, .text = kText, .expand = expand_single};
const Operator kQLinearSoftmax = {.op = "QLinearSoftmax", .domain = kDomain, .text = kText, .expand = expand_softmax};

}  // namespace tacit
