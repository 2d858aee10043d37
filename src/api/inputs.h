// From real numbers to the integer columns of a model's inputs.
//
//   block of input i:  count inferences, each of the input's shape, row major  ->  columns[sample][input]
#pragma once

#include <span>
#include <vector>

#include "graph/execute.h"
#include "tacit/model.h"
#include "verifier/key.h"

namespace tacit::api {

/// Columns of every inference. Contract: one block per input port, equally many inferences in each, finite.
/// `saturated`, where given, grows by the number of values outside the compiled range.
std::vector<std::vector<IntColumn>> quantise_inputs(const KeyCore& core, const std::vector<std::vector<double>>& blocks,
                                                    std::uint64_t* saturated);

/// Checks a caller's blocks against `ports`: exactly one inference, every value finite. With openings, the
/// block of a committed input may be empty. Errors: bad_input, naming the input.
tacit::Result<std::vector<std::vector<double>>> one_inference(const std::vector<Port>& ports, const std::vector<FloatSpan>& blocks,
                                                              bool with_openings = false);

/// A caller's blocks as samples of a graph: any number of inferences, the same for every input. Errors: bad_input.
tacit::Result<std::vector<TensorMap>> samples_of(const Graph& graph, const std::vector<FloatSpan>& blocks);

}  // namespace tacit::api
