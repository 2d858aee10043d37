#include <cstring>
#include <set>
#include <utility>

#include "graph/passes.h"

namespace tacit {
namespace {

/// Writes everything that a node computes depends on, but for its name: equal text, equal outputs.
class Key {
 public:
  void add(const std::string& text) {
    add(text.size());
    text_ += text;
  }
  void add(std::uint64_t number) { text_.append(reinterpret_cast<const char*>(&number), sizeof number); }
  template <class T>
  void add_list(const std::vector<T>& list) {
    add(list.size());
    for (const T& v : list) add_one(v);
  }
  void add(const Attribute& value) {
    add(value.index());
    std::visit([&](const auto& v) { add_one(v); }, value);
  }
  std::string take() { return std::move(text_); }

 private:
  void add_one(const std::string& v) { add(v); }
  void add_one(std::int64_t v) { add(static_cast<std::uint64_t>(v)); }
  void add_one(float v) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &v, sizeof bits);
    add(std::uint64_t{bits});
  }
  template <class T>
  void add_one(const std::vector<T>& v) { add_list(v); }
  void add_one(const Tensor& v) {
    add(static_cast<std::uint64_t>(v.dtype));
    add(static_cast<std::uint64_t>(v.element));
    add_list(v.dims);
    add_list(v.f);
    add_list(v.i);
  }
  // Two that nobody can read are not known to be equal, nor are two bodies (which are written out before).
  void add_one(const OpaqueAttribute& v) { add(reinterpret_cast<std::uintptr_t>(&v)); }
  void add_one(const std::shared_ptr<const Subgraph>& v) { add(reinterpret_cast<std::uintptr_t>(v.get())); }

  std::string text_;
};

std::string key_of(const Node& node) {
  Key key;
  key.add(node.op);
  key.add(node.domain);
  key.add(static_cast<std::uint64_t>(node.opset));
  key.add_list(node.inputs);
  key.add(node.outputs.size());
  for (const auto& [name, value] : node.attributes) {
    key.add(name);
    key.add(value);
  }
  return key.take();
}

using Names = std::map<std::string, std::string>;

/// Lists of integers (shapes, axes, indices) are architecture, so equal ones are one. Floats are not compared: that two weights
/// are equal is nobody's business.
constexpr std::size_t kLongestList = 1024;

Names equal_lists(const Graph& graph) {
  Names same;
  std::map<std::string, std::string> first;
  for (const auto& [name, tensor] : graph.initialisers) {
    if (tensor.dtype != DType::kInt64 || tensor.i.size() > kLongestList) continue;
    Key key;
    key.add(Attribute{tensor});
    const auto [entry, fresh] = first.emplace(key.take(), name);
    if (!fresh) same[name] = entry->second;
  }
  return same;
}

}  // namespace

void share_nodes(Graph& graph) {
  const std::set<std::string> outputs(graph.outputs.begin(), graph.outputs.end());
  Names same = equal_lists(graph);
  std::map<std::string, std::vector<std::string>> seen;  // outputs by key
  std::vector<Node> kept;
  for (Node& node : graph.nodes) {
    for (std::string& input : node.inputs) {
      if (auto found = same.find(input); found != same.end()) input = found->second;
    }
    const auto [entry, fresh] = seen.emplace(key_of(node), node.outputs);
    bool replaced = !fresh;
    for (std::size_t k = 0; k < node.outputs.size() && replaced; ++k) {
      replaced = node.outputs[k].empty() || (!outputs.contains(node.outputs[k]) && !entry->second[k].empty());
    }
    if (!replaced) {
      kept.push_back(std::move(node));
      continue;
    }
    for (std::size_t k = 0; k < node.outputs.size(); ++k) {
      if (!node.outputs[k].empty()) same[node.outputs[k]] = entry->second[k];
    }
  }
  graph.nodes = std::move(kept);
}

}  // namespace tacit
