// The multilinear equality polynomial eq(x, y) = prod_i (x_i y_i + (1 - x_i)(1 - y_i)).
//
//   eq_table(r, s):   index of n bits, MOST significant bit first     000      001      010     ...    111
//                     entry = s * prod_i (bit_i ? r_i : 1 - r_i)      s(1-r0)(1-r1)(1-r2)  ...   s r0 r1 r2
//
// Point coordinates are big-endian everywhere in the project: point[0] goes with the most significant index bit.
#pragma once

#include <span>

#include "field/cubic.h"

namespace tacit {

/// The 2^n values of scale * eq(point, .) on {0,1}^n, one thread. One product an entry: about 2 ns with AVX-512, 11 ns
/// without.
FeVector eq_table(std::span<const Fe> point, Fe scale = kOne);

/// eq(a, b) of two points of the same length.
Fe eq(std::span<const Fe> a, std::span<const Fe> b);

}  // namespace tacit
