// run, prove, accuracy on an opened bundle.
#include <algorithm>
#include <atomic>

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include "api_common.h"
#include "data/samples.h"

namespace tacit::api {
namespace {

// Runs every sample and hands its output columns to `use(sample, outputs)`, from several threads.
void for_each_run(const ProverModel& model, const std::vector<std::vector<IntColumn>>& inputs, const Execution& how, auto&& use) {
  Assignment fresh;
  fresh.columns = model.weights;
  tbb::enumerable_thread_specific<Assignment> scratch(fresh);
  std::atomic<std::size_t> done = 0;
  tbb::parallel_for(std::size_t{0}, inputs.size(), [&](std::size_t n) {
    Assignment& assignment = scratch.local();
    execute_into(model, inputs[n], assignment);
    use(n, assignment);
    const std::size_t finished = ++done;
    if (how.progress != nullptr) how.progress->update(static_cast<double>(finished) / static_cast<double>(inputs.size()));
  });
}

// The class of each batch row: the integer with the largest value, the lowest place among equals.
void add_classes(const Port& port, const IntColumn& column, std::vector<std::int64_t>& out) {
  const std::vector<std::int32_t> flat = to_logical(port, column);
  const std::size_t rows = port.dims.empty() ? 1 : std::max<std::size_t>(1, port.batch);
  const std::size_t width = flat.size() / rows;
  for (std::size_t r = 0; r < rows; ++r) {
    const auto begin = flat.begin() + static_cast<std::ptrdiff_t>(r * width);
    out.push_back(std::max_element(begin, begin + static_cast<std::ptrdiff_t>(width)) - begin);
  }
}

}  // namespace

Result<BundleHandle> open_bundle(Bytes bytes, const std::string& path) {
  auto model = read_model(bytes);
  if (!model.ok()) return Error{model.error().code, model.error().text(), path};
  auto bundle = std::make_shared<Bundle>();
  bundle->model = std::move(*model);
  return BundleHandle(std::move(bundle));
}

Bytes key_of(const Bundle& bundle) { return bundle.model.key.encode(); }

Result<std::uint64_t> sample_count(const Bundle& bundle, const DataFile& input) {
  TACIT_TRY(const auto columns, input_columns(bundle.model.key.core, input, nullptr));
  return std::uint64_t{columns.size()};
}

Result<RunReport> run(const Bundle& bundle, const DataFile& input, const Execution& how) {
  const Stopwatch watch;
  const Threads threads(how);
  const KeyCore& core = bundle.model.key.core;
  RunReport report;
  TACIT_TRY(const auto inputs, input_columns(core, input, &report.saturated));
  report.samples = inputs.size();
  for (const Port& port : core.ports.outputs) {
    Array array;
    array.name = port.name;
    array.dims.push_back(inputs.size());
    array.dims.insert(array.dims.end(), port.dims.begin(), port.dims.end());
    array.values.resize(inputs.size() * port.size());
    report.outputs.push_back(std::move(array));
  }
  if (how.progress != nullptr) how.progress->stage("running the model");
  for_each_run(bundle.model, inputs, how, [&](std::size_t n, const Assignment& assignment) {
    for (std::size_t o = 0; o < report.outputs.size(); ++o) {
      const Port& port = core.ports.outputs[o];
      const std::vector<double> values = dequantise(port, assignment.columns[port.column]);
      std::copy(values.begin(), values.end(), report.outputs[o].values.begin() + static_cast<std::ptrdiff_t>(n * port.size()));
    }
  });
  report.seconds = watch.seconds();
  return report;
}

Result<Proved> prove(const Bundle& bundle, const DataFile& input, std::uint64_t sample, const Execution& how) {
  const Stopwatch watch;
  const Threads threads(how);
  Stages stages(how);
  const ProverModel& model = bundle.model;
  TACIT_TRY(const auto inputs, input_columns(model.key.core, input, nullptr));
  if (sample >= inputs.size())
    return bad_input("has " + std::to_string(inputs.size()) + " samples, so there is no sample " + std::to_string(sample), input.path);
  auto proof = tacit::prove(model, inputs[sample], [&](std::string_view name) { stages.begin(name); });
  if (!proof.ok()) return proof.error();
  Proved out;
  out.stages = stages.finish();
  TACIT_TRY(const ProofFile parsed, read_proof(model.key, proof->file));
  out.statement = statement_of(model.key, parsed.publics);
  for (std::size_t o = 0; o < proof->outputs.size(); ++o)
    out.prediction.push_back(array_of(model.key.core.ports.outputs[o], proof->outputs[o]));
  out.proof = std::move(proof->file);
  out.seconds = watch.seconds();
  return out;
}

Result<Accuracy> accuracy(const Bundle& bundle, const DataFile& inputs, const std::vector<std::int64_t>& labels,
                          const Execution& how) {
  const Threads threads(how);
  const KeyCore& core = bundle.model.key.core;
  TACIT_TRY(const auto columns, input_columns(core, inputs, nullptr));
  const Port& port = core.ports.outputs.front();
  std::vector<std::vector<std::int64_t>> classes(columns.size());
  if (how.progress != nullptr) how.progress->stage("running the model");
  for_each_run(bundle.model, columns, how, [&](std::size_t n, const Assignment& assignment) {
    add_classes(port, assignment.columns[port.column], classes[n]);
  });
  Accuracy out;
  for (const auto& list : classes)
    for (std::int64_t c : list) {
      if (out.samples < labels.size()) out.quantised_correct += labels[out.samples] == c;
      ++out.samples;
    }
  if (out.samples != labels.size())
    return bad_input("there are " + std::to_string(labels.size()) + " labels for " + std::to_string(out.samples) + " samples", inputs.path);
  return out;
}

}  // namespace tacit::api
