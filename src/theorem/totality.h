// Totality: does every legal input have a proof?
//
// Whoever learns that an input could not be proven learns something about it. So a key may hold no lookup that fails for
// some values of its inputs and weights within their declared ranges. Every lookup must be one of these:
//
//   requantisation   (y, low) and (y, excess_j) in one saturation table, k limbs of a bits each; the interval of its
//                      sum shows  |q - y| < 2^(k a),  q = floor((acc + 2^(shift-1)) / 2^shift),  y = clamp(q)
//   maximum          (out - b, a - out) in a table whose bits hold every a - b and every b - a
//   application      the interval of the argument lies in the function's domain
//   fetch            the interval of the address lies in the table
//   bound            column + constant in a range table that holds it for all values of the column
//
// The values of a column are its declared range if it is free (an input or weights), and what its definition can give
// otherwise; that must lie in the declared range, on which later intervals rest.
#pragma once

#include <vector>

#include "base/result.h"
#include "theorem/theorem.h"

namespace tacit {

/// For every assignment of inputs (`is_input`) and weights within their declared ranges, the definitions give all other
/// columns values within theirs, and every lookup holds.
/// Contract: check_theorem, check_bounds and check_definitions have passed. Errors: unsupported, naming the statement.
Status check_totality(const Theorem& theorem, const std::vector<bool>& is_input);

}  // namespace tacit
