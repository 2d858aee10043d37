// Choosing widths: the cheapest model whose measured error stays within a bound.
//
//   activation bits   16   14   12   10   8        each with weights as wide and with 16-bit weights
//   error           2e-3 8e-3 1e-2 3e-2   .        largest error of an output by its span (integers: the share that differs)
//   cost            1.40 1.07 1.02    .   .        witness entries and lookup rows, in millions
//
// One width serves all activations: what a width costs is the tables of its clamp, and two widths need the tables of both.
#pragma once

#include <vector>

#include "graph/compile.h"

namespace tacit {

struct WidthTrial {
  std::uint32_t activation_bits = 16, weight_bits = 16;
  double error = 0;          ///< the worst of the outputs
  double cost = 0;           ///< entries and rows
};

struct WidthChoice {
  Compiled model;
  std::vector<WidthTrial> trials;   ///< in turn, from the widest on; fewer bits are not tried where an error grew beyond the bound
};

/// The worst output's error: the largest one by its span, or the share of integers that differ.
double worst_error(const Fidelity& fidelity);

/// `options` without widths of its own: those are chosen. Errors: kUnsupported where even the widest exceed `max_error`, which says what
/// they reach; as `compile`. Cost: one compilation for each trial, 10 at most.
Result<WidthChoice> compile_within(const Graph& graph, const std::vector<TensorMap>& samples, const std::vector<std::int64_t>& labels,
                                   const CompileOptions& options, double max_error);

}  // namespace tacit
