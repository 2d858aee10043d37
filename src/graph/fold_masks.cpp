#include <utility>

#include "graph/passes.h"
#include "graph/types.h"
#include "ops/call.h"
#include "ops/catalogue.h"

namespace tacit {
namespace {

Call call_of(const Graph& graph, const TypeMap& types, const Node& node) {
  return make_call(node, types, [&](const std::string& name) {
    auto found = graph.initialisers.find(name);
    return found == graph.initialisers.end() ? nullptr : &found->second;
  });
}

/// What `node` is when it takes in the mask by `feeding`, if it does.
std::optional<Rewrite> masked(const Graph& graph, const TypeMap& types, const Node& node, const Node& feeding) {
  const Operator *op = find_operator(node), *mask = find_operator(feeding);
  if (op->absorb_mask == nullptr || mask->as_mask == nullptr) return std::nullopt;
  const std::optional<Masking> masking = mask->as_mask(call_of(graph, types, feeding));
  if (!masking) return std::nullopt;
  std::optional<Rewrite> rewrite = op->absorb_mask(call_of(graph, types, node), *masking);
  if (rewrite) rewrite->node.inputs = {feeding.inputs[masking->input]};
  return rewrite;
}

}  // namespace

Status fold_masks(Graph& graph) {
  TACIT_TRY(TypeMap types, infer_types(graph));
  std::map<std::string, int> readers;
  for (const std::string& output : graph.outputs) ++readers[output];
  std::map<std::string, std::size_t> producer;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    for (const std::string& input : graph.nodes[n].inputs) ++readers[input];
    producer[graph.nodes[n].outputs[0]] = n;
  }
  for (Node& node : graph.nodes) {
    const auto found = node.inputs.empty() ? producer.end() : producer.find(node.inputs[0]);
    if (found == producer.end() || readers[node.inputs[0]] != 1) continue;
    std::optional<Rewrite> rewrite = masked(graph, types, node, graph.nodes[found->second]);
    if (!rewrite) continue;
    for (Tensor& constant : rewrite->constants) {
      std::string name = node.name + ".mask";
      while (types.contains(name)) name += "'";
      types[name] = constant.type();
      graph.initialisers[name] = std::move(constant);
      rewrite->node.inputs.push_back(name);
    }
    node = std::move(rewrite->node);
  }
  return Unit{};
}

}  // namespace tacit
