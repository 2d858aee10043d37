// Wire budget: how much memory a serialized ONNX model would take once parsed, found by walking its wire format without
// building anything. Two bytes of an empty sub-message become two hundred bytes of memory; this is where such files end.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace tacit {

/// Refuses files that are not well-formed protobuf down to the level of nodes and tensors, that nest deeper than 32
/// messages, or whose parsed form would exceed 96 MiB plus four times the file. Linear time, no allocation.
Status check_wire_budget(ByteSpan model);

}  // namespace tacit
