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
// Two secrets, other weights and another input each, have the same public statement. linked_toy() has an
// input of two columns, digits of two integers, that a commitment holds too (link_world.h):
//
//   acc = w_0 low_0 + w_1 low_1      y = floor(acc / 16)      lookups   low | y | acc - 16 y | high
#pragma once

#include <array>

#include "leaks/recorder.h"
#include "leaks/side.h"

namespace tacit::leaks {

inline constexpr std::string_view kLabel = "tacit leaks test";

struct RecordedProof {
  Tape tape;
  Bytes stream;
};

/// A theorem, its parameters, and two of its secrets; columns that are linked with a commitment, if there are any.
struct Toy {
  Theorem theorem;
  OpeningParams params;
  std::array<Assignment, 2> secrets;
  std::vector<LinkedColumn> linked = {};
};
Toy plain_toy(std::uint32_t random_slots_w = kOpenings * kQueries + 3);
Toy linked_toy();

class World : public Side {
 public:
  explicit World(Toy toy);

  Theorem theorem;
  std::array<Assignment, 2> secrets;
  std::vector<LinkedColumn> linked;
  Relation base;  ///< without root and pin, and without the link
  std::vector<std::string_view> pad_labels;  ///< by record(); those of a linked world by the first proof with its link

  WeightsCommitment commit_w(const Assignment& secret, Random& random, Spoil spoil = Spoil::kNothing) const;
  /// Oracle, pin and relation for any message in W.
  WeightsCommitment commit_message(FpVector message, Random& random) const;
  /// `link_pad`: that of an earlier proof, for somebody who takes one twice.
  CommittedWitness commit_x(const Relation& relation, const Assignment& secret, Random& random, Spoil spoil = Spoil::kNothing,
                            const Fe* link_pad = nullptr) const;
  /// The statement part of a message of W; without random slots.
  FpVector weights_message(const Assignment& secret) const;
  /// The same of X, for these pads.
  FpVector witness_message(const Assignment& secret, const FeVector& pads) const;
};

/// The other side of a link: what is committed, and the oracle of its pad.
struct LinkedOracles {
  const Oracle* w = nullptr;
  const CommittedWitness* x = nullptr;
};

/// A proof and its tape; `setup` may change the party.
RecordedProof record(const Relation& relation, const Assignment& secret, const Oracle& w, const CommittedWitness& x,
                     const std::function<void(Party<kRecorder>&)>& setup = {}, const std::vector<LinkedOracles>& links = {});
/// The label of the message that each pad of the relation masks, from one proof; empty where there is none.
std::vector<std::string_view> labels_of_pads(const Relation& relation, const Assignment& secret, const Oracle& w, const CommittedWitness& x,
                                             const std::vector<LinkedOracles>& links = {});

}  // namespace tacit::leaks
