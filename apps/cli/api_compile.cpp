// inspect and compile: the only part of the commands that knows models.
#include <algorithm>
#include <map>

#include "api/build.h"
#include "api_common.h"
#include "graph/exact_copies.h"
#include "graph/claims.h"
#include "graph/compile.h"
#include "graph/drawing.h"
#include "graph/prepare.h"
#include "graph/types.h"
#include "graph/work.h"
#include "onnx/reader.h"
#include "ops/catalogue.h"
#include "ops/operator_table.h"

namespace tacit::cli::api {
namespace {

std::vector<std::uint64_t> dims_of(const TensorType& type) { return {type.dims.begin(), type.dims.end()}; }

TensorFacts facts(const std::string& name, const TensorType& type) {
  return {name, dims_of(type), type.dtype == DType::kFloat ? "float32" : "int64"};
}

std::string full_name(const Node& node) { return node.domain.empty() ? node.op : node.domain + "." + node.op; }

void count_operators(const Graph& graph, ModelReport& report) {
  std::map<std::string, OperatorCount> by_name;
  for (const Node& node : graph.nodes) {
    OperatorCount& entry = by_name[full_name(node)];
    entry.name = full_name(node);
    ++entry.count;
    entry.supported = find_operator(node) != nullptr;
  }
  for (auto& [name, entry] : by_name) report.operators.push_back(std::move(entry));
}

void list_problems(const Graph& graph, ModelReport& report) {
  for (const Node& node : unsupported_nodes(graph)) {
    const bool last = std::any_of(node.outputs.begin(), node.outputs.end(), [&](const std::string& name) {
      return std::find(graph.outputs.begin(), graph.outputs.end(), name) != graph.outputs.end();
    });
    report.problems.push_back(full_name(node) + " is not supported: node " + node.name + ", opset " + std::to_string(node.opset) +
                              (last && !node.inputs.empty() ? "; compile --until " + node.inputs[0] + " stops before it" : ""));
  }
  for (const auto& [name, fault] : graph.faults) report.problems.push_back(fault.text());
}

/// What is known only of a graph that compile accepts; else one more problem.
void report_prepared(Graph graph, ModelReport& report) {
  const std::vector<std::string> outputs = graph.outputs;
  std::vector<PassReport> passes;
  auto prepared = prepare(std::move(graph), &passes);
  auto types = prepared.ok() ? infer_types(*prepared) : Result<TypeMap>(prepared.error());
  if (!types.ok() && report.problems.empty()) report.problems.push_back(types.error().text());
  for (const std::string& name : outputs) {
    report.outputs.push_back(types.ok() ? facts(name, types->at(name)) : TensorFacts{name, {}, "unknown"});
  }
  if (!types.ok()) return;
  for (const PassReport& pass : passes) report.passes.push_back({pass.pass, pass.before, pass.after});
  double products = 0;
  for (const Node& node : prepared->nodes) products += products_of(node, *types);
  report.multiplications = static_cast<std::uint64_t>(std::min(products, 0x1p63));
}

}  // namespace

namespace {

/// Rows from the start again until they fill whole batches: how many there are does not matter for what they are typical of.
void fill_batches(std::vector<Array>& arrays, std::uint64_t batch) {
  for (Array& array : arrays) {
    if (array.dims.empty() || array.dims[0] == 0 || array.dims[0] % batch == 0) continue;
    const std::size_t row = array.values.size() / array.dims[0];
    for (std::uint64_t r = array.dims[0]; r % batch != 0; ++r)
      for (std::size_t k = 0; k < row; ++k) array.values.push_back(array.values[(r - array.dims[0]) * row + k]);
    array.dims[0] += batch - array.dims[0] % batch;
  }
}

}  // namespace

Result<std::vector<TensorMap>> graph_samples(const Graph& graph, const DataFile& given) {
  DataFile file = given;
  if (const ValueInfo* labels = labels_input(graph)) fill_batches(file.arrays, static_cast<std::uint64_t>(labels->type.dims[0]));
  std::vector<InputShape> shapes;
  const std::set<std::string> exact = exact_inputs(graph);
  const std::vector<ValueInfo> inputs = data_inputs(graph);
  for (const ValueInfo& input : inputs) shapes.push_back({input.name, dims_of(input.type), exact.contains(input.name)});
  TACIT_TRY(const Samples samples, bind_samples(file.arrays, shapes, file.path));
  std::vector<TensorMap> out(samples.count);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const ValueInfo& input = inputs[i];
    const std::size_t size = samples.inputs[i].size() / samples.count;
    for (std::uint64_t n = 0; n < samples.count; ++n) {
      const auto begin = samples.inputs[i].begin() + static_cast<std::ptrdiff_t>(n * size);
      TACIT_TRY(out[n][input.name], input_tensor(input, std::vector<float>(begin, begin + static_cast<std::ptrdiff_t>(size))));
    }
  }
  return out;
}

