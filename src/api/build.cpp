#include "api/build.h"

#include <cmath>

#include "api/facts.h"
#include "api/guard.h"
#include "api/model_digest.h"
#include "base/text.h"
#include "graph/calibrate.h"
#include "graph/choose_widths.h"
#include "graph/claims.h"
#include "graph/compile.h"
#include "graph/prepare.h"
#include "graph/types.h"
#include "graph/work.h"
#include "onnx/reader.h"
#include "prover/identity.h"
#include "theorem/registration.h"
#include "api/renewing.h"

namespace tacit::api {
namespace {

/// A mean error beyond this share of an output's span deserves a warning.
constexpr double kLargeError = 0.01;
constexpr unsigned kMaxOpenings = 1u << 20;

Status check_options(const CompileOptions& options) {
  if (options.openings < 1 || options.openings > kMaxOpenings) {
    return tacit::Error{tacit::ErrorCode::kUsage, "the budget of openings must lie between 1 and " + std::to_string(kMaxOpenings), ""};
  }
  if (options.weights == Visibility::kCommitted) {
    return tacit::Error{tacit::ErrorCode::kUsage, "weights are public or private; private ones are under a commitment anyway", ""};
  }
  if (options.max_error && (options.activation_bits || options.weight_bits)) {
    return tacit::Error{tacit::ErrorCode::kUsage, "--max-error chooses the widths: give no --activation-bits and no --weight-bits with it", ""};
  }
  if (options.max_error && !(*options.max_error > 0 && *options.max_error <= 1)) {
    return tacit::Error{tacit::ErrorCode::kUsage, "--max-error must be a share of an output's span, above 0 and at most 1", ""};
  }
  if (!options.claim.empty() && options.claim != kAccuracyClaim) {
    return tacit::Error{tacit::ErrorCode::kUsage, "the only claim that there is is accuracy, not " + visible(options.claim), ""};
  }
  if (!options.claim.empty() && options.input == Visibility::kPrivate) {
    return tacit::Error{tacit::ErrorCode::kUsage, "a claim is about rows that are committed or public; of private ones it would say nothing", ""};
  }
  if (!options.claim.empty() && options.output != Visibility::kPublic) {
    return tacit::Error{tacit::ErrorCode::kUsage, "the output of a claim is the number of rows, which is public", ""};
  }
  if (options.security_bits == 100 || options.security_bits == 128) return Unit{};
  return tacit::Error{tacit::ErrorCode::kUsage, "the security must be 100 or 128 bits", ""};
}

tacit::Visibility lowered(Visibility v) { return static_cast<tacit::Visibility>(v); }

tacit::CompileOptions lowered(const CompileOptions& options, const std::optional<Range>& range) {
  tacit::CompileOptions out;
  if (options.activation_bits) out.quant.activation_bits = *options.activation_bits;
  out.quant.weight_bits = options.weight_bits.value_or(std::min(out.quant.weight_bits, out.quant.activation_bits));
  if (options.weight_bits) out.quant.most_weight_bits = *options.weight_bits;
  out.input = lowered(options.input);
  out.output = lowered(options.output);
  out.grid = options.grid;
  out.ranges = static_cast<tacit::RangeMethod>(options.ranges);
  out.max_work = static_cast<double>(options.max_work);
  if (range) out.input_range = {range->low, range->high};
  return out;
}

void report_fidelity(const Fidelity& f, CompileReport& report) {
  report.samples_are_random = f.synthetic;
  for (const tacit::OutputError& e : f.outputs) {
    report.errors.push_back({e.name, e.max, e.mean, e.range, e.bound});
    if (e.mean > kLargeError * e.range) {
      report.warnings.push_back("output " + e.name + " is off by more than 1 % of its span on average; more bits or other "
                                "calibration data may help");
    }
  }
  if (f.ranges) report.ranges = RangeChoice{f.ranges->tried, f.ranges->changed, f.ranges->before, f.ranges->after};
  if (f.synthetic) report.warnings.push_back("scales come from random inputs; calibration data usually give smaller errors");
  if (!f.accuracy) return;
  const auto rows = static_cast<double>(f.accuracy->rows);
  auto counted = [&](double share) { return static_cast<std::uint64_t>(std::llround(share * rows)); };
  report.accuracy = Accuracy{f.accuracy->rows, counted(f.accuracy->of_integers), counted(f.accuracy->of_float),
                             counted(f.accuracy->agreement)};
}

void report_model(const ProverModel& model, CompileReport& report) {
  const KeyCore& core = model.key.core;
  const ModelIdentity identity = identity_of(core);
  report.key_digest = hex(identity.statement);
  report.root = hex(identity.root);
  report.pin = hex_of(encode_element(identity.pin));
  report.theorem_digest = hex(identity.theorem);
  report.inputs = facts_of(core.ports.inputs);
  report.outputs = facts_of(core.ports.outputs);
  report.parameters = parameters_of(core.theorem);
  report.activation_bits = core.settings.activation_bits;
  report.weight_bits = core.settings.weight_bits;
  report.widest_weight_bits = widest_weight_bits(core.theorem);
  report.security = security_of(core);
  report.zero_knowledge = core.hides();
  report.openings = core.settings.openings;
}

std::map<std::string, Shape> lowered(const std::map<std::string, std::vector<std::uint64_t>>& shapes) {
  std::map<std::string, Shape> out;
  for (const auto& [name, dims] : shapes) out[name] = Shape(dims.begin(), dims.end());
  return out;
}

tacit::Result<Graph> read_graph(ByteSpan onnx, ExternalFiles* external, std::uint64_t batch, const std::map<std::string, Shape>& shapes,
                                const std::vector<std::string>& until, const std::string& claim) {
  TACIT_TRY(Graph graph, read_model(onnx, ReadOptions{static_cast<std::int64_t>(batch), shapes, external}));
  if (batch != 1 && !graph.symbolic_batch && shapes.empty()) {
    return tacit::Error{tacit::ErrorCode::kUsage, "a batch needs a model whose leading axis is free; this one fixes it", ""};
  }
  if (!until.empty()) {
    TACIT_TRY([[maybe_unused]] Unit cut, cut_at(graph, until));
  }
  TACIT_TRY(graph, prepare(std::move(graph)));
  if (claim.empty()) return graph;
  return claim_accuracy(std::move(graph));
}

Settings settings_of(const Graph& graph, const ModelRecipe& recipe) {
  Settings settings;
  settings.model_name = graph.name;
  settings.activation_bits = recipe.numbers.quant.activation_bits;
  settings.weight_bits = recipe.numbers.quant.weight_bits;
  settings.security = recipe.security;
  settings.weights = recipe.weights;
  settings.openings = recipe.openings;
  return settings;
}

Measured measured_by(const Fidelity& fidelity, std::size_t samples) {
  return {fidelity.synthetic ? 0 : samples, fidelity.synthetic, fidelity.outputs};
}

constexpr std::size_t kPreviewSamples = 2;
constexpr double kMaxPreviewWork = 0x1p35;   ///< some seconds a sample
constexpr double kElementBytes = 24, kHeaderBytes = 43;

/// Elements before the opening are sent masked, each by one pad, so that the plan counts them; without masks there are as many.
double proof_bytes(const Theorem& theorem, const OpeningParams& params, std::uint32_t links) {
  return kElementBytes * plan_pads(theorem, links).pads + estimate_cost(params).proof_bytes;
}

double public_bytes(const KeyCore& core) {
  std::uint64_t entries = 0;
  for (const std::vector<Port>* list : {&core.ports.inputs, &core.ports.outputs})
    for (const Port& p : *list)
      if (p.visibility == tacit::Visibility::kPublic) entries += p.size();
  return 4.0 * static_cast<double>(entries);
}

ModelRecipe recipe_of(const Source& source, const CompileOptions& options, const tacit::Compiled& compiled, std::size_t samples) {
  const auto weights = lowered(options.weights);
  return {source.onnx, options.batch, lowered(options.shapes), options.until, options.claim, compiled.recipe, weights, options.security_bits,
          weights == tacit::Visibility::kPublic ? 0 : options.openings,
          options.unique_decoding ? Regime::kUniqueDecoding : Regime::kJohnson, measured_by(compiled.fidelity, samples)};
}

/// With the widths of the options or, for a bound on the error, with those that are chosen.
tacit::Result<tacit::Compiled> compiled_model(const Source& source, const std::vector<TensorMap>& samples, const std::vector<std::int64_t>& labels,
                                              const tacit::CompileOptions& how, const CompileOptions& options, auto&& tell, CompileReport& report) {
  if (!options.max_error) return tacit::compile(source.graph, samples, labels, how);
  tell("try widths");
  TACIT_TRY(WidthChoice choice, compile_within(source.graph, samples, labels, how, *options.max_error));
  for (const tacit::WidthTrial& t : choice.trials) report.widths.push_back({t.activation_bits, t.weight_bits, t.error, t.cost});
  return std::move(choice.model);
}

}  // namespace

tacit::Result<std::vector<TensorMap>> with_labels(const Graph& graph, std::vector<TensorMap> samples, const std::vector<std::int64_t>& labels) {
  const ValueInfo* input = labels_input(graph);
  if (input == nullptr) return samples;
  const std::size_t rows = static_cast<std::size_t>(input->type.dims[0]);
  if (!labels.empty() && labels.size() != rows * samples.size()) {
    return bad_input("there are " + std::to_string(labels.size()) + " labels for " + std::to_string(rows * samples.size()) + " rows", "labels");
  }
  for (std::size_t n = 0; n < samples.size(); ++n) {
    std::vector<float> numbers(rows, 0.0f);
    for (std::size_t k = 0; !labels.empty() && k < rows; ++k) numbers[k] = static_cast<float>(labels[n * rows + k]);
    TACIT_TRY(samples[n][input->name], input_tensor(*input, std::move(numbers)));
  }
  return samples;
}

std::vector<IntColumn> by_column(const Theorem& theorem, std::vector<IntColumn> weights) {
  std::vector<IntColumn> out(theorem.columns.size());
  std::size_t next = 0;
  for (ColumnId id = 0; id < theorem.columns.size(); ++id)
    if (theorem.columns[id].home == Home::kWeights) out[id] = std::move(weights[next++]);
  return out;
}

tacit::Result<Source> read_source(ByteSpan onnx, const CompileOptions& options) {
  TACIT_TRY([[maybe_unused]] Unit possible, check_options(options));
  ExternalFiles external = ExternalFiles::of_folder(options.folder.value_or(""));
  TACIT_TRY(Graph graph, read_graph(onnx, options.folder ? &external : nullptr, options.batch, lowered(options.shapes), options.until, options.claim));
  return Source{std::move(graph), model_digest(onnx, external)};
}

tacit::Result<Recompiled> recompile(ByteSpan onnx, ExternalFiles* external, const ModelRecipe& recipe) {
  Recompiled out;
  TACIT_TRY(out.graph, read_graph(onnx, external, recipe.batch, recipe.shapes, recipe.until, recipe.claim));
  TACIT_TRY(out.compiled, tacit::compile(out.graph, recipe.numbers));
  out.settings = settings_of(out.graph, recipe);
  return out;
}

tacit::Result<Built> build(const Source& source, const std::vector<TensorMap>& samples, const std::vector<std::int64_t>& labels,
                           const std::optional<Range>& range, const CompileOptions& options, const StageSink& stage) {
  const Stopwatch watch;
  auto tell = [&](std::string_view name) { if (stage) stage(name); };
  tell("calibrate and quantise");
  tacit::CompileOptions how = lowered(options, range);
  how.progress = [&](std::size_t done, std::size_t of) { tell("choose ranges, trial " + std::to_string(done) + " of at most " + std::to_string(of)); };
  const bool is_claim = labels_input(source.graph) != nullptr;
  TACIT_TRY(const std::vector<TensorMap> labelled, with_labels(source.graph, samples, labels));
  Built out;
  TACIT_TRY(tacit::Compiled compiled, compiled_model(source, labelled, is_claim ? std::vector<std::int64_t>{} : labels, how, options, tell, out.report));
  report_fidelity(compiled.fidelity, out.report);
  out.report.samples = samples.size();
  const ModelRecipe recipe = recipe_of(source, options, compiled, samples.size());
  std::vector<IntColumn> weights = by_column(compiled.theorem, std::move(compiled.weights));
  TACIT_TRY(const ModelSecret secret, ModelSecret::fresh());
  TACIT_TRY(out.model, register_model(std::move(compiled.theorem), std::move(compiled.ports), settings_of(source.graph, recipe),
                                      std::move(weights), secret, stage, recipe.regime));
  out.model.recipe = write_recipe(recipe);
  if (out.model.key.core.hides_weights()) {
    TACIT_TRY([[maybe_unused]] Unit counted, start_ledgers(out.model.key.core));
  }
  report_model(out.model, out.report);
  out.report.onnx_sha256 = hex(source.onnx);
  out.report.seconds = watch.seconds();
  return out;
}

tacit::Result<Preview> preview(const Source& source, const CompileOptions& options) {
  TACIT_TRY(const TypeMap types, infer_types(source.graph));
  TACIT_TRY([[maybe_unused]] Unit small, check_size(source.graph, types));
  TACIT_TRY([[maybe_unused]] Unit quick, check_work(source.graph, types, kMaxPreviewWork));
  const std::vector<TensorMap> samples = synthetic_samples(source.graph, -1, 1, kPreviewSamples);
  tacit::CompileOptions lowering = lowered(options, std::nullopt);
  lowering.bounds_errors = false;
  TACIT_TRY(tacit::Compiled compiled, tacit::compile(source.graph, samples, {}, lowering));
  const ModelRecipe recipe = recipe_of(source, options, compiled, kPreviewSamples);
  KeyCore core;
  core.settings = settings_of(source.graph, recipe);
  core.theorem = std::move(compiled.theorem);
  core.theorem.steps.clear();
  core.ports = std::move(compiled.ports);
  TACIT_TRY(const ModelParams params, model_params(core, recipe.regime));
  core.params = params.inference;
  Preview out{params.inference, static_cast<double>(encode_core(core).size()), kHeaderBytes + public_bytes(core), core.theorem};
  out.proof_bytes += proof_bytes(core.theorem, params.inference, core.links());
  if (!core.has_weights()) return out;
  TACIT_TRY(const Theorem registration, registration_theorem(core.theorem));
  out.key_bytes += proof_bytes(registration, params.registration, 0);
  return out;
}

}  // namespace tacit::api
