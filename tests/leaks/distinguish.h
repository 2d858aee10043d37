// All statistics of an exhibit under a guess, row by row.
#pragma once

#include "leaks/candidate.h"
#include "leaks/statistics.h"

namespace tacit::leaks {

/// Adds what the exhibit shows under the guess. Returns the verifier's first complaint about one of its proofs.
/// The rows of W of all but the last `beyond` proofs are what the guess is fitted to; those of the others are predicted.
std::string distinguish(const World& world, const Exhibit& exhibit, const Assignment& guess, Counts& counts, std::size_t beyond = 0);

/// The length of a proof with these positions: a function of public data.
std::size_t expected_length(const World& world, const Tape& tape);

}  // namespace tacit::leaks
