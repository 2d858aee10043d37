// x to a constant power.
#pragma once

#include "ops/call.h"
#include "ops/lowering.h"

namespace tacit {

/// Gives output 0 = operand 0 to the power p.
Status give_power(const Call& call, double p, Lowering& lowering);

/// Whether integers can be raised to the powers of operand 1. Errors: unsupported, where they are no constants from 0 to 21.
Status check_integer_power(const Call& call);
/// Gives output 0 = operand 0 to the powers of operand 1, both repeated to `dims`. Contract: check_integer_power is ok.
Status give_integer_power(const Call& call, const Shape& dims, Lowering& lowering);

}  // namespace tacit