namespace {

void report_shape(ByteSpan model, const CompileOptions& options, bool draw, ModelReport& report) {
  auto source = tacit::api::read_source(model, options);
  auto found = source.ok() ? tacit::api::preview(*source, options) : Result<tacit::api::Preview>(source.error());
  if (!found.ok()) {
    report.no_shape = found.error().text();
    return;
  }
  const OpeningShape& s = found->params.shape;
  if (auto types = infer_types(source->graph); draw && types.ok()) {
    report.drawing = drawing_of(source->graph, *types, costs_by_node(source->graph, found->theorem));
  }
  report.shape = ModelReport::Shape{s.log_n, s.limbs_w, s.limbs_x, s.random_slots_w, s.random_slots_x, found->key_bytes, found->proof_bytes};
}

}  // namespace

Result<ModelReport> inspect(ByteSpan model, const std::string& path, const InspectOptions& asked) {
  CompileOptions options;
  options.openings = asked.openings;
  options.shapes = asked.shapes;
  options.folder = folder_of(path);
  ExternalFiles external = ExternalFiles::of_folder(*options.folder);
  ReadOptions reading{.batch = 1, .shapes = {}, .external = &external};
  for (const auto& [name, dims] : options.shapes) reading.shapes[name] = Shape(dims.begin(), dims.end());
  auto graph = tacit::read_model(model, reading);
  if (!graph.ok()) return at(path, graph.error());
  ModelReport report;
  report.name = graph->name;
  report.opset = graph->opset;
  report.nodes = graph->nodes.size();
  for (const auto& [name, tensor] : graph->initialisers)
    if (tensor.dtype == DType::kFloat) report.parameters += tensor.size();
  for (const ValueInfo& input : graph->inputs) {
    const bool usable = !graph->faults.contains(input.name);
    report.inputs.push_back(usable ? facts(input.name, input.type) : TensorFacts{input.name, {}, "unknown"});
  }
  count_operators(*graph, report);
  list_problems(*graph, report);
  report_prepared(std::move(*graph), report);
  report.openings = options.openings;
  if (report.provable()) report_shape(model, options, asked.draw, report);
  return report;
}

namespace {

/// The shape of an input whose inner extents are open, by an array of one inference or many.
std::optional<std::vector<std::uint64_t>> shape_by(const Shape& declared, const Array& array, std::uint64_t batch) {
  const std::size_t rank = declared.size(), more = array.dims.size() - rank;
  if (array.dims.size() < rank || more > 1) return std::nullopt;
  std::vector<std::uint64_t> dims(array.dims.begin() + static_cast<std::ptrdiff_t>(more), array.dims.end());
  if (more == 0 || declared[0] == -1) dims[0] = declared[0] == -1 ? batch : static_cast<std::uint64_t>(declared[0]);
  return dims;
}

/// Inputs whose inner extents are open take those of the calibration data. False if there are none, or not all can.
bool add_shapes(ByteSpan model, const DataFile& data, CompileOptions& options) {
  ExternalFiles external = ExternalFiles::of_folder(*options.folder);
  auto graph = tacit::read_model(model, {.batch = 1, .shapes = {}, .external = &external});
  if (!graph.ok() || graph->free_inputs.empty()) return false;
  std::vector<InputShape> inputs;
  for (const ValueInfo& input : graph->inputs) inputs.push_back({input.name, {}});
  auto arrays = in_order(data.arrays, inputs, data.path);
  if (!arrays.ok()) return false;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto open = graph->free_inputs.find(inputs[i].name);
    if (open == graph->free_inputs.end() || options.shapes.contains(inputs[i].name)) continue;
    const auto dims = shape_by(open->second, (*arrays)[i], options.batch);
    if (!dims) return false;
    options.shapes[inputs[i].name] = *dims;
  }
  return true;
}

}  // namespace

Result<Compiled> compile(ByteSpan model, const std::string& path, const CompileOptions& options, const Execution& how) {
  const Stopwatch watch;
  const ThreadLimit threads(how.threads);
  const StageSink stage = stages_of(how);
  stage("read the model");
  CompileOptions here = options;
  here.folder = folder_of(path);
  auto source = tacit::api::read_source(model, here);
  if (!source.ok() && options.calibration && add_shapes(model, *options.calibration, here)) source = tacit::api::read_source(model, here);
  if (!source.ok()) return at(path, source.error());
  std::vector<TensorMap> samples;
  if (options.calibration) {
    TACIT_TRY(samples, graph_samples(source->graph, *options.calibration));
  }
  auto built = tacit::api::build(*source, samples, options.labels.value_or(std::vector<std::int64_t>{}), options.input_range,
                                 here, stage);
  if (!built.ok()) return at(path, built.error());
  stage("write");
  Compiled out{built->model.encode(), built->model.key.encode(), std::move(built->report)};
  if (built->model.key.core.has_weights() && !built->model.key.core.hides_weights()) out.recipe = built->model.recipe;
  out.report.seconds = watch.seconds();
  return out;
}

std::string operators() { return operator_table(); }

}  // namespace tacit::cli::api
