// Test support: one script run with masks in all three roles.
//
//   plan    what the planner counts          pads    drawn for it: uniform, products where the plan says so
//   proof   values minus pads                owed    what each check is under the pads: zero for an honest prover
#pragma once

#include <random>

#include "transcript/planner.h"

namespace tacit::test {

inline Fe random_element(std::mt19937_64& engine) { return {Fp(engine()), Fp(engine()), Fp(engine())}; }

inline FeVector pads_for(const PadPlan& plan, std::uint64_t seed) {
  std::mt19937_64 engine(seed);
  FeVector pads(plan.pads);
  for (Fe& pad : pads) pad = random_element(engine);
  for (const PadProduct& p : plan.products) pads[p.ab] = pads[p.a] * pads[p.b];
  return pads;
}

/// The names of the checks that do not hold under these pads, in order.
inline std::vector<std::string> broken(const std::vector<OwedCheck>& owed, const FeVector& pads) {
  std::vector<std::string> out;
  for (const OwedCheck& check : owed)
    if (!check.value.under(pads).is_zero()) out.emplace_back(check.name);
  return out;
}

/// What the planner counts of a script.
PadPlan plan_of(auto&& script) {
  Party<Role::kPlanner> party;
  script(party);
  return party.plan();
}

struct MaskedProof {
  Bytes bytes;
  Fe next;  ///< a challenge drawn after it
};

MaskedProof prove_masked(std::string_view label, const FeVector& pads, auto&& script) {
  Party<Role::kProver> party(label);
  party.begin_masks(Known(pads));
  script(party);
  const Fe next = party.draw("next");
  return {party.take_proof(), next};
}

struct MaskedCheck {
  Verdict verdict;
  std::vector<OwedCheck> owed;
  std::vector<PadProduct> products;
  std::uint32_t used = 0;
  Fe next;

  /// Accepted as far as it goes, and every owed check holds.
  bool holds(const FeVector& pads) const { return verdict.accepted && broken(owed, pads).empty(); }
};

MaskedCheck check_masked(std::string_view label, ByteSpan proof, auto&& script) {
  Party<Role::kVerifier> party(label, proof);
  party.begin_masks({});
  script(party);
  MaskedCheck out;
  out.next = party.draw("next");
  out.verdict = party.verdict();
  out.owed = party.masks().owed();
  out.products = party.masks().products();
  out.used = party.masks().used();
  return out;
}

}  // namespace tacit::test
