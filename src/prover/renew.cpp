#include "prover/renew.h"

#include "base/contract.h"
#include "prover/options.h"
#include "prover/prove.h"

namespace tacit {
namespace {

Result<OpeningParams> link_params(const KeyCore& core) {
  DeriveOptions options = options_for_committed(core.params);
  options.initial_grind_bits = 0;  // every statement of a renewal was fixed by its keys
  options.hide_x = true;
  options.openings = core.settings.openings;
  options.max_queries = core.params.rounds[0].queries;
  return derive_params(core.params.shape.size_w, kLinkEntries, core.settings.security, options);
}

// The weights as the link numbers them.
Assignment weights_of(const ProverModel& model) {
  Assignment out;
  for (ColumnId id = 0; id < model.theorem.columns.size(); ++id)
    if (model.theorem.columns[id].home == Home::kWeights) out.columns.push_back(model.weights[id]);
  return out;
}

// Both statements name their roots, and these the weights.
Result<Random> link_randomness(const ProverModel& older, const ProverModel& newer) {
  Bytes context(older.key.statement.begin(), older.key.statement.end());
  context.insert(context.end(), newer.key.statement.begin(), newer.key.statement.end());
  return Random::for_proof(newer.secret.bytes(), context);
}

}  // namespace

Result<RenewalFile> prove_renewal(const ProverModel& older, const ProverModel& newer, const Fe& pad_older, const Fe& pad_newer) {
  RenewalFile file;
  file.old_statement = older.key.statement;
  file.new_statement = newer.key.statement;
  TACIT_TRY(file.old_params, link_params(older.key.core));
  TACIT_TRY(file.new_params, link_params(newer.key.core));
  const RenewalRelation relation = renewal_relation(older.key, newer.key, file.old_params, file.new_params);
  TACIT_TRY(Random random, link_randomness(older, newer));
  const Assignment old_weights = weights_of(older), new_weights = weights_of(newer);
  const Oracle old_w = commit_weights(older), new_w = commit_weights(newer);
  const CommittedWitness old_x = commit_witness(relation.older, {}, {pad_older}, random);
  const CommittedWitness new_x = commit_witness(relation.newer, {}, {pad_newer}, random);
  const WitnessData old_data{&old_weights, &old_w, &old_x.oracle, &old_x.pads, &old_x.masks};
  const WitnessData new_data{&new_weights, &new_w, &new_x.oracle, &new_x.pads, &new_x.masks};
  Party<Role::kProver> party(kRenewalLabel);
  argue_renewal<Role::kProver>(party, relation, Known<RenewalWitness>({{relation.older, old_data}, {relation.newer, new_data}, pad_older}));
  file.stream = party.take_proof();
  return file;
}

Result<Renewed> renew(const ProverModel& model, const ModelSecret& fresh, const StageSink& stage) {
  if (!model.key.core.hides_weights()) return unsupported("only private weights have a budget of openings to renew", "model");
  Renewed out;
  out.model = model;
  out.model.secret = fresh;
  TACIT_TRY([[maybe_unused]] Unit committed, commit_model(out.model, stage));
  if (stage) stage("prove that the weights are the same");
  TACIT_TRY(Random random, link_randomness(out.model, model));
  const Fe pad = random.element();
  TACIT_TRY(out.link, prove_renewal(model, out.model, pad, pad));
  // A link of weights that differ (a fault of this machine, a bug) would show by how much: it never leaves.
  TACIT_EXPECTS(verify_renewal(model.key, out.model.key, out.link).accepted, "a renewal passes its own checks");
  return out;
}

}  // namespace tacit
