#include "graph/exact_copies.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "ops/call.h"
#include "ops/catalogue.h"

namespace tacit {
namespace {

/// Numbers of elements are floats while they are moved.
constexpr std::int64_t kMostElements = std::int64_t{1} << 20;
/// Elements that are followed in all, and entries of the maps of one value (roots times elements). A file can ask for any number of
/// moves; what lies beyond is read as any other value.
constexpr std::int64_t kMostFollowed = std::int64_t{1} << 22;

std::int64_t cast_target(const Node& node) {
  const auto to = node.op == "Cast" && node.domain.empty() ? int_attribute(node, "to", 0) : Result<std::int64_t>(0);
  return to.ok() ? *to : 0;
}

bool moves(const Node& node) {
  static const std::set<std::string> kMoving = {"Concat", "Flatten", "Gather", "Identity", "Reshape", "Slice", "Split", "Squeeze", "Transpose", "Unsqueeze"};
  const std::int64_t to = cast_target(node);
  return (node.domain.empty() && kMoving.contains(node.op)) || to == 1 || to == 11;
}

std::set<std::string> float_inputs(const Graph& graph) {
  std::set<std::string> names;
  for (const ValueInfo& input : graph.inputs)
    if (input.type.dtype == DType::kFloat) names.insert(input.name);
  return names;
}

class Tracer {
 public:
  Tracer(const Graph& graph, const TypeMap& types) : graph_(graph), types_(types) {
    for (const ValueInfo& input : graph.inputs) inputs_.insert(input.name);
  }

  ExactCopies copies() {
    const bool any = std::any_of(graph_.nodes.begin(), graph_.nodes.end(), [](const Node& node) { return find_operator(node)->reads_exactly; });
    if (!any) return {};
    follow();
    for (const Node& node : graph_.nodes) {
      const Operator* op = find_operator(node);
      if ((op->reads_nothing_else || op->gives_exactly) && op->reads_exactly && traced_.contains(node.inputs[0])) want(node.inputs[0]);
    }
    find_unread();
    return std::move(out_);
  }

 private:
  /// In flat order: the number of a root, and the element of it.
  using Elements = std::vector<std::pair<std::uint32_t, std::int64_t>>;

  void follow() {
    for (const std::string& name : float_inputs(graph_)) add_root(name);
    for (const Node& node : graph_.nodes) {
      for (const std::string& output : node.outputs) maker_[output] = &node;
      const Operator* op = find_operator(node);
      if (moves(node)) move(node, *op);
      else if (op->gives_exactly && traced_.contains(node.inputs[0]) && types_.at(node.outputs[0]).dtype == DType::kFloat) add_root(node.outputs[0]);
    }
  }

  bool spend(std::int64_t elements) {
    if (elements > left_) return false;
    left_ -= elements;
    return true;
  }

  void add_root(const std::string& name) {
    const std::int64_t count = *element_count(types_.at(name).dims);
    if (count > kMostElements || !spend(count)) return;
    const auto number = static_cast<std::uint32_t>(roots_.size());
    roots_.push_back(name);
    Elements& elements = traced_[name];
    for (std::int64_t e = 0; e < count; ++e) elements.emplace_back(number, e);
  }

  /// What the node's operands are copies of, one after the other; none where one of them is no copy, or they are too many.
  Elements places_of(const Node& node, std::map<std::string, Tensor>& numbers) const {
    Elements places;
    for (const std::string& name : node.inputs) {
      if (name.empty() || numbers.contains(name)) continue;
      const auto constant = graph_.initialisers.find(name);
      if (constant != graph_.initialisers.end() && constant->second.dtype == DType::kInt64) continue;
      const auto found = traced_.find(name);
      if (found == traced_.end() || places.size() + found->second.size() > static_cast<std::size_t>(kMostElements)) return {};
      std::vector<float> own;
      for (std::size_t k = 0; k < found->second.size(); ++k) own.push_back(static_cast<float>(places.size() + k));
      places.insert(places.end(), found->second.begin(), found->second.end());
      numbers[name] = make_float(types_.at(name).dims, std::move(own));
    }
    return places;
  }

  void move(const Node& node, const Operator& op) {
    std::map<std::string, Tensor> numbers;
    const Elements places = places_of(node, numbers);
    if (places.empty()) return;
    std::int64_t made = static_cast<std::int64_t>(places.size());
    for (const std::string& output : node.outputs) made += output.empty() ? 0 : *element_count(types_.at(output).dims);
    if (!spend(made)) return;
    const auto value_of = [&](const std::string& name) -> const Tensor* {
      if (const auto found = numbers.find(name); found != numbers.end()) return &found->second;
      const auto found = graph_.initialisers.find(name);
      return found == graph_.initialisers.end() ? nullptr : &found->second;
    };
    const std::vector<Tensor> moved = op.evaluate(make_call(node, types_, value_of));
    for (std::size_t k = 0; k < node.outputs.size() && k < moved.size(); ++k) {
      Elements elements;
      std::set<std::uint32_t> roots;
      for (const float number : moved[k].f) {
        elements.push_back(places[static_cast<std::size_t>(number)]);
        roots.insert(elements.back().first);
      }
      const auto terms = static_cast<std::int64_t>(roots.size()) * static_cast<std::int64_t>(elements.size());
      if (terms <= kMostFollowed) traced_[node.outputs[k]] = std::move(elements);
    }
  }

