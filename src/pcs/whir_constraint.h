// Linear constraints on the folded vector v' that the queries of WHIR add to the claim.
//
//   coefficient * <block of v, pow(at)>       pow(z) = (1, z, z^2, ...)
//
//   kWhole   the whole vector as it was when the constraint was added: the LAST `variables` coordinates of the point
//   kW, kX   the half of v' that came from W (block bit 0) or X (block bit 1); first round only
#pragma once

#include <cstdint>
#include <span>

#include "field/cubic.h"

namespace tacit {

enum class Block : std::uint8_t { kWhole, kW, kX };

struct PowerConstraint {
  Fe coefficient, at;
  std::uint32_t variables = 0;  ///< log2 of the length of the vector, block bit included
  Block block = Block::kWhole;
};

/// The multilinear extension of (1, z, z^2, ...) over point.size() bits: prod_i (1 - r_i + r_i z^(2^(m-1-i))).
template <class T> Fe power_extension_of(T z, std::span<const Fe> point) {
  Fe out = kOne;
  for (std::size_t i = point.size(); i-- > 0; z *= z) out *= kOne + point[i] * (z - T(Fp(1)));
  return out;
}
inline Fe power_extension(const Fe& z, std::span<const Fe> point) {
  const bool in_base = z.c[1].is_zero() && z.c[2].is_zero();  // as every position of a domain is
  return in_base ? power_extension_of(z.c[0], point) : power_extension_of(z, point);
}

/// coefficient * (extension of the constraint's covector) at a point of v'.
inline Fe constraint_at(const PowerConstraint& constraint, std::span<const Fe> point) {
  std::span<const Fe> tail = point.last(constraint.variables);
  if (constraint.block == Block::kWhole) return constraint.coefficient * power_extension(constraint.at, tail);
  const Fe selector = constraint.block == Block::kX ? tail[0] : kOne - tail[0];
  return constraint.coefficient * selector * power_extension(constraint.at, tail.subspan(1));
}

}  // namespace tacit
