// A dishonest run of the argument (argue.h) on any relation: the prover chooses what differs, everything after it is
// recomputed for the lie.
//
//   committed columns -> root of X | looked-up columns -> fraction sum | contracted columns -> contraction sum
//                                  | pads              -> masks        | ledger | opening
//   commitments, roots of links                         -> link values                    | openings of links
//
// Honest provers use one assignment and one set of pads for all of them.
#pragma once

#include <functional>

#include "prover/prove.h"
#include "soundness/liar.h"

namespace tacit {

struct Cheat {
  const Assignment* looked_up = nullptr;   ///< the leaves are built from these columns
  const Assignment* contracted = nullptr;  ///< the contractions are built from these columns
  std::function<void(FractionLeaves&, const LookupChallenges&)> leaves;
  std::function<void(ProductTables&, const std::vector<ContractionUse>&)> tables;
  /// The contraction sum takes what the committed columns leave of the leaf claim, so that this claim is true.
  bool total_absorbs_the_error = false;
  bool total_is_off_by_one = false;
  /// Any other contraction sum; `value` is the leaf claim's.
  std::function<Fe(const LeafClaims&, const Fe& value)> total;
  /// The ends of the contraction sumcheck are moved so that they fit a false total.
  bool fitted_ends = false;
  /// Messages are masked with other pads than the committed ones.
  std::function<void(FeVector&)> pads;
  /// Told what the ledger will combine, before its challenge.
  std::function<void(const std::vector<Claim>&, const std::vector<OwedCheck>&)> ledger;
  /// The opening folds these instead of what is committed; rows are shown of what is committed.
  const Oracle *folded_w = nullptr, *folded_x = nullptr;
  const OpeningMasks* folded_masks = nullptr;
  /// The opening folds and shows this witness instead of the committed one; may make it at the last moment.
  std::function<const CommittedWitness*()> opened;
  /// The value of a link before its pad, instead of the fingerprint of the committed columns.
  std::function<Fe(std::size_t link, const FingerprintPoint&)> link_value;
  /// Openings of links are sent in this order instead of theirs; each is at its own link's challenges.
  std::vector<std::size_t> link_order;
  /// What the openings of links, in the order of the proof, fold and show instead of what is committed.
  std::vector<TwoFaces> link_faces;
  Lies lies;  ///< told to every message before the ends are fitted
};

/// The other side of a link, and the oracle of its pad.
struct LinkSide {
  const Oracle* oracle = nullptr;
  CommittedWitness x;
};

struct CheatingProof {
  Bytes stream;
  std::vector<SentMessage> messages;
};

/// `relation` is the prover's own: its statement and public values are bound, its theorem, layouts, links and pin are used.
/// `links` are the other sides of its links.
CheatingProof cheating_proof(const Relation& relation, std::string_view label, const Assignment& committed, const Oracle* w,
                             const CommittedWitness& x, const Cheat& cheat = {}, std::span<const LinkSide> links = {});

/// The prover's tables for any assignment; it has no oracles.
WitnessView view_of(const Relation& relation, const Assignment& assignment);

/// What a prover changes of the witness before it commits; `message` is made of whole limbs. Hooks may be empty.
struct WitnessChange {
  std::function<void(FeVector& pads)> pads;
  std::function<void(OpeningMasks&)> masks;
  std::function<void(FpVector& message)> message;
};
/// commit_witness() with changes; the same witness for none.
CommittedWitness commit_changed(const Relation& relation, const Assignment& assignment, Random& random, const WitnessChange& change);

/// Counts like count_multiplicities() but skips rows that are in no table.
void count_leniently(const Theorem& theorem, Assignment& assignment);

/// <columns, form> for known columns.
Fe evaluate_form(const Form& form, const std::vector<IntColumn>& columns);

}  // namespace tacit
