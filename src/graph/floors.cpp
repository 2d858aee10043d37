#include "graph/floors.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "graph/types.h"
#include "ops/call.h"
#include "ops/catalogue.h"
#include "ops/masks.h"

namespace tacit {
namespace {

using Floors = std::map<std::string, double>;

/// `call_of` gives the call of a node.
Floors collect(const Graph& graph, const std::function<Call(const Node&)>& call_of) {
  Floors floors;
  for (const std::string& output : graph.outputs) floors[output] = -HUGE_VAL;
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    const Operator* op = find_operator(*node);
    const auto own = floors.find(node->outputs[0]);
    const double floor = own == floors.end() || node->outputs.size() != 1 ? -HUGE_VAL : own->second;
    const bool may_pass = op->floor_of != nullptr && (std::isfinite(floor) || op->absorb_mask != nullptr);
    for (std::size_t k = 0; k < node->inputs.size(); ++k) {
      if (node->inputs[k].empty()) continue;
      const double needed = may_pass ? op->floor_of(call_of(*node), k, floor) : -HUGE_VAL;
      const auto [entry, fresh] = floors.try_emplace(node->inputs[k], needed);
      if (!fresh) entry->second = std::min(entry->second, needed);
    }
  }
  std::erase_if(floors, [](const auto& entry) { return !std::isfinite(entry.second); });
  return floors;
}

const Tensor* found(const TensorMap& tensors, const std::string& name) {
  const auto entry = tensors.find(name);
  return entry == tensors.end() ? nullptr : &entry->second;
}

bool is_too_low(const Tensor& tensor) {
  return std::any_of(tensor.f.begin(), tensor.f.end(), [](float v) { return v < kLowestMask; });
}

}  // namespace

Floors floors_of(const Graph& graph, const TensorMap& values) {
  TypeMap types;
  for (const auto& [name, tensor] : values) types[name] = tensor.type();
  for (const auto& [name, tensor] : graph.initialisers) types[name] = tensor.type();
  Floors floors = collect(graph, [&](const Node& node) {
    return make_call(node, types, [&](const std::string& name) {
      const Tensor* value = found(values, name);
      return value != nullptr ? value : found(graph.initialisers, name);
    });
  });
  for (const ValueInfo& input : graph.inputs) floors.erase(input.name);  // whoever gives a number finds it in the proof
  return floors;
}

Status raise_masks(Graph& graph) {
  TACIT_TRY(TypeMap types, infer_types(graph));
  const Floors floors = collect(graph, [&](const Node& node) {
    return make_call(node, types, [&](const std::string& name) { return found(graph.initialisers, name); });
  });
  for (Node& node : graph.nodes) {
    if (!floors.contains(node.outputs[0]) || find_operator(node)->floor_of == nullptr) continue;
    for (std::string& input : node.inputs) {
      const Tensor* constant = found(graph.initialisers, input);
      if (constant == nullptr || !is_too_low(*constant)) continue;
      Tensor raised = *constant;
      for (float& v : raised.f) v = std::max(v, kLowestMask);
      std::string name = node.name + ".mask";
      while (types.contains(name)) name += "'";
      types[name] = raised.type();
      graph.initialisers[name] = std::move(raised);
      input = name;
    }
  }
  return Unit{};
}

}  // namespace tacit
