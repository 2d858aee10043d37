#include "prover/prove.h"

#include <algorithm>
#include <cmath>

#include "argue/argue.h"
#include "base/checks.h"
#include "base/contract.h"
#include "prover/commitment.h"
#include "prover/digest.h"
#include "prover/options.h"

namespace tacit {

CommittedWitness::CommittedWitness(FeVector pads_in, OpeningMasks masks_in, Oracle oracle_in)
    : pads(std::move(pads_in)), masks(std::move(masks_in)), oracle(std::move(oracle_in)) {}

CommittedWitness::~CommittedWitness() { wipe(pads); }

CommittedWitness commit_witness(const Relation& relation, const Assignment& assignment, Random& random) {
  FeVector pads;
  if (relation.masked()) pads = draw_pads(relation.plan, [&](std::span<Fp> out) { random.fill(out); });
  return commit_witness(relation, assignment, std::move(pads), random);
}

CommittedWitness commit_witness(const Relation& relation, const Assignment& assignment, FeVector pads, Random& random) {
  const OpeningParams& params = *relation.params;
  const OpeningShape& shape = params.shape;
  const auto uniform = [&](std::span<Fp> out) { random.fill(out); };
  OpeningMasks masks;
  SaltSource salts;
  if (relation.masked()) {
    masks = make_masks(shape, uniform);
    salts = draw_salts(std::size_t{1} << params.rounds[0].log_domain, random);
  }
  FpVector rows = relation.masked() ? mask_limbs(masks) : FpVector{};
  const WipeGuard guard(rows);
  FpVector message = oracle_message(relation.columns, relation.witness, assignment.columns, pads,
                                    std::uint64_t{shape.limbs_x} << shape.log_n, rows.size());
  if (relation.masked()) fill_random_slots(shape, Block::kX, message, uniform);
  Oracle oracle = Oracle::commit(std::move(message), shape.log_n, shape.limbs_x, params.rounds[0].log_domain, rows, std::move(salts));
  return {std::move(pads), std::move(masks), std::move(oracle)};
}

Bytes prove_relation(const Relation& relation, std::string_view label, const Assignment& assignment, const Oracle* w,
                     const CommittedWitness& x, const StageSink& stage, std::span<const LinkWitness> links) {
  Party<Role::kProver> party(label);
  WitnessData data{&assignment, w, &x.oracle, relation.masked() ? &x.pads : nullptr, relation.masked() ? &x.masks : nullptr};
  for (const LinkWitness& link : links) data.links.push_back({nullptr, &link.oracle, &link.x.oracle, &link.x.pads, &link.x.masks});
  argue_prover(party, relation, Known<WitnessView>(WitnessView(relation, data, stage)));
  // A proof from an invalid witness (a fault of this machine, a bug) would show by how much it is wrong: it never leaves.
  TACIT_EXPECTS(!party.failed(), "a proof passes its own checks");
  return party.take_proof();
}

Result<Random> proof_randomness(const ModelSecret& secret, const Relation& relation, const Assignment& assignment) {
  // Public values and the whole witness are hashed in, so that two statements differ even under one state of the machine.
  // The statement names the weights.
  Keccak256 hasher;
  hasher.update(relation.statement);
  for (ColumnId id = 0; id < relation.theorem->columns.size(); ++id) {
    const IntColumn& column = assignment.columns[id];
    if (relation.theorem->columns[id].home == Home::kWeights) continue;
    hasher.update(digest_of_pieces({reinterpret_cast<const std::uint8_t*>(column.data()), 4 * column.size()}));
  }
  Digest context = hasher.finish();
  auto random = Random::for_proof(secret.bytes(), context);
  wipe_object(context);
  return random;
}

void execute_into(const ProverModel& model, const std::vector<IntColumn>& inputs, Assignment& assignment) {
  std::size_t next = 0;
  for (const Port& port : model.key.core.ports.inputs)
    for (const ColumnId id : port.columns()) {
      TACIT_EXPECTS(next < inputs.size(), "one column for each column of the input ports");
      assignment.columns[id] = inputs[next++];
    }
  run_steps(model.theorem, assignment);
}

Assignment execute(const ProverModel& model, const std::vector<IntColumn>& inputs) {
  Assignment assignment;
  assignment.columns = model.weights;
  execute_into(model, inputs, assignment);
  return assignment;
}

namespace {

/// Overwrites what a run left behind: inputs, activations, accumulators. The weights are the model's.
class AssignmentWiper {
 public:
  AssignmentWiper(const Theorem& theorem, Assignment& assignment) : theorem_(theorem), assignment_(assignment) {}
  AssignmentWiper(const AssignmentWiper&) = delete;
  AssignmentWiper& operator=(const AssignmentWiper&) = delete;
  ~AssignmentWiper() {
    for (ColumnId id = 0; id < theorem_.columns.size(); ++id)
      if (theorem_.columns[id].home != Home::kWeights) wipe(assignment_.columns[id]);
    wipe(assignment_.accumulators);
  }

