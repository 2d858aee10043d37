#include "graph/expanded_functions.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace tacit {
namespace {

const std::set<std::string> kNoted = {"Add", "Cast", "CastLike", "Div", "Exp", "Less", "Log", "Mul", "Neg", "ReduceMax", "ReduceSum", "Sub"};

/// The axes of a reduction, counted from the front, if they are constants.
std::optional<std::vector<std::int64_t>> reduced_axes(const Node& node, const std::vector<Operand>& operands) {
  const auto rank = static_cast<std::int64_t>(operands[0].type.dims.size());
  auto given = ints_attribute(node, "axes", {});
  if (!given.ok()) return std::nullopt;
  std::vector<std::int64_t> axes = *given;
  if (operands.size() > 1 && operands[1].present) {
    if (operands[1].value == nullptr) return std::nullopt;
    axes = operands[1].value->i;
  }
  for (std::int64_t& axis : axes) {
    if (axis < -rank || axis >= rank) return std::nullopt;
    if (axis < 0) axis += rank;
  }
  if (axes.empty() && int_attribute(node, "noop_with_empty_axes", 0).ok() && *int_attribute(node, "noop_with_empty_axes", 0) == 0) {
    for (std::int64_t axis = 0; axis < rank; ++axis) axes.push_back(axis);
  }
  std::sort(axes.begin(), axes.end());
  return axes;
}

bool keeps_axes(const Node& node) {
  const auto keeps = int_attribute(node, "keepdims", 1);
  return keeps.ok() && *keeps == 1;
}

constexpr float kLeftOut = -0x1p99f;  ///< as MaskedSoftmax has it

}  // namespace

std::optional<Expansion> ExpandedFunctions::visit(const Call& call) {
  const Node& node = *call.node;
  if (!node.domain.empty() || node.outputs.empty()) return std::nullopt;
  if (kNoted.contains(node.op)) seen_.try_emplace(node.outputs[0], Seen{node, call.operands});
  if (node.op == "Log") return visit_log(call);
  if (node.op == "Div") return visit_div(call);
  if (node.op == "Sub") return visit_sub(call);
  if (node.op == "Softmax") return visit_softmax(call);
  if (node.op == "Where") return visit_where(call);
  return std::nullopt;
}

const ExpandedFunctions::Seen* ExpandedFunctions::made_by(const std::string& value, const char* op) const {
  const auto found = seen_.find(value);
  if (found == seen_.end()) return nullptr;
  const Seen& seen = found->second;
  if (seen.node.op == op) return &seen;
  const bool cast = (seen.node.op == "Cast" || seen.node.op == "CastLike") && seen.operands[0].type.dtype == DType::kFloat;
  return cast ? made_by(seen.node.inputs[0], op) : nullptr;
}

std::optional<ExpandedFunctions::ExpSum> ExpandedFunctions::sum_of_exponentials(const std::string& value, const std::string& exponential) const {
  const Seen* sum = made_by(value, "ReduceSum");
  if (sum == nullptr || (!exponential.empty() && sum->node.inputs[0] != exponential)) return std::nullopt;
  const Seen* e = made_by(sum->node.inputs[0], "Exp");
  const auto axes = reduced_axes(sum->node, sum->operands);
  if (e == nullptr || !axes || axes->empty()) return std::nullopt;
  return ExpSum{e->node.inputs[0], *axes, keeps_axes(sum->node)};
}

std::string ExpandedFunctions::without_maximum(const std::string& value, const std::vector<std::int64_t>& axes) const {
  const Seen* difference = made_by(value, "Sub");
  const Seen* most = difference == nullptr ? nullptr : made_by(difference->node.inputs[1], "ReduceMax");
  if (most == nullptr || most->node.inputs[0] != difference->node.inputs[0] || !keeps_axes(most->node)) return value;
  return reduced_axes(most->node, most->operands) == axes ? difference->node.inputs[0] : value;
}

std::optional<Expansion> ExpandedFunctions::visit_log(const Call& call) const {
  const auto sum = sum_of_exponentials(call.node->inputs[0], "");
  if (!sum) return std::nullopt;
  Expansion out(call);
  out.give(0, out.add("ReduceLogSumExp", {sum->x, out.integers(sum->axes)}, {{"keepdims", Attribute{std::int64_t{sum->keeps}}}}));
  return out;
}

