#include <algorithm>
#include <set>
#include <utility>

#include "graph/passes.h"
#include "graph/types.h"
#include "ops/call.h"
#include "ops/catalogue.h"
#include "ops/well_known.h"

namespace tacit {
namespace {

constexpr std::size_t kMostNodes = 16;  // of a function
/// Nodes that are evaluated in one graph, so that a file of many small nodes takes no long time; what is left over stays as it is.
constexpr std::size_t kMostEvaluations = std::size_t{1} << 14;

class Fuser {
 public:
  Fuser(Graph& graph, TypeMap types) : graph_(graph), types_(std::move(types)), gone_(graph.nodes.size(), false) {
    outputs_.insert(graph.outputs.begin(), graph.outputs.end());
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
      for (const std::string& input : graph.nodes[n].inputs) readers_[input].insert(n);
      for (const std::string& output : graph.nodes[n].outputs) producer_[output] = n;
    }
  }

  /// The last node of a function first, so that the largest one is found.
  void run() {
    for (std::size_t n = graph_.nodes.size(); n-- > 0;)
      if (!gone_[n]) try_fuse(n);
  }

 private:
  /// Nodes that compute the last one's output from what stands in `open`.
  struct Cluster {
    std::set<std::size_t> nodes;
    std::set<std::string> open;
  };

  /// Takes the node in, if it works element by element on tensors of these extents and numbers.
  bool take(Cluster& cluster, std::size_t n, const Shape& dims) const {
    const Node& node = graph_.nodes[n];
    if (!find_operator(node)->is_elementwise || node.outputs.size() != 1 || types_.at(node.outputs[0]) != TensorType{DType::kFloat, dims}) return false;
    for (const std::string& input : node.inputs) {
      if (input.empty()) continue;
      const bool is_number = graph_.initialisers.contains(input) && graph_.initialisers.at(input).f.size() == 1;
      if (is_number) continue;
      if (graph_.initialisers.contains(input) || types_.at(input) != TensorType{DType::kFloat, dims}) return false;
      cluster.open.insert(input);
    }
    cluster.nodes.insert(n);
    return cluster.nodes.size() <= kMostNodes;
  }

  /// The open value that is computed last becomes part of the cluster.
  bool grow(Cluster& cluster, const Shape& dims) const {
    auto last = cluster.open.end();
    std::size_t at = 0;
    for (auto it = cluster.open.begin(); it != cluster.open.end(); ++it) {
      const auto found = producer_.find(*it);
      if (found == producer_.end() || (last != cluster.open.end() && found->second < at)) continue;
      last = it;
      at = found->second;
    }
    if (last == cluster.open.end() || gone_[at] || outputs_.contains(*last)) return false;
    const std::set<std::size_t>& readers = readers_.at(*last);
    if (!std::includes(cluster.nodes.begin(), cluster.nodes.end(), readers.begin(), readers.end())) return false;
    cluster.open.erase(last);
    return take(cluster, at, dims);
  }

  void try_fuse(std::size_t n) {
    const TensorType& type = types_.at(graph_.nodes[n].outputs[0]);
    Cluster cluster;
    if (!take(cluster, n, type.dims)) return;
    do {
      if (cluster.open.size() != 1 || cluster.nodes.size() < 2) continue;
      if ((evaluations_ += cluster.nodes.size()) > kMostEvaluations) return;
      const std::string root = *cluster.open.begin();
      if (std::optional<Node> known = well_known(values_of(cluster, n, root))) return replace(cluster, n, root, std::move(*known));
    } while (grow(cluster, type.dims));
  }

  /// The function that the cluster is, at the sample points.
  std::vector<float> values_of(const Cluster& cluster, std::size_t last, const std::string& root) const {
    std::map<std::string, Tensor> values;
    values[root] = make_float({static_cast<std::int64_t>(sample_points().size())}, sample_points());
    for (const std::size_t n : cluster.nodes) {
      TypeMap types;
      const auto value_of = [&](const std::string& name) {
        const auto found = values.find(name);
        return found != values.end() ? &found->second : &graph_.initialisers.at(name);
      };
      for (const std::string& input : graph_.nodes[n].inputs)
        if (!input.empty()) types[input] = value_of(input)->type();
      values[graph_.nodes[n].outputs[0]] = find_operator(graph_.nodes[n])->evaluate(make_call(graph_.nodes[n], types, value_of))[0];
    }
    return values.at(graph_.nodes[last].outputs[0]).f;
  }

  void replace(const Cluster& cluster, std::size_t n, const std::string& root, Node known) {
    known.name = graph_.nodes[n].name;
    known.inputs = {root};
    known.outputs = graph_.nodes[n].outputs;
    for (const std::size_t part : cluster.nodes) {
      gone_[part] = true;
      for (const std::string& input : graph_.nodes[part].inputs) readers_[input].erase(part);
    }
    readers_[root].insert(n);
    graph_.nodes[n] = std::move(known);
  }

  Graph& graph_;
  TypeMap types_;
  std::vector<bool> gone_;  ///< part of a function
  std::size_t evaluations_ = 0;
  std::set<std::string> outputs_;
  std::map<std::string, std::set<std::size_t>> readers_;
  std::map<std::string, std::size_t> producer_;
};

}  // namespace

Status fuse_functions(Graph& graph) {
  TACIT_TRY(TypeMap types, infer_types(graph));
  Fuser(graph, std::move(types)).run();
  return Unit{};
}

}  // namespace tacit
