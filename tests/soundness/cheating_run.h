// A dishonest run of the argument (argue.h) on any relation: the prover chooses what differs, everything after it is
// recomputed for the lie.
//
//   committed columns -> root of X | looked-up columns -> fraction sum | contracted columns -> contraction sum | ledger | opening
//
// Honest provers use one assignment for all of them.
#pragma once

#include <functional>

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
  /// Any other contraction sum.
  std::function<Fe(const LeafClaims&)> total;
  /// The ends of the contraction sumcheck are moved so that they fit a false total.
  bool fitted_ends = false;
  Lies lies;  ///< told to every message before the ends are fitted
};

struct CheatingProof {
  Bytes stream;
  std::vector<SentMessage> messages;
};

/// `relation` is the prover's own: its statement and public values are bound, its theorem, layouts and pin are used.
CheatingProof cheating_proof(const Relation& relation, std::string_view label, const Assignment& committed, const Oracle* w,
                             const Oracle& x, const Cheat& cheat = {});

/// Counts like count_multiplicities() but skips rows that are in no table.
void count_leniently(const Theorem& theorem, Assignment& assignment);

/// <columns, form> for known columns.
Fe evaluate_form(const Form& form, const std::vector<IntColumn>& columns);

}  // namespace tacit