std::optional<Expansion> ExpandedFunctions::visit_div(const Call& call) const {
  if (call.node->inputs.size() != 2 || made_by(call.node->inputs[0], "Exp") == nullptr) return std::nullopt;
  const auto sum = sum_of_exponentials(call.node->inputs[1], call.node->inputs[0]);
  if (!sum || !sum->keeps || sum->axes.size() != 1) return std::nullopt;
  Expansion out(call);
  out.give(0, out.add("Softmax", {without_maximum(sum->x, sum->axes)}, {{"axis", Attribute{sum->axes[0]}}}));
  return out;
}

std::optional<Expansion> ExpandedFunctions::visit_sub(const Call& call) const {
  if (call.node->inputs.size() != 2) return std::nullopt;
  const Seen* log = made_by(call.node->inputs[1], "Log");
  const auto sum = log == nullptr ? std::nullopt : sum_of_exponentials(log->node.inputs[0], "");
  if (!sum || !sum->keeps || sum->axes.size() != 1 || sum->x != call.node->inputs[0]) return std::nullopt;
  Expansion out(call);
  out.give(0, out.add("LogSoftmax", {without_maximum(sum->x, sum->axes)}, {{"axis", Attribute{sum->axes[0]}}}));
  return out;
}

std::optional<Expansion> ExpandedFunctions::visit_softmax(const Call& call) const {
  const Shape& dims = call.operand(0).type.dims;
  const auto axis = int_attribute(*call.node, "axis", call.node->opset < 13 ? 1 : -1);
  const auto last = static_cast<std::int64_t>(dims.size()) - 1;
  const Seen* sum = made_by(call.node->inputs[0], "Add");
  if (sum == nullptr || !axis.ok() || (*axis != -1 && *axis != last)) return std::nullopt;
  for (const std::size_t index : {0, 1}) {
    const Operand &mask = sum->operands[index], &x = sum->operands[1 - index];
    if (mask.value == nullptr || mask.value->dtype != DType::kFloat || x.value != nullptr || x.type.dims != dims) continue;
    Tensor values = *mask.value;
    const bool leaves_out = std::any_of(values.f.begin(), values.f.end(), [](float v) { return v <= kLeftOut; });
    const bool usable = std::all_of(values.f.begin(), values.f.end(), [](float v) { return v < -kLeftOut; });
    if (!leaves_out || !usable) continue;
    for (float& v : values.f) v = std::max(v, 2 * kLeftOut);
    values.element = Element::kPlain;
    Expansion out(call);
    out.give(0, out.add_own("MaskedSoftmax", {sum->node.inputs[1 - index], out.constant(std::move(values))}));
    return out;
  }
  return std::nullopt;
}

std::string ExpandedFunctions::with_limited(const std::string& value, const std::string& x, const std::string& limited, Expansion& out,
                                            bool& has_exp) const {
  static const std::set<std::string> kept = {"Add", "Cast", "CastLike", "Div", "Exp", "Mul", "Neg", "Sub"};
  if (value == x) return limited;
  const auto found = seen_.find(value);
  if (found == seen_.end() || !kept.contains(found->second.node.op)) return "";
  const Seen& seen = found->second;
  has_exp = has_exp || seen.node.op == "Exp";
  std::vector<std::string> inputs;
  for (std::size_t index = 0; index < seen.node.inputs.size(); ++index) {
    const bool constant = seen.operands[index].value != nullptr;
    inputs.push_back(constant ? seen.node.inputs[index] : with_limited(seen.node.inputs[index], x, limited, out, has_exp));
    if (inputs.back().empty()) return "";
  }
  const std::string y = out.add(seen.node.op, std::move(inputs), seen.node.attributes);
  out.nodes.back().opset = seen.node.opset;
  return y;
}

std::optional<Expansion> ExpandedFunctions::visit_where(const Call& call) const {
  if (call.node->inputs.size() != 3) return std::nullopt;
  const auto found = seen_.find(call.node->inputs[0]);
  if (found == seen_.end() || found->second.node.op != "Less") return std::nullopt;
  const Seen& less = found->second;
  const bool floats = less.operands[0].type.dtype == DType::kFloat && less.operands[0].value == nullptr;
  if (!floats || less.operands[1].value == nullptr || less.operands[1].value->size() != 1) return std::nullopt;
  Expansion out(call);
  const std::string limited = out.add("Min", {less.node.inputs[0], less.node.inputs[1]});
  bool has_exp = false;
  const std::string below = with_limited(call.node->inputs[1], less.node.inputs[0], limited, out, has_exp);
  if (below.empty() || !has_exp) return std::nullopt;
  out.give(0, out.add("Where", {call.node->inputs[0], below, call.node->inputs[2]}));
  return out;
}

}  // namespace tacit