  void want(const std::string& name) {
    ExactSource source;
    std::map<std::uint32_t, std::uint32_t> own;  // a root's number among those of this value
    for (const auto& [root, element] : traced_.at(name)) {
      const auto [entry, fresh] = own.try_emplace(root, static_cast<std::uint32_t>(source.roots.size()));
      if (fresh) source.roots.push_back(roots_[root]);
      source.elements.emplace_back(entry->second, element);
    }
    for (const std::string& root : source.roots)
      if (inputs_.contains(root)) out_.inputs.insert(root);
    if (!inputs_.contains(name)) out_.sources[name] = std::move(source);
    add_names(name);
  }

  /// The value and all copies on the way to it.
  void add_names(const std::string& last) {
    std::vector<std::string> open{last};
    while (!open.empty()) {
      const std::string name = std::move(open.back());
      open.pop_back();
      if (!out_.names.insert(name).second) continue;
      const auto maker = maker_.find(name);
      if (maker == maker_.end() || !moves(*maker->second)) continue;
      for (const std::string& input : maker->second->inputs)
        if (traced_.contains(input)) open.push_back(input);
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
  std::set<std::string> inputs_;
  std::vector<std::string> roots_;                 ///< names, by number
  std::map<std::string, Elements> traced_;
  std::map<std::string, const Node*> maker_;
  std::int64_t left_ = kMostFollowed;
  ExactCopies out_;
};

/// What a Cast or an Identity among floats passes on unchanged, but for the rounding of a short type.
bool passes_floats(const Node& node, const Graph& graph, const std::set<std::string>& floats) {
  if (!node.domain.empty()) return false;
  if (node.op == "Identity") return true;
  if (node.op == "CastLike") {
    const auto constant = graph.initialisers.find(node.inputs[1]);
    return constant != graph.initialisers.end() ? constant->second.dtype == DType::kFloat : floats.contains(node.inputs[1]);
  }
  const std::int64_t to = cast_target(node);
  return to == 1 || to == 10 || to == 11 || to == 16;
}

/// Inputs of floats that nothing is done with, with their other names: an output that is one is all of its float32 values.
void add_passed_on(const Graph& graph, std::set<std::string>& exact) {
  const std::set<std::string> floats = float_inputs(graph);
  std::map<std::string, std::string> input_of;  // of every name of an input
  std::set<std::string> used, put_out;          // inputs that something is done with, and that are outputs
  for (const std::string& name : floats) input_of[name] = name;
  for (const Node& node : graph.nodes) {
    const bool passes = !node.inputs.empty() && passes_floats(node, graph, floats);
    const auto first = passes ? input_of.find(node.inputs[0]) : input_of.end();
    const std::string passed = first == input_of.end() ? "" : first->second;
    for (const std::string& name : node.inputs) {
      const auto input = input_of.find(name);
      if (input != input_of.end() && (passed.empty() || input->second != passed)) used.insert(input->second);
    }
    if (!passed.empty()) input_of[node.outputs[0]] = passed;
  }
  for (const std::string& name : graph.outputs)
    if (const auto input = input_of.find(name); input != input_of.end()) put_out.insert(input->second);
  for (const auto& [name, input] : input_of)
    if (put_out.contains(input) && !used.contains(input)) exact.insert(name);
}

}  // namespace

ExactCopies exact_copies(const Graph& graph, const TypeMap& types) { return Tracer(graph, types).copies(); }

std::set<std::string> exact_roots(const Graph& graph, const ExactCopies& copies) {
  std::set<std::string> exact = copies.inputs;
  add_passed_on(graph, exact);
  const std::set<std::string> floats = float_inputs(graph);
  for (const Node& node : graph.nodes)
    if (find_operator(node)->reads_exactly && floats.contains(node.inputs[0])) exact.insert(node.inputs[0]);
  return exact;
}

std::set<std::string> exact_inputs(const Graph& graph) {
  const auto types = infer_types(graph);
  if (!types.ok()) return {};
  const ExactCopies copies = exact_copies(graph, *types);
  std::set<std::string> exact = exact_roots(graph, copies);
  exact.insert(copies.names.begin(), copies.names.end());
  return exact;
}

}  // namespace tacit
