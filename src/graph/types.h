// Types: element type and extents of every value of a graph, and the Call that an operator sees.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/result.h"
#include "graph/graph.h"
#include "ops/operator.h"

namespace tacit {

using TypeMap = std::map<std::string, TensorType>;

/// The call of `node` with the operand types of `types` (which holds all of them). `value_of` gives the tensor of a
/// value where it is known, else null; pointers must outlive the call.
Call make_call(const Node& node, const TypeMap& types, const std::function<const Tensor*(const std::string&)>& value_of);

/// The types of one node's outputs; what depends on the model's input must not be empty.
/// Errors name the node. Contract: its operator is supported.
Result<std::vector<TensorType>> infer_node(const Call& call);

/// The types of all inputs, initialisers and node outputs.
Result<TypeMap> infer_types(const Graph& graph);

}  // namespace tacit
