#include "leaks/exhibits.h"

#include "leaks/run_parts.h"
#include "poly/eq.h"

namespace tacit::leaks {
namespace {

/// S~(c) of the pad check: what a prover would send who sends three ends.
Fe third_end_of(const World& world, const FeVector& pads, const Tape& tape) {
  const auto& products = world.base.plan.products;
  std::size_t rounds = 0;
  while (std::size_t{1} << rounds < products.size()) ++rounds;
  const FeVector weights = eq_table(tape.challenges("pad check round", rounds));
  Fe sum;
  for (std::size_t k = 0; k < products.size(); ++k) sum += weights[k] * pads[products[k].ab];
  return sum;
}

/// Makes exhibits, adds them up.
Tally run_all(const World& world, std::string_view name, std::size_t exhibits, std::size_t beyond, auto&& make) {
  return run_parts<Tally>(name, exhibits, [&](Random& random, Tally& tally) {
    const Exhibit exhibit = make(random);
    tally.proofs += exhibit.tapes.size();
    return distinguish(world, exhibit, world.secrets[0], tally.counts, beyond);
  });
}

}  // namespace

Exhibit make_exhibit(const World& world, const Recipe& recipe, Random& random) {
  const Assignment& secret = world.secrets[recipe.secret];
  const WeightsCommitment w = world.commit_w(secret, random, recipe.spoil);
  Exhibit out{w.relation, {}, {}};
  std::optional<CommittedWitness> x;
  for (std::size_t k = 0; k < recipe.proofs; ++k) {
    const bool again = recipe.same_masks && k % 2 == 1;
    if (!again) x.emplace(world.commit_x(w.relation, secret, random, recipe.spoil));
    const bool other_nonce = again || (recipe.spoil == Spoil::kSecondNonce && recipe.secret == 1);
    RecordedProof proof = record(w.relation, secret, w.oracle, *x, [&](auto& party) { party.skipped_nonces = other_nonce ? 1 : 0; });
    TACIT_EXPECTS(proof.stream.size() == expected_length(world, proof.tape), "the length is a function of the positions");
    out.tapes.push_back(std::move(proof.tape));
    if (recipe.third_end && k == 0) out.third_end = third_end_of(world, x->pads, out.tapes[0]);
  }
  return out;
}

void Tally::merge(const Tally& other) {
  counts.merge(other.counts);
  proofs += other.proofs;
  if (complaint.empty()) complaint = other.complaint;
}

Tally run(const World& world, std::string_view name, const Recipe& recipe, std::size_t exhibits, std::size_t beyond) {
  return run_all(world, name, exhibits, beyond, [&](Random& random) { return make_exhibit(world, recipe, random); });
}

Tally run_simulated(const World& world, std::string_view name, std::size_t exhibits) {
  return run_all(world, name, exhibits, 0, [&](Random& random) { return simulate(world, kOpenings, random); });
}

const World& world() {
  static const World world(plain_toy());
  return world;
}

}  // namespace tacit::leaks
