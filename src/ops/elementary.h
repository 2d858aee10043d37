// Functions of one number whose table follows from what calibration saw: the domain is the argument's range with headroom, its
// ends rounded up to powers of two, so that layers with similar ranges share tables.
//
// The argument is rounded to a grid on which f moves by 2^-13 of the largest output or of itself at most, on as many
// levels as that takes; each level's table is off by 1/2 + 2^-6 of a step of 2^-16 of its largest value. In all an output is off
// by 2^-12 of the largest one or of itself, besides the rounding of the argument's own column and of the output's.
// Arguments beyond the domain count as its end.
#pragma once

#include <functional>

#include "ops/call.h"
#include "ops/lowering.h"

namespace tacit {

/// Up to the next power of two, that is, and down.
double power_above(double x);
double power_below(double x);

struct ElementaryFunction {
  std::function<double(double)> f;  ///< finite or infinite on [lo, hi], never NaN
  double lo = -1e300, hi = 1e300;   ///< where f is defined, or from where it is as good as constant
  bool is_steep = false;            ///< somewhere: an argument that is a graph input is read with more bits
  bool is_partial = false;          ///< beyond lo and hi it is no number
};

/// Gives output 0 = f(operand 0).
Status give_elementary(const Call& call, const ElementaryFunction& function, Lowering& lowering);
/// f of the argument as a sum of columns, for values of f up to `peak` and arguments in `range`.
std::vector<Placed> apply_elementary(const Call& call, Affine argument, ValueRange range, double peak, const ElementaryFunction& function,
                                     Lowering& lowering);

}  // namespace tacit
