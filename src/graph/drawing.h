// Drawing: a prepared graph as a picture (SVG), every node with what it adds to a proof.
//
//      [ x 1x3x32x32 ]
//            |
//      [ Conv  1x8x32x32   16384 lookup rows, 24576 committed ]
//            |
//      [ y ]
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "graph/types.h"
#include "theorem/theorem.h"

namespace tacit {

/// What one node adds to a proof: rows of lookups, and numbers committed for every proof. Shared tables belong to none.
struct NodeCost {
  std::uint64_t lookup_rows = 0, committed = 0;
};

/// By node, in order. A statement counts for the node that began its sum, which may be an earlier one than the node that ended it.
std::vector<NodeCost> costs_by_node(const Graph& graph, const Theorem& theorem);

/// The picture. Contract: the graph comes from `prepare`, and the types and costs are its own.
std::string drawing_of(const Graph& graph, const TypeMap& types, const std::vector<NodeCost>& costs);

}  // namespace tacit
