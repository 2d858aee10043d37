#include "random_models/closeness.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

#include "graph/fidelity.h"
#include "graph/types.h"
#include "ops/catalogue.h"
#include "random_models/random.h"

namespace tacit::random_models {
namespace {

constexpr int kNoisyRuns = 3;

std::vector<double> numbers_of(const Tensor& t) {
  return t.dtype == DType::kFloat ? std::vector<double>(t.f.begin(), t.f.end()) : std::vector<double>(t.i.begin(), t.i.end());
}

double peak_of(const Tensor& t) {
  double peak = 0;
  for (const double v : numbers_of(t)) peak = std::max(peak, std::abs(v));
  return peak;
}

class Experiment {
 public:
  Experiment(const Graph& graph, const Compiled& model, const std::vector<TensorMap>& samples) : graph_(graph), model_(model), samples_(samples) {
    types_ = infer_types(graph).value();
    for (const TensorMap& sample : samples) clean_.push_back(run_float(graph, sample).value());
    for (const TensorMap& values : clean_) {
      for (const auto& [name, tensor] : values) peaks_[name] = std::max(peaks_[name], peak_of(tensor));
    }
    for (const auto& [name, peak] : peaks_) quanta_[name] = quantum_of(name, peak);
    for (const Node& node : graph.nodes) quanta_[node.outputs[0]] = node_quantum(node);
    measure();
    for (const Node& node : graph.nodes) find_unclear(node);
  }

  double tolerance(const std::string& value) const { return 3 * deviations_.at(value) + 2 * quanta_.at(value); }
  bool is_unclear(const std::string& value) const { return unclear_.contains(value); }
  const std::vector<TensorMap>& clean() const { return clean_; }
  double peak(const std::string& value) const { return peaks_.at(value); }

 private:
  double quantum_of(const std::string& name, double peak) const {
    double quantum = peak * model_.recipe.quant.headroom / static_cast<double>(model_.recipe.quant.activation_max());
    for (const auto* ports : {&model_.ports.inputs, &model_.ports.outputs}) {
      for (const Port& port : *ports) {
        if (port.name == name) quantum = std::max(quantum, port.scale);
      }
    }
    return quantum;
  }

  /// Of what one node adds: steps of the tables that functions share, limits on a coarse grid, the shift of sums with many terms.
  double node_quantum(const Node& node) const {
    const std::string& name = node.outputs[0];
    if (types_.at(name).dtype == DType::kInt64) return 0;
    const double own = quanta_.at(name);
    if (node.op == "Clip") return std::max(own, quanta_.at(node.inputs[0]));  // its limits stand on the grid of what it clamps
    if (node.op == "Sigmoid" || node.op == "Tanh") return std::max(own, 0x1p-12);
    if (node.op == "Softmax") return std::max(own, 0x1p-10);
    const bool is_layer = node.op == "Conv" || node.op == "Gemm" || node.op == "MatMul";
    if (!is_layer) return own;
    const bool left = !graph_.initialisers.contains(node.inputs[1]);
    const Tensor& weight = graph_.initialisers.at(node.inputs[left ? 0 : 1]);
    return own * (1 + 0.25 * std::min<double>(64, static_cast<double>(weight.size())));
  }

  void add_noise(Tensor& t, double amount, Random& random) const {
    for (float& v : t.f) v = static_cast<float>(v + (random.chance(50) ? amount : -amount));
  }

  TensorMap noisy_run(const TensorMap& sample, Random& random) const {
    TensorMap values = sample;
    for (auto& [name, tensor] : values) add_noise(tensor, quanta_.at(name), random);
    for (const auto& [name, tensor] : graph_.initialisers) {
      Tensor t = tensor;
      if (t.dtype == DType::kFloat) add_noise(t, peak_of(t) / largest_integer(model_.recipe.quant.weight_bits), random);
      values[name] = std::move(t);
    }
    for (const Node& node : graph_.nodes) {
      const Call call = make_call(node, types_, [&](const std::string& name) { return &values.at(name); });
      Tensor out = std::move(find_operator(node)->evaluate(call)[0]);
      add_noise(out, quanta_.at(node.outputs[0]), random);
      values[node.outputs[0]] = std::move(out);
    }
    return values;
  }

