#include "tacit/prove.h"

#include "api/committing.h"
#include "api/facts.h"
#include "api/inputs.h"
#include "api/model_state.h"
#include "api/proving.h"
#include "secret/ledger.h"
#include "theorem/float32.h"

namespace tacit::api {

void StageTimes::begin(std::string_view name) {
  const double now = watch_.seconds();
  if (!stages_.empty()) stages_.back().seconds = now - started_;
  started_ = now;
  stages_.push_back({std::string(name), 0});
  if (next_) next_(name);
}

std::vector<StageTime> StageTimes::finish() {
  if (!stages_.empty()) stages_.back().seconds = watch_.seconds() - started_;
  return std::move(stages_);
}

namespace {

/// Counted before anything of a proof can leave, all or none: a crash from here on burns the openings. What is left of the
/// weights'.
tacit::Result<std::optional<std::uint32_t>> spend_openings(const KeyCore& core, const std::vector<CommitmentOpening>& openings) {
  std::optional<std::uint32_t> left;
  if (!core.hides_weights() && openings.empty()) return left;
  TACIT_TRY(Ledger ledger, Ledger::of_user());
  std::vector<Spending> all;
  for (const CommitmentOpening& opening : openings) all.push_back({opening.of.commitment.root, Counted::kValues});
  if (core.hides_weights()) all.push_back({core.root_w, Counted::kWeights});
  TACIT_TRY(const std::vector<std::uint32_t> remaining, ledger.spend_all(all));
  if (core.hides_weights()) left = remaining.back();
  return left;
}

/// The proof that made a commitment is the first that opens it.
tacit::Result<std::vector<Committed>> count_fresh(const std::vector<CommitmentOpening>& fresh) {
  std::vector<Committed> out;
  for (const CommitmentOpening& opening : fresh) {
    TACIT_TRY(Committed committed, start_counting(opening));
    TACIT_TRY(Ledger ledger, Ledger::of_user());
    TACIT_TRY([[maybe_unused]] std::uint32_t left, ledger.spend(opening.of.commitment.root, Counted::kValues));
    out.push_back(std::move(committed));
  }
  return out;
}

}  // namespace

tacit::Result<std::vector<CommitmentOpening>> read_openings(const std::vector<Port>& ports, const std::vector<ByteSpan>& files,
                                                            std::vector<std::vector<double>>& blocks) {
  std::vector<CommitmentOpening> out;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    if (!ports[i].is_committed()) continue;
    const std::string where = "input \"" + ports[i].name + "\"";
    if (out.size() == files.size()) return tacit::Error{tacit::ErrorCode::kUsage, "is committed: give the opening of its commitment", where};
    TACIT_TRY(CommitmentOpening opening, tacit::read_opening(files[out.size()]));
    TACIT_TRY([[maybe_unused]] Unit fits, check_fit(ports[i], opening.of.commitment));
    if (!blocks[i].empty()) return bad_input("is committed: its values are those of its opening", where);
    blocks[i].reserve(opening.integers.size());
    const bool float32 = ports[i].scale == kFloat32Scale;
    for (std::int64_t g : opening.integers) blocks[i].push_back(float32 ? float32_value(g) : static_cast<double>(g) * ports[i].scale);
    out.push_back(std::move(opening));
  }
  if (out.size() != files.size()) return tacit::Error{tacit::ErrorCode::kUsage, "there are more openings than committed inputs", ""};
  return out;
}

tacit::Result<Proof> prove_columns(const ProverModel& model, const std::vector<IntColumn>& inputs, const StageSink& stage,
                                   const std::vector<CommitmentOpening>& openings, const CommitOptions& outputs) {
  const Stopwatch watch;
  StageTimes stages(stage);
  const KeyCore& core = model.key.core;
  TACIT_TRY(Boundary boundary, boundary_of(outputs));
  for (const CommitmentOpening& opening : openings) boundary.inputs.push_back(&opening);
  std::optional<std::uint32_t> left;
  const auto charge = [&]() -> Status {
    TACIT_TRY(left, spend_openings(core, openings));
    return Unit{};
  };
  TACIT_TRY(tacit::Proof proof, tacit::prove(model, inputs, [&](std::string_view name) { stages.begin(name); }, boundary, charge));
  Proof out;
  out.openings_left = left;
  TACIT_TRY(out.commitments, count_fresh(proof.committed));
  out.stages = stages.finish();
  TACIT_TRY(const ProofFile parsed, read_proof(model.key, proof.file));
  out.statement = statement_of(model.key, &parsed);
  for (const Port& port : core.ports.outputs) out.outputs.push_back(value_of(core, port, proof.outputs));
  out.bytes = std::move(proof.file);
  out.seconds = watch.seconds();
  return out;
}

Result<Proof> prove(const Model& model, const std::vector<FloatSpan>& inputs, const ProveOptions& options) {
  return guarded<Proof>([&]() -> tacit::Result<Proof> {
    const ThreadLimit limit(options.threads);
    const ProverModel& prover = model.state().prover;
    const std::vector<Port>& ports = prover.key.core.ports.inputs;
    TACIT_TRY(auto blocks, one_inference(ports, inputs, true));
    const WipeGuard of_blocks(blocks);
    TACIT_TRY(const std::vector<CommitmentOpening> openings, read_openings(ports, options.openings, blocks));
    std::vector<IntColumn> columns = std::move(quantise_inputs(prover.key.core, blocks, nullptr)[0]);
    const WipeGuard of_columns(columns);
    return prove_columns(prover, columns, {}, openings, options.outputs);
  });
}

Result<Proof> prove(const Model& model, const std::vector<FloatSpan>& inputs, unsigned threads) {
  ProveOptions options;
  options.threads = threads;
  return prove(model, inputs, options);
}

}  // namespace tacit::api
