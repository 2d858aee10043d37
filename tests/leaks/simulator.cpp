#include "leaks/simulator.h"

#include "leaks/simulator_party.h"

namespace tacit {
namespace leaks {

Exhibit simulate(const World& world, std::size_t proofs, Random& random) {
  FpVector message(world.shape().limbs_w * world.shape().n());
  fill_random_slots(world.shape(), Block::kW, message, source_of(random));
  const WeightsCommitment w_star = world.commit_message(std::move(message), random);
  Assignment nobody;
  for (const Column& column : world.theorem.columns) nobody.columns.emplace_back(column.size());
  Exhibit out;
  out.relation = w_star.relation;
  while (out.tapes.size() < proofs) {
    Party<kSimulator> party(random, {&w_star.oracle});
    argue<kSimulator>(party, out.relation, Known<WitnessView>(WitnessView(out.relation, world.zeros(&nobody))));
    out.tapes.push_back(std::move(party.tape()));
  }
  return out;
}

}  // namespace leaks
}  // namespace tacit
