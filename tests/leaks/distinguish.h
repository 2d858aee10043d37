// All statistics of an exhibit under a guess, row by row.
#pragma once

#include "leaks/candidate.h"
#include "leaks/statistics.h"

namespace tacit::leaks {

/// Adds what the exhibit shows under the guess. Returns the verifier's first complaint about one of its proofs.
/// The rows of W of all but the last `beyond` proofs are what the guess is fitted to; those of the others are predicted.
/// Of proofs with links it looks at what comes before their openings; `told` takes how the guess explains it.
std::string distinguish(const World& world, const Exhibit& exhibit, const Assignment& guess, Counts& counts, std::size_t beyond = 0,
                        std::vector<Explanation>* told = nullptr);
/// The openings of one commitment in the place of W; `weights` is the statement part of the guessed message.
void distinguish_openings(const Side& side, const Pin& pin, const FpVector& weights, std::span<const Tape> tapes,
                          std::span<const Explanation> proofs, const std::vector<bool>& has_counts, Counts& counts, std::size_t beyond = 0);

/// Whether two openings have masks of their own.
void compare_masks(const Side& side, const Explanation& a, const Explanation& b, Counts& counts);
/// The words of a tape as they stand, without a guess.
void add_raw(const Tape& tape, Counts& counts);

/// The length of a proof with these positions, without the openings of links: a function of public data.
std::size_t expected_length(const World& world, const Tape& tape);
/// The length of one opening.
std::size_t opening_length(const Side& side, const Tape& tape);

}  // namespace tacit::leaks
