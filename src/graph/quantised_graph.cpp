// What is noted of the nodes that pass by, and where a path begins and ends.
#include "graph/quantised_graph.h"

#include <algorithm>
#include <cmath>

#include "ops/quantised.h"

namespace tacit {
namespace {

/// Nodes that the paths between quantised values may hold.
const std::set<std::string> kNoted = {
    "Abs", "Add", "AveragePool", "Cast", "Clip", "Concat", "Conv", "ConvInteger", "DepthToSpace", "DequantizeLinear", "Dropout", "Elu",
    "Flatten", "Gelu", "Gemm", "GlobalAveragePool", "HardSigmoid", "HardSwish", "Identity", "LeakyRelu", "MatMul", "MatMulInteger", "MaxPool",
    "Mish", "Mul", "Neg", "Relu", "Reshape", "Selu", "Sigmoid", "Slice", "Softplus", "Softsign", "SpaceToDepth", "Squeeze", "Sub", "Sum",
    "Tanh", "Transpose", "Unsqueeze"};

bool is_number(const Operand& operand) { return operand.present && operand.value != nullptr && operand.value->size() == 1; }

/// A constant scale for all; nothing where there is none, or it is no scale.
std::optional<float> one_scale(const Call& call) {
  if (!is_number(call.operand(1)) || call.operand(1).type.dtype != DType::kFloat) return std::nullopt;
  const float scale = call.operand(1).value->f[0];
  if (!(scale > 0) || !std::isfinite(scale)) return std::nullopt;
  return scale;
}

/// Its zero point; nothing where it is computed, or there are several.
std::optional<std::int64_t> one_zero(const Operand& zero) {
  if (!zero.present) return 0;
  if (!is_number(zero) || zero.type.dtype != DType::kInt64) return std::nullopt;
  return zero.value->i[0];
}

/// The type that a QuantizeLinear gives; nothing where it is not read here.
std::optional<Element> quantised_type(const Call& call) {
  if (call.operand(2).present) return call.operand(2).type.element;
  const auto declared = int_attribute(*call.node, "output_dtype", 0);
  constexpr std::int64_t kUint8 = 2, kInt8 = 3;
  if (!declared.ok() || (*declared != 0 && *declared != kUint8 && *declared != kInt8)) return std::nullopt;
  return *declared == kInt8 ? Element::kInt8 : Element::kUint8;
}

bool has_eight_bits(Element element) { return element == Element::kUint8 || element == Element::kInt8; }

std::string free_name(std::string name, const std::set<std::string>& taken) {
  while (taken.contains(name)) name += "'";
  return name;
}

}  // namespace

std::optional<Expansion> QuantisedGraph::visit(const Call& call, const std::set<std::string>& taken) {
  const Node& node = *call.node;
  if (!node.domain.empty() || node.outputs.empty()) return std::nullopt;
  if (node.op == "QuantizeLinear") return visit_quantise(call, taken);
  if (!kNoted.contains(node.op)) return std::nullopt;
  seen_.try_emplace(node.outputs[0], Seen{node, call.operands});
  if (node.op == "DequantizeLinear") return visit_dequantise(call);
  if (node.op == "Cast") return visit_cast(call);
  return std::nullopt;
}

const QuantisedGraph::Seen* QuantisedGraph::seen(const std::string& value) const {
  const auto found = seen_.find(value);
  return found == seen_.end() ? nullptr : &found->second;
}

void QuantisedGraph::note_constant(const Call& call) {
  const Tensor& x = *call.operand(0).value;
  if (x.dtype != DType::kInt64 || call.operand(1).value == nullptr || call.operand(1).value->dtype != DType::kFloat) return;
  const auto block = int_attribute(*call.node, "block_size", 0), axis = int_attribute(*call.node, "axis", 1);
  if (!block.ok() || *block != 0 || !axis.ok()) return;
  Constant constant;
  const auto rank = static_cast<std::int64_t>(x.dims.size());
  constant.axis = static_cast<std::size_t>(*axis < 0 ? *axis + rank : *axis);
  for (const float scale : call.operand(1).value->f) {
    if (!(scale > 0) || !std::isfinite(scale)) return;
    constant.scales.push_back(scale);
  }
  constant.centred = make_float(x.dims, {x.i.begin(), x.i.end()});
  if (call.operand(2).present) {
    const auto zero = call.operand(2).value == nullptr ? Result<Tensor>(Error{}) : spread(call, 2, x.dims, constant.axis, 0);
    if (!zero.ok()) return;
    const std::vector<double> numbers = numbers_of(*zero);
    constant.centred = broadcast_arithmetic(Arithmetic::kSubtract, constant.centred, make_float(zero->dims, {numbers.begin(), numbers.end()}));
  }
  constants_[call.node->outputs[0]] = std::move(constant);
}

std::optional<Expansion> QuantisedGraph::visit_dequantise(const Call& call) {
  if (!call.operand(0).present) return std::nullopt;
  if (call.operand(0).value != nullptr) {
    note_constant(call);
    return std::nullopt;
  }
  const auto found = centred_.find(call.node->inputs[0]);
  const std::optional<float> scale = one_scale(call);
  if (found == centred_.end() || !scale || one_zero(call.operand(2)) != found->second.second) return std::nullopt;
  Expansion out(call);
  const std::string x = out.add("Cast", {found->second.first.name}, {{"to", Attribute{kFloatNumber}}});
  out.give(0, out.add("Mul", {x, out.scalar(*scale)}));
  return out;
}

// A product of integers that somebody reads as floats: its sums need not be integers of the model's.
std::optional<Expansion> QuantisedGraph::visit_cast(const Call& call) {
  const Seen* from = seen(call.node->inputs[0]);
  const auto to = int_attribute(*call.node, "to", 0);
  if (from == nullptr || (from->node.op != "ConvInteger" && from->node.op != "MatMulInteger") || !to.ok() || *to != kFloatNumber) return std::nullopt;
  Expansion out(call);
  const std::optional<Product> sum = integer_product(*from, out);
  if (!sum) return std::nullopt;
  out.give(0, sum->sum);
  return out;
}

std::optional<Expansion> QuantisedGraph::visit_quantise(const Call& call, const std::set<std::string>& taken) {
  const std::optional<float> scale = one_scale(call);
  const std::optional<std::int64_t> zero = one_zero(call.operand(2));
  const std::optional<Element> found = quantised_type(call);
  if (!found) return std::nullopt;
  const Element element = *found;
  if (!scale || !zero || !has_eight_bits(element) || !call.operand(0).present || call.operand(0).value != nullptr) return std::nullopt;
  const IntegerRange type = range_of_element(element);
  Expansion out(call);
  const IntegerRange range{type.lo - *zero, type.hi - *zero};
  Found y = rounded(call.node->inputs[0], {*scale, range}, {}, out);
  if (!y && call.operand(0).type.dtype == DType::kFloat) {
    out = Expansion(call);
    y = Integers{out.add_own("Stepped", {out.input(0)}, {{"y_scale", Attribute{*scale}}, {"lo", Attribute{range.lo}}, {"hi", Attribute{range.hi}}}), range};
  }
  if (!y) return std::nullopt;
  const auto made = std::find_if(out.nodes.begin(), out.nodes.end(), [&](const Node& node) { return node.outputs[0] == y->name; });
  if (made != out.nodes.end()) y->name = made->outputs[0] = free_name(call.node->outputs[0] + "/centred", taken);
  const std::string q = out.add("Add", {y->name, out.constant(make_int64({}, {*zero}))});
  out.give(0, out.add("Cast", {q}, {{"to", Attribute{*element_number({DType::kInt64, {}, element})}}}));
  centred_[call.node->outputs[0]] = {*y, *zero};
  return out;
}

QuantisedGraph::Found QuantisedGraph::integers_of(const Operand& q, const std::string& name, std::int64_t zero, Expansion& out) const {
  const auto found = centred_.find(name);
  if (found != centred_.end() && found->second.second == zero) return found->second.first;
  if (!q.present || q.type.dtype != DType::kInt64 || !has_eight_bits(q.type.element)) return std::nullopt;
  const IntegerRange type = range_of_element(q.type.element);
  std::string x = out.add("Cast", {name}, {{"to", Attribute{kInt64Number}}});
  if (zero != 0) x = out.add("Sub", {x, out.constant(make_int64({}, {zero}))});
  return Integers{x, {type.lo - zero, type.hi - zero}};
}

std::optional<QuantisedGraph::Quantised> QuantisedGraph::quantised(const std::string& value, Expansion& out) const {
  static const std::set<std::string> moves = {"DepthToSpace", "Flatten", "MaxPool", "Reshape", "Slice", "SpaceToDepth", "Squeeze", "Transpose", "Unsqueeze"};
  const Seen* from = seen(value);
  if (from == nullptr || constants_.contains(value)) return std::nullopt;
  const Node& node = from->node;
  if (node.op == "Identity" || node.op == "Dropout") return quantised(node.inputs[0], out);
  if (moves.contains(node.op)) {
    std::optional<Quantised> x = quantised(node.inputs[0], out);
    if (!x) return std::nullopt;
    std::vector<std::string> inputs = node.inputs;
    inputs[0] = x->integers.name;
    x->integers.name = out.add(node.op, std::move(inputs), node.attributes);
    out.nodes.back().opset = node.opset;
    return x;
  }
  if (node.op != "DequantizeLinear") return std::nullopt;
  const std::optional<float> scale = one_scale(from->call());
  const std::optional<std::int64_t> zero = one_zero(from->call().operand(2));
  if (!scale || !zero) return std::nullopt;
  const Found integers = integers_of(from->operands[0], node.inputs[0], *zero, out);
  if (!integers) return std::nullopt;
  return Quantised{*integers, *scale};
}

}  // namespace tacit
