#include "ops/call.h"

#include <utility>

namespace tacit {

const Operand& Call::operand(std::size_t index) const {
  static const Operand kLeftOut;
  return index < operands.size() ? operands[index] : kLeftOut;
}

std::string node_place(const Node& node) {
  std::string place = "node " + node.name + " (" + node.op;
  if (!node.domain.empty()) place += ", domain " + node.domain;
  return place + ", opset " + std::to_string(node.opset) + ")";
}

Error refuse(const Node& node, std::string what) { return unsupported(std::move(what), node_place(node)); }
Error malformed(const Node& node, std::string what) { return bad_input(std::move(what), node_place(node)); }

namespace {

template <class T>
Result<T> typed_attribute(const Node& node, const char* name, T fallback, const char* kind) {
  auto found = node.attributes.find(name);
  if (found == node.attributes.end()) return fallback;
  if (const T* value = std::get_if<T>(&found->second)) return *value;
  return malformed(node, "attribute " + std::string(name) + " must be " + kind);
}

std::string operand_text(const Call& call, std::size_t index) {
  std::string text = "input " + std::to_string(index);
  if (index < call.node->inputs.size() && !call.node->inputs[index].empty()) {
    text += " \"" + call.node->inputs[index] + "\"";
  }
  return text;
}

}  // namespace

Result<std::int64_t> int_attribute(const Node& node, const char* name, std::int64_t fallback) {
  return typed_attribute<std::int64_t>(node, name, fallback, "an integer");
}
Result<float> float_attribute(const Node& node, const char* name, float fallback) {
  return typed_attribute<float>(node, name, fallback, "a float");
}
Result<std::string> string_attribute(const Node& node, const char* name, const char* fallback) {
  return typed_attribute<std::string>(node, name, fallback, "a string");
}
Result<std::vector<std::int64_t>> ints_attribute(const Node& node, const char* name,
                                                 std::vector<std::int64_t> fallback) {
  return typed_attribute<std::vector<std::int64_t>>(node, name, std::move(fallback), "a list of integers");
}

Result<bool> flag_attribute(const Node& node, const char* name, bool fallback) {
  TACIT_TRY(std::int64_t value, int_attribute(node, name, fallback ? 1 : 0));
  if (value != 0 && value != 1) return malformed(node, "attribute " + std::string(name) + " must be 0 or 1");
  return value == 1;
}

Status check_arity(const Call& call, std::size_t least, std::size_t most) {
  const std::size_t have = call.operands.size();
  if (have < least || have > most) {
    std::string want = std::to_string(least);
    if (most != least) want += " to " + std::to_string(most);
    return malformed(*call.node, "has " + std::to_string(have) + " inputs, " + want + " expected");
  }
  for (std::size_t index = 0; index < least; ++index) {
    if (!call.operand(index).present) return malformed(*call.node, operand_text(call, index) + " is missing");
  }
  const std::vector<std::string>& outputs = call.node->outputs;
  for (std::size_t index = 1; index < outputs.size(); ++index) {
    if (outputs[index].empty()) continue;
    return refuse(*call.node, "its output \"" + outputs[index] + "\" is used; only the first output is supported");
  }
  if (outputs.empty() || outputs[0].empty()) return malformed(*call.node, "has no output");
  return Unit{};
}

Status check_float(const Call& call, std::size_t index) {
  const Operand& operand = call.operand(index);
  if (!operand.present) return malformed(*call.node, operand_text(call, index) + " is missing");
  if (operand.type.dtype == DType::kFloat) return Unit{};
  return refuse(*call.node, operand_text(call, index) + " holds integers; floats expected");
}

Status check_constant(const Call& call, std::size_t index, const char* role) {
  const Operand& operand = call.operand(index);
  if (!operand.present) return malformed(*call.node, operand_text(call, index) + " is missing");
  if (operand.value != nullptr) return Unit{};
  return refuse(*call.node, operand_text(call, index) + " (" + role +
                                ") must be a constant of the model, not computed from its input");
}

Result<std::vector<std::int64_t>> list_operand(const Call& call, std::size_t index, const char* role) {
  TACIT_OK(check_constant(call, index, role));
  const Operand& operand = call.operand(index);
  if (operand.type.dtype != DType::kInt64 || operand.type.dims.size() > 1) {
    return malformed(*call.node, operand_text(call, index) + " (" + role + ") must be a list of integers");
  }
  return operand.value->i;
}

Result<std::optional<std::vector<std::int64_t>>> axes_of(const Call& call, std::size_t index, std::int64_t since) {
  using List = std::vector<std::int64_t>;
  if (call.node->opset < since) {
    if (!call.node->attributes.contains("axes")) return std::optional<List>{};
    TACIT_TRY(List axes, ints_attribute(*call.node, "axes", {}));
    return std::optional<List>(std::move(axes));
  }
  if (!call.operand(index).present) return std::optional<List>{};
  TACIT_TRY(List axes, list_operand(call, index, "axes"));
  return std::optional<List>(std::move(axes));
}

Result<std::size_t> resolve_axis(const Node& node, std::int64_t axis, std::size_t rank, bool end_allowed) {
  const std::int64_t n = static_cast<std::int64_t>(rank);
  const std::int64_t from_start = axis < 0 ? axis + n : axis;
  if (axis < -n || from_start > n || (from_start == n && !end_allowed)) {
    return malformed(node, "axis " + std::to_string(axis) + " is outside a tensor of rank " + std::to_string(rank));
  }
  return static_cast<std::size_t>(from_start);
}

Result<std::vector<TensorType>> one_output(const Call& call, TensorType type) {
  std::optional<std::int64_t> count = element_count(type.dims);
  if (!count) return refuse(*call.node, "its output " + shape_text(type.dims) + " has too many elements");
  return std::vector<TensorType>{std::move(type)};
}

Result<std::vector<TensorType>> one_output(const Call& call, DType dtype, Shape dims) {
  const Operand& first = call.operand(0);
  const bool alike = first.present && first.type.dtype == dtype;
  return one_output(call, {dtype, std::move(dims), alike ? first.type.element : Element::kPlain});
}

}  // namespace tacit
