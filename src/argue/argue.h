// The whole argument, one text for both roles: the columns of a theorem exist and satisfy it.
//
//   statement digest, parameters, public values, root of X, proof of work        (nothing is drawn before)
//   alpha, beta           lookups: fraction sum                      -> a claim on multiplicities, a claim on everything
//   contraction sum       sumcheck over all contractions             -> a claim on weights and input of each
//   gamma                 the ledger: all claims, and the pin of W   -> one linear form on W and X
//   opening               (pcs/whir.h)
//
// Soundness: the sum that pcs/security.h prints for argument_shape(theorem). Not zero-knowledge yet: messages are in clear.
#pragma once

#include "argue/contractions.h"
#include "argue/prover_side.h"
#include "argue/relation.h"
#include "lookup/fraction_sum.h"
#include "pcs/whir.h"
#include "sumcheck/products.h"
#include "transcript/party.h"

namespace tacit {

inline Bytes public_bytes(const Relation& relation) {
  ByteWriter out;
  for (const IntColumn& column : relation.publics)
    for (std::int32_t v : column) out.u32(static_cast<std::uint32_t>(v));
  return out.take();
}

/// The lookup argument: owed are a claim on the multiplicities and what `LeafClaims` says.
template <Role R>
LeafClaims argue_lookups(Party<R>& party, const Relation& relation, const Secret<R, WitnessView>& witness) {
  LookupChallenges challenges;
  challenges.alpha = party.draw("lookup alpha");
  challenges.beta = party.draw("lookup beta");
  auto leaves = witness.map([&](const auto& w) { return w.leaves(challenges); });
  const FractionClaim<R> leaf = fraction_sum<R>(party, relation.rows.log_rows, leaves);
  if (party.is_decided()) return {};
  return split_leaf_claims(*relation.theorem, relation.rows, challenges, leaf.at, leaf.p, leaf.q);
}

/// The contraction sumcheck; appends the claim that starts it and two claims for each contraction.
template <Role R>
void argue_contractions(Party<R>& party, const Relation& relation, const LeafClaims& leaf, const Secret<R, WitnessView>& witness,
                        std::vector<Claim>& owed) {
  const std::vector<ContractionUse> uses = contraction_uses(*relation.theorem, leaf.accumulators);
  std::vector<int> log_sizes;
  for (const ContractionUse& use : uses) log_sizes.push_back(use.log_size());
  auto tables = witness.map([&](const auto& w) { return w.products(uses); });
  const auto total = party.send("contraction sum", tables, [](const auto& t) { return sum_of_products_value(t); });
  owed.push_back({"lookup columns", leaf.columns, leaf.value - total});
  const auto result = sum_of_products<R>(party, log_sizes, total, tables);
  for (std::size_t i = 0; i < uses.size(); ++i) {
    owed.push_back(weights_claim(uses[i], result.at, result.a[i]));
    owed.push_back(input_claim(uses[i], result.at, result.b[i]));
  }
}

/// Settles every owed claim with one opening.
template <Role R>
void settle(Party<R>& party, const Relation& relation, const std::vector<Claim>& owed, const Digest& root_x,
            const Secret<R, WitnessView>& witness) {
  const Fe gamma = party.draw("ledger gamma");
  const Opening opening = combine(*relation.theorem, owed, relation.publics, relation.pin, gamma);
  auto evaluate = [&](const Point& point_w, const Point& point_x) {
    std::pair<Fe, Fe> out;
    if (!point_w.empty() || relation.params->shape.has_w()) {
      out.first = evaluate_at(*relation.theorem, relation.weights, opening.weights, point_w);
      if (!opening.pin_scale.is_zero()) out.first += opening.pin_scale * powers_at(opening.pin_z, point_w);
    }
    out.second = evaluate_at(*relation.theorem, relation.witness, opening.witness, point_x);
    return out;
  };
  auto view = witness.map([&](const auto& w) { return w.opening(opening); });
  auto pointers = view.map([](const auto& v) { return v->pointers(); });
  open<R>(party, *relation.params, relation.root_w, root_x, pointers, opening.value, evaluate);
}

/// Runs the whole argument. The verdict is the party's.
template <Role R>
void argue(Party<R>& party, const Relation& relation, const Secret<R, WitnessView>& witness) {
  party.bind("statement", relation.statement);
  ByteWriter params;
  write_params(params, *relation.params);
  party.bind("parameters", params.data());
  party.bind("public values", public_bytes(relation));
  const Digest root_x = party.send_digests("witness root", 1, witness, [](const auto& w) {
    return std::vector<Digest>{w.root()};
  })[0];
  party.grind("first proof of work", static_cast<int>(relation.params->initial_grind_bits),
              [](const Digest& seed, int bits) { return search_nonce(seed, bits); });
  std::vector<Claim> owed;
  LeafClaims leaf = argue_lookups<R>(party, relation, witness);
  if (party.is_decided()) return;
  owed.push_back(std::move(leaf.multiplicities));
  argue_contractions<R>(party, relation, leaf, witness, owed);
  if (party.is_decided()) return;
  settle<R>(party, relation, owed, root_x, witness);
}

/// The prover's instantiation; the verifier's is verify_relation (argue/verify_relation.h).
void argue_prover(Party<Role::kProver>& party, const Relation& relation, const Known<WitnessView>& witness);

}  // namespace tacit
