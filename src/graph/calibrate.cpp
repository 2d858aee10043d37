#include "graph/calibrate.h"

#include <algorithm>
#include <cmath>

#include "graph/floors.h"

namespace tacit {
namespace {

/// Values of one group (kRangeGroup) have the range of all of them.
void join_groups(const Graph& graph, std::map<std::string, ValueRange>& ranges) {
  std::map<std::string, ValueRange> groups;
  auto for_each_member = [&](auto&& visit) {
    for (const Node& node : graph.nodes) {
      auto found = node.attributes.find(kRangeGroup);
      const auto* group = found == node.attributes.end() ? nullptr : std::get_if<std::string>(&found->second);
      auto range = group == nullptr ? ranges.end() : ranges.find(node.outputs[0]);
      if (range != ranges.end()) visit(groups[*group], range->second);
    }
  };
  for_each_member([](ValueRange& all, const ValueRange& one) {
    all.include(one.lo);
    all.include(one.hi);
  });
  for_each_member([](const ValueRange& all, ValueRange& one) { one = all; });
}

}  // namespace

Result<std::map<std::string, ValueRange>> calibrate(const Graph& graph, const std::vector<TensorMap>& samples, const std::set<std::string>& exact) {
  std::map<std::string, ValueRange> ranges;
  for (const TensorMap& sample : samples) {
    auto values = run_float(graph, sample);
    if (!values.ok()) return values.error();
    const std::map<std::string, double> floors = floors_of(graph, *values);
    for (const auto& [name, tensor] : *values) {
      ValueRange& range = ranges[name];
      const auto floor = floors.find(name);
      for (float v : tensor.f) {
        if (std::isnan(v) && exact.contains(name)) continue;  // a missing value
        if (floor != floors.end()) v = std::max(v, static_cast<float>(floor->second));
        if (!std::isfinite(v)) return bad_input("takes on a value that is not finite", "value \"" + name + "\"");
        range.include(v);
      }
      for (std::int64_t v : tensor.i) range.include(static_cast<double>(v));
    }
  }
  join_groups(graph, ranges);
  return ranges;
}

namespace {

/// Each number rounded to an integer that is in the range too, where there is one, and of the type in any case.
Tensor drawn_integers(const Tensor& t, const TensorType& type, double lo, double hi) {
  const IntegerRange range = range_of_element(type.element);
  std::vector<std::int64_t> values;
  for (const float v : t.f) {
    const double at = std::min(std::max(std::floor(v + 0.5), std::ceil(lo)), std::max(std::ceil(lo), std::floor(hi)));
    values.push_back(std::clamp(static_cast<std::int64_t>(std::clamp(at, -0x1p62, 0x1p62)), range.lo, range.hi));
  }
  Tensor out = make_int64(t.dims, std::move(values));
  out.element = type.element;
  return out;
}

}  // namespace

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
      auto draw = [&] { return k == 0 ? lo : k == 1 ? hi : lo + (hi - lo) * uniform(); };
      Tensor t = zeros(input.type.dims);
      for (float& v : t.f) v = static_cast<float>(draw());
      samples[k][input.name] = input.type.dtype == DType::kFloat ? std::move(t) : drawn_integers(t, input.type, lo, hi);
    }
  }
  return samples;
}

}  // namespace tacit
