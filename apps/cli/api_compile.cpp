// inspect and compile: the only part of the commands that knows models.
#include <algorithm>
#include <map>

#include "api/build.h"
#include "api_common.h"
#include "graph/prepare.h"
#include "graph/types.h"
#include "onnx/reader.h"
#include "ops/catalogue.h"

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

/// Multiply-adds of one node of a prepared graph: every output value sums over as many weights as one output has.
std::uint64_t multiplications_of(const Node& node, const TypeMap& types) {
  const bool weighs = node.domain.empty() && (node.op == "Conv" || node.op == "Gemm" || node.op == "MatMul");
  if (!weighs || node.inputs.size() < 2) return 0;
  const TensorType& input = types.at(node.inputs[0]);
  const TensorType& weights = types.at(node.inputs[1]);
  const auto outputs = static_cast<std::uint64_t>(element_count(types.at(node.outputs[0]).dims).value_or(0));
  const auto size = static_cast<std::uint64_t>(element_count(weights.dims).value_or(0));
  if (node.op == "Conv") return weights.dims.empty() || weights.dims[0] == 0 ? 0 : outputs * (size / static_cast<std::uint64_t>(weights.dims[0]));
  const auto flag = node.attributes.find("transA");
  const auto* value = flag == node.attributes.end() ? nullptr : std::get_if<std::int64_t>(&flag->second);
  const bool transposed = value != nullptr && *value != 0;
  const std::size_t axis = transposed ? 0 : input.dims.size() - 1;
  return input.dims.empty() ? 0 : outputs * static_cast<std::uint64_t>(input.dims[axis]);
}

/// What is known only of a graph that compile accepts; else one more problem.
void report_prepared(Graph graph, ModelReport& report) {
  const std::vector<std::string> outputs = graph.outputs;
  auto prepared = prepare(std::move(graph));
  auto types = prepared.ok() ? infer_types(*prepared) : Result<TypeMap>(prepared.error());
  if (!types.ok() && report.problems.empty()) report.problems.push_back(types.error().text());
  for (const std::string& name : outputs) {
    report.outputs.push_back(types.ok() ? facts(name, types->at(name)) : TensorFacts{name, {}, "unknown"});
  }
  if (!types.ok()) return;
  report.multiplications = 0;
  for (const Node& node : prepared->nodes) *report.multiplications += multiplications_of(node, *types);
}

}  // namespace

Result<std::vector<TensorMap>> graph_samples(const Graph& graph, const DataFile& file) {
  std::vector<InputShape> shapes;
  for (const ValueInfo& input : graph.inputs) shapes.push_back({input.name, dims_of(input.type)});
  TACIT_TRY(const Samples samples, bind_samples(file.arrays, shapes, file.path));
  std::vector<TensorMap> out(samples.count);
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    const Shape& dims = graph.inputs[i].type.dims;
    const std::size_t size = samples.inputs[i].size() / samples.count;
    for (std::uint64_t n = 0; n < samples.count; ++n) {
      const auto begin = samples.inputs[i].begin() + static_cast<std::ptrdiff_t>(n * size);
      out[n][graph.inputs[i].name] = make_float(dims, std::vector<float>(begin, begin + static_cast<std::ptrdiff_t>(size)));
    }
  }
  return out;
}

Result<ModelReport> inspect(ByteSpan model, const std::string& path) {
  auto graph = tacit::read_model(model, ReadOptions{});
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
  return report;
}

Result<Compiled> compile(ByteSpan model, const std::string& path, const CompileOptions& options, const Execution& how) {
  const Stopwatch watch;
  const ThreadLimit threads(how.threads);
  const StageSink stage = stages_of(how);
  stage("read the model");
  auto source = tacit::api::read_source(model, options);
  if (!source.ok()) return at(path, source.error());
  std::vector<TensorMap> samples;
  if (options.calibration) {
    TACIT_TRY(samples, graph_samples(source->graph, *options.calibration));
  }
  auto built = tacit::api::build(*source, samples, options.labels.value_or(std::vector<std::int64_t>{}), options.input_range,
                                 options, stage);
  if (!built.ok()) return at(path, built.error());
  stage("write");
  Compiled out{built->model.encode(), built->model.key.encode(), std::move(built->report)};
  if (built->model.key.core.has_weights() && !built->model.key.core.hides_weights()) out.recipe = built->model.recipe;
  out.report.seconds = watch.seconds();
  return out;
}

}  // namespace tacit::cli::api
