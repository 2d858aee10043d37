// Building a model: ONNX bytes to a registered ProverModel, with a report of what quantisation costs.
//
//   onnx --read_graph--> Graph (its inputs tell how data must look) --build--> ProverModel, CompileReport
#pragma once

#include "graph/execute.h"
#include "prover/model.h"
#include "tacit/model.h"

namespace tacit::api {

/// The prepared graph. Errors: what the reader, `cut_at` and `prepare` refuse; kUsage for a batch that the file fixes
/// otherwise.
tacit::Result<Graph> read_graph(ByteSpan onnx, const CompileOptions& options);

struct Built {
  ProverModel model;
  CompileReport report;
};

/// Either samples (with labels, or none) or a range. `threads` of the options is the caller's to apply.
tacit::Result<Built> build(const Graph& graph, const std::vector<TensorMap>& samples,
                           const std::vector<std::int64_t>& labels, const std::optional<Range>& range,
                           const CompileOptions& options, const StageSink& stage);

}  // namespace tacit::api
