#include "api/build.h"

#include <cmath>

#include "api/facts.h"
#include "api/guard.h"
#include "graph/compile.h"
#include "graph/prepare.h"
#include "onnx/reader.h"

namespace tacit::api {
namespace {

/// A mean error beyond this share of an output's span deserves a warning.
constexpr double kLargeError = 0.01;

Status check_options(const CompileOptions& options) {
  if (options.weights == Visibility::kPublic) {
    return unsupported("public weights are not supported by this version: weights are committed, and the key shows none of them");
  }
  if (options.security_bits == 100 || options.security_bits == 128) return Unit{};
  return tacit::Error{tacit::ErrorCode::kUsage, "the security must be 100 or 128 bits", ""};
}

tacit::Visibility lowered(Visibility v) {
  return v == Visibility::kPublic ? tacit::Visibility::kPublic : tacit::Visibility::kPrivate;
}

tacit::CompileOptions lowered(const CompileOptions& options, const std::optional<Range>& range) {
  tacit::CompileOptions out;
  if (options.activation_bits) out.quant.activation_bits = *options.activation_bits;
  out.quant.weight_bits = options.weight_bits.value_or(std::min(out.quant.weight_bits, out.quant.activation_bits));
  out.input = lowered(options.input);
  out.output = lowered(options.output);
  if (range) out.input_range = {range->low, range->high};
  return out;
}

void report_fidelity(const Fidelity& f, CompileReport& report) {
  report.samples_are_random = f.synthetic;
  for (const tacit::OutputError& e : f.outputs) {
    report.errors.push_back({e.name, e.max, e.mean, e.range});
    if (e.mean > kLargeError * e.range) {
      report.warnings.push_back("output " + e.name + " is off by more than 1 % of its span on average; more bits or other "
                                "calibration data may help");
    }
  }
  if (f.synthetic) report.warnings.push_back("scales come from random inputs; calibration data usually give smaller errors");
  if (!f.accuracy) return;
  const auto rows = static_cast<double>(f.accuracy->rows);
  auto counted = [&](double share) { return static_cast<std::uint64_t>(std::llround(share * rows)); };
  report.accuracy = Accuracy{f.accuracy->rows, counted(f.accuracy->of_integers), counted(f.accuracy->of_float),
                             counted(f.accuracy->agreement)};
}

/// The compiler lists weights by the order of their columns; the prover wants them by column.
std::vector<IntColumn> by_column(const Theorem& theorem, std::vector<IntColumn> weights) {
  std::vector<IntColumn> out(theorem.columns.size());
  std::size_t next = 0;
  for (ColumnId id = 0; id < theorem.columns.size(); ++id)
    if (theorem.columns[id].home == Home::kWeights) out[id] = std::move(weights[next++]);
  return out;
}

void report_model(const ProverModel& model, CompileReport& report) {
  const KeyCore& core = model.key.core;
  report.key_digest = hex(model.key.statement);
  report.inputs = facts_of(core.ports.inputs);
  report.outputs = facts_of(core.ports.outputs);
  report.parameters = parameters_of(core.theorem);
  report.activation_bits = core.settings.activation_bits;
  report.weight_bits = core.settings.weight_bits;
  report.security = security_of(core);
}

}  // namespace

tacit::Result<Graph> read_graph(ByteSpan onnx, const CompileOptions& options) {
  TACIT_TRY([[maybe_unused]] Unit possible, check_options(options));
  TACIT_TRY(Graph graph, read_model(onnx, ReadOptions{static_cast<std::int64_t>(options.batch)}));
  if (options.batch != 1 && !graph.symbolic_batch) {
    return tacit::Error{tacit::ErrorCode::kUsage, "a batch needs a model whose leading axis is free; this one fixes it", ""};
  }
  if (!options.until.empty()) {
    TACIT_TRY([[maybe_unused]] Unit cut, cut_at(graph, options.until));
  }
  return prepare(std::move(graph));
}

tacit::Result<Built> build(const Graph& graph, const std::vector<TensorMap>& samples, const std::vector<std::int64_t>& labels,
                           const std::optional<Range>& range, const CompileOptions& options, const StageSink& stage) {
  const Stopwatch watch;
  auto tell = [&](std::string_view name) { if (stage) stage(name); };
  tell("calibrate and quantise");
  const tacit::CompileOptions lowering = lowered(options, range);
  TACIT_TRY(tacit::Compiled compiled, tacit::compile(graph, samples, labels, lowering));
  Settings settings;
  settings.model_name = graph.name;
  settings.activation_bits = lowering.quant.activation_bits;
  settings.weight_bits = lowering.quant.weight_bits;
  settings.security = options.security_bits;
  Built out;
  report_fidelity(compiled.fidelity, out.report);
  out.report.samples = samples.size();
  std::vector<IntColumn> weights = by_column(compiled.theorem, std::move(compiled.weights));
  TACIT_TRY(out.model, register_model(std::move(compiled.theorem), std::move(compiled.ports), std::move(settings),
                                      std::move(weights), stage,
                                      options.unique_decoding ? Regime::kUniqueDecoding : Regime::kJohnson));
  report_model(out.model, out.report);
  out.report.seconds = watch.seconds();
  return out;
}

}  // namespace tacit::api
