// run and prove on an opened bundle.
#include <algorithm>

#include "api/inputs.h"
#include "api/proving.h"
#include "api_common.h"
#include "api_running.h"
#include "theorem/claim.h"

namespace tacit::cli::api {
namespace {

using tacit::api::quantise_inputs;

Array run_output(const Port& port, std::uint64_t samples, bool integers) {
  Array array;
  array.name = port.name;
  array.type = integers ? ArrayType::kInt64 : array_type_of(name_of(port.type));
  array.dims.push_back(samples);
  array.dims.insert(array.dims.end(), port.dims.begin(), port.dims.end());
  array.values.resize(samples * port.size());
  if (!port.labels.empty() && !integers) array.labels.resize(array.values.size());
  return array;
}

}  // namespace

Result<BundleHandle> open_bundle(ByteSpan bytes, const std::string& path) {
  auto model = read_model(bytes);
  if (!model.ok()) return at(path, model.error());
  auto bundle = std::make_shared<Bundle>();
  bundle->model = std::move(*model);
  return BundleHandle(std::move(bundle));
}

Bytes key_of(const Bundle& bundle) { return bundle.model.key.encode(); }

bool claims_accuracy(const Bundle& bundle) {
  const KeyCore& core = bundle.model.key.core;
  return accuracy_form(core.theorem, core.ports).ok();
}

Result<std::uint64_t> sample_count(const Bundle& bundle, const DataFile& input) {
  TACIT_TRY(const Samples samples, bind_inputs(bundle.model.key.core, input));
  return samples.count;
}

Result<RunReport> run(const Bundle& bundle, const DataFile& input, const Execution& how, bool integers) {
  const Stopwatch watch;
  const ThreadLimit threads(how.threads);
  const KeyCore& core = bundle.model.key.core;
  TACIT_TRY(const Samples samples, bind_inputs(core, input));
  RunReport report;
  report.samples = samples.count;
  report.errors = stated_errors(bundle.model);
  for (const Port& port : core.ports.outputs) report.outputs.push_back(run_output(port, samples.count, integers));
  const auto inputs = quantise_inputs(core, samples.inputs, &report.saturated);
  for_each_run(bundle.model, inputs, how, [&](std::size_t n, const Assignment& assignment) {
    for (std::size_t o = 0; o < report.outputs.size(); ++o) {
      const Port& port = core.ports.outputs[o];
      Array& array = report.outputs[o];
      const auto begin = array.values.begin() + static_cast<std::ptrdiff_t>(n * port.size());
      const std::vector<std::int64_t> whole = to_logical(port, assignment.columns);
      if (integers) {
        std::copy(whole.begin(), whole.end(), begin);
        continue;
      }
      const std::vector<double> values = dequantise(port, assignment.columns);
      std::copy(values.begin(), values.end(), begin);
      if (port.labels.empty()) continue;
      for (std::size_t k = 0; k < whole.size(); ++k) array.labels[n * port.size() + k] = port.label_of(whole[k]);
    }
  });
  report.seconds = watch.seconds();
  return report;
}

Result<Proved> prove(const Bundle& bundle, const DataFile& input, std::uint64_t sample, const Execution& how) {
  const ThreadLimit threads(how.threads);
  const ProverModel& model = bundle.model;
  if (model.key.core.links() != 0) {
    return Error{ErrorCode::kUsage, "the model has committed inputs or outputs: give NAME.opening for each committed input, and "
                                    "--commit-output for committed outputs", input.path};
  }
  TACIT_TRY(Samples samples, bind_inputs(model.key.core, input));
  TACIT_TRY([[maybe_unused]] Unit there, check_sample(samples, sample, input.path));
  for (std::vector<double>& block : samples.inputs) {
    const auto size = static_cast<std::ptrdiff_t>(block.size() / samples.count);
    const auto begin = block.begin() + static_cast<std::ptrdiff_t>(sample) * size;
    block = std::vector<double>(begin, begin + size);
  }
  return tacit::api::prove_columns(model, quantise_inputs(model.key.core, samples.inputs, nullptr)[0], stages_of(how));
}

}  // namespace tacit::cli::api
