// Small pure functions of the opening that both roles evaluate on public data.
#pragma once

#include <span>
#include <vector>

#include "field/cubic.h"

namespace tacit {

/// The generator of E over F: an element is c0 + c1 w + c2 w^2.
inline constexpr Fe kExtensionGenerator{Fp(), Fp(1), Fp()};

/// The first `count` entries of eq(point, .), where point is the last ceil(log2 count) coordinates of `challenges`.
FeVector limb_weights(std::span<const Fe> challenges, std::size_t count);

/// sum_i weights[i] * row[i].
Fe fold_base_row(std::span<const Fe> weights, std::span<const Fp> row);
/// The same for a row of E elements, three words each.
Fe fold_extension_row(std::span<const Fe> weights, std::span<const Fp> row);

/// eq(point, index): the weight of one entry of a table in its multilinear extension at the point.
Fe entry_weight(std::span<const Fe> point, std::size_t index);

/// The multilinear extension, at a point, of the covector that has weights[k] w^t at first + 3 k + t, t < 3: it gives
/// sum_k weights[k] xi_k for elements xi_k of E that a table over F holds as three words each.
Fe pad_weights_at(std::span<const Fe> weights, std::size_t first, std::span<const Fe> point);

/// sum_i v[i] at^i.
Fe horner(std::span<const Fe> v, Fe at);

/// The multilinear extension of a table of 2^point.size() entries.
Fe multilinear_at(FeVector table, std::span<const Fe> point);

}  // namespace tacit
