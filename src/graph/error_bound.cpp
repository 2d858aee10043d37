#include "graph/exact_copies.h"
#include "graph/error_bound.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/contract.h"
#include "graph/fidelity.h"
#include "graph/types.h"
#include "graph/work.h"

namespace tacit {
namespace {

constexpr double kWorkBetween = 0x1p26;
constexpr std::size_t kMostBetween = 48, kEnoughRuns = 16, kSamplesPerRun = 8;
constexpr double kFactor = 4;
constexpr double kMostFactor = 8;        ///< on the samples' own largest error, however much larger it is between them
constexpr double kJitter = 0x1p-4;       ///< of the largest number, where there is one sample only
constexpr double kFloatNoise = 0x1p-20;  ///< of the largest output: 16 roundings of float32 that all add up

class Draws {
 public:
  double uniform() {  // splitmix64, 53 bits
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
  }
  std::size_t below(std::size_t n) { return std::min(n - 1, static_cast<std::size_t>(uniform() * static_cast<double>(n))); }

 private:
  std::uint64_t state_ = 0xB0C4D5E6F7081929;
};

Tensor between(const Tensor& first, const Tensor& second, double share, Draws& draws) {
  Tensor out = first;
  for (std::size_t k = 0; k < out.f.size(); ++k) {
    const double a = first.f[k], b = second.f[k];
    out.f[k] = a == b ? first.f[k] : static_cast<float>(share * a + (1 - share) * b);   // infinities stay
  }
  for (std::size_t k = 0; k < out.i.size(); ++k)
    if (draws.uniform() >= share) out.i[k] = second.i[k];
  return out;
}

Tensor jittered(const Tensor& tensor, Draws& draws) {
  Tensor out = tensor;
  float lo = 0, hi = 0;
  for (const float v : tensor.f) {
    if (!std::isfinite(v)) continue;
    lo = std::min(lo, v);
    hi = std::max(hi, v);
  }
  for (float& v : out.f) {
    const double moved = v + kJitter * std::max(hi, -lo) * (2 * draws.uniform() - 1);
    if (std::isfinite(v)) v = std::clamp(static_cast<float>(moved), lo, hi);
  }
  return out;
}

/// Values that no float has a part in.
std::set<std::string> made_of_integers(const Graph& graph, const TypeMap& types) {
  std::set<std::string> out;
  auto is_whole = [&](const std::string& name) { return types.at(name).dtype == DType::kInt64; };
  for (const ValueInfo& input : graph.inputs)
    if (is_whole(input.name)) out.insert(input.name);
  for (const auto& [name, tensor] : graph.initialisers)
    if (tensor.dtype == DType::kInt64) out.insert(name);
  for (const Node& node : graph.nodes) {
    const bool all = std::all_of(node.inputs.begin(), node.inputs.end(), [&](const std::string& name) { return name.empty() || out.contains(name); });
    for (const std::string& name : node.outputs)
      if (all && !name.empty() && is_whole(name)) out.insert(name);
  }
  return out;
}

/// The largest errors, output by output; false where the float model has no finite answer here.
bool add_run(const Graph& graph, const Compiled& model, const TensorMap& inputs, std::vector<double>& largest) {
  const auto real = run_float(graph, inputs);
  if (!real.ok()) return false;
  for (const std::string& name : graph.outputs)
    for (const float v : real->at(name).f)
      if (!std::isfinite(v)) return false;
  const std::vector<std::vector<double>> values = output_values(model, run_integers(model, inputs));
  for (std::size_t k = 0; k < values.size(); ++k) {
    const Tensor& want = real->at(graph.outputs[k]);
    for (std::size_t n = 0; n < values[k].size(); ++n) {
      const double error = want.dtype == DType::kFloat ? std::abs(values[k][n] - want.f[n]) : values[k][n] != static_cast<double>(want.i[n]);
      largest[k] = std::max(largest[k], error);
    }
  }
  return true;
}

}  // namespace

double bound_factor(std::size_t runs) {
  TACIT_EXPECTS(runs > 0, "something was measured");
  const double few = static_cast<double>(kEnoughRuns) / static_cast<double>(std::min(runs, kEnoughRuns));
  return kFactor * std::pow(few, 0.25);
}

std::size_t runs_between(double work, std::size_t samples) {
  const double fit = std::min(kWorkBetween / std::max(work, 1.0), static_cast<double>(kMostBetween));
  return std::max(static_cast<std::size_t>(fit), std::min(samples / kSamplesPerRun, kMostBetween));
}

std::vector<TensorMap> between_samples(const Graph& graph, const std::vector<TensorMap>& samples, std::size_t count) {
  TACIT_EXPECTS(!samples.empty(), "there are samples to lie between");
  Draws draws;
  std::vector<TensorMap> out(count);
  for (TensorMap& made : out) {
    const std::size_t first = draws.below(samples.size());
    const std::size_t second = samples.size() == 1 ? 0 : (first + 1 + draws.below(samples.size() - 1)) % samples.size();
    const double share = draws.uniform();
    for (const ValueInfo& input : graph.inputs) {
      const Tensor& a = samples[first].at(input.name);
      made[input.name] = first == second ? jittered(a, draws) : between(a, samples[second].at(input.name), share, draws);
    }
  }
  return out;
}

Status bound_errors(const Graph& graph, const Compiled& model, const std::vector<TensorMap>& samples, Fidelity& fidelity) {
  TACIT_TRY(const TypeMap types, infer_types(graph));
  const std::set<std::string> whole = made_of_integers(graph, types), passed = exact_inputs(graph);
  std::vector<double> largest;
  for (const OutputError& e : fidelity.outputs) largest.push_back(e.max);
  std::size_t runs = samples.size();
  for (const TensorMap& inputs : between_samples(graph, samples, runs_between(work_of(graph, types), samples.size())))
    runs += add_run(graph, model, inputs, largest);
  for (std::size_t k = 0; k < largest.size(); ++k) {
    OutputError& e = fidelity.outputs[k];
    const bool exact = (whole.contains(e.name) || passed.contains(e.name)) && largest[k] == 0;
    if (exact) e.bound = 0;
    if (exact || e.whole) continue;
    const double reach = bound_factor(runs) * largest[k], most = e.max == 0 ? reach : kMostFactor * e.max;
    e.bound = std::max({std::min(reach, most), model.ports.outputs[k].scale / 2, kFloatNoise * e.range});
  }
  return Unit{};
}

}  // namespace tacit
