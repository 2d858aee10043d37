#include "graph/graph.h"

#include <algorithm>
#include <set>
#include <utility>

#include "ops/call.h"
#include "ops/catalogue.h"

namespace tacit {
namespace {

/// Where every value comes from: a node's index, or kGiven for inputs and initialisers.
constexpr std::size_t kGiven = static_cast<std::size_t>(-1);
using Origins = std::map<std::string, std::size_t>;

Status add_origin(Origins& origins, const std::string& name, std::size_t origin) {
  if (name.empty()) return bad_input("the graph has an input or initialiser without a name");
  if (origins.emplace(name, origin).second) return Unit{};
  return bad_input("the value \"" + name + "\" is defined twice");
}

Result<Origins> origins_of(const Graph& graph) {
  Origins origins;
  for (const ValueInfo& input : graph.inputs) TACIT_OK(add_origin(origins, input.name, kGiven));
  for (const auto& [name, tensor] : graph.initialisers) TACIT_OK(add_origin(origins, name, kGiven));
  for (const auto& [name, fault] : graph.faults) origins.emplace(name, kGiven);
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    for (const std::string& output : graph.nodes[n].outputs) {
      if (!output.empty()) TACIT_OK(add_origin(origins, output, n));
    }
  }
  return origins;
}

Status check_uses(const Graph& graph, const Origins& origins) {
  for (const Node& node : graph.nodes) {
    for (const std::string& input : node.inputs) {
      if (input.empty() || origins.contains(input)) continue;
      return bad_input("reads \"" + input + "\", which is neither an input, an initialiser nor another node's output",
                       node_place(node));
    }
  }
  std::set<std::string> seen;
  for (const std::string& output : graph.outputs) {
    if (!origins.contains(output)) return bad_input("nothing in the graph produces its output \"" + output + "\"");
    if (!seen.insert(output).second) return bad_input("the graph lists its output \"" + output + "\" twice");
  }
  if (graph.outputs.empty()) return bad_input("the graph has no outputs");
  return Unit{};
}

/// Kahn's algorithm; among the nodes that are ready the one that stands first in the file goes first.
std::vector<std::size_t> topological_order(const Graph& graph, const Origins& origins) {
  std::vector<std::size_t> waits_for(graph.nodes.size(), 0);
  std::vector<std::vector<std::size_t>> readers(graph.nodes.size());
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    for (const std::string& input : graph.nodes[n].inputs) {
      if (input.empty()) continue;
      const std::size_t origin = origins.at(input);
      if (origin == kGiven) continue;
      readers[origin].push_back(n);
      ++waits_for[n];
    }
  }
  std::set<std::size_t> ready;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    if (waits_for[n] == 0) ready.insert(n);
  }
  std::vector<std::size_t> order;
  while (!ready.empty()) {
    const std::size_t n = *ready.begin();
    ready.erase(ready.begin());
    order.push_back(n);
    for (std::size_t reader : readers[n]) {
      if (--waits_for[reader] == 0) ready.insert(reader);
    }
  }
  return order;
}

/// Which nodes some output depends on, and which values are read by those or are outputs.
struct Liveness {
  std::vector<bool> node;
  std::set<std::string> value;
};

Liveness liveness_of(const Graph& graph) {
  Liveness live{std::vector<bool>(graph.nodes.size(), false), {graph.outputs.begin(), graph.outputs.end()}};
  for (std::size_t n = graph.nodes.size(); n-- > 0;) {
    const Node& node = graph.nodes[n];
    for (const std::string& output : node.outputs) {
      if (live.value.contains(output)) live.node[n] = true;
    }
    if (!live.node[n]) continue;
    for (const std::string& input : node.inputs) {
      if (!input.empty()) live.value.insert(input);
    }
  }
  return live;
}

}  // namespace

Status order_nodes(Graph& graph) {
  TACIT_TRY(Origins origins, origins_of(graph));
  TACIT_OK(check_uses(graph, origins));
  const std::vector<std::size_t> order = topological_order(graph, origins);
  if (order.size() < graph.nodes.size()) {
    std::vector<bool> placed(graph.nodes.size(), false);
    for (std::size_t n : order) placed[n] = true;
    std::size_t first = 0;
    while (placed[first]) ++first;
    return bad_input("is part of, or behind, a cycle: it cannot be computed before itself", node_place(graph.nodes[first]));
  }
  std::vector<Node> sorted;
  sorted.reserve(order.size());
  for (std::size_t n : order) sorted.push_back(std::move(graph.nodes[n]));
  graph.nodes = std::move(sorted);
  return Unit{};
}

Status cut_at(Graph& graph, const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    const bool computed = std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) {
      return std::find(node.outputs.begin(), node.outputs.end(), value) != node.outputs.end();
    });
    if (!computed) return bad_input("no node computes a value of this name", value);
  }
  graph.outputs = values;
  drop_dead(graph);
  return Unit{};
}

void drop_dead(Graph& graph) {
  const Liveness live = liveness_of(graph);
  std::vector<Node> kept;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    if (!live.node[n]) continue;
    Node& node = graph.nodes[n];
    for (std::string& output : node.outputs) {
      if (!live.value.contains(output)) output.clear();
    }
    kept.push_back(std::move(node));
  }
  graph.nodes = std::move(kept);
  std::erase_if(graph.initialisers, [&](const auto& entry) { return !live.value.contains(entry.first); });
  std::erase_if(graph.faults, [&](const auto& entry) {
    for (const ValueInfo& input : graph.inputs) {
      if (input.name == entry.first) return false;
    }
    return !live.value.contains(entry.first);
  });
}

std::vector<Node> unsupported_nodes(const Graph& graph) {
  const Liveness live = liveness_of(graph);
  std::vector<Node> found;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    if (live.node[n] && find_operator(graph.nodes[n]) == nullptr) found.push_back(graph.nodes[n]);
  }
  return found;
}

}  // namespace tacit
