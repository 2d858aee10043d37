// The rows of the table that the tests print: one for each kind of thing a verifier sees.
//
// For a row of messages a distinguisher takes "what was sent minus what the candidate's secret predicts". With the mask on
// that is uniform for every candidate; without it, it is zero if the candidate is the right one. Rows are uniform one by one
// even with a random slot too few: "random slots" are what all rows together say that the slots hold.
#pragma once

#include <array>
#include <cstddef>

namespace tacit::leaks {

enum class Row {
  kFractionRounds, kFractionEnds, kContractionSum, kProductsRounds, kProductsEnds, kPadRounds, kPadEnds, kLinkValue, kLimbFold, kMaskClaim,
  kRowsX, kRowsXCounts, kRow2, kMaskWords, kRowsW, kPin, kSlotsX, kSlotsRow2, kSlotsW, kLastSlotW,
  kFoldedX, kFoldedW, kTopX, kTopW, kOutOfDomain, kFinalVector,
  kLeavesX, kLeavesW,
  kPadsTwice, kFoldPadsTwice, kLineTwice, kBeyondBudget, kThirdEnd, kNonces,
  kRawFraction, kRawProducts, kRawPadCheck, kRawOpening, kRawRows, kRawLaterRows, kRawDigests,
  kCount
};
inline constexpr std::size_t kRowCount = static_cast<std::size_t>(Row::kCount);

inline constexpr std::array<const char*, kRowCount> kRowNames = {
    "fraction rounds", "fraction ends", "contraction sum", "products rounds", "products ends", "pad check rounds",
    "pad check ends P, Q", "link value", "limb fold rounds", "mask claim s",
    "opened rows of X", "... limbs with multiplicities", "opened row2", "opened row1, mu_W", "opened rows of W", "pin y",
    "random slots of X", "random slots of row2", "random slots of W", "last random slot of W",
    "v', half of X", "v', half of W", "top coefficient, X", "top coefficient, W", "out-of-domain answer", "final vector",
    "unopened leaves of X", "unopened leaves of W",
    "pads of two proofs", "fold pads of two proofs", "line masks of two proofs", "row of W past the budget", "S~ (never sent)", "nonces",
    "words: fraction sum", "words: contractions", "words: pad check", "words: opening", "words: rows of round 0",
    "words: rows of round 1", "digests: roots, salts, paths"};

}  // namespace tacit::leaks
