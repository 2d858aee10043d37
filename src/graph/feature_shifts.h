// Feature shifts: a scale for each feature of an input [N, features], where one scale for all would leave some features no bits.
//
//   feature          capital gain   age   bias current        over all samples
//   largest value           99999    79        0.00031
//   shift                       0     7             25        its scale is the common one / 2^shift
//
// A shift is public: it tells the size of a feature to a factor of two. It leaves room for values 8 to 16 times as large as those
// that were seen (besides the headroom of all inputs), so that a rare pixel of an image does not saturate, and features that differ
// by less than 2^6 keep one scale, which has 8 bits for the smallest of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/execute.h"

namespace tacit {

/// One shift for each feature; empty where all have one scale. Contract: every sample has the input, as floats, whose last axis has
/// so many features.
std::vector<std::uint8_t> feature_shifts(const std::string& input, std::size_t features, const std::vector<TensorMap>& samples);

}  // namespace tacit
