// One proof with its stages timed: what the library and the command line share.
#pragma once

#include <vector>

#include "api/guard.h"
#include "prover/commitment.h"
#include "tacit/prove.h"

namespace tacit::api {

/// Collects the seconds of each stage and passes its name on.
class StageTimes {
 public:
  explicit StageTimes(StageSink next) : next_(std::move(next)) {}
  void begin(std::string_view name);
  std::vector<StageTime> finish();

 private:
  StageSink next_;
  std::vector<StageTime> stages_;
  Stopwatch watch_;
  double started_ = 0;
};

/// Contract: one column for each column of the input ports; `openings` are those of the committed inputs.
tacit::Result<Proof> prove_columns(const ProverModel& model, const std::vector<IntColumn>& inputs, const StageSink& stage,
                                   const std::vector<CommitmentOpening>& openings = {}, const CommitOptions& outputs = {});

/// Reads NAME.opening of each committed input and puts its values in place of the input's block, which must be empty.
tacit::Result<std::vector<CommitmentOpening>> read_openings(const std::vector<Port>& ports, const std::vector<ByteSpan>& files,
                                                            std::vector<std::vector<double>>& blocks);

}  // namespace tacit::api
