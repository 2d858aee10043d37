// How far the integers may be from the float model, found by experiment rather than by a fixed threshold.
//
//   clean run      v0 -> v1 -> v2           every value in float
//   noisy runs     the same with +- one quantum of its grid on every value, and half a unit of the weights' grid on every constant
//   tolerance(v) = 3 * (the largest |noisy - clean| over all samples and runs) + 2 quanta
//
// Rounding errors are at most such a quantum at each value, so the tolerance follows what the graph does to them: a Sub of
// nearly equal numbers may be off by more than a Relu. A wrong meaning is off by a good part of the range instead. Where a
// result is not continuous (ArgMax of numbers within the tolerance, a cast to integers next to one), what depends on it cannot
// be compared.
#pragma once

#include <optional>
#include <string>

#include "graph/compile.h"

namespace tacit::random_models {

struct Closeness {
  int compared = 0, loose = 0, unclear = 0;  ///< outputs: all, those with a tolerance above 2 % of their range, those not comparable
  double worst = 0;                          ///< largest error / tolerance
};

/// The text says which output is too far away. Contract: none of the samples lies outside of what the model was calibrated on.
std::optional<std::string> compare_with_float(const Graph& prepared, const Compiled& model, const std::vector<TensorMap>& samples, Closeness& into);

}  // namespace tacit::random_models
