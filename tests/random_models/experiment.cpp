#include "random_models/experiment.h"

#include <algorithm>
#include <cmath>

#include "graph/exact_copies.h"
#include "graph/fidelity.h"
#include "ops/catalogue.h"

namespace tacit::random_models {
namespace {

constexpr int kNoisyRuns = 3;

double peak_of(const Tensor& t) {
  double peak = 0;
  for (const double v : numbers_of(t)) peak = std::max(peak, std::abs(v));
  return peak;
}

void add_noise(Tensor& t, double amount, Random& random) {
  for (float& v : t.f) v = static_cast<float>(v + (random.chance(50) ? amount : -amount));
}

/// Its constants are architecture, or compared exactly: no weights.
bool takes_parameters(const std::string& op) {
  static const std::set<std::string> kOps = {"Resize", "Upsample", "Pow", "OneHot", "Matches", "Places", "Tabled", "Forest", "Impute", "ClassLabels", "Pad"};
  return kOps.contains(op);
}

}  // namespace

std::vector<double> numbers_of(const Tensor& t) {
  return t.dtype == DType::kFloat ? std::vector<double>(t.f.begin(), t.f.end()) : std::vector<double>(t.i.begin(), t.i.end());
}

Experiment::Experiment(const Graph& graph, const Compiled& model, const std::vector<TensorMap>& samples)
    : graph_(graph), model_(model), samples_(samples), exact_(exact_inputs(graph)) {
  types_ = infer_types(graph).value();
  for (const TensorMap& sample : samples) clean_.push_back(run_float(graph, sample).value());
  for (const TensorMap& values : clean_) {
    for (const auto& [name, tensor] : values) peaks_[name] = std::max(peaks_[name], peak_of(tensor));
  }
  for (const auto& [name, peak] : peaks_) quanta_[name] = quantum_of(name);
  for (const Node& node : graph.nodes) {
    for (const std::string& output : node.outputs) {
      if (!output.empty()) quanta_[output] = node_quantum(node, output);
    }
  }
  for (const Node& node : graph.nodes) {
    if (takes_parameters(node.op)) parameters_.insert(node.inputs.begin(), node.inputs.end());
  }
  measure();
  for (const Node& node : graph.nodes) find_unclear(node);
}

Call Experiment::call_of(const Node& node, const TensorMap& values) const {
  return make_call(node, types_, [&](const std::string& name) -> const Tensor* {
    const auto found = values.find(name);
    if (found != values.end()) return &found->second;
    const auto constant = graph_.initialisers.find(name);
    return constant == graph_.initialisers.end() ? nullptr : &constant->second;
  });
}

bool Experiment::reads_exactly(const Node& node) const {
  return find_operator(node)->reads_exactly && !node.inputs.empty() && exact_.contains(node.inputs[0]);
}

TensorMap Experiment::noisy_run(std::size_t sample, Random& random) const {
  TensorMap values = samples_[sample];
  for (auto& [name, tensor] : values) add_noise(tensor, quanta_.at(name), random);
  for (const auto& [name, tensor] : graph_.initialisers) {
    Tensor t = tensor;
    const bool moves = t.dtype == DType::kFloat && !parameters_.contains(name) && std::isfinite(peak_of(t));
    if (moves) add_noise(t, peak_of(t) / largest_integer(model_.recipe.quant.weight_bits), random);
    values[name] = std::move(t);
  }
  for (const Node& node : graph_.nodes) {
    // Steps are taken in the clean run's place: find_unclear says where they cannot be.
    const bool plain = reads_exactly(node) || is_step(node);
    std::vector<Tensor> outputs = find_operator(node)->evaluate(call_of(node, plain ? clean_[sample] : values));
    for (std::size_t k = 0; k < node.outputs.size(); ++k) {
      if (node.outputs[k].empty()) continue;
      add_noise(outputs[k], quanta_.at(node.outputs[k]), random);
      values[node.outputs[k]] = std::move(outputs[k]);
    }
  }
  return values;
}

void Experiment::measure() {
  Random random(1, 2);
  for (std::size_t s = 0; s < samples_.size(); ++s) {
    for (int run = 0; run < kNoisyRuns; ++run) {
      const TensorMap noisy = noisy_run(s, random);
      for (const auto& [name, tensor] : clean_[s]) {
        double& deviation = deviations_[name];
        const std::vector<double> a = numbers_of(tensor), b = numbers_of(noisy.at(name));
        for (std::size_t k = 0; k < a.size(); ++k) deviation = std::max(deviation, std::abs(a[k] - b[k]));
      }
    }
  }
}

}  // namespace tacit::random_models
