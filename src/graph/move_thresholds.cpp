// Thresholds of forests move to where features were before they were scaled:
//
//   x ---- Sub m ---- Mul s ---- Forest (y <= t)          ->          x ---- Forest (x <= u)
//
// with u the largest float32 x of which (x - m) * s, in float32, is at most t. Scaling with a positive factor never makes the smaller of
// two numbers the larger one, so every float32 x takes the same path as before; and x is compared exactly.
#include <optional>
#include <utility>

#include "graph/exact_trace.h"
#include "graph/passes.h"
#include "ops/forest.h"

namespace tacit {
namespace {

float float_of_order(std::int64_t order) { return static_cast<float>(float32_value(order - kLowOffset)); }

/// The largest order whose value is at most the threshold, once it is scaled.
std::int64_t threshold_before(const ExactTrace& trace, std::uint32_t step, std::int64_t threshold) {
  if (step == 0 || threshold >= kFloat32Infinity) return threshold;
  std::int64_t within = -kFloat32Infinity, beyond = kFloat32Infinity;
  while (beyond - within > 1) {
    const std::int64_t middle = (within + beyond) / 2;
    (float_order(trace.after(step, float_of_order(middle))) <= threshold ? within : beyond) = middle;
  }
  return within;
}

/// The steps of each feature, where all rows agree on them and some feature has one.
std::optional<std::vector<std::uint32_t>> steps_of(const ExactTrace::Elements& elements, std::size_t features) {
  std::vector<std::uint32_t> steps;
  bool any = false;
  for (std::size_t k = 0; k < elements.size(); ++k) {
    if (k < features) steps.push_back(elements[k].step);
    else if (steps[k % features] != elements[k].step) return {};
    any |= elements[k].step != 0;
  }
  return any ? std::optional(steps) : std::nullopt;
}

class Mover {
 public:
  Mover(Graph& graph, const TypeMap& types) : graph_(graph), types_(types), trace_(graph, types, ExactTrace::Through::kMovesAndScales) {}

  void run() {
    std::vector<Node> nodes;
    for (Node& node : graph_.nodes) {
      if (node.op == "Forest" && node.domain == kOwnDomain) move(node, nodes);
      nodes.push_back(std::move(node));
    }
    graph_.nodes = std::move(nodes);
  }

 private:
  void move(Node& node, std::vector<Node>& nodes) {
    const ExactTrace::Elements* elements = trace_.find(node.inputs[0]);
    if (elements == nullptr) return;
    const Shape& dims = types_.at(node.inputs[0]).dims;
    const auto steps = steps_of(*elements, static_cast<std::size_t>(dims.back()));
    if (!steps) return;
    Forest forest = forest_of(node);
    for (Record& record : forest.records) record.threshold = threshold_before(trace_, (*steps)[static_cast<std::size_t>(record.feature)], record.threshold);
    node.attributes = attributes_of(forest);
    node.inputs[0] = unscaled(*elements, dims, nodes);
  }

  /// The value of these elements without their steps: a root, or elements that are picked of roots side by side.
  std::string unscaled(const ExactTrace::Elements& elements, const Shape& dims, std::vector<Node>& nodes) {
    std::map<std::uint32_t, std::int64_t> start;  // of each root, among all elements
    std::int64_t total = 0;
    std::vector<std::int64_t> places;
    for (const TracedElement& e : elements) start.try_emplace(e.root, 0);
    for (auto& [root, first] : start) {
      first = total;
      total += *element_count(types_.at(trace_.root(root)).dims);
    }
    bool same = start.size() == 1 && types_.at(trace_.root(start.begin()->first)).dims == dims;
    for (const TracedElement& e : elements) {
      same &= e.element == static_cast<std::int64_t>(places.size());
      places.push_back(start.at(e.root) + e.element);
    }
    if (same) return trace_.root(start.begin()->first);
    std::vector<std::string> flat;
    for (const auto& [root, first] : start) flat.push_back(add(nodes, "Reshape", {trace_.root(root), ints({1}, {-1})}));
    const std::string all = flat.size() == 1 ? flat[0] : add(nodes, "Concat", flat, {{"axis", std::int64_t{0}}});
    const auto count = static_cast<std::int64_t>(places.size());
    const std::string picked = add(nodes, "Gather", {all, ints({count}, std::move(places))});
    return add(nodes, "Reshape", {picked, ints({static_cast<std::int64_t>(dims.size())}, dims)});
  }

  std::string add(std::vector<Node>& nodes, const char* op, std::vector<std::string> inputs, std::map<std::string, Attribute> attributes = {}) {
    const std::string out = fresh();
    nodes.push_back({op, "", out, 13, std::move(inputs), {out}, std::move(attributes)});
    return out;
  }
  std::string ints(const Shape& dims, std::vector<std::int64_t> values) {
    const std::string name = fresh();
    graph_.initialisers[name] = make_int64(dims, std::move(values));
    return name;
  }
  std::string fresh() {
    std::string name;
    do name = "unscaled" + std::to_string(next_++);
    while (types_.contains(name));
    return name;
  }

  Graph& graph_;
  const TypeMap& types_;
  const ExactTrace trace_;
  std::int64_t next_ = 0;
};

}  // namespace

Status move_thresholds(Graph& graph) {
  bool any = false;
  for (const Node& node : graph.nodes) any |= node.op == "Forest" && node.domain == kOwnDomain;
  if (!any) return Unit{};
  TACIT_TRY(const TypeMap types, infer_types(graph));
  Mover(graph, types).run();
  return Unit{};
}

}  // namespace tacit
