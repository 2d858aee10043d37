#include "tacit/prove.h"

#include "api/facts.h"
#include "api/inputs.h"
#include "api/model_state.h"
#include "api/proving.h"

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

tacit::Result<Proof> prove_columns(const ProverModel& model, const std::vector<IntColumn>& inputs, const StageSink& stage) {
  const Stopwatch watch;
  StageTimes stages(stage);
  const KeyCore& core = model.key.core;
  TACIT_TRY(tacit::Proof proof, tacit::prove(model, inputs, [&](std::string_view name) { stages.begin(name); }));
  Proof out;
  out.stages = stages.finish();
  TACIT_TRY(const ProofFile parsed, read_proof(model.key, proof.file));
  out.statement = statement_of(model.key, parsed.publics);
  for (std::size_t o = 0; o < proof.outputs.size(); ++o)
    out.outputs.push_back(value_of(core, core.ports.outputs[o], proof.outputs[o]));
  out.bytes = std::move(proof.file);
  out.seconds = watch.seconds();
  return out;
}

Result<Proof> prove(const Model& model, const std::vector<FloatSpan>& inputs, unsigned threads) {
  return guarded<Proof>([&]() -> tacit::Result<Proof> {
    const ThreadLimit limit(threads);
    const ProverModel& prover = model.state().prover;
    TACIT_TRY(const auto blocks, one_inference(prover.key.core.ports.inputs, inputs));
    return prove_columns(prover, quantise_inputs(prover.key.core, blocks, nullptr)[0], {});
  });
}

}  // namespace tacit::api
