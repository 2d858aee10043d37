// Fidelity: the integer model run on real inputs, and its distance from the float model.
#pragma once

#include <vector>

#include "graph/compile.h"
#include "theorem/run.h"

namespace tacit {

/// Every column that a step fills, from the weights and the quantised inputs.
/// Contract: `inputs` holds a tensor of the right size for every input port.
Assignment run_integers(const Compiled& model, const TensorMap& inputs);

/// The output ports' values of an assignment, dequantised, in port order.
std::vector<std::vector<double>> output_values(const Compiled& model, const Assignment& assignment);

/// Runs both models on every sample. Errors: labels whose number is not that of the rows, or that name no class.
Result<Fidelity> measure_fidelity(const Graph& graph, const Compiled& model, const std::vector<TensorMap>& samples,
                                  const std::vector<std::int64_t>& labels);

}  // namespace tacit