 private:
  const Theorem& theorem_;
  Assignment& assignment_;
};

std::vector<IntColumn> columns_with(const KeyCore& core, const Assignment& assignment, auto&& wanted) {
  std::vector<IntColumn> out(core.theorem.columns.size());
  for (ColumnId id = 0; id < out.size(); ++id)
    if (wanted(id)) out[id] = assignment.columns[id];
  return out;
}

// Commitments of the boundary in the order of the committed ports: those given for inputs, fresh ones for outputs.
Result<std::vector<const CommitmentOpening*>> settle_boundary(const KeyCore& core, const Assignment& assignment, const Boundary& boundary,
                                                             std::vector<CommitmentOpening>& fresh) {
  std::vector<const CommitmentOpening*> out;
  for (const Port& port : core.ports.inputs) {
    if (!port.is_committed()) continue;
    if (out.size() == boundary.inputs.size()) return bad_input("the commitment of this input is missing", port.name);
    const CommitmentOpening& opening = *boundary.inputs[out.size()];
    TACIT_TRY([[maybe_unused]] Unit fits, check_fit(port, opening.of.commitment));
    TACIT_TRY([[maybe_unused]] Unit secure, check_link_security(port, opening.of.commitment, core.params, core.settings.security));
    auto integers = to_logical(port, assignment.columns);
    const WipeGuard guard(integers);
    if (integers != opening.integers) return bad_input("the input is not what was committed", port.name);
    out.push_back(&opening);
  }
  if (out.size() != boundary.inputs.size()) return bad_input("more commitments are given than the model has committed inputs");
  for (const Port& port : core.ports.outputs) {
    if (!port.is_committed()) continue;
    CommitOptions options = boundary.outputs;
    options.grid = std::ilogb(port.scale);
    options.security = std::max(options.security, core.settings.security);
    TACIT_TRY(const ModelSecret secret, ModelSecret::fresh());
    TACIT_TRY(CommitmentOpening opening, commit_integers(to_logical(port, assignment.columns), options, secret));
    fresh.push_back(std::move(opening));
  }
  for (const CommitmentOpening& opening : fresh) out.push_back(&opening);
  return out;
}

}  // namespace

Result<Bytes> prove_assignment(const ProverModel& model, const Assignment& assignment, std::span<const CommitmentOpening* const> openings,
                               const StageSink& stage, const Charge& charge) {
  auto tell = [&](std::string_view name) { if (stage) stage(name); };
  const KeyCore& core = model.key.core;
  auto is_public = [&](ColumnId id) { return core.theorem.columns[id].home == Home::kPublic; };
  const std::vector<IntColumn> publics = columns_with(core, assignment, is_public);
  TACIT_TRY([[maybe_unused]] Unit in_range, check_publics(core.theorem, publics));
  if (!openings.empty()) tell("open commitments");
  std::vector<Oracle> committed;
  for (const CommitmentOpening* opening : openings) {
    TACIT_TRY(Oracle oracle, commit_oracle(*opening));
    committed.push_back(std::move(oracle));
  }
  if (charge) {
    TACIT_TRY([[maybe_unused]] Unit charged, charge());
  }
  tell("commit weights");
  std::optional<Oracle> w;
  if (core.has_weights()) {
    w.emplace(commit_weights(model));
    if (w->root() != core.root_w) return bad_input("the weights are not those that the key commits to", "model");
  }
  tell("commit witness");
  std::vector<Commitment> commitments;
  for (const CommitmentOpening* opening : openings) commitments.push_back(opening->of.commitment);
  const Relation relation = inference_relation(model.key, publics, commitments);
  TACIT_TRY(Random random, proof_randomness(model.secret, relation, assignment));
  const CommittedWitness x = commit_witness(relation, assignment, random);
  std::vector<LinkWitness> links;
  for (std::size_t i = 0; i < openings.size(); ++i) {
    links.push_back(link_witness(relation.links[i], std::move(committed[i]), x.pads[relation.plan.links[i]], random));
  }
  const Bytes stream = prove_relation(relation, inference_label(relation.masked()), assignment, w ? &*w : nullptr, x, stage, links);
  return encode_proof(model.key, publics, commitments, stream);
}

Result<Proof> prove(const ProverModel& model, const std::vector<IntColumn>& inputs, const StageSink& stage, const Boundary& boundary,
                    const Charge& charge) {
  const KeyCore& core = model.key.core;
  if (stage) stage("run model");
  Assignment assignment = execute(model, inputs);
  const AssignmentWiper wiper(model.theorem, assignment);
  TACIT_TRY([[maybe_unused]] Unit counted, count_multiplicities(model.theorem, assignment));
  Proof proof;
  TACIT_TRY(const auto openings, settle_boundary(core, assignment, boundary, proof.committed));
  TACIT_TRY(proof.file, prove_assignment(model, assignment, openings, stage, charge));
  std::vector<bool> is_output(core.theorem.columns.size(), false);
  for (const Port& port : core.ports.outputs)
    for (const ColumnId id : port.columns()) is_output[id] = true;
  proof.outputs = columns_with(core, assignment, [&](ColumnId id) { return is_output[id]; });
  return proof;
}

Proof::Proof() = default;
Proof::Proof(Proof&&) noexcept = default;
Proof& Proof::operator=(Proof&&) noexcept = default;
Proof::~Proof() = default;

}  // namespace tacit
