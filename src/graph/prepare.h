// Prepare: from the graph as a file states it to the graph that is compiled.
//
//   x -> Conv -> BatchNormalization -> Dropout -> y            x -> Conv' -> y
//   s = Constant, r = Reshape(W, s)                     =>     initialisers hold r
//
// Afterwards every node's operator is supported and accepts its operands, nothing is computed from constants alone, no
// node is the identity (except where an input or another output is itself an output), per-channel affine maps stand in
// the weights of the Conv, Gemm or MatMul before them, all initialisers are finite (bounds of one element may be
// infinite), no two nodes do the same with the same operands, and nothing is dead.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"

namespace tacit {

/// What a pass left.
struct PassReport {
  std::string pass;             ///< for a person
  std::size_t before = 0, after = 0;  ///< nodes
};

/// Contract: order_nodes has accepted the graph. With `passes`, adds a line for each pass. Refuses, before any other work, a graph with unsupported nodes
/// (naming operator, domain, opset and node of the first, and how many more there are), then one with faulty values.
Result<Graph> prepare(Graph graph, std::vector<PassReport>* passes = nullptr);

}  // namespace tacit
