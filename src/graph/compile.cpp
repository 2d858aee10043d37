#include "graph/compile.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/contract.h"
#include "graph/calibrate.h"
#include "graph/choose_ranges.h"
#include "graph/error_bound.h"
#include "graph/exact_copies.h"
#include "graph/feature_shifts.h"
#include "graph/fidelity.h"
#include "graph/types.h"
#include "graph/work.h"
#include "ops/call.h"
#include "ops/catalogue.h"
#include "ops/lowering.h"
#include "theorem/float32.h"

namespace tacit {
namespace {

constexpr std::int64_t kSyntheticSamples = 32;

/// Whoever asks for an output to be hidden must not be answered with silence.
Status check_names(const Graph& graph, const CompileOptions& options) {
  for (const auto& [given, visibility] : options.inputs) {
    const std::string& name = given;
    const bool known = std::any_of(graph.inputs.begin(), graph.inputs.end(), [&](const ValueInfo& v) { return v.name == name; });
    if (known) continue;
    return Error{ErrorCode::kUsage, "a visibility is given for it, but the model has no such input", "input \"" + name + "\""};
  }
  for (const auto& [name, visibility] : options.outputs) {
    const bool known = std::find(graph.outputs.begin(), graph.outputs.end(), name) != graph.outputs.end();
    if (known) continue;
    return Error{ErrorCode::kUsage, "a visibility is given for it, but the model has no such output", "output \"" + name + "\""};
  }
  return Unit{};
}

Status check_widths(const QuantOptions& quant, int grid) {
  if (quant.activation_bits < 2 || quant.activation_bits > 16) {
    return Error{ErrorCode::kUsage, "--activation-bits must lie between 2 and 16", ""};
  }
  if (quant.weight_bits < 2 || quant.widest_weight() > kMostWeightBits) {
    return Error{ErrorCode::kUsage, "--weight-bits must lie between 2 and 20", ""};
  }
  if ((grid < kMinGrid || grid > kMaxGrid) && grid != kFloat32Grid) {
    return Error{ErrorCode::kUsage, "--grid must be a power of two between 2^-60 and 2^30, or float32", ""};
  }
  return Unit{};
}

Status check_options(const Graph& graph, std::size_t samples, const CompileOptions& options) {
  TACIT_OK(check_widths(options.quant, options.grid));
  if (samples == 0 && !options.input_range) {
    return Error{ErrorCode::kUsage, "scales need to know the inputs: give --calibration DATA or --input-range LO,HI", ""};
  }
  if (options.input_range) {
    const auto [lo, hi] = *options.input_range;
    if (!std::isfinite(lo) || !std::isfinite(hi) || !(lo < hi) || std::max(std::abs(lo), std::abs(hi)) > 1e30) {
      return Error{ErrorCode::kUsage, "--input-range LO,HI needs two finite numbers with LO < HI", ""};
    }
  }
  return check_names(graph, options);
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

Status lower_nodes(const Graph& graph, const TypeMap& types, const std::set<std::string>& only_exact, Lowering& lowering) {
  auto value_of = [&](const std::string& name) {
    auto found = graph.initialisers.find(name);
    return found == graph.initialisers.end() ? nullptr : &found->second;
  };
  for (const Node& node : graph.nodes) {
    const Operator* op = find_operator(node);
    TACIT_EXPECTS(op != nullptr && op->lower != nullptr, "prepare leaves operators that can be lowered");
    const bool unread = std::all_of(node.outputs.begin(), node.outputs.end(), [&](const std::string& name) { return only_exact.contains(name); });
    if (unread && !op->gives_exactly) continue;  // whoever reads it has its source
    TACIT_OK(op->lower(make_call(node, types, value_of), lowering));
  }
  return Unit{};
}

PortType port_type_of(const TensorType& type) {
  switch (type.element) {
    case Element::kPlain: return type.dtype == DType::kFloat ? PortType::kFloat : PortType::kInt64;
    case Element::kFloat16: return PortType::kFloat16;
    case Element::kBFloat16: return PortType::kBfloat16;
    case Element::kDouble: return PortType::kDouble;
    case Element::kBool: return PortType::kBool;
    case Element::kInt8: return PortType::kInt8;
    case Element::kInt16: return PortType::kInt16;
    case Element::kInt32: return PortType::kInt32;
    case Element::kUint8: return PortType::kUint8;
    case Element::kUint16: return PortType::kUint16;
    case Element::kUint32: return PortType::kUint32;
    case Element::kUint64: return PortType::kUint64;
  }
  return PortType::kFloat;
}

Port port_of(const std::string& name, const TensorType& type, const PlacedPort& columns, Visibility visibility) {
  const Placed& placed = columns.at;
  Port port;
  port.name = name;
  port.dims.assign(type.dims.begin(), type.dims.end());
  port.column = placed.column;
  port.batch = placed.shape.batch;
  port.rows = placed.shape.rows;
  port.inner = placed.shape.inner();
  port.scale = placed.scale;
  port.visibility = visibility;
  port.low_column = columns.low;
  port.row_shifts = columns.row_shifts;
  port.labels = columns.labels;
  port.type = port.labels.empty() ? port_type_of(type) : PortType::kString;
  return port;
}

Status make_ports(const Graph& graph, const TypeMap& types, const Recipe& recipe, Lowering& lowering, Ports& ports) {
  for (const std::string& name : graph.outputs) {
    if (graph.initialisers.contains(name)) TACIT_OK(lowering.add_constant_output(name));
    TACIT_TRY(const PlacedPort placed, lowering.output(name, recipe.outputs.at(name)));
    ports.outputs.push_back(port_of(name, types.at(name), placed, recipe.outputs.at(name)));
  }
  for (const ValueInfo& input : graph.inputs) {
    ports.inputs.push_back(port_of(input.name, input.type, lowering.input(input.name), recipe.inputs.at(input.name)));
  }
  if (ports.inputs.empty()) return unsupported("the model has no inputs");
  return Unit{};
}

/// Ranges found on random inputs are a guess and are widened by this much at least.
constexpr double kSyntheticHeadroom = 1.25;

/// With the ranges of all values, used or not.
Recipe recipe_of(const Graph& graph, const CompileOptions& options, bool synthetic, std::map<std::string, ValueRange> ranges) {
  Recipe recipe{options.quant, options.quant.widening(), options.grid, {}, {}, std::move(ranges)};
  recipe.quant.headroom = synthetic ? std::max(kSyntheticHeadroom, options.quant.widening()) : options.quant.widening();
  for (const ValueInfo& input : graph.inputs) recipe.inputs[input.name] = options.of_input(input.name);
  for (const std::string& output : graph.outputs) recipe.outputs[output] = options.of_output(output);
  if (options.input_range) {
    recipe.input_headroom = 1;
    for (const ValueInfo& input : graph.inputs) {
      recipe.ranges[input.name] = {std::min(0.0, options.input_range->first), std::max(0.0, options.input_range->second)};
    }
  }
  return recipe;
}

/// Rows [N, features] of floats that nobody compares or reads exactly.
bool may_have_row_shifts(const Graph& graph, const ValueInfo& input, const Recipe& recipe) {
  for (const Node& node : graph.nodes) {
    const Operator* op = find_operator(node);
    const bool reads = std::find(node.inputs.begin(), node.inputs.end(), input.name) != node.inputs.end();
    if (reads && (op->compares || op->reads_exactly)) return false;  // equal numbers stay equal
  }
  return input.type.dtype == DType::kFloat && input.type.dims.size() == 2 && recipe.inputs.at(input.name) != Visibility::kCommitted;
}

void add_row_shifts(const Graph& graph, const std::vector<TensorMap>& samples, Recipe& recipe) {
  for (const ValueInfo& input : graph.inputs) {
    if (!may_have_row_shifts(graph, input, recipe)) continue;
    std::vector<std::uint8_t> shifts = feature_shifts(input.name, static_cast<std::size_t>(input.type.dims[1]), samples);
    if (!shifts.empty()) recipe.row_shifts[input.name] = std::move(shifts);
  }
}

/// Afterwards the recipe holds the ranges that were used, and no other.
Status keep_used_ranges(const std::set<std::string>& used, Recipe& recipe) {
  for (const std::string& name : used) {
    if (!recipe.ranges.contains(name)) return bad_input("the recipe has no range for it", "value \"" + name + "\"");
  }
  std::erase_if(recipe.ranges, [&](const auto& entry) { return !used.contains(entry.first); });
  return Unit{};
}

/// Inputs that some node compares get one range, and so one scale.
void share_ranges(const Graph& graph, std::map<std::string, ValueRange>& ranges) {
  std::set<std::string> inputs;
  for (const ValueInfo& input : graph.inputs) {
    if (input.type.dtype == DType::kFloat) inputs.insert(input.name);
  }
  // Once for each comparison: chains of them end with one range for all.
  for (std::size_t round = 0; round < graph.inputs.size(); ++round) {
    for (const Node& node : graph.nodes) {
      if (!find_operator(node)->compares) continue;
      ValueRange joint;
      for (const std::string& name : node.inputs) {
        if (!inputs.contains(name) || !ranges.contains(name)) continue;
        joint.include(ranges.at(name).lo);
        joint.include(ranges.at(name).hi);
      }
      for (const std::string& name : node.inputs) {
        if (inputs.contains(name) && ranges.contains(name)) ranges.at(name) = joint;
      }
    }
  }
}

/// What both ways of compiling share. Contract: the recipe has a visibility for every input and output.
/// Where `useless` is not null, it is given the inputs whose row shifts serve nobody: all their readers need one scale.
Result<Compiled> lower_graph(const Graph& graph, const TypeMap& types, Recipe recipe, std::set<std::string>* useless = nullptr) {
  share_ranges(graph, recipe.ranges);
  ExactCopies copies = exact_copies(graph, types);
  const bool on_grids = std::any_of(copies.inputs.begin(), copies.inputs.end(), [&](const std::string& name) {
    return recipe.inputs.at(name) == Visibility::kCommitted && recipe.grid != kFloat32Grid;
  });
  if (on_grids) copies = {};  // they have no float32 values
  const std::set<std::string> only = copies.only;
  Lowering lowering({recipe.quant, recipe.ranges, count_uses(graph), recipe.input_headroom, recipe.grid, exact_roots(graph, copies), recipe.row_shifts,
                     std::move(copies.sources), std::move(copies.only), &graph.initialisers});
  for (const ValueInfo& input : graph.inputs) {
    TACIT_OK(lowering.add_input(input.name, input.type, recipe.inputs.at(input.name)));
  }
  TACIT_OK(lower_nodes(graph, types, only, lowering));
  if (lowering.fault()) return *lowering.fault();
  Compiled compiled;
  TACIT_OK(make_ports(graph, types, recipe, lowering, compiled.ports));
  TACIT_OK(keep_used_ranges(lowering.ranges_used(), recipe));
  for (const auto& [name, shifts] : recipe.row_shifts)
    if (useless != nullptr && !lowering.read_by_rows().contains(name)) useless->insert(name);
  TACIT_TRY(compiled.theorem, lowering.book().finish());
  compiled.weights = std::move(lowering.weights());
  compiled.recipe = std::move(recipe);
  return compiled;
}

/// Widest range that float values have, and the widest headroom that makes sense; beyond, sums of doubles would overflow.
constexpr double kMaxRange = 3.5e38, kMaxHeadroom = 0x1p20;

Status check_ranges(const Recipe& recipe) {
  for (const double headroom : {recipe.quant.headroom, recipe.input_headroom}) {
    if (headroom >= 1 && headroom <= kMaxHeadroom) continue;  // false for NaN
    return bad_input("a headroom is not a number from 1 to 2^20", "recipe");
  }
  for (const auto& [name, range] : recipe.ranges) {
    if (range.lo <= 0 && range.hi >= 0 && range.lo >= -kMaxRange && range.hi <= kMaxRange) continue;
    return bad_input("the range must be two finite numbers with 0 between them", "recipe, value \"" + name + "\"");
  }
  return Unit{};
}

Status check_recipe(const Graph& graph, const Recipe& recipe) {
  TACIT_OK(check_widths(recipe.quant, recipe.grid));
  TACIT_OK(check_ranges(recipe));
  bool fits = recipe.inputs.size() == graph.inputs.size() && recipe.outputs.size() == graph.outputs.size();
  for (const ValueInfo& input : graph.inputs) fits = fits && recipe.inputs.contains(input.name);
  for (const std::string& output : graph.outputs) fits = fits && recipe.outputs.contains(output);
  for (const auto& [name, shifts] : recipe.row_shifts) {
    const auto input = std::find_if(graph.inputs.begin(), graph.inputs.end(), [&](const ValueInfo& v) { return v.name == name; });
    fits = fits && input != graph.inputs.end() && may_have_row_shifts(graph, *input, recipe) &&
           static_cast<std::int64_t>(shifts.size()) == input->type.dims[1] && *std::min_element(shifts.begin(), shifts.end()) == 0 &&
           *std::max_element(shifts.begin(), shifts.end()) > 0 && *std::max_element(shifts.begin(), shifts.end()) <= kMaxRowShift;
  }
  return fits ? Status(Unit{}) : bad_input("the recipe is for other inputs or outputs than the model's", "recipe");
}

/// Lowers again with ranges by the options' method. `recipe` made `compiled`, and has the ranges of all values.
Status change_ranges(const Graph& graph, const TypeMap& types, const std::vector<TensorMap>& samples, const CompileOptions& options,
                     Recipe recipe, Compiled& compiled) {
  RangeTask task{graph, samples, options.ranges, exact_inputs(graph), work_of(graph, types), {}, options.progress};
  for (const ValueInfo& input : graph.inputs) {
    if (options.input_range || recipe.row_shifts.contains(input.name)) task.fixed.insert(input.name);
  }
  task.lower = [&](const Recipe& changed) { return lower_graph(graph, types, changed); };
  TACIT_TRY(const RangeChoice choice, choose_ranges(task, compiled, recipe));
  TACIT_TRY(compiled, lower_graph(graph, types, std::move(recipe)));
  compiled.fidelity.ranges = choice;
  return Unit{};
}

}  // namespace

Visibility CompileOptions::of_input(const std::string& name) const {
  auto found = inputs.find(name);
  return found == inputs.end() ? input : found->second;
}

Visibility CompileOptions::of_output(const std::string& name) const {
  auto found = outputs.find(name);
  return found == outputs.end() ? output : found->second;
}

Result<Compiled> compile(const Graph& graph, const std::vector<TensorMap>& given,
                         const std::vector<std::int64_t>& labels, const CompileOptions& options) {
  TACIT_OK(check_options(graph, given.size(), options));
  TACIT_TRY(TypeMap types, infer_types(graph));
  TACIT_OK(check_size(graph, types));
  TACIT_OK(check_work(graph, types, options.max_work));
  const bool synthetic = given.empty();
  std::vector<TensorMap> drawn;
  if (synthetic) drawn = draw_samples(graph, *options.input_range);
  const std::vector<TensorMap>& samples = synthetic ? drawn : given;
  TACIT_TRY(auto ranges, calibrate(graph, samples, exact_inputs(graph)));
  Recipe recipe = recipe_of(graph, options, synthetic, std::move(ranges));
  if (!options.input_range) add_row_shifts(graph, samples, recipe);
  std::set<std::string> useless;
  TACIT_TRY(Compiled compiled, lower_graph(graph, types, recipe, &useless));
  for (const std::string& name : useless) recipe.row_shifts.erase(name);
  if (!useless.empty()) {
    TACIT_TRY(compiled, lower_graph(graph, types, recipe));
  }
  if (options.ranges != RangeMethod::kMinMax) {
    TACIT_OK(change_ranges(graph, types, samples, options, std::move(recipe), compiled));
  }
  const std::optional<RangeChoice> choice = compiled.fidelity.ranges;
  TACIT_TRY(compiled.fidelity, measure_fidelity(graph, compiled, samples, labels));
  if (options.bounds_errors) {
    TACIT_OK(bound_errors(graph, compiled, samples, compiled.fidelity));
  }
  compiled.fidelity.ranges = choice;
  compiled.fidelity.synthetic = synthetic;
  return compiled;
}

Result<Compiled> compile(const Graph& graph, const Recipe& recipe) {
  TACIT_OK(check_recipe(graph, recipe));
  TACIT_TRY(TypeMap types, infer_types(graph));
  TACIT_OK(check_size(graph, types));
  TACIT_TRY(Compiled compiled, lower_graph(graph, types, recipe));
  for (const auto& [name, range] : recipe.ranges) {
    if (!compiled.recipe.ranges.contains(name)) return bad_input("the recipe has a range for it, but no scale depends on it", "value \"" + name + "\"");
  }
  return compiled;
}

}  // namespace tacit
