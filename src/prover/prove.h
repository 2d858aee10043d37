// Proving: execute the theorem in integers, commit the witness, run the argument.
#pragma once

#include "prover/model.h"
#include "verifier/verify.h"

namespace tacit {

/// Runs the model on quantised inputs, one column for each input port in order. Exact and the same on every machine.
Assignment execute(const ProverModel& model, const std::vector<IntColumn>& inputs);
/// The same into an assignment that already holds the model's weights, e.g. of an earlier run.
void execute_into(const ProverModel& model, const std::vector<IntColumn>& inputs, Assignment& assignment);

struct Proof {
  Bytes file;                      ///< as PROOF.bin
  std::vector<IntColumn> outputs;  ///< by output port
};

/// Proves one inference. The prover's own checks run; a failure of one is reported as an error (a bug, or memory).
Result<Proof> prove(const ProverModel& model, const std::vector<IntColumn>& inputs, const StageSink& stage);

/// Commits the witness columns of `assignment`.
Oracle commit_witness(const Theorem& theorem, const OpeningParams& params, const Assignment& assignment);

/// The argument's proof stream for a complete assignment.
Bytes prove_relation(const Relation& relation, std::string_view label, const Assignment& assignment, const Oracle* w, const Oracle* x,
                     const StageSink& stage = {});

}  // namespace tacit
