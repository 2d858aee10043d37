// Deep pools: a pool of a tensor of rank 5 is one along the depth, then one over the plane, since maxima, sums and the number of
// taps that a mean counts are taken axis by axis.
#pragma once

#include "ops/expansion.h"
#include "ops/geometry.h"

namespace tacit {

/// x of rank 5 pooled by operator `op` with these windows, `attributes` besides; the name of the result.
std::string pooled_in_depth(Expansion& expansion, const char* op, const std::string& x, const Shape& dims, const Geometries& windows,
                            const Expansion::Attributes& attributes);

/// MaxPool and AveragePool: the expansion of a node of rank 5; of others, none.
Result<Expansion> expand_pool(const Call& call);

}  // namespace tacit
