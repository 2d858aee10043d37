#include "prover/prove.h"

#include "argue/argue.h"
#include "base/contract.h"

namespace tacit {

Bytes prove_relation(const Relation& relation, std::string_view label, const Assignment& assignment, const Oracle* w, const Oracle* x,
                     const StageSink& stage) {
  Party<Role::kProver> party(label);
  argue_prover(party, relation, Known<WitnessView>(WitnessView(relation, assignment, w, x, stage)));
  return party.take_proof();
}

Oracle commit_witness(const Theorem& theorem, const OpeningParams& params, const Assignment& assignment) {
  const OracleLayout layout = oracle_layout(theorem, Home::kWitness);
  FpVector message = oracle_message(theorem, layout, assignment.columns, std::uint64_t{params.shape.limbs_x} << params.shape.log_n);
  return Oracle::commit(std::move(message), params.shape.log_n, params.shape.limbs_x, params.rounds[0].log_domain);
}

void execute_into(const ProverModel& model, const std::vector<IntColumn>& inputs, Assignment& assignment) {
  const std::vector<Port>& ports = model.key.core.ports.inputs;
  TACIT_EXPECTS(inputs.size() == ports.size(), "one column for each input");
  for (std::size_t i = 0; i < ports.size(); ++i) assignment.columns[ports[i].column] = inputs[i];
  run_steps(model.theorem, assignment);
}

Assignment execute(const ProverModel& model, const std::vector<IntColumn>& inputs) {
  Assignment assignment;
  assignment.columns = model.weights;
  execute_into(model, inputs, assignment);
  return assignment;
}

Result<Proof> prove(const ProverModel& model, const std::vector<IntColumn>& inputs, const StageSink& stage) {
  auto tell = [&](std::string_view name) { if (stage) stage(name); };
  const KeyCore& core = model.key.core;
  tell("run model");
  Assignment assignment = execute(model, inputs);
  TACIT_TRY([[maybe_unused]] Unit counted, count_multiplicities(model.theorem, assignment));

  std::vector<IntColumn> publics(core.theorem.columns.size());
  for (ColumnId id = 0; id < publics.size(); ++id)
    if (core.theorem.columns[id].home == Home::kPublic) publics[id] = assignment.columns[id];
  TACIT_TRY([[maybe_unused]] Unit in_range, check_publics(core.theorem, publics));

  tell("commit weights");
  std::optional<Oracle> w;
  if (core.has_weights()) w.emplace(commit_weights(model));
  tell("commit witness");
  const Oracle x = commit_witness(core.theorem, core.params, assignment);
  const Relation relation = inference_relation(model.key, publics);
  const Bytes stream = prove_relation(relation, kInferenceLabel, assignment, w ? &*w : nullptr, &x, stage);

  Proof proof;
  proof.file = encode_proof(model.key, publics, stream);
  for (const Port& port : core.ports.outputs) proof.outputs.push_back(assignment.columns[port.column]);
  return proof;
}

}  // namespace tacit
