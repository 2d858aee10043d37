#include <map>
#include <set>
#include <string>
#include <utility>

#include "graph/passes.h"
#include "ops/catalogue.h"

namespace tacit {
namespace {

using Names = std::map<std::string, std::string>;

const std::string& renamed(const Names& names, const std::string& name) {
  auto found = names.find(name);
  return found == names.end() ? name : found->second;
}

/// The sum of integers that a Cast to floats gives back, through Casts to integers that hold all of it, or an empty name. Nothing reads
/// the integers there, and a float that stands for them is rounded once, as any other.
std::string sum_as_floats(const Node& node, const std::map<std::string, const Node*>& made_by) {
  constexpr std::int64_t kFloats = 1, kInt32 = 6, kInt64 = 7;
  const auto to = [](const Node& cast) { return std::get<std::int64_t>(cast.attributes.at("to")); };
  if (node.op != "Cast" || to(node) != kFloats) return "";
  auto at = made_by.find(node.inputs[0]);
  while (at != made_by.end() && at->second->op == "Cast" && (to(*at->second) == kInt32 || to(*at->second) == kInt64)) at = made_by.find(at->second->inputs[0]);
  return at != made_by.end() && at->second->op == "Whole" && at->second->domain == kOwnDomain ? at->second->inputs[0] : "";
}

/// Removes the identities whose result is not an output: their readers read the operand instead.
void skip_inner(Graph& graph, const std::set<std::string>& outputs) {
  Names source;  // of every skipped value; never itself a skipped one, since operands come first
  std::vector<Node> kept;
  std::map<std::string, const Node*> made_by;
  kept.reserve(graph.nodes.size());  // those that are pointed at stay where they are
  for (Node& node : graph.nodes) {
    for (std::string& input : node.inputs) input = renamed(source, input);
    const std::string sum = outputs.contains(node.outputs[0]) ? "" : sum_as_floats(node, made_by);
    if (!sum.empty()) {
      source[node.outputs[0]] = sum;
    } else if (find_operator(node)->is_identity && !outputs.contains(node.outputs[0])) {
      source[node.outputs[0]] = node.inputs[0];
    } else {
      kept.push_back(std::move(node));
      made_by[kept.back().outputs[0]] = &kept.back();
    }
  }
  graph.nodes = std::move(kept);
}

/// Removes the identities that only give a node's result the name of an output: the node takes that name over.
void skip_final(Graph& graph, const std::set<std::string>& outputs) {
  std::set<std::string> computed;
  for (const Node& node : graph.nodes) computed.insert(node.outputs.begin(), node.outputs.end());
  Names names;
  std::vector<Node> kept;
  for (Node& node : graph.nodes) {
    const bool takes_over = find_operator(node)->is_identity && computed.contains(node.inputs[0]) &&
                            !outputs.contains(node.inputs[0]) && !names.contains(node.inputs[0]);
    if (takes_over) {
      names[node.inputs[0]] = node.outputs[0];
    } else {
      kept.push_back(std::move(node));
    }
  }
  for (Node& node : kept) {
    for (std::string& input : node.inputs) input = renamed(names, input);
    for (std::string& output : node.outputs) output = renamed(names, output);
  }
  graph.nodes = std::move(kept);
}

}  // namespace

void skip_identities(Graph& graph) {
  const std::set<std::string> outputs(graph.outputs.begin(), graph.outputs.end());
  skip_inner(graph, outputs);
  skip_final(graph, outputs);
}

}  // namespace tacit
