// inspect and compile: the only part of the commands that knows models.
#include <algorithm>
#include <map>

#include "api_common.h"
#include "data/samples.h"
#include "graph/compile.h"
#include "graph/prepare.h"
#include "onnx/reader.h"
#include "ops/catalogue.h"

namespace tacit::api {
namespace {

Error at(const std::string& path, const Error& error) { return {error.code, error.text(), path}; }

std::vector<std::uint64_t> dims_of(const TensorType& type) { return {type.dims.begin(), type.dims.end()}; }

TensorFacts facts(const std::string& name, const TensorType& type) {
  return {name, dims_of(type), type.dtype == DType::kFloat ? "float32" : "int64"};
}

std::string where_of(const Node& node) {
  return "'" + node.op + "'" + (node.domain.empty() ? "" : " (" + node.domain + ")") + " at node '" + node.name + "', opset " +
         std::to_string(node.opset);
}

void count_operators(const Graph& graph, ModelReport& report) {
  std::map<std::string, OperatorCount> by_name;
  for (const Node& node : graph.nodes) {
    OperatorCount& entry = by_name[node.domain.empty() ? node.op : node.domain + "." + node.op];
    entry.name = node.domain.empty() ? node.op : node.domain + "." + node.op;
    ++entry.count;
    entry.supported = find_operator(node) != nullptr;
  }
  for (const Node& node : unsupported_nodes(graph)) {
    OperatorCount& entry = by_name[node.domain.empty() ? node.op : node.domain + "." + node.op];
    entry.supported = false;
    entry.reason += (entry.reason.empty() ? "not supported: " : "; ") + where_of(node);
  }
  for (auto& [name, entry] : by_name) report.operators.push_back(std::move(entry));
}

Result<std::vector<TensorMap>> calibration_samples(const Graph& graph, const DataFile& file) {
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

tacit::CompileOptions lower_options(const CompileOptions& options) {
  tacit::CompileOptions out;
  if (options.activation_bits) out.quant.activation_bits = *options.activation_bits;
  if (options.weight_bits) out.quant.weight_bits = *options.weight_bits;
  else if (out.quant.activation_bits < 16) out.quant.weight_bits = out.quant.activation_bits;
  auto visibility = [](Visibility v) { return v == Visibility::kPublic ? tacit::Visibility::kPublic : tacit::Visibility::kPrivate; };
  out.input = visibility(options.input);
  out.output = visibility(options.output);
  if (options.input_range) out.input_range = {options.input_range->low, options.input_range->high};
  return out;
}

void report_fidelity(const Fidelity& f, std::size_t samples, CompileReport& report) {
  report.samples = samples;
  report.samples_are_random = f.synthetic;
  for (const tacit::OutputError& e : f.outputs) report.errors.push_back({e.name, e.max, e.mean, e.range});
  if (!f.accuracy) return;
  const auto rows = static_cast<double>(f.accuracy->rows);
  report.top1_agreement = f.accuracy->agreement;
  report.accuracy = Accuracy{f.accuracy->rows, static_cast<std::uint64_t>(f.accuracy->of_integers * rows + 0.5),
                             static_cast<std::uint64_t>(f.accuracy->of_float * rows + 0.5)};
}

// The compiler lists weights by the order of their columns; the prover wants them by column.
std::vector<IntColumn> by_column(const Theorem& theorem, std::vector<IntColumn> weights) {
  std::vector<IntColumn> out(theorem.columns.size());
  std::size_t next = 0;
  for (ColumnId id = 0; id < theorem.columns.size(); ++id)
    if (theorem.columns[id].home == Home::kWeights) out[id] = std::move(weights[next++]);
  return out;
}

}  // namespace

Result<ModelReport> inspect(ByteSpan model, const std::string& path) {
  auto graph = tacit::read_model(model, ReadOptions{});
  if (!graph.ok()) return at(path, graph.error());
  ModelReport report;
  report.name = graph->name;
  report.opset = graph->opset;
  report.nodes = graph->nodes.size();
  for (const auto& [name, tensor] : graph->initialisers)
    if (tensor.dtype == DType::kFloat) report.parameters += tensor.size();
  for (const ValueInfo& input : graph->inputs) report.inputs.push_back(facts(input.name, input.type));
  for (const std::string& output : graph->outputs) report.outputs.push_back({output, {}, "float32"});
  count_operators(*graph, report);
  for (const auto& [name, fault] : graph->faults) report.operators.push_back({name, 1, false, fault.text()});
  report.provable = unsupported_nodes(*graph).empty() && prepare(std::move(*graph)).ok();
  return report;
}

Result<Compiled> compile(ByteSpan model, const std::string& path, const CompileOptions& options, const Execution& how) {
  const Stopwatch watch;
  const Threads threads(how);
  Stages stages(how);
  if (options.weights == Visibility::kPublic)
    return unsupported("--weights public is not supported by this version: weights are committed, and the key shows none of them");
  stages.begin("read the model");
  auto read = tacit::read_model(model, ReadOptions{static_cast<std::int64_t>(options.batch)});
  if (!read.ok()) return at(path, read.error());
  if (options.batch != 1 && !read->symbolic_batch)
    return Error{ErrorCode::kUsage, "--batch needs a model whose leading axis is free; this one fixes it", path};
  auto graph = prepare(std::move(*read));
  if (!graph.ok()) return at(path, graph.error());

  stages.begin("calibrate and quantise");
  std::vector<TensorMap> samples;
  if (options.calibration) {
    TACIT_TRY(samples, calibration_samples(*graph, *options.calibration));
  }
  const tacit::CompileOptions lowering = lower_options(options);
  auto compiled = tacit::compile(*graph, samples, options.labels.value_or(std::vector<std::int64_t>{}), lowering);
  if (!compiled.ok()) return at(path, compiled.error());

  Compiled out;
  report_fidelity(compiled->fidelity, samples.size(), out.report);
  Settings settings;
  settings.model_name = graph->name;
  settings.activation_bits = lowering.quant.activation_bits;
  settings.weight_bits = lowering.quant.weight_bits;
  settings.security = options.security_bits;
  std::vector<IntColumn> weights = by_column(compiled->theorem, std::move(compiled->weights));
  auto registered = register_model(std::move(compiled->theorem), std::move(compiled->ports), std::move(settings), std::move(weights),
                                   [&](std::string_view name) { stages.begin(name); });
  if (!registered.ok()) return at(path, registered.error());
  stages.begin("write");
  const KeyCore& core = registered->key.core;
  out.report.key_digest = hex(registered->key.statement);
  out.report.inputs = facts_of(core.ports.inputs);
  out.report.outputs = facts_of(core.ports.outputs);
  out.report.parameters = parameters_of(core.theorem);
  out.report.activation_bits = core.settings.activation_bits;
  out.report.weight_bits = core.settings.weight_bits;
  out.report.security = security_of(core);
  out.bundle = registered->encode();
  out.key = registered->key.encode();
  out.report.seconds = watch.seconds();
  return out;
}

}  // namespace tacit::api
