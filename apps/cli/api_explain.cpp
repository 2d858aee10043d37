#include "api_explain.h"

#include "api/build.h"
#include "api/inputs.h"
#include "api_common.h"
#include "explain/explain.h"

namespace tacit::cli::api {
namespace {

std::vector<double> reals(const Tensor& t) {
  if (t.dtype == DType::kFloat) return {t.f.begin(), t.f.end()};
  return {t.i.begin(), t.i.end()};
}

struct Compiled {
  ProverModel model;
  RealNumbers real;
  Account account;
};

/// Weights and outputs are public: no budget of openings is spent, and every number may be shown.
Result<Compiled> account_for(const tacit::api::Source& source, const std::vector<TensorMap>& calibration, const TensorMap& sample,
                             Visibility input, const StageSink& stage) {
  tacit::api::CompileOptions options;
  options.input = input;
  options.output = options.weights = Visibility::kPublic;
  TACIT_TRY(auto built, tacit::api::build(source, calibration, {}, std::nullopt, options, stage));
  Compiled out{std::move(built.model), {}, {}};
  const KeyCore& core = out.model.key.core;
  for (const Port& port : core.ports.inputs) out.real.inputs.push_back(reals(sample.at(port.name)));
  stage("prove and listen");
  TACIT_TRY(out.account, account_of(out.model, tacit::api::quantise_inputs(core, out.real.inputs, nullptr)[0]));
  TACIT_TRY(const TensorMap values, run_float(source.graph, sample));
  for (const Port& port : core.ports.outputs)
    out.real.outputs.push_back(values.contains(port.name) ? reals(values.at(port.name)) : std::vector<double>{});
  return out;
}

}  // namespace

Result<Explanation> explain(ByteSpan model, const std::string& path, const DataFile& input, const ExplainOptions& options, const Execution& how) {
  const ThreadLimit threads(how.threads);
  const StageSink stage = stages_of(how);
  tacit::api::CompileOptions reading;
  reading.folder = folder_of(path);
  auto source = tacit::api::read_source(model, reading);
  if (!source.ok()) return at(path, source.error());
  TACIT_TRY(const std::vector<TensorMap> samples, graph_samples(source->graph, input));
  if (options.sample >= samples.size())
    return Error{ErrorCode::kUsage, "holds " + std::to_string(samples.size()) + " samples; --sample " + std::to_string(options.sample) + " is not among them", input.path};
  std::vector<TensorMap> calibration = samples;
  if (options.calibration) {
    TACIT_TRY(calibration, graph_samples(source->graph, *options.calibration));
  }
  const TensorMap& sample = samples[options.sample];
  auto open = account_for(*source, calibration, sample, Visibility::kPublic, stage);
  if (!open.ok()) return at(path, open.error());
  auto hidden = account_for(*source, calibration, sample, Visibility::kPrivate, stage);
  if (!hidden.ok()) return at(path, hidden.error());
  Explanation out;
  for (Section& s : tacit::explain(open->model, open->real, open->account, &hidden->account)) {
    out.sections.push_back({std::move(s.title), std::move(s.lines), {}});
    for (NamedNumbers& n : s.numbers) out.sections.back().numbers.push_back({std::move(n.name), std::move(n.values)});
  }
  return out;
}

}  // namespace tacit::cli::api
