// x to a constant power.
#pragma once

#include "ops/call.h"
#include "ops/lowering.h"

namespace tacit {

/// Gives output 0 = operand 0 to the power p.
Status give_power(const Call& call, double p, Lowering& lowering);

}  // namespace tacit