  void measure() {
    Random random(1, 2);
    for (std::size_t s = 0; s < samples_.size(); ++s) {
      for (int run = 0; run < kNoisyRuns; ++run) {
        const TensorMap noisy = noisy_run(samples_[s], random);
        for (const auto& [name, tensor] : clean_[s]) {
          double& deviation = deviations_[name];
          const std::vector<double> a = numbers_of(tensor), b = numbers_of(noisy.at(name));
          for (std::size_t k = 0; k < a.size(); ++k) deviation = std::max(deviation, std::abs(a[k] - b[k]));
        }
      }
    }
  }

  /// Two numbers of one row within the tolerance of each other, both near its top: any of them may be called the largest.
  bool has_tie(const Node& node) const {
    const Shape& dims = types_.at(node.inputs[0]).dims;
    const auto given = node.attributes.find("axis");
    const std::int64_t axis = given == node.attributes.end() ? 0 : std::get<std::int64_t>(given->second);
    const std::size_t at = static_cast<std::size_t>(axis < 0 ? axis + static_cast<std::int64_t>(dims.size()) : axis);
    const std::int64_t inner = count_between(dims, at + 1, dims.size()), length = dims[at];
    for (const TensorMap& values : clean_) {
      const std::vector<double> x = numbers_of(values.at(node.inputs[0]));
      for (std::size_t row = 0; row < x.size() / static_cast<std::size_t>(length); ++row) {
        const std::int64_t r = static_cast<std::int64_t>(row), first = r / inner * inner * length + r % inner;
        std::vector<double> sorted;
        for (std::int64_t k = 0; k < length; ++k) sorted.push_back(x[static_cast<std::size_t>(first + k * inner)]);
        std::sort(sorted.rbegin(), sorted.rend());
        if (sorted.size() > 1 && sorted[0] - sorted[1] <= 2 * tolerance(node.inputs[0])) return true;
      }
    }
    return false;
  }

  bool is_near_integer(const std::string& value) const {
    for (const TensorMap& values : clean_) {
      for (const double v : numbers_of(values.at(value))) {
        if (std::abs(v - std::nearbyint(v)) <= tolerance(value)) return true;
      }
    }
    return false;
  }

  void find_unclear(const Node& node) {
    bool unclear = false;
    for (const std::string& input : node.inputs) unclear = unclear || unclear_.contains(input);
    const bool from_float = !node.inputs.empty() && types_.at(node.inputs[0]).dtype == DType::kFloat;
    if (!unclear && node.op == "ArgMax" && from_float) unclear = has_tie(node);
    const bool to_integer = types_.at(node.outputs[0]).dtype == DType::kInt64;
    if (!unclear && node.op == "Cast" && from_float && to_integer) unclear = is_near_integer(node.inputs[0]);
    if (unclear) unclear_.insert(node.outputs[0]);
  }

  const Graph& graph_;
  const Compiled& model_;
  const std::vector<TensorMap>& samples_;
  TypeMap types_;
  std::vector<TensorMap> clean_;
  std::map<std::string, double> peaks_, quanta_, deviations_;
  std::set<std::string> unclear_;
};

}  // namespace

std::optional<std::string> compare_with_float(const Graph& prepared, const Compiled& model, const std::vector<TensorMap>& samples, Closeness& into) {
  const Experiment experiment(prepared, model, samples);
  for (std::size_t s = 0; s < samples.size(); ++s) {
    const std::vector<std::vector<double>> integers = output_values(model, run_integers(model, samples[s]));
    for (std::size_t k = 0; k < integers.size(); ++k) {
      const std::string& name = prepared.outputs[k];
      const bool unclear = experiment.is_unclear(name);
      if (s == 0) {
        ++into.compared;
        into.unclear += unclear;
        into.loose += !unclear && experiment.tolerance(name) > 0.02 * experiment.peak(name);
      }
      if (unclear) continue;
      const std::vector<double> real = numbers_of(experiment.clean()[s].at(name));
      for (std::size_t i = 0; i < real.size(); ++i) {
        const double error = std::abs(real[i] - integers[k][i]), allowed = experiment.tolerance(name) + 1e-6 * experiment.peak(name);
        if (error > 0) into.worst = std::max(into.worst, error / std::max(allowed, 1e-300));
        if (error <= allowed) continue;
        char text[200];
        std::snprintf(text, sizeof text, "output %s, element %zu of sample %zu: float %.9g, integers %.9g, allowed %.3g", name.c_str(), i, s, real[i],
                      integers[k][i], allowed);
        return text;
      }
    }
  }
  return std::nullopt;
}

}  // namespace tacit::random_models
