#include "graph/exact_copies.h"

#include <algorithm>

#include "ops/call.h"
#include "ops/catalogue.h"

namespace tacit {
namespace {

/// Numbers of elements are floats while they are moved.
constexpr std::int64_t kMostElements = std::int64_t{1} << 20;

bool moves(const Node& node) {
  static const std::set<std::string> kMoving = {"Concat", "Flatten", "Gather", "Identity", "Reshape", "Slice", "Split", "Squeeze", "Transpose", "Unsqueeze"};
  if (!node.domain.empty()) return false;
  if (kMoving.contains(node.op)) return true;
  const auto to = node.op == "Cast" ? int_attribute(node, "to", 0) : Result<std::int64_t>(0);
  return to.ok() && (*to == 1 || *to == 11);
}

class Tracer {
 public:
  Tracer(const Graph& graph, const TypeMap& types) : graph_(graph), types_(types) {
    for (const ValueInfo& input : graph.inputs)
      if (input.type.dtype == DType::kFloat) add_root(input.name);
    for (const Node& node : graph.nodes) {
      const Operator* op = find_operator(node);
      if (moves(node)) move(node, *op);
      else if (op->gives_exactly && traced_.contains(node.inputs[0]) && types.at(node.outputs[0]).dtype == DType::kFloat) add_root(node.outputs[0]);
    }
  }

  ExactCopies copies() {
    for (const Node& node : graph_.nodes) {
      const Operator* op = find_operator(node);
      if ((op->reads_nothing_else || op->gives_exactly) && op->reads_exactly && traced_.contains(node.inputs[0])) want(node.inputs[0]);
    }
    find_unread();
    return std::move(out_);
  }

 private:
  bool is_input(const std::string& name) const {
    return std::any_of(graph_.inputs.begin(), graph_.inputs.end(), [&](const ValueInfo& v) { return v.name == name; });
  }

  void add_root(const std::string& name) {
    const std::int64_t count = *element_count(types_.at(name).dims);
    if (count > kMostElements) return;
    ExactSource& source = traced_[name];
    source.roots = {name};
    for (std::int64_t e = 0; e < count; ++e) source.elements.emplace_back(0, e);
  }

  void move(const Node& node, const Operator& op) {
    std::map<std::string, Tensor> numbers;
    std::vector<std::pair<std::string, std::int64_t>> places;  // root and element, by number
    for (const std::string& name : node.inputs) {
      if (name.empty() || numbers.contains(name)) continue;
      const auto constant = graph_.initialisers.find(name);
      const auto found = traced_.find(name);
      if (constant != graph_.initialisers.end() && constant->second.dtype == DType::kInt64) continue;
      if (found == traced_.end()) return;
      std::vector<float> own;
      for (const auto& [root, element] : found->second.elements) {
        own.push_back(static_cast<float>(places.size()));
        places.emplace_back(found->second.roots[root], element);
      }
      numbers[name] = make_float(types_.at(name).dims, std::move(own));
      if (static_cast<std::int64_t>(places.size()) > kMostElements) return;
    }
    if (numbers.empty()) return;
    const auto value_of = [&](const std::string& name) -> const Tensor* {
      if (const auto found = numbers.find(name); found != numbers.end()) return &found->second;
      const auto found = graph_.initialisers.find(name);
      return found == graph_.initialisers.end() ? nullptr : &found->second;
    };
    const std::vector<Tensor> moved = op.evaluate(make_call(node, types_, value_of));
    for (std::size_t k = 0; k < node.outputs.size() && k < moved.size(); ++k) {
      ExactSource& source = traced_[node.outputs[k]];
      for (const float number : moved[k].f) {
        const auto& [root, element] = places[static_cast<std::size_t>(number)];
        const auto at = std::find(source.roots.begin(), source.roots.end(), root);
        source.elements.emplace_back(at - source.roots.begin(), element);
        if (at == source.roots.end()) source.roots.push_back(root);
      }
    }
  }

  void want(const std::string& name) {
    for (const std::string& root : traced_.at(name).roots)
      if (is_input(root)) out_.inputs.insert(root);
    if (!is_input(name)) out_.sources[name] = traced_.at(name);
    add_names(name);
  }

  void add_names(const std::string& name) {
    if (!out_.names.insert(name).second) return;
    for (const Node& node : graph_.nodes) {
      if (std::find(node.outputs.begin(), node.outputs.end(), name) == node.outputs.end() || !moves(node)) continue;
      for (const std::string& input : node.inputs)
        if (traced_.contains(input)) add_names(input);
    }
  }

  /// From the last node on: a value that is read exactly alone, or moved to such values alone.
  void find_unread() {
    std::set<std::string> read(graph_.outputs.begin(), graph_.outputs.end());
    for (auto node = graph_.nodes.rbegin(); node != graph_.nodes.rend(); ++node) {
      const Operator* op = find_operator(*node);
      const bool unread = std::all_of(node->outputs.begin(), node->outputs.end(), [&](const std::string& name) { return out_.names.contains(name) && !read.contains(name); });
      const bool passes = unread && (moves(*node) || op->gives_exactly);
      if (passes) out_.only.insert(node->outputs.begin(), node->outputs.end());
      for (const std::string& input : node->inputs)
        if (!passes && !(op->reads_nothing_else && op->reads_exactly && input == node->inputs[0])) read.insert(input);
    }
  }

  const Graph& graph_;
  const TypeMap& types_;
  std::map<std::string, ExactSource> traced_;
  ExactCopies out_;
};

}  // namespace

ExactCopies exact_copies(const Graph& graph, const TypeMap& types) { return Tracer(graph, types).copies(); }

}  // namespace tacit
