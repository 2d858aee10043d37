#include "graph/exact_copies.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "graph/exact_trace.h"
#include "ops/call.h"
#include "ops/catalogue.h"

namespace tacit {
namespace {

class Tracer {
 public:
  Tracer(const Graph& graph, const TypeMap& types) : graph_(graph), trace_(graph, types, ExactTrace::Through::kMoves) {
    for (const ValueInfo& input : graph.inputs) inputs_.insert(input.name);
    for (const Node& node : graph.nodes)
      for (const std::string& output : node.outputs) maker_[output] = &node;
  }

  ExactCopies copies() {
    for (const Node& node : graph_.nodes) {
      const Operator* op = find_operator(node);
      if ((op->reads_nothing_else || op->gives_exactly) && op->reads_exactly && trace_.find(node.inputs[0]) != nullptr) want(node.inputs[0]);
    }
    find_unread();
    return std::move(out_);
  }

 private:
  void want(const std::string& name) {
    ExactSource source;
    std::map<std::uint32_t, std::uint32_t> own;  // a root's number among those of this value
    for (const TracedElement& e : *trace_.find(name)) {
      const auto [entry, fresh] = own.try_emplace(e.root, static_cast<std::uint32_t>(source.roots.size()));
      if (fresh) source.roots.push_back(trace_.root(e.root));
      source.elements.emplace_back(entry->second, e.element);
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
      if (maker == maker_.end() || !ExactTrace::moves(*maker->second)) continue;
      for (const std::string& input : maker->second->inputs)
        if (trace_.find(input) != nullptr) open.push_back(input);
    }
  }

  /// From the last node on: a value that is read exactly alone, or moved to such values alone.
  void find_unread() {
    std::set<std::string> read(graph_.outputs.begin(), graph_.outputs.end());
    for (auto node = graph_.nodes.rbegin(); node != graph_.nodes.rend(); ++node) {
      const Operator* op = find_operator(*node);
      const bool unread = std::all_of(node->outputs.begin(), node->outputs.end(), [&](const std::string& name) { return out_.names.contains(name) && !read.contains(name); });
      const bool passes = unread && (ExactTrace::moves(*node) || op->gives_exactly);
      if (passes) out_.only.insert(node->outputs.begin(), node->outputs.end());
      for (const std::string& input : node->inputs)
        if (!passes && !(op->reads_nothing_else && op->reads_exactly && input == node->inputs[0])) read.insert(input);
    }
  }

  const Graph& graph_;
  const ExactTrace trace_;
  std::set<std::string> inputs_;
  std::map<std::string, const Node*> maker_;
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

ExactCopies exact_copies(const Graph& graph, const TypeMap& types) {
  const bool any = std::any_of(graph.nodes.begin(), graph.nodes.end(), [](const Node& node) { return find_operator(node)->reads_exactly; });
  return any ? Tracer(graph, types).copies() : ExactCopies{};
}

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
