// For tests only: writes small graphs by hand.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "graph/graph.h"

namespace tacit {

struct GraphFixture {
  Graph graph;

  GraphFixture& input(std::string name, Shape dims) {
    graph.inputs.push_back({std::move(name), {DType::kFloat, std::move(dims)}});
    return *this;
  }
  GraphFixture& constant(const std::string& name, Tensor value) {
    graph.initialisers[name] = std::move(value);
    return *this;
  }
  GraphFixture& node(std::string op, std::vector<std::string> inputs, std::vector<std::string> outputs,
                     std::map<std::string, Attribute> attributes = {}) {
    Node node;
    node.name = op + "_" + std::to_string(graph.nodes.size());
    node.op = std::move(op);
    node.opset = 13;
    node.inputs = std::move(inputs);
    node.outputs = std::move(outputs);
    node.attributes = std::move(attributes);
    graph.nodes.push_back(std::move(node));
    return *this;
  }
  GraphFixture& output(std::string name) {
    graph.outputs.push_back(std::move(name));
    return *this;
  }
};

}  // namespace tacit
