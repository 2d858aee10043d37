#include "graph/types.h"

#include <utility>

#include "base/contract.h"
#include "ops/call.h"
#include "ops/catalogue.h"

namespace tacit {

Call make_call(const Node& node, const TypeMap& types,
               const std::function<const Tensor*(const std::string&)>& value_of) {
  Call call{&node, {}};
  for (const std::string& input : node.inputs) {
    Operand operand;
    if (!input.empty()) {
      operand.present = true;
      operand.type = types.at(input);
      operand.value = value_of(input);
    }
    call.operands.push_back(std::move(operand));
  }
  return call;
}

Result<std::vector<TensorType>> infer_node(const Call& call) {
  const Operator* op = find_operator(*call.node);
  TACIT_EXPECTS(op != nullptr, "the operator is supported");
  TACIT_TRY(std::vector<TensorType> types, op->infer(call));
  bool constant = true;
  for (const Operand& operand : call.operands) constant &= !operand.present || operand.value != nullptr;
  for (const TensorType& type : types) {
    if (constant || element_count(type.dims) != 0) continue;
    return refuse(*call.node, "its output " + shape_text(type.dims) + " is empty");
  }
  return types;
}

Result<TypeMap> infer_types(const Graph& graph) {
  TypeMap types;
  for (const ValueInfo& input : graph.inputs) types[input.name] = input.type;
  for (const auto& [name, tensor] : graph.initialisers) types[name] = tensor.type();
  auto value_of = [&](const std::string& name) {
    auto found = graph.initialisers.find(name);
    return found == graph.initialisers.end() ? nullptr : &found->second;
  };
  for (const Node& node : graph.nodes) {
    TACIT_TRY(std::vector<TensorType> outputs, infer_node(make_call(node, types, value_of)));
    for (std::size_t index = 0; index < outputs.size(); ++index) {
      types[node.outputs[index]] = std::move(outputs[index]);
    }
  }
  return types;
}

}  // namespace tacit
