// Exact copies: values whose elements are those of exact values, moved. A root is an input of floats, or what an Impute makes of
// a copy; both have float32 values by their bits (Lowering::read_exactly).
//
//   x, NaN allowed ---- Impute ---+---- Concat ---- Reshape ---- Forest      reads roots (Impute's output, z) and elements of them
//   z ----------------------------+
//
// Where elements come from is found by moving their numbers, so an operator counts that moves numbers and has no other operands
// than integers that are known.
#pragma once

#include <set>
#include <string>

#include "graph/graph.h"
#include "graph/types.h"
#include "ops/exact_copy.h"

namespace tacit {

struct ExactCopies {
  ExactSources sources;            ///< of values that some node reads exactly, roots not among them
  std::set<std::string> inputs;    ///< of the graph, that are roots of those
  std::set<std::string> names;     ///< all values on the way
  std::set<std::string> only;      ///< of those the ones that nothing reads otherwise
};

/// Contract: the types are the graph's.
ExactCopies exact_copies(const Graph& graph, const TypeMap& types);

}  // namespace tacit
