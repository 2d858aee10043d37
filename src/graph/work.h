// Work: what one float run of a prepared graph costs, from its shapes alone, so that a small file that declares a huge
// computation is refused before anything runs.
//
//   Conv 1x64x56x56 by 64x64x3x3:  200704 outputs, each over 576 weights  ->  115.6 million multiply-adds
#pragma once

#include "graph/graph.h"
#include "graph/types.h"

namespace tacit {

/// Multiply-adds of one node with its weights; 0 where it is none of Conv, ConvTranspose, Gemm and MatMul.
double products_of(const Node& node, const TypeMap& types);

/// Multiply-adds, window positions of pools, and numbers read and written, of all nodes. An operator that takes more than
/// linear time and is not known here counts as outputs times inputs, which is not too little.
double work_of(const Graph& graph, const TypeMap& types);

/// Refuses a graph whose tensors hold too many numbers in one inference for the tables and columns of one proof, before
/// anything of that size is allocated.
Status check_size(const Graph& graph, const TypeMap& types);

/// Refuses a graph whose work is above `limit`, naming the node that takes most of it.
Status check_work(const Graph& graph, const TypeMap& types, double limit);

}  // namespace tacit
