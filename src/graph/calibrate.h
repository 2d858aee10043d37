// Calibrate: which range every value of a model takes on, found by running it in float.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "graph/execute.h"
#include "quant/grid.h"

namespace tacit {

/// Of every graph input and node output, over all samples; numbers that are masked (floors.h) count as their floor. Errors: a sample that does not fit the inputs; a value that
/// is not finite (an overflow, or a NaN in the data), by name.
Result<std::map<std::string, ValueRange>> calibrate(const Graph& graph, const std::vector<TensorMap>& samples, const std::set<std::string>& exact = {});

/// Inputs drawn uniformly from [lo, hi], with the constant inputs lo and hi among them; of integers where the input holds
/// those. The same on every machine.
std::vector<TensorMap> synthetic_samples(const Graph& graph, double lo, double hi, std::size_t count);

}  // namespace tacit
