#include "graph/compile.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/contract.h"
#include "graph/calibrate.h"
#include "graph/fidelity.h"
#include "graph/types.h"
#include "ops/call.h"
#include "ops/catalogue.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

constexpr std::int64_t kSyntheticSamples = 32;
/// All tensors of one inference together: what a proof's tables and columns can hold.
constexpr std::int64_t kMaxActivations = std::int64_t{1} << 27;

Status check_options(const Graph& graph, std::size_t samples, const CompileOptions& options) {
  const QuantOptions& quant = options.quant;
  if (quant.activation_bits < 2 || quant.activation_bits > 16) {
    return Error{ErrorCode::kUsage, "--activation-bits must lie between 2 and 16", ""};
  }
  if (quant.weight_bits < 2 || quant.weight_bits > 20) {
    return Error{ErrorCode::kUsage, "--weight-bits must lie between 2 and 20", ""};
  }
  if (samples == 0 && !options.input_range) {
    return Error{ErrorCode::kUsage, "scales need to know the inputs: give --calibration DATA or --input-range LO,HI", ""};
  }
  if (options.input_range) {
    const auto [lo, hi] = *options.input_range;
    if (!std::isfinite(lo) || !std::isfinite(hi) || !(lo < hi) || std::max(std::abs(lo), std::abs(hi)) > 1e30) {
      return Error{ErrorCode::kUsage, "--input-range LO,HI needs two finite numbers with LO < HI", ""};
    }
  }
  for (const ValueInfo& input : graph.inputs) {
    if (input.type.dtype == DType::kFloat) continue;
    return unsupported("it holds integers; only float inputs are supported", "input \"" + input.name + "\"");
  }
  return Unit{};
}

/// Before anything of that size is allocated.
Status check_size(const Graph& graph, const TypeMap& types) {
  std::int64_t total = 0;
  for (const auto& [name, type] : types) {
    if (graph.initialisers.contains(name)) continue;
    total += *element_count(type.dims);
    if (total > kMaxActivations) {
      return unsupported("the model's tensors hold more than " + std::to_string(kMaxActivations) +
                             " numbers in one inference, too many for one proof", "value \"" + name + "\"");
    }
  }
  return Unit{};
}

std::vector<TensorMap> draw_samples(const Graph& graph, std::pair<double, double> range) {
  std::int64_t elements = 1;
  for (const ValueInfo& input : graph.inputs) elements += *element_count(input.type.dims);
  const std::int64_t count = std::clamp<std::int64_t>((std::int64_t{1} << 24) / elements, 4, kSyntheticSamples);
  return synthetic_samples(graph, range.first, range.second, static_cast<std::size_t>(count));
}

std::map<std::string, int> count_uses(const Graph& graph) {
  std::map<std::string, int> uses;
  for (const std::string& output : graph.outputs) ++uses[output];
  for (const Node& node : graph.nodes) {
    for (const std::string& input : node.inputs) ++uses[input];
  }
  return uses;
}

Home home_of(Visibility v) { return v == Visibility::kPublic ? Home::kPublic : Home::kWitness; }

Status lower_nodes(const Graph& graph, const TypeMap& types, Lowering& lowering) {
  auto value_of = [&](const std::string& name) {
    auto found = graph.initialisers.find(name);
    return found == graph.initialisers.end() ? nullptr : &found->second;
  };
  for (const Node& node : graph.nodes) {
    const Operator* op = find_operator(node);
    TACIT_EXPECTS(op != nullptr && op->lower != nullptr, "prepare leaves operators that can be lowered");
    TACIT_OK(op->lower(make_call(node, types, value_of), lowering));
  }
  return Unit{};
}

Port port_of(const std::string& name, const Shape& dims, const Placed& placed, Visibility visibility) {
  Port port;
  port.name = name;
  port.dims.assign(dims.begin(), dims.end());
  port.column = placed.column;
  port.batch = placed.shape.batch;
  port.rows = placed.shape.rows;
  port.inner = placed.shape.inner();
  port.scale = placed.scale;
  port.visibility = visibility;
  return port;
}

Status make_ports(const Graph& graph, const TypeMap& types, const CompileOptions& options, Lowering& lowering,
                  Ports& ports) {
  for (const std::string& name : graph.outputs) {
    if (graph.initialisers.contains(name)) return unsupported("it does not depend on the input", "output \"" + name + "\"");
    const Placed placed = lowering.output(name);
    lowering.book().set_home(placed.column, home_of(options.output));
    ports.outputs.push_back(port_of(name, types.at(name).dims, placed, options.output));
  }
  for (const ValueInfo& input : graph.inputs) {
    ports.inputs.push_back(port_of(input.name, input.type.dims, lowering.input(input.name), options.input));
  }
  if (ports.inputs.empty()) return unsupported("the model has no inputs");
  return Unit{};
}

/// Ranges found on random inputs are a guess and are widened by this much at least.
constexpr double kSyntheticHeadroom = 1.25;

Lowering::Context context_of(const Graph& graph, const CompileOptions& options, bool synthetic,
                             std::map<std::string, ValueRange> ranges) {
  Lowering::Context context{options.quant, std::move(ranges), count_uses(graph), options.quant.widening()};
  if (synthetic) context.quant.headroom = std::max(kSyntheticHeadroom, options.quant.widening());
  if (options.input_range) {
    context.input_headroom = 1;
    for (const ValueInfo& input : graph.inputs) {
      context.ranges[input.name] = {std::min(0.0, options.input_range->first), std::max(0.0, options.input_range->second)};
    }
  }
  return context;
}

}  // namespace

Result<Compiled> compile(const Graph& graph, const std::vector<TensorMap>& given,
                         const std::vector<std::int64_t>& labels, const CompileOptions& options) {
  TACIT_OK(check_options(graph, given.size(), options));
  TACIT_TRY(TypeMap types, infer_types(graph));
  TACIT_OK(check_size(graph, types));
  const bool synthetic = given.empty();
  std::vector<TensorMap> drawn;
  if (synthetic) drawn = draw_samples(graph, *options.input_range);
  const std::vector<TensorMap>& samples = synthetic ? drawn : given;
  TACIT_TRY(auto ranges, calibrate(graph, samples));
  Lowering lowering(context_of(graph, options, synthetic, std::move(ranges)));
  for (const ValueInfo& input : graph.inputs) lowering.add_input(input.name, input.type.dims, home_of(options.input));
  TACIT_OK(lower_nodes(graph, types, lowering));
  Compiled compiled;
  TACIT_OK(make_ports(graph, types, options, lowering, compiled.ports));
  TACIT_TRY(compiled.theorem, lowering.book().finish());
  compiled.weights = std::move(lowering.weights());
  TACIT_TRY(compiled.fidelity, measure_fidelity(graph, compiled, samples, labels));
  compiled.fidelity.synthetic = synthetic;
  return compiled;
}

}  // namespace tacit
