// Execute: the model in float, for calibration and for measuring what quantisation costs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"

namespace tacit {

using TensorMap = std::map<std::string, Tensor>;

/// The numbers as a tensor of the input's type. Contract: there are as many as the input has elements.
/// Errors: bad_input by name, where the input holds integers and one of the numbers is none.
Result<Tensor> input_tensor(const ValueInfo& input, std::vector<float> numbers);

/// The graph's inputs and the outputs of all its nodes, by name. Outputs that are initialisers are included.
/// `inputs` must hold a tensor of the right type and shape for every graph input; others are refused by name.
/// Contract: the graph comes from `prepare`. Pure and safe to call from several threads; the same bits whatever vector
/// width the processor has. About 5 to 10 GFLOP/s on one core.
Result<TensorMap> run_float(const Graph& graph, TensorMap inputs);

}  // namespace tacit
