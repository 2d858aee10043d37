#include "graph/prepare.h"

#include <cmath>
#include <utility>

#include "graph/floors.h"
#include "graph/passes.h"
#include "ops/call.h"

namespace tacit {
namespace {

Status check_supported(const Graph& graph) {
  const std::vector<Node> bad = unsupported_nodes(graph);
  if (bad.empty()) return Unit{};
  const Node& node = bad.front();
  std::string what = "operator " + node.op + " of domain " + (node.domain.empty() ? "ai.onnx" : node.domain) +
                     ", opset " + std::to_string(node.opset) + ", is not supported";
  if (bad.size() > 1) what += " (and " + std::to_string(bad.size() - 1) + " more nodes are not; tacit inspect lists them)";
  return unsupported(what, "node " + node.name);
}

Status check_faults(const Graph& graph) {
  if (graph.faults.empty()) return Unit{};
  return graph.faults.begin()->second;
}

/// Zero extents would make every later count and every proof meaningless.
Status check_inputs(const Graph& graph) {
  for (const ValueInfo& input : graph.inputs) {
    const std::optional<std::int64_t> count = element_count(input.type.dims);
    const std::string where = "input \"" + input.name + "\"";
    if (!count) return unsupported("its shape " + shape_text(input.type.dims) + " has too many elements", where);
    if (*count == 0) return unsupported("its shape " + shape_text(input.type.dims) + " is empty", where);
  }
  return Unit{};
}

Status check_finite(const Graph& graph) {
  for (const auto& [name, tensor] : graph.initialisers) {
    for (float v : tensor.f) {
      if (std::isfinite(v) || (tensor.f.size() == 1 && !std::isnan(v))) continue;
      return bad_input("it holds a number that is not finite", "initialiser \"" + name + "\"");
    }
  }
  return Unit{};
}

}  // namespace

Result<Graph> prepare(Graph graph, std::vector<PassReport>* passes) {
  TACIT_OK(check_supported(graph));
  std::size_t before = graph.nodes.size();
  auto note = [&](const char* pass) {
    if (passes != nullptr) passes->push_back({pass, before, graph.nodes.size()});
    before = graph.nodes.size();
  };
  drop_dead(graph);
  note("drop what no output depends on");
  TACIT_OK(check_faults(graph));
  TACIT_OK(check_inputs(graph));
  TACIT_OK(fold_constants(graph));
  note("compute constants, write out composed operators");
  skip_identities(graph);
  note("skip identities");
  share_nodes(graph);
  drop_dead(graph);
  note("share equal nodes");
  TACIT_OK(move_thresholds(graph));
  drop_dead(graph);
  note("move thresholds of forests to where features were before they were scaled");
  TACIT_OK(fuse_functions(graph));
  drop_dead(graph);
  note("make one node of a function that was written out");
  TACIT_OK(fold_masks(graph));
  TACIT_OK(raise_masks(graph));
  drop_dead(graph);
  note("fold masks into the softmax that reads them");
  TACIT_OK(select_features(graph));
  TACIT_OK(fold_affine(graph));
  drop_dead(graph);
  note("fold scales and shifts into weights");
  TACIT_OK(split_products(graph));
  drop_dead(graph);
  note("read features where they were before they were joined or picked");
  TACIT_OK(check_finite(graph));
  return graph;
}

}  // namespace tacit
