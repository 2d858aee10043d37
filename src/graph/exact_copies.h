// Exact copies: values whose elements are those of exact values, moved. A root is an input of floats, or what an Impute makes of
// a copy; both have float32 values by their bits (Lowering::read_exactly).
//
//   x, NaN allowed ---- Impute ---+---- Concat ---- Reshape ---- Forest      reads roots (Impute's output, z) and elements of them
//   z ----------------------------+
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

/// Contract: the types are the graph's. Cost: bounded, whatever the graph; copies of very many elements are not followed.
ExactCopies exact_copies(const Graph& graph, const TypeMap& types);

/// Inputs of which somebody reads the float32 values, or that are outputs unchanged, with their other names there.
std::set<std::string> exact_roots(const Graph& graph, const ExactCopies& copies);

/// Those, and the copies of them that are read exactly; NaN and infinities are values there. An input's digits stand for every other
/// reader too.
std::set<std::string> exact_inputs(const Graph& graph);

}  // namespace tacit
