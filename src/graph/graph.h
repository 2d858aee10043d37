// Graph: a model as we see it, independent of the file format it came from.
//
//   inputs x ----> [Conv_0] --a--> [Relu_1] --y----> outputs y
//                  ^    ^
//             W: initialisers :b
//
// Every value has one name and one origin: an input, an initialiser, or one node's output. Nodes stand in an order in
// which every operand comes before its use (see order_nodes).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "ops/node.h"
#include "tensor/tensor.h"

namespace tacit {

struct ValueInfo {
  std::string name;
  TensorType type;
};

struct Graph {
  std::string name;
  std::int64_t opset = 0;       ///< of the standard operators; 0 where the file imports none
  bool symbolic_batch = false;  ///< the leading extent of some input was chosen by us, not fixed by the file
  std::map<std::string, Shape> free_inputs;  ///< those with inner extents that the file leaves open: all extents, -1 for one that is
  std::vector<ValueInfo> inputs;
  std::vector<std::string> outputs;
  std::vector<Node> nodes;
  std::map<std::string, Tensor> initialisers;
  /// Inputs and initialisers that are well formed but cannot be used (a string tensor, a symbolic inner extent), with
  /// the reason. They stop `prepare`, but not the listing of unsupported nodes.
  std::map<std::string, Error> faults;
};

/// Sorts the nodes so that operands come first, keeping the given order where it is one already. Refuses values with
/// two origins or none, cycles, and outputs that nobody produces, each by name.
Status order_nodes(Graph& graph);

/// Removes nodes and initialisers that no output depends on, and blanks out node outputs that nobody reads.
/// Contract: order_nodes has accepted the graph.
void drop_dead(Graph& graph);

/// Makes `values` the outputs of the graph and drops what they do not need, e.g. to stop before a final Softmax.
/// Contract: order_nodes has accepted the graph. Errors: a value that no node computes, by name.
Status cut_at(Graph& graph, const std::vector<std::string>& values);

/// The nodes that some output depends on and whose operator is not supported, in order.
std::vector<Node> unsupported_nodes(const Graph& graph);

}  // namespace tacit
