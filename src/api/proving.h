// One proof with its stages timed: what the library and the command line share.
#pragma once

#include <vector>

#include "api/guard.h"
#include "prover/prove.h"
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

/// Contract: one column for each input port.
tacit::Result<Proof> prove_columns(const ProverModel& model, const std::vector<IntColumn>& inputs, const StageSink& stage);

}  // namespace tacit::api
