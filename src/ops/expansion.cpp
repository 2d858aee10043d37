#include "ops/expansion.h"

#include <algorithm>
#include <utility>

namespace tacit {

// A name of a file may hold any character, so the graph's pass makes sure that no other value is called so.
std::string Expansion::fresh() {
  std::string name;
  do name = node_->name + "/" + std::to_string(values_++);
  while (std::find(node_->inputs.begin(), node_->inputs.end(), name) != node_->inputs.end());
  return name;
}

std::string Expansion::constant(Tensor value) {
  std::string name = fresh();
  constants[name] = std::move(value);
  return name;
}

std::string Expansion::floats(std::vector<float> values) {
  const auto size = static_cast<std::int64_t>(values.size());
  return constant(make_float({size}, std::move(values)));
}

std::string Expansion::scalar(float value) { return constant(make_float({}, {value})); }

std::string Expansion::integers(std::vector<std::int64_t> values) {
  const auto size = static_cast<std::int64_t>(values.size());
  return constant(make_int64({size}, std::move(values)));
}

std::string Expansion::add(std::string op, std::vector<std::string> inputs, Attributes attributes, std::string domain) {
  Node node;
  node.op = std::move(op);
  node.domain = std::move(domain);
  node.opset = node.domain.empty() ? kOpset : 1;
  node.inputs = std::move(inputs);
  node.attributes = std::move(attributes);
  node.outputs = {fresh()};
  node.name = node_->name + "." + node.op + (nodes.empty() ? "" : std::to_string(nodes.size()));
  nodes.push_back(std::move(node));
  return nodes.back().outputs[0];
}

std::vector<std::string> Expansion::place(const Subgraph& body, const std::vector<std::string>& arguments, const std::string& label) {
  std::map<std::string, std::string> names{{"", ""}};
  for (std::size_t k = 0; k < body.inputs.size(); ++k) names[body.inputs[k]] = arguments.at(k);
  for (std::size_t k = 0; k < body.captured.size(); ++k) names[body.captured[k]] = input(body.first_captured + k);
  for (const auto& [name, tensor] : body.initialisers) names[name] = constant(tensor);
  for (const Node& inner : body.nodes) {
    Node node = inner;
    node.name = node_->name + "/" + label + inner.name;
    for (std::string& name : node.inputs) name = names.at(name);
    for (std::string& name : node.outputs) {
      if (!name.empty()) name = names[name] = fresh();
    }
    nodes.push_back(std::move(node));
  }
  std::vector<std::string> outputs;
  for (const std::string& name : body.outputs) outputs.push_back(names.at(name));
  return outputs;
}

void Expansion::give(std::size_t index, const std::string& value) {
  if (!wants(index)) return;
  for (Node& node : nodes)
    if (node.outputs[0] == value && node.outputs.size() == 1) {
      bool read = false;
      for (const Node& reader : nodes)
        for (const std::string& name : reader.inputs) read |= name == value;
      if (read) break;
      node.outputs[0] = node_->outputs[index];
      return;
    }
  add("Identity", {value});
  nodes.back().outputs[0] = node_->outputs[index];
}

}  // namespace tacit
