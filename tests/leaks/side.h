// The two oracles of one opening, with parameters in which every reserve is tight, and their commitments with one piece of the
// randomness left out. An argument has one opening, a link one more, a renewal two.
//
//   W   1 limb  [ statement | R_W random slots ]             2 n leaves, 3 rows opened by a proof
//   X   3 limbs [ statement | 12 slots of xi | 3 random slots ] | row2 | row1 | mu_W
//   v'  2 n elements in limbs of 4: its oracle has 8 leaves and is asked 20 times, so a verifier knows all of v'
//
// Honest commitments are made by the product. Only this folder knows of a Spoil, the product has no such switch.
#pragma once

#include "argue/argue.h"
#include "pcs/oracle.h"
#include "prover/prove.h"

namespace tacit::leaks {

inline constexpr std::uint32_t kQueries = 3, kOpenings = 4;  ///< rows of one opening; openings that W pays for

/// What is missing in a proof or in the commitment to W.
enum class Spoil {
  kNothing,
  kFractionRoundPads, kFractionEndPads, kContractionSumPad, kProductsRoundPads, kProductsEndPads, kPadRoundPads, kRandomTriple,
  kFoldPads, kRow1, kMuW, kLine, kRow2Slots, kXSlots, kWSlots, kOneRow2Slot, kOneXSlot, kOneWSlot, kXSalts, kWSalts, kOneSalt,
  kRepeatedPad, kBasePads, kBaseFoldPads, kBaseRow1, kBaseMuW, kTopOfRow1, kTopOfMuW, kWSaltsAndSlots,
  kLinkPad, kBaseLinkPad,
  kSecondNonce,
};

/// A commitment in the place of W: the weights of a model, or what a link compares them with.
struct WeightsCommitment {
  Oracle oracle;
  Relation relation;  ///< with root and pin
  FpVector message;
};

/// Parameters, and what a WhirProver of somebody without a witness needs: oracles, pads and masks of zeros.
struct Side {
  Side(OpeningParams params, std::size_t pads, std::size_t openings);
  Side(const Side&) = delete;

  OpeningParams params;
  std::size_t slots_w;  ///< random slots of W that so many openings are fitted to
  OpeningMasks zero_masks;
  FeVector zero_pads;
  Oracle zero_w, zero_x;

  const OpeningShape& shape() const { return params.shape; }
  std::size_t log_domain() const { return params.rounds[0].log_domain; }
  WitnessData zeros(const Assignment* columns) const { return {columns, &zero_w, &zero_x, &zero_pads, &zero_masks, {}}; }
};

/// Parameters as above with limbs of 2^log_n.
OpeningParams toy_params(std::uint64_t size_w, std::uint64_t size_x, std::uint32_t log_n, std::uint32_t random_slots_w);

/// Fills W's random slots and commits it; something may be left out.
Oracle commit_spoiled_w(const Side& side, FpVector& message, Random& random, Spoil spoil);
/// The same of a message that is complete.
Oracle commit_filled_w(const Side& side, const FpVector& message, Random& random, Spoil spoil);
/// commit_witness() from its drawn pads on, with something left out; `message` is the statement part.
CommittedWitness commit_spoiled_x(const Side& side, FpVector message, FeVector pads, Random& random, Spoil spoil);

/// Root, statement and pin of this commitment in a relation.
WeightsCommitment with_pin(Relation relation, Oracle oracle, FpVector message);

/// Uniform elements from a generator.
inline RandomSource source_of(Random& random) {
  return [&random](std::span<Fp> out) { random.fill(out); };
}
/// The generator number `index` of a test.
Random seeded(std::string_view test, std::uint64_t index);

}  // namespace tacit::leaks
