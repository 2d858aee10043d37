// run, prove and accuracy on an opened bundle.
#include <algorithm>
#include <atomic>
#include <mutex>

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include "api/inputs.h"
#include "api/proving.h"
#include "api_common.h"
#include "graph/prepare.h"
#include "onnx/reader.h"
#include "theorem/claim.h"

namespace tacit::cli::api {
namespace {

using tacit::api::quantise_inputs;

/// Calls `work(n)` for every sample from several threads, and shows how far it is.
void for_each_sample(std::size_t samples, const Execution& how, const char* stage, auto&& work) {
  if (how.progress != nullptr) how.progress->stage(stage);
  std::atomic<std::size_t> done = 0;
  tbb::parallel_for(std::size_t{0}, samples, [&](std::size_t n) {
    work(n);
    const std::size_t finished = ++done;
    if (how.progress != nullptr) how.progress->update(static_cast<double>(finished) / static_cast<double>(samples));
  });
}

/// Runs every sample and hands its columns to `use(sample, assignment)`, from several threads.
void for_each_run(const ProverModel& model, const std::vector<std::vector<IntColumn>>& inputs, const Execution& how, auto&& use) {
  Assignment fresh;
  fresh.columns = model.weights;
  tbb::enumerable_thread_specific<Assignment> scratch(fresh);
  for_each_sample(inputs.size(), how, "running the model", [&](std::size_t n) {
    Assignment& assignment = scratch.local();
    execute_into(model, inputs[n], assignment);
    use(n, assignment);
  });
}

/// An output of integers, one for each row: what ArgMax gives.
bool holds_classes(const Port& port) {
  return is_whole(port.type) && (port.dims.empty() || port.size() == port.dims.front());
}

/// The class of each batch row: the place of the largest value, the lowest place among equals.
template <class T>
std::vector<std::int64_t> classes_of(const Port& port, const std::vector<T>& flat) {
  if (holds_classes(port)) return {flat.begin(), flat.end()};
  const std::size_t rows = port.dims.empty() ? 1 : std::max<std::size_t>(1, port.batch);
  const auto width = static_cast<std::ptrdiff_t>(flat.size() / rows);
  std::vector<std::int64_t> out;
  for (auto row = flat.begin(); row != flat.end(); row += width) out.push_back(std::max_element(row, row + width) - row);
  return out;
}

using Classes = std::vector<std::vector<std::int64_t>>;   // by sample, then batch row

Classes quantised_classes(const ProverModel& model, const Samples& samples, const Execution& how) {
  const KeyCore& core = model.key.core;
  const Port& port = core.ports.outputs.front();
  Classes classes(samples.count);
  for_each_run(model, quantise_inputs(core, samples.inputs, nullptr), how, [&](std::size_t n, const Assignment& assignment) {
    classes[n] = classes_of(port, to_logical(port, assignment.columns));
  });
  return classes;
}

/// The prepared graph, which must have the inputs and outputs that the bundle was compiled with.
Result<Graph> read_float(const KeyCore& core, const FloatModel& real) {
  constexpr const char* kDiffers = "is not the model that the bundle was compiled from: its inputs differ";
  ExternalFiles external = ExternalFiles::of_folder(folder_of(real.path));
  ReadOptions options{.batch = 1, .shapes = {}, .external = &external};
  for (const Port& port : core.ports.inputs) options.shapes[port.name] = Shape(port.dims.begin(), port.dims.end());
  auto read = read_model(real.onnx, options);
  if (!read.ok() && read.error().code == ErrorCode::kUsage) return bad_input(kDiffers);
  TACIT_TRY(Graph graph, std::move(read));
  std::vector<std::string> outputs;
  for (const Port& port : core.ports.outputs) outputs.push_back(port.name);
  if (graph.outputs != outputs) {   // compiled with --until
    TACIT_TRY([[maybe_unused]] Unit cut, cut_at(graph, outputs));
  }
  TACIT_TRY(graph, prepare(std::move(graph)));
  bool same = graph.inputs.size() == core.ports.inputs.size();
  for (std::size_t i = 0; same && i < graph.inputs.size(); ++i) {
    const Port& port = core.ports.inputs[i];
    const Shape& dims = graph.inputs[i].type.dims;
    same = graph.inputs[i].name == port.name && std::equal(dims.begin(), dims.end(), port.dims.begin(), port.dims.end());
  }
  if (!same) return bad_input(kDiffers);
  return graph;
}

Result<TensorMap> sample_of(const Graph& graph, const Samples& samples, std::size_t n) {
  TensorMap out;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    const std::size_t size = samples.inputs[i].size() / samples.count;
    const auto begin = samples.inputs[i].begin() + static_cast<std::ptrdiff_t>(n * size);
    std::vector<float> numbers(begin, begin + static_cast<std::ptrdiff_t>(size));
    TACIT_TRY(out[graph.inputs[i].name], input_tensor(graph.inputs[i], std::move(numbers)));
  }
  return out;
}

Result<Classes> float_classes(const KeyCore& core, const Graph& graph, const Samples& samples, const Execution& how) {
  const Port& port = core.ports.outputs.front();
  Classes classes(samples.count);
  std::mutex lock;
  std::optional<Error> failure;
  for_each_sample(samples.count, how, "running the float model", [&](std::size_t n) {
    auto sample = sample_of(graph, samples, n);
    auto values = sample.ok() ? run_float(graph, std::move(*sample)) : Result<TensorMap>(sample.error());
    if (values.ok() && values->at(port.name).size() == port.size()) {
      const Tensor& output = values->at(port.name);
      classes[n] = output.dtype == DType::kFloat ? classes_of(port, output.f) : classes_of(port, output.i);
      return;
    }
    const std::scoped_lock hold(lock);
    if (!failure) failure = values.ok() ? bad_input("gives an output of another shape than the bundle") : values.error();
  });
  if (failure) return *failure;
  return classes;
}

Array run_output(const Port& port, std::uint64_t samples) {
  Array array;
  array.name = port.name;
  array.type = array_type_of(name_of(port.type));
  array.dims.push_back(samples);
  array.dims.insert(array.dims.end(), port.dims.begin(), port.dims.end());
  array.values.resize(samples * port.size());
  if (!port.labels.empty()) array.labels.resize(array.values.size());
  return array;
}

std::uint64_t count_equal(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
  std::uint64_t equal = 0;
  for (std::size_t i = 0; i < a.size(); ++i) equal += a[i] == b[i];
  return equal;
}

std::vector<std::int64_t> in_turn(const Classes& classes) {
  std::vector<std::int64_t> out;
  for (const auto& rows : classes) out.insert(out.end(), rows.begin(), rows.end());
  return out;
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

Result<RunReport> run(const Bundle& bundle, const DataFile& input, const Execution& how) {
  const Stopwatch watch;
  const ThreadLimit threads(how.threads);
  const KeyCore& core = bundle.model.key.core;
  TACIT_TRY(const Samples samples, bind_inputs(core, input));
  RunReport report;
  report.samples = samples.count;
  for (const Port& port : core.ports.outputs) report.outputs.push_back(run_output(port, samples.count));
  const auto inputs = quantise_inputs(core, samples.inputs, &report.saturated);
  for_each_run(bundle.model, inputs, how, [&](std::size_t n, const Assignment& assignment) {
    for (std::size_t o = 0; o < report.outputs.size(); ++o) {
      const Port& port = core.ports.outputs[o];
      const std::vector<double> values = dequantise(port, assignment.columns);
      std::copy(values.begin(), values.end(), report.outputs[o].values.begin() + static_cast<std::ptrdiff_t>(n * port.size()));
      if (!port.labels.empty())
        for (std::size_t k = 0; k < values.size(); ++k) report.outputs[o].labels[n * port.size() + k] = port.label_of(static_cast<std::int64_t>(values[k]));
    }
  });
  for (std::size_t o = 0; o < report.outputs.size(); ++o) {
    const Port& port = core.ports.outputs[o];
    Array& array = report.outputs[o];
    if (port.labels.empty()) continue;
    for (const double place : array.values) array.labels.push_back(port.label_of(static_cast<std::int64_t>(place)));
  }
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

Result<Accuracy> accuracy(const Bundle& bundle, const DataFile& inputs, const std::vector<std::int64_t>& labels,
                          const std::optional<FloatModel>& real, const Execution& how) {
  const ThreadLimit threads(how.threads);
  const KeyCore& core = bundle.model.key.core;
  TACIT_TRY(const Samples samples, bind_inputs(core, inputs));
  std::optional<Graph> graph;
  if (real) {
    auto read = read_float(core, *real);
    if (!read.ok()) return at(real->path, read.error());
    graph = std::move(*read);
  }
  const std::vector<std::int64_t> classes = in_turn(quantised_classes(bundle.model, samples, how));
  if (classes.size() != labels.size()) {
    return bad_input("there are " + std::to_string(labels.size()) + " labels for " + std::to_string(classes.size()) + " samples", inputs.path);
  }
  Accuracy out;
  out.samples = classes.size();
  out.quantised_correct = count_equal(classes, labels);
  if (graph) {
    auto found = float_classes(core, *graph, samples, how);
    if (!found.ok()) return at(real->path, found.error());
    out.float_correct = count_equal(in_turn(*found), labels);
    out.agreeing = count_equal(in_turn(*found), classes);
  }
  return out;
}

}  // namespace tacit::cli::api
