// The smallest theorem that has everything that can leak: weights, a private input, a private output, one lookup table.
//
//   acc = sum_i w_i x_i        y = floor(acc / 16)
//   lookups in range(8 bits), 256 rows:   x_0 .. x_3  |  y  |  acc - 16 y
//
//   W   1 limb  [ w | 0 .. | 15 random slots ]               n = 256, 512 leaves, 3 rows opened by a proof
//   X   3 limbs [ columns, pads | 12 slots of xi | 3 random slots ] | row2 | row1 | mu_W
//   v'  512 elements in 128 limbs of 4: its oracle has 8 leaves and is asked 20 times, so a verifier knows all of v'
//
// W pays for one inference: (1 + 3) * 3 + 3 = 15 random slots, four openings and the pin. Every number is tight, so one slot
// less or one opening more is seen. Nothing here is secure.
//
// Two secrets, other weights and another input each, have the same public statement. Honest commitments are made by the
// product. A Spoil leaves out one piece of the randomness; only this folder knows of it, the product has no such switch.
#pragma once

#include <array>

#include "argue/argue.h"
#include "leaks/recorder.h"
#include "pcs/oracle.h"
#include "prover/prove.h"

namespace tacit::leaks {

inline constexpr std::string_view kLabel = "tacit leaks test";
inline constexpr std::uint32_t kQueries = 3, kOpenings = 4;  ///< rows of one proof; openings that W pays for

/// What is missing in a proof or in the commitment to W.
enum class Spoil {
  kNothing,
  kFractionRoundPads, kFractionEndPads, kContractionSumPad, kProductsRoundPads, kProductsEndPads, kPadRoundPads, kRandomTriple,
  kFoldPads, kRow1, kMuW, kLine, kRow2Slots, kXSlots, kWSlots, kOneRow2Slot, kOneXSlot, kOneWSlot, kXSalts, kWSalts, kOneSalt,
  kRepeatedPad, kBasePads, kBaseFoldPads, kBaseRow1, kBaseMuW, kTopOfRow1, kTopOfMuW, kWSaltsAndSlots,
  kSecondNonce,
};

struct WeightsCommitment {
  Oracle oracle;
  Relation relation;  ///< with root and pin
  FpVector message;
};

struct RecordedProof {
  Tape tape;
  Bytes stream;
};

class World {
 public:
  explicit World(std::uint32_t random_slots_w = kOpenings * kQueries + 3);
  World(const World&) = delete;

  Theorem theorem;
  OpeningParams params;
  std::array<Assignment, 2> secrets;
  Relation base;  ///< without root and pin
  std::vector<std::string_view> pad_labels;
  // What a WhirProver of somebody without a witness needs: oracles and masks of zeros.
  OpeningMasks zero_masks;
  FeVector zero_pads;
  Oracle zero_w, zero_x;

  const OpeningShape& shape() const { return params.shape; }
  std::size_t log_domain() const { return params.rounds[0].log_domain; }

  WeightsCommitment commit_w(const Assignment& secret, Random& random, Spoil spoil = Spoil::kNothing) const;
  /// Oracle, pin and relation for any message in W.
  WeightsCommitment commit_message(FpVector message, Random& random, Spoil spoil = Spoil::kNothing) const;
  CommittedWitness commit_x(const Relation& relation, const Assignment& secret, Random& random, Spoil spoil = Spoil::kNothing) const;
  /// The statement part of a message of W; without random slots.
  FpVector weights_message(const Assignment& secret) const;
  /// The same of X, for these pads.
  FpVector witness_message(const Assignment& secret, const FeVector& pads) const;

 private:
  WeightsCommitment with_pin(Oracle oracle, FpVector message) const;
  CommittedWitness commit_spoiled(const Relation& relation, const Assignment& secret, Random& random, Spoil spoil) const;
};

/// Uniform elements from a generator.
inline RandomSource source_of(Random& random) {
  return [&random](std::span<Fp> out) { random.fill(out); };
}
/// The generator number `index` of a test.
Random seeded(std::string_view test, std::uint64_t index);

/// A proof and its tape; `setup` may change the party.
RecordedProof record(const Relation& relation, const Assignment& secret, const Oracle& w, const CommittedWitness& x,
                     const std::function<void(Party<kRecorder>&)>& setup = {});

}  // namespace tacit::leaks
