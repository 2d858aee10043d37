#include "graph/calibrate.h"

#include <cmath>

namespace tacit {

Result<std::map<std::string, ValueRange>> calibrate(const Graph& graph, const std::vector<TensorMap>& samples) {
  std::map<std::string, ValueRange> ranges;
  for (const TensorMap& sample : samples) {
    auto values = run_float(graph, sample);
    if (!values.ok()) return values.error();
    for (const auto& [name, tensor] : *values) {
      ValueRange& range = ranges[name];
      for (float v : tensor.f) {
        if (!std::isfinite(v)) return bad_input("takes on a value that is not finite", "value \"" + name + "\"");
        range.include(v);
      }
    }
  }
  return ranges;
}

std::vector<TensorMap> synthetic_samples(const Graph& graph, double lo, double hi, std::size_t count) {
  std::uint64_t state = 0x9E3779B97F4A7C15;
  auto uniform = [&] {  // splitmix64, 53 bits
    state += 0x9E3779B97F4A7C15;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
  };
  std::vector<TensorMap> samples(count);
  for (std::size_t k = 0; k < count; ++k) {
    for (const ValueInfo& input : graph.inputs) {
      Tensor t = zeros(input.type.dims);
      for (float& v : t.f) v = static_cast<float>(k == 0 ? lo : k == 1 ? hi : lo + (hi - lo) * uniform());
      samples[k][input.name] = std::move(t);
    }
  }
  return samples;
}

}  // namespace tacit
