// accuracy: both models on every sample of a file, counted and compared.
//
//   sample --> float model --> values --+
//     |                                 |--> of each row and output: the largest error;  classes, against the labels
//     +------> integers -----> values --+
#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>

#include "api_common.h"
#include "api_running.h"
#include "graph/prepare.h"
#include "onnx/reader.h"

namespace tacit::cli::api {
namespace {

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

/// The batch rows that a sample brings.
std::size_t rows_of(const Port& port) { return port.dims.empty() ? 1 : std::max<std::size_t>(1, port.batch); }

/// One output of one sample.
struct Measured {
  std::vector<double> rows;            // the largest error of each row; of the whole sample where rows cannot be told apart
  double sum = 0, lo = 0, hi = 0;      // of errors; of float values, 0 included
};

Measured measure(const Port& port, const std::vector<double>& have, const std::vector<double>& want, std::size_t rows) {
  const bool whole = is_whole(port.type), apart = !port.dims.empty() && port.dims.front() == rows;
  Measured m;
  m.rows.resize(apart ? rows : 1);
  if (whole) m.hi = 1;
  for (std::size_t k = 0; k < have.size(); ++k) {
    const double error = whole ? (have[k] != want[k] ? 1 : 0) : std::abs(have[k] - want[k]);
    double& row = m.rows[k / (have.size() / m.rows.size())];
    row = std::max(row, error);
    m.sum += error;
    if (whole) continue;
    m.lo = std::min(m.lo, want[k]);
    m.hi = std::max(m.hi, want[k]);
  }
  return m;
}

std::vector<double> as_doubles(const Tensor& t) {
  if (t.dtype == DType::kFloat) return {t.f.begin(), t.f.end()};
  return {t.i.begin(), t.i.end()};
}

/// What was found on one sample.
struct SampleResult {
  std::vector<std::int64_t> quantised, real;  // classes of its rows
  std::vector<Measured> outputs;
};

Status compare_with_float(const KeyCore& core, const Graph& graph, TensorMap sample, const Assignment& assignment, SampleResult& out) {
  TACIT_TRY(const TensorMap values, run_float(graph, std::move(sample)));
  const std::vector<Port>& ports = core.ports.outputs;
  for (const Port& port : ports) {
    const std::vector<double> want = as_doubles(values.at(port.name));
    if (want.size() != port.size()) return bad_input("gives an output of another shape than the bundle");
    if (&port == ports.data()) out.real = classes_of(port, want);
    out.outputs.push_back(measure(port, dequantise(port, assignment.columns), want, rows_of(ports.front())));
  }
  return Unit{};
}

/// The upper ends of the histogram's bins.
constexpr double kBins[] = {1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, std::numeric_limits<double>::infinity()};

OutputDistance distance_of(const std::string& name, std::optional<double> bound, const std::vector<SampleResult>& results, std::size_t output, std::uint64_t size,
                           std::size_t rows, std::size_t worst) {
  OutputDistance out{{name, 0, 0, 0}, {}, {}};
  out.error.bound = bound;
  double lo = 0, hi = 0;
  std::vector<OutputDistance::Row> all;
  for (std::size_t n = 0; n < results.size(); ++n) {
    const Measured& m = results[n].outputs[output];
    for (std::size_t r = 0; r < m.rows.size(); ++r) all.push_back({n * rows + r, m.rows[r]});
    out.error.mean += m.sum / (static_cast<double>(size) * static_cast<double>(results.size()));
    lo = std::min(lo, m.lo);
    hi = std::max(hi, m.hi);
  }
  out.error.span = hi - lo;
  for (const double below : kBins) out.histogram.push_back({below, 0});
  for (const auto& row : all) {
    out.error.max = std::max(out.error.max, row.error);
    out.beyond += bound && row.error > *bound;
    const double share = row.error == 0 ? 0 : row.error / out.error.span;  // of a span of 0: beyond every bin
    std::find_if(out.histogram.begin(), out.histogram.end() - 1, [&](const auto& bin) { return share < bin.below; })->rows += 1;
  }
  std::erase_if(all, [](const auto& row) { return row.error == 0; });
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.error > b.error; });
  all.resize(std::min(all.size(), worst));
  out.worst = std::move(all);
  return out;
}

