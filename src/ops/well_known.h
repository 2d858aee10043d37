// Well-known functions of one number that files write out as several nodes: Gelu, Swish, HardSwish ... They are known by their
// values, whatever nodes they are made of, since there are many ways to write each of them.
#pragma once

#include <optional>
#include <vector>

#include "ops/node.h"

namespace tacit {

/// Where functions are compared.
const std::vector<float>& sample_points();
/// A node without name, inputs and outputs, that has these values there, each to 2^-16 of itself or of 1.
std::optional<Node> well_known(const std::vector<float>& values);

}  // namespace tacit
