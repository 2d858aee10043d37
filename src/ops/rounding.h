// Rounding: the floor of a float, as an integer of the model. What is rounded is the model's own number on a grid 2^-k that is no
// finer than the scale for its range, so that every float which is an integer counts as that integer; one that is closer to an
// integer than half a step of the grid counts as the integer too.
#pragma once

#include "ops/lowering.h"

namespace tacit {

/// A column at scale 2^-steps.
struct Gridded {
  Placed at;
  std::uint32_t steps = 0;
};

/// Operand 0 on the grid for its range. Errors: unsupported, where its floats reach so far that no half would be left.
Result<Gridded> on_grid(const Call& call, Lowering& lowering);

/// clamp(floor((sign * x + plus) / 2^shift)), x the integers of the column; at scale 1.
Placed floor_of(const std::string& name, const Placed& x, std::int64_t sign, std::int64_t plus, std::uint32_t shift, IntegerRange clamp,
                Lowering& lowering);
/// The same, with a clamp that holds all that it can be.
Placed floor_of(const std::string& name, const Placed& x, std::int64_t sign, std::int64_t plus, std::uint32_t shift, Lowering& lowering);

}  // namespace tacit
