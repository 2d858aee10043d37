#include "ops/expansion.h"

#include <utility>

namespace tacit {

// A name of a file may hold any character, so the graph's pass makes sure that no other value is called so.
std::string Expansion::fresh() { return node_->name + "/" + std::to_string(values_++); }

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

void Expansion::give(std::size_t index, const std::string& value) {
  if (!wants(index)) return;
  for (Node& node : nodes)
    if (node.outputs[0] == value) {
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
