// Expansion: an operator that is a composition of others, written as the nodes that it stands for.
//
//   LinearClassifier(x)  =>  scores = Gemm(x, W, b);  label = ArgMax(scores);  probabilities = Softmax(scores)
//
// Such an operator has no float semantics and no statement of its own: it is whatever its nodes are. They may be expanded
// again. Values that only the expansion names get names that no value of the graph has.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ops/operator.h"

namespace tacit {

class Expansion {
 public:
  explicit Expansion(const Call& call) : node_(call.node) {}

  /// The opset that new standard nodes are of.
  static constexpr std::int64_t kOpset = 18;
  using Attributes = std::map<std::string, Attribute>;

  /// The name of operand `index`; empty if it is left out.
  std::string input(std::size_t index) const { return index < node_->inputs.size() ? node_->inputs[index] : ""; }
  /// The name of a new initialiser.
  std::string constant(Tensor value);
  std::string floats(std::vector<float> values);   ///< of rank 1
  std::string scalar(float value);                 ///< of rank 0
  std::string integers(std::vector<std::int64_t> values);  ///< of rank 1
  /// A new node with one output, whose name is returned. An empty domain is the standard one.
  std::string add(std::string op, std::vector<std::string> inputs, Attributes attributes = {}, std::string domain = "");
  /// The same of a node of our own.
  std::string add_own(std::string op, std::vector<std::string> inputs, Attributes attributes = {}) {
    return add(std::move(op), std::move(inputs), std::move(attributes), kOwnDomain);
  }
  /// The nodes of a body of this node, reading `arguments` for its inputs; the values of its outputs. `label` makes the names
  /// of its nodes.
  std::vector<std::string> place(const Subgraph& body, const std::vector<std::string>& arguments, const std::string& label);
  /// The value is the node's output `index`; nothing happens where that output is left out.
  void give(std::size_t index, const std::string& value);
  /// Somebody reads output `index`.
  bool wants(std::size_t index) const { return index < node_->outputs.size() && !node_->outputs[index].empty(); }

  std::vector<Node> nodes;
  std::map<std::string, Tensor> constants;

 private:
  std::string fresh();

  const Node* node_;
  std::size_t values_ = 0;
};

}  // namespace tacit
