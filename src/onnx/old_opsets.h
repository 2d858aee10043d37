// Nodes of opsets 1 to 6, which files of the first exporters have, as nodes of opset 7. Opset 6 took `consumed_inputs` away, opset 7
// `broadcast` and `axis` from the operators of two tensors, and `is_test` from those that behave otherwise in training.
#pragma once

#include "base/result.h"
#include "ops/node.h"

namespace tacit {

/// The node says the same as before and is of opset 7; PRelu, whose slopes were one for each channel, stays as it is.
/// Errors: unsupported, for what opset 7 cannot say: statistics of training, a broadcast from an axis, versions of an operator with
/// other operands or attributes.
Status to_opset_seven(Node& node);

}  // namespace tacit
