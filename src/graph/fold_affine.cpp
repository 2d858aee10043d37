#include <utility>

#include "graph/passes.h"
#include "graph/types.h"
#include "ops/call.h"
#include "ops/catalogue.h"

namespace tacit {
namespace {

class AffineFolder {
 public:
  AffineFolder(Graph& graph, TypeMap types) : graph_(graph), types_(std::move(types)), gone_(graph.nodes.size(), false) {
    for (const std::string& output : graph.outputs) ++readers_[output];
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
      for (const std::string& input : graph.nodes[n].inputs) ++readers_[input];
      producer_[graph.nodes[n].outputs[0]] = n;
    }
  }

  void run() {
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n) try_fold(n);
    std::vector<Node> kept;
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
      if (!gone_[n]) kept.push_back(std::move(graph_.nodes[n]));
    }
    graph_.nodes = std::move(kept);
  }

 private:
  Call call_of(const Node& node) const {
    return make_call(node, types_, [&](const std::string& name) {
      auto found = graph_.initialisers.find(name);
      return found == graph_.initialisers.end() ? nullptr : &found->second;
    });
  }

  void try_fold(std::size_t n) {
    const Node& node = graph_.nodes[n];
    const Operator* op = find_operator(node);
    if (op->as_affine == nullptr) return;
    const std::optional<ChannelAffine> map = op->as_affine(call_of(node));
    if (!map) return;
    const std::string& operand = node.inputs[map->input];
    auto found = producer_.find(operand);
    if (found == producer_.end() || readers_[operand] != 1) return;
    Node& feeding = graph_.nodes[found->second];
    const Operator* target = find_operator(feeding);
    if (target->absorb == nullptr) return;
    std::optional<Rewrite> rewrite = target->absorb(call_of(feeding), *map);
    if (!rewrite) return;
    gone_[n] = true;
    producer_[node.outputs[0]] = found->second;
    replace(feeding, std::move(*rewrite), node.outputs[0]);
  }

  /// `feeding` becomes the rewritten node, which produces `output`.
  void replace(Node& feeding, Rewrite rewrite, const std::string& output) {
    static const char* const kRoles[] = {".weight", ".bias"};
    rewrite.node.inputs = {feeding.inputs[0]};
    rewrite.node.outputs = {output};
    for (std::size_t index = 0; index < rewrite.constants.size(); ++index) {
      const std::string name = fresh_name(feeding.name + (index < 2 ? kRoles[index] : ".constant"));
      types_[name] = rewrite.constants[index].type();
      graph_.initialisers[name] = std::move(rewrite.constants[index]);
      rewrite.node.inputs.push_back(name);
    }
    feeding = std::move(rewrite.node);
  }

  std::string fresh_name(const std::string& wish) const {
    std::string name = wish;
    while (types_.contains(name)) name += "'";
    return name;
  }

  Graph& graph_;
  TypeMap types_;
  std::vector<bool> gone_;
  std::map<std::string, int> readers_;
  std::map<std::string, std::size_t> producer_;
};

}  // namespace

Status fold_affine(Graph& graph) {
  TACIT_TRY(TypeMap types, infer_types(graph));
  AffineFolder(graph, std::move(types)).run();
  return Unit{};
}

}  // namespace tacit