/// Both models on every sample; only the integers where there is no graph.
Result<std::vector<SampleResult>> run_both(const ProverModel& model, const Graph* graph, const Samples& samples, const Execution& how) {
  const KeyCore& core = model.key.core;
  const Port& first = core.ports.outputs.front();
  std::vector<SampleResult> results(samples.count);
  std::mutex lock;
  std::optional<Error> failure;
  for_each_run(model, tacit::api::quantise_inputs(core, samples.inputs, nullptr), how, [&](std::size_t n, const Assignment& assignment) {
    results[n].quantised = classes_of(first, to_logical(first, assignment.columns));
    if (graph == nullptr) return;
    auto sample = sample_of(*graph, samples, n);
    const Status done = sample.ok() ? compare_with_float(core, *graph, std::move(*sample), assignment, results[n]) : Status(sample.error());
    const std::scoped_lock hold(lock);
    if (!done.ok() && !failure) failure = done.error();
  });
  if (failure) return *failure;
  return results;
}

std::optional<double> bound_of(const std::vector<OutputError>& stated, const std::string& output) {
  for (const OutputError& e : stated)
    if (e.name == output) return e.bound;
  return std::nullopt;
}

/// Rows of the same class on both sides.
std::uint64_t count_equal(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
  return static_cast<std::uint64_t>(std::inner_product(a.begin(), a.end(), b.begin(), std::int64_t{0}, std::plus<>{}, std::equal_to<>{}));
}

std::vector<std::int64_t> in_turn(const std::vector<SampleResult>& results, std::vector<std::int64_t> SampleResult::*classes) {
  std::vector<std::int64_t> out;
  for (const SampleResult& r : results) out.insert(out.end(), (r.*classes).begin(), (r.*classes).end());
  return out;
}

}  // namespace

Result<AccuracyReport> accuracy(const Bundle& bundle, const DataFile& inputs, const AccuracyOptions& options, const Execution& how) {
  const ThreadLimit threads(how.threads);
  const KeyCore& core = bundle.model.key.core;
  TACIT_TRY(const Samples samples, bind_inputs(core, inputs));
  std::optional<Graph> graph;
  if (options.real) {
    auto read = read_float(core, *options.real);
    if (!read.ok()) return at(options.real->path, read.error());
    graph = std::move(*read);
  }
  auto results = run_both(bundle.model, graph ? &*graph : nullptr, samples, how);
  if (!results.ok()) return at(options.real->path, results.error());
  const std::vector<std::int64_t> classes = in_turn(*results, &SampleResult::quantised), real = in_turn(*results, &SampleResult::real);
  const Port& first = core.ports.outputs.front();
  AccuracyReport out;
  out.rows = classes.size();
  if (graph && (holds_classes(first) || first.size() > rows_of(first))) out.agreeing = count_equal(classes, real);
  if (options.labels) {
    if (options.labels->size() != out.rows)
      return bad_input("there are " + std::to_string(options.labels->size()) + " labels for " + std::to_string(out.rows) + " samples", inputs.path);
    out.counts = Accuracy{out.rows, count_equal(classes, *options.labels), std::nullopt, out.agreeing};
    if (graph) out.counts->float_correct = count_equal(real, *options.labels);
  }
  const std::vector<OutputError> stated = stated_errors(bundle.model);
  for (std::size_t k = 0; graph && k < core.ports.outputs.size(); ++k) {
    const Port& port = core.ports.outputs[k];
    out.outputs.push_back(distance_of(port.name, bound_of(stated, port.name), *results, k, port.size(), rows_of(first), options.worst));
  }
  return out;
}

}  // namespace tacit::cli::api
