// Subgraphs: the bodies of If, Loop and Scan, as attributes of their nodes. Internal to src/onnx.
//
//   If(cond) { then: y = Add(x, w) }      =>      If(cond, x, w), attribute then_branch captures x, w from inputs 1 and 2
#pragma once

#include "onnx/node_reader.h"

namespace tacit {

/// The body, and its captured values added to the inputs of `node`. A body that cannot be used (it refers to attributes of a
/// function, holds tensors of unusable types) becomes opaque. Errors: bad_input, as of any graph.
Result<Attribute> read_body(const onnx::GraphProto& proto, Node& node, const Opsets& opsets, ExternalFiles* external);

}  // namespace tacit
