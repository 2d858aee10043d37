// Dividing integers: the quotient and the remainder, exactly. The divisors are private constants, so that the statement is one for
// all of them, or computed integers of up to 8 bits, whose reciprocals are a table's.
//
//   r = floor(2^16 / |b|)                   |b| and the sign of b are columns, too
//   q0 = floor(x r / 2^16)                  floor(x / |b|), or one off, since |x| < 2^16
//   r0 = x - q0 |b|,  t = [r0 >= |b|] - [r0 < 0]
//   quotient q0 + t, remainder r0 - t |b|   0 <= remainder < |b|
#pragma once

#include "ops/comparing.h"

namespace tacit {

/// The columns of constant divisors, of natural_shape(dims), in units of the dividend's integers.
struct Divisors {
  Placed magnitude, negative_magnitude, reciprocal, sign;
};

/// Operand 1 may divide though it is computed: integers of 8 bits.
bool may_divide(const Call& call);
/// Operand 1, repeated to dims. What a division by a computed 0 gives is not said. Errors: unsupported where a constant is 0 in these
/// units, or beyond 2^16 - 1. Contract: it is constant or may_divide.
Result<Divisors> divisors_of(const Call& call, const Shape& dims, double unit, Lowering& lowering);

struct Division {
  Placed quotient, remainder;
};
/// Of x >= -2^16, x < 2^16, integers of natural_shape(dims), by the magnitudes.
Division divide(const std::string& name, const Placed& x, const Divisors& by, Lowering& lowering);

/// |x| and the sign of x.
Placed magnitude_of(const Call& call, const Placed& x, Lowering& lowering);
Placed sign_of(const Call& call, const Placed& x, Lowering& lowering);

/// Gives output 0 = operand 0 / operand 1, integers, towards zero.
Status lower_integer_quotient(const Call& call, Lowering& lowering);

}  // namespace tacit
