// Reading the nodes of an ONNX graph. Internal to src/onnx.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "onnx/proto.h"
#include "ops/node.h"

namespace tacit {

/// Version per domain, the standard one under "".
using Opsets = std::map<std::string, std::int64_t>;

/// "" for "ai.onnx", else unchanged.
std::string plain_domain(const std::string& domain);

/// All nodes with unique names, attributes converted. Tensors inside attributes are moved out of `graph`.
Result<std::vector<Node>> read_nodes(onnx::GraphProto& graph, const Opsets& opsets);

}  // namespace tacit
