// Floors: numbers that are so low that nobody tells them apart, since a Softmax makes 0 of them all: computed masks.
//
//   mask 0 0 -10000   scores 3 1 2   sum 3 1 -9998   Softmax: as good as 3 1 -17   floors: of the sum -17, of the mask -20
#pragma once

#include <map>
#include <string>

#include "graph/execute.h"

namespace tacit {

/// The floor of every node's output that has one: numbers below it are as good as it. `values` as run_float gives them.
std::map<std::string, double> floors_of(const Graph& graph, const TensorMap& values);

/// Raises constants that are the low numbers of computed masks to kLowestMask (the lowest float, or -infinity, would leave nothing
/// else a scale). Contract: fold_constants has accepted the graph.
Status raise_masks(Graph& graph);

}  // namespace tacit
