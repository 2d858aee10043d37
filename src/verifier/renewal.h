// Renewal: a key for the same weights under a fresh commitment, with a budget of its own, and the proof that they are the
// same. Whoever trusts the old key may trust the new one.
//
//   "TACITREN" | version u16 | old statement digest 32 | new statement digest 32 | opening parameters of the old weights |
//   opening parameters of the new weights | proof stream to the end of the file
//
//   old W, X of one pad     claim  <old W, fingerprint> = m + pad          m in clear: the pad hides it
//   new W, X of one pad     claim  <new W, fingerprint> = m + pad          the fingerprint is over all weights columns
//
// It is a link (argue/link.h) without an argument: each side has an opening of its own. Sound: pads and weights are fixed
// by roots before the fingerprint is drawn, and the difference of the claims is g (old - new fingerprint) = difference of
// the pads, which holds for weights that differ with probability (columns + coordinates) / |E|; the pin in each opening
// leaves one W for a root. Hiding: one opening of each budget, whose limb folds are masked by their own X; m is uniform,
// since the pad occurs nowhere else but in statement slots of oracles that hide.
#pragma once

#include "verifier/key.h"

namespace tacit {

struct RenewalFile {
  Digest old_statement{}, new_statement{};
  OpeningParams old_params, new_params;
  Bytes stream;

  Bytes encode() const;
};

/// Errors: bad_input (not a renewal, another version, parameters of bad form).
Result<RenewalFile> read_renewal(ByteSpan file);

/// Accepted: the weights behind both keys are the same, and the models agree in everything else. Contract: both keys were
/// accepted by read_key().
Verdict verify_renewal(const VerifierKey& older, const VerifierKey& newer, const RenewalFile& renewal);

/// A chain of epochs, oldest first: keys[i + 1] renews keys[i]. Contract: one key more than renewals.
Verdict verify_renewals(std::span<const VerifierKey> keys, std::span<const RenewalFile> renewals);

/// What both roles derive from keys and parameters, which must outlive it.
struct RenewalRelation {
  Digest old_statement{}, new_statement{};
  std::vector<LinkedColumn> columns;  ///< all weights columns
  Relation older, newer;
  Bytes params;                       ///< of both, as the transcript binds them
};
RenewalRelation renewal_relation(const VerifierKey& older, const VerifierKey& newer, const OpeningParams& old_params,
                                 const OpeningParams& new_params);

/// The prover's data: views of both targets and the pad.
struct RenewalWitness {
  WitnessView older, newer;
  Fe pad;
};

inline constexpr std::string_view kRenewalLabel = "tacit renewal v1";

/// The script of both roles.
template <Role R>
void argue_renewal(Party<R>& party, const RenewalRelation& relation, const Secret<R, RenewalWitness>& witness) {
  party.bind("old statement", relation.old_statement);
  party.bind("new statement", relation.new_statement);
  party.bind("parameters", relation.params);
  const std::vector<Digest> roots = party.send_digests("link roots", 2, witness, [](const auto& w) {
    return std::vector<Digest>{w.older.root(), w.newer.root()};
  });
  const Form form = fingerprint_form(relation.columns, draw_fingerprint(party, relation.columns));
  const Fe m = party.send_clear("link value", witness, [&](const auto& w) { return w.older.value_of(form) - w.pad; });
  open_link<R>(party, relation.older, form, m, roots[0], witness.map([](const auto& w) { return w.older; }));
  if (party.is_decided()) return;
  open_link<R>(party, relation.newer, form, m, roots[1], witness.map([](const auto& w) { return w.newer; }));
}

}  // namespace tacit
