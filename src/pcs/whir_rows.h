// Small pure functions of the opening that both roles evaluate on public data.
#pragma once

#include <span>
#include <vector>

#include "field/cubic.h"

namespace tacit {

/// The first `count` entries of eq(point, .), where point is the last ceil(log2 count) coordinates of `challenges`.
FeVector limb_weights(std::span<const Fe> challenges, std::size_t count);

/// sum_i weights[i] * row[i].
Fe fold_base_row(std::span<const Fe> weights, std::span<const Fp> row);
/// The same for a row of E elements, three words each.
Fe fold_extension_row(std::span<const Fe> weights, std::span<const Fp> row);

/// sum_i v[i] at^i.
Fe horner(std::span<const Fe> v, Fe at);

/// The multilinear extension of a table of 2^point.size() entries.
Fe multilinear_at(FeVector table, std::span<const Fe> point);

}  // namespace tacit
