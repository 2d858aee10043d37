// Every sample of a file through a model, from several threads, with progress.
#pragma once

#include <atomic>
#include <cstddef>
#include <vector>

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include "api.h"
#include "api/inputs.h"
#include "api/proving.h"
#include "prover/model.h"

namespace tacit::cli::api {

/// Calls `work(n)` for every sample from several threads, and shows how far it is.
inline void for_each_sample(std::size_t samples, const Execution& how, const char* stage, auto&& work) {
  if (how.progress != nullptr) how.progress->stage(stage);
  std::atomic<std::size_t> done = 0;
  tbb::parallel_for(std::size_t{0}, samples, [&](std::size_t n) {
    work(n);
    const std::size_t finished = ++done;
    if (how.progress != nullptr) how.progress->update(static_cast<double>(finished) / static_cast<double>(samples));
  });
}

/// Runs every sample and hands its columns to `use(sample, assignment)`, from several threads.
inline void for_each_run(const ProverModel& model, const std::vector<std::vector<IntColumn>>& inputs, const Execution& how, auto&& use) {
  Assignment fresh;
  fresh.columns = model.weights;
  tbb::enumerable_thread_specific<Assignment> scratch(fresh);
  for_each_sample(inputs.size(), how, "running the model", [&](std::size_t n) {
    Assignment& assignment = scratch.local();
    execute_into(model, inputs[n], assignment);
    use(n, assignment);
  });
}

}  // namespace tacit::cli::api
