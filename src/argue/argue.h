// The whole argument, one text for both roles: the columns of a theorem exist and satisfy it.
//
//   statement digest, parameters, public values, commitments, all roots, proof of work      (nothing is drawn before)
//   alpha, beta           lookups: fraction sum                      -> a claim on multiplicities, a claim on everything
//   contraction sum       sumcheck over all contractions             -> a claim on weights and input of each
//   links                 committed inputs and outputs            -> a claim on the columns of each, one for its opening
//   pad check             with masks: product pads are products      -> three claims on pads
//   gamma                 the ledger: all claims, and the pin of W   -> one linear form on W and X
//   opening               (pcs/whir.h), and one for each link (argue/link.h)
//
// Masks are on exactly if the opening's shape has random slots: then every element from alpha to gamma is sent minus a pad
// that X holds, and checks on masked values join the ledger. Soundness: the sum that pcs/security.h prints for
// argument_shape(theorem). Zero knowledge: docs/zero-knowledge.md.
#pragma once

#include "argue/contractions.h"
#include "argue/link.h"
#include "argue/prover_side.h"
#include "argue/relation.h"
#include "argue/settle.h"
#include "lookup/fraction_sum.h"
#include "sumcheck/pad_check.h"
#include "sumcheck/products.h"
#include "transcript/party.h"

namespace tacit {

inline Bytes public_bytes(const Relation& relation) {
  ByteWriter out;
  for (const IntColumn& column : relation.publics)
    for (std::int32_t v : column) out.u32(static_cast<std::uint32_t>(v));
  return out.take();
}

/// What the transcript binds of the commitments.
inline Bytes link_names(const Relation& relation) {
  ByteWriter out;
  for (const Link& link : relation.links) out.bytes(link.name);
  return out.take();
}

// What a party that watches is shown.
template <Role R> struct WatchedLookups {
  const LookupChallenges& challenges;
  const Secret<R, FractionLeaves>& leaves;
  const FractionClaim<R>& leaf;
};
template <Role R> struct WatchedContractions {
  const std::vector<ContractionUse>& uses;
  const Secret<R, ProductTables>& tables;
  const Scalar& total;
  const ProductsResult<R>& result;
};

/// The lookup argument: owed are a claim on the multiplicities and what `LeafClaims` says.
template <Role R>
LeafClaims argue_lookups(Party<R>& party, const Relation& relation, const Secret<R, WitnessView>& witness) {
  LookupChallenges challenges;
  challenges.alpha = party.draw("lookup alpha");
  challenges.beta = party.draw("lookup beta");
  auto leaves = witness.map([&](const auto& w) { return w.leaves(challenges); });
  const FractionClaim<R> leaf = fraction_sum<R>(party, relation.rows.log_rows, leaves);
  watch(party, WatchedLookups<R>{challenges, leaves, leaf});
  if (party.is_decided()) return {};
  return split_leaf_claims(*relation.theorem, relation.rows, challenges, leaf.at, leaf.p, leaf.q);
}

/// The contraction sumcheck; appends the claim that starts it and two claims for each contraction.
template <Role R>
void argue_contractions(Party<R>& party, const Relation& relation, const LeafClaims& leaf, const Secret<R, WitnessView>& witness,
                        std::vector<Claim>& owed) {
  const std::vector<ContractionUse> uses = contraction_uses(*relation.theorem, leaf.accumulators);
  auto tables = witness.map([&](const auto& w) { return w.products(uses); });
  const Scalar total = party.send("contraction sum", tables, [](const auto& t) { return sum_of_products_value(t); });
  owed.push_back({"lookup columns", leaf.columns, leaf.value - total});
  const ProductsResult<R> result = sum_of_products<R>(party, log_sizes_of(uses), total, tables);
  watch(party, WatchedContractions<R>{uses, tables, total, result});
  KernelPoints points(result.at);
  for (std::size_t i = 0; i < uses.size(); ++i) {
    owed.push_back(weights_claim(uses[i], points, result.a[i]));
    owed.push_back(input_claim(uses[i], points, result.b[i]));
  }
}

/// One claim for each link: what the columns' fingerprint is, minus the link's pad, in the order of the relation's links.
/// Appends the claims on X; returns what open_link() settles for the other sides.
struct LinkClaim {
  FingerprintPoint point;
  Fe m;
};
template <Role R>
std::vector<LinkClaim> claim_links(Party<R>& party, const Relation& relation, const Secret<R, WitnessView>& witness,
                                   std::vector<Claim>& owed) {
  std::vector<LinkClaim> out;
  for (const Link& link : relation.links) {
    FingerprintPoint point = draw_fingerprint(party, link.columns);
    Form form = fingerprint_form(link.columns, point);
    const Scalar value = party.send("link value", witness, [&](const auto& w) { return w.value_of(form); });
    out.push_back({std::move(point), value.constant()});
    owed.push_back({"link", std::move(form), value});
  }
  return out;
}

/// Opens the other side of every link.
template <Role R>
void settle_links(Party<R>& party, const Relation& relation, const std::vector<LinkClaim>& claims, const std::vector<Digest>& roots,
                  const Secret<R, WitnessView>& witness) {
  for (std::size_t i = 0; i < claims.size() && !party.is_decided(); ++i) {
    const Link& link = relation.links[i];
    auto other = witness.map([&](const auto& w) { return w.link(i); });
    open_link<R>(party, link.target, flat_fingerprint_form(link.columns, claims[i].point), claims[i].m, roots[i], other);
  }
}

/// Runs the whole argument. The verdict is the party's.
template <Role R>
void argue(Party<R>& party, const Relation& relation, const Secret<R, WitnessView>& witness) {
  party.bind("statement", relation.statement);
  ByteWriter params;
  write_params(params, *relation.params);
  party.bind("parameters", params.data());
  party.bind("public values", public_bytes(relation));
  if (!relation.links.empty()) party.bind("commitments", link_names(relation));
  const Digest root_x = party.send_digests("witness root", 1, witness, [](const auto& w) {
    return std::vector<Digest>{w.root()};
  })[0];
  std::vector<Digest> link_roots;
  if (!relation.links.empty())
    link_roots = party.send_digests("link roots", relation.links.size(), witness, [](const auto& w) { return w.link_roots(); });
  party.grind("first proof of work", static_cast<int>(relation.params->initial_grind_bits),
              [](const Digest& seed, int bits) { return search_nonce(seed, bits); });
  std::vector<Claim> owed;
  auto pads = witness.map([](const auto& w) { return w.pads(); });
  if (relation.masked()) party.begin_masks(pads);
  LeafClaims leaf = argue_lookups<R>(party, relation, witness);
  if (party.is_decided()) return;
  owed.push_back(std::move(leaf.multiplicities));
  argue_contractions<R>(party, relation, leaf, witness, owed);
  const std::vector<LinkClaim> links = claim_links<R>(party, relation, witness, owed);
  if (relation.masked()) {
    check_pad_products<R>(party, pads);
    TACIT_EXPECTS(party.masks().used() == relation.plan.pads, "the script uses the pads that were planned");
    party.end_masks();
  }
  if (party.is_decided()) return;
  settle<R>(party, "ledger gamma", relation, owed, party.masks().owed(), root_x, witness);
  settle_links<R>(party, relation, links, link_roots, witness);
}

/// The prover's instantiation; the verifier's is verify_relation (argue/verify_relation.h).
void argue_prover(Party<Role::kProver>& party, const Relation& relation, const Known<WitnessView>& witness);

}  // namespace tacit
