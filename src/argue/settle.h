// The end of an argument: every claim that is owed, settled with one opening.
#pragma once

#include "argue/ledger.h"
#include "argue/prover_side.h"
#include "argue/relation.h"
#include "pcs/whir.h"
#include "transcript/party.h"

namespace tacit {

/// What a party that watches is shown.
struct WatchedLedger {
  const char* label;
  const Fe& gamma;
  const std::vector<Claim>& owed;
  std::span<const OwedCheck> checks;
  const Opening& opening;
};

/// Settles claims and checks on the oracles of `relation`; `label` is that of gamma, which nothing but the opening follows.
template <Role R>
void settle(Party<R>& party, const char* label, const Relation& relation, const std::vector<Claim>& owed,
            std::span<const OwedCheck> checks, const Digest& root_x, const Secret<R, WitnessView>& witness) {
  const Fe gamma = party.draw(label);
  const Opening opening = combine(relation.columns, owed, checks, relation.publics, relation.pin, gamma);
  watch(party, WatchedLedger{label, gamma, owed, checks, opening});
  const OpeningShape& shape = relation.params->shape;
  auto evaluate = [&](const Point& point_w, const Point& point_x) {
    std::pair<Fe, Fe> out;
    if (!point_w.empty() || shape.has_w()) {
      out.first = evaluate_at(relation.columns, relation.weights, opening.weights, point_w);
      if (!opening.pin_scale.is_zero()) out.first += opening.pin_scale * powers_at(opening.pin_z, point_w, shape.log_n, shape.limbs_w);
    }
    out.second = evaluate_at(relation.columns, relation.witness, opening.witness, point_x);
    return out;
  };
  auto view = witness.map([&](const auto& w) { return w.opening(opening); });
  auto pointers = view.map([](const auto& v) { return v->pointers(); });
  open<R>(party, *relation.params, relation.root_w, root_x, pointers, opening.value, evaluate);
}

}  // namespace tacit
