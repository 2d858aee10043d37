#include "random_models/specimen.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "ops/catalogue.h"
#include "random_models/operators.h"

namespace tacit::random_models {
namespace {

std::vector<const Kind*> known_kinds() {
  std::vector<const Kind*> out;
  for (const Kind& kind : all_kinds()) {
    Node node;
    node.op = kind.op;
    node.domain = kind.domain;
    if (find_operator(node) != nullptr) out.push_back(&kind);
  }
  return out;
}

/// The first operators by turns, so that each is tried equally often; the others at random.
void grow(Builder& b, std::uint64_t index) {
  static const std::vector<const Kind*> kinds = known_kinds();
  const auto wanted = static_cast<std::size_t>(b.random.between(1, 8));
  if (b.random.chance(60)) b.new_input(b.random_dims(static_cast<std::size_t>(b.random.between(0, 5)), 96));
  const std::size_t turn = wanted > 1 ? b.random.below(wanted) : 0;
  for (std::size_t step = 0, tries = 0; step < wanted && tries < 60; ++tries) {
    const Kind* kind = step == turn ? kinds[index % kinds.size()] : b.random.one_of(kinds);
    if (kind->add(b) || tries % 20 == 19) ++step;
  }
  if (b.values().size() > b.graph.inputs.size()) return;
  if (const auto x = b.operand(1, 3)) b.add("Relu", {*x});
}

/// Every value that nothing reads, some others, at most four; some that nothing reads stay dead.
void choose_outputs(Builder& b) {
  std::set<std::string> read, inputs;
  for (const Node& node : b.graph.nodes) read.insert(node.inputs.begin(), node.inputs.end());
  for (const ValueInfo& input : b.graph.inputs) inputs.insert(input.name);
  std::vector<std::string>& outputs = b.graph.outputs;
  for (auto v = b.values().rbegin(); v != b.values().rend(); ++v) {
    const bool end = !read.contains(*v) && !inputs.contains(*v);
    const bool wanted = end ? outputs.empty() || b.random.chance(85) : !outputs.empty() && b.random.chance(inputs.contains(*v) ? 3 : 12);
    if (wanted && outputs.size() < 4) outputs.push_back(*v);
  }
  b.random.shuffle(outputs);
}

Visibility draw_visibility(Random& random) {
  const std::int64_t way = random.between(0, 19);
  return way < 9 ? Visibility::kPublic : way < 18 ? Visibility::kPrivate : Visibility::kCommitted;
}

/// Numbers of [lo, hi] for every input.
TensorMap draw_sample(Random& random, const Graph& graph, double lo, double hi) {
  TensorMap sample;
  for (const ValueInfo& input : graph.inputs) {
    const auto count = static_cast<std::size_t>(*element_count(input.type.dims));
    Tensor t{input.type.dims, input.type.dtype, {}, {}, input.type.element};
    const IntegerRange range = range_of_element(t.element);
    const bool all = t.element == Element::kBool;  // whatever the range of numbers is
    const auto least = all ? 0 : std::clamp(static_cast<std::int64_t>(std::ceil(lo)), range.lo, range.hi);
    const auto most = all ? 1 : std::clamp(static_cast<std::int64_t>(std::floor(hi)), range.lo, range.hi);
    for (std::size_t k = 0; k < count; ++k) {
      if (t.dtype == DType::kInt64) t.i.push_back(random.between(least, most));
      else t.f.push_back(static_cast<float>(random.real(lo, hi)));
    }
    sample[input.name] = std::move(t);
  }
  return sample;
}

void draw_options(Random& random, Specimen& s) {
  for (const ValueInfo& input : s.graph.inputs) s.options.inputs[input.name] = draw_visibility(random);
  for (const std::string& output : s.graph.outputs) s.options.outputs[output] = draw_visibility(random);
  s.weights = random.chance(40) ? Visibility::kPublic : Visibility::kPrivate;
  if (random.chance(25)) s.options.quant.activation_bits = static_cast<std::uint32_t>(random.between(8, 16));
  if (random.chance(15)) s.options.quant.weight_bits = static_cast<std::uint32_t>(random.between(10, 20));
  static const std::vector<std::pair<double, double>> kRanges = {{-1, 1}, {-1, 1}, {0, 1}, {-3, 5}, {-0.02, 0.02}, {0, 255}};
  const auto range = random.one_of(kRanges);
  s.calibrated = random.chance(60);
  if (!s.calibrated || random.chance(20)) s.options.input_range = range;
  for (int k = 0; k < 4; ++k) s.samples.push_back(draw_sample(random, s.graph, range.first, range.second));
}

}  // namespace

Specimen make_specimen(std::uint64_t seed, std::uint64_t index) {
  Random random(seed, index);
  Builder b(random, random.between(7, 28));
  grow(b, index);
  choose_outputs(b);
  Specimen s;
  s.seed = seed;
  s.index = index;
  s.graph = b.graph;
  s.graph.name = "random_" + std::to_string(index);
  draw_options(random, s);
  s.labels = b.labels;
  s.refusals = b.refusals;
  s.faults = b.faults;
  return s;
}

std::set<std::string> live_labels(const Specimen& specimen) {
  Graph graph = specimen.graph;
  std::set<std::string> labels;
  if (!order_nodes(graph).ok()) return labels;
  drop_dead(graph);
  for (const Node& node : graph.nodes) {
    const auto found = specimen.labels.find(node.name);
    if (found != specimen.labels.end()) labels.insert(found->second);
  }
  return labels;
}

}  // namespace tacit::random_models
