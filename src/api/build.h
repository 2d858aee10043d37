// Building a model: ONNX bytes to a registered ProverModel, with a report of what quantisation costs.
//
//   onnx --read_source--> Source (its inputs tell how data must look) --build--> ProverModel, CompileReport
//                                \----------------- recompile, by a recipe --> theorem, ports, weights
#pragma once

#include "api/recipe.h"
#include "graph/execute.h"
#include "onnx/external.h"
#include "prover/model.h"
#include "tacit/model.h"

namespace tacit::api {

struct Source {
  Graph graph;       ///< prepared
  Digest onnx{};     ///< of the file and its external data (api/model_digest.h)
};

/// External data come from the folder of the options. Errors: what the reader, `cut_at` and `prepare` refuse; kUsage for a
/// batch that the file fixes otherwise, and for options out of range.
tacit::Result<Source> read_source(ByteSpan onnx, const CompileOptions& options);

/// The samples of a claim's graph with the labels of their rows, 0 where none are given; those of another graph as they are.
/// Errors: bad_input for another number of labels than rows.
tacit::Result<std::vector<TensorMap>> with_labels(const Graph& graph, std::vector<TensorMap> samples, const std::vector<std::int64_t>& labels);

struct Built {
  ProverModel model;
  CompileReport report;
};

/// Either samples (with labels, or none) or a range. `threads` of the options is the caller's to apply.
tacit::Result<Built> build(const Source& source, const std::vector<TensorMap>& samples,
                           const std::vector<std::int64_t>& labels, const std::optional<Range>& range,
                           const CompileOptions& options, const StageSink& stage);

/// What `build` would commit to and prove with, estimated: the ranges of inner values, which decide a few sizes, come from two
/// random inputs in [-1, 1].
struct Preview {
  OpeningParams params;
  double key_bytes = 0, proof_bytes = 0;
  Theorem theorem;  ///< without steps
};
/// Errors: kUsage for a budget of openings that no commitment to these weights holds, naming the largest that one does; those of
/// `compile`. Cost: two float and integer runs.
tacit::Result<Preview> preview(const Source& source, const CompileOptions& options);

/// What `build` committed to when it wrote the recipe: everything of the key but the commitment itself.
struct Recompiled {
  Graph graph;
  Settings settings;
  tacit::Compiled compiled;
};

/// External data come from `external`, null: none. Errors: as `read_source`, and what `compile` says of a recipe that does
/// not fit.
tacit::Result<Recompiled> recompile(ByteSpan onnx, ExternalFiles* external, const ModelRecipe& recipe);

/// The compiler lists weights by the order of their columns; the prover wants them by column.
std::vector<IntColumn> by_column(const Theorem& theorem, std::vector<IntColumn> weights);

}  // namespace tacit::api
