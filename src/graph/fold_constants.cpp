#include <algorithm>
#include <deque>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "graph/expanded_functions.h"
#include "graph/passes.h"
#include "graph/quantised_graph.h"
#include "graph/sequences.h"
#include "graph/types.h"
#include "ops/call.h"
#include "ops/catalogue.h"
#include "ops/expansion.h"

namespace tacit {
namespace {

/// What folding may cost, so that a small file cannot make us compute or store much.
class Budget {
 public:
  explicit Budget(const Graph& graph) {
    for (const auto& [name, tensor] : graph.initialisers) elements_ += 4 * static_cast<std::int64_t>(tensor.size());
  }

  Status spend(const Call& call, const std::vector<TensorType>& outputs) {
    std::int64_t read = 0, written = 0;
    for (const Operand& operand : call.operands) read += operand.present ? *element_count(operand.type.dims) : 0;
    for (const TensorType& type : outputs) written += *element_count(type.dims);
    elements_ -= written;
    const bool linear = find_operator(*call.node)->is_linear_time;
    if (!linear) products_ -= static_cast<double>(read) * static_cast<double>(written);
    if (elements_ >= 0 && products_ >= 0) return Unit{};
    return refuse(*call.node, "works on constants only, and too many to compute here; fold them into the file first");
  }

 private:
  std::int64_t elements_ = std::int64_t{1} << 22;
  double products_ = 0x1p32;
};

/// Every value that the operator reads is known.
bool all_constant(const Call& call) {
  const std::uint32_t typed = find_operator(*call.node)->typed_operands;
  for (std::size_t index = 0; index < call.operands.size(); ++index) {
    const bool by_type = index < 32 && (typed >> index & 1) != 0;
    if (!by_type && call.operands[index].present && call.operands[index].value == nullptr) return false;
  }
  return true;
}

constexpr std::size_t kMostNodes = std::size_t{1} << 16;

std::set<std::string> names_of(const Graph& graph) {
  std::set<std::string> names;
  for (const ValueInfo& input : graph.inputs) names.insert(input.name);
  for (const auto& [name, tensor] : graph.initialisers) names.insert(name);
  for (const Node& node : graph.nodes) names.insert(node.outputs.begin(), node.outputs.end());
  return names;
}

// Names of the expansion that values of the graph have already are changed.
void rename_taken(std::set<std::string>& taken, Expansion& expansion) {
  std::set<std::string> own;
  for (const auto& [name, tensor] : expansion.constants) own.insert(name);
  std::set<std::string> read;
  for (const Node& reader : expansion.nodes) read.insert(reader.inputs.begin(), reader.inputs.end());
  for (const Node& node : expansion.nodes)
    for (const std::string& output : node.outputs)
      if (!output.empty() && read.contains(output)) own.insert(output);
  for (const std::string& name : own) {
    std::string free = name;
    while (!taken.insert(free).second) free += "'";
    if (free == name) continue;
    if (auto constant = expansion.constants.extract(name)) {
      constant.key() = free;
      expansion.constants.insert(std::move(constant));
    }
    for (Node& node : expansion.nodes) {
      std::replace(node.inputs.begin(), node.inputs.end(), name, free);
      std::replace(node.outputs.begin(), node.outputs.end(), name, free);
    }
  }
}

// Puts the expansion's nodes in front of those that are left.
Status splice(const Call& call, Expansion expansion, std::size_t kept, Graph& graph, TypeMap& types, std::set<std::string>& taken,
              std::deque<Node>& left) {
  rename_taken(taken, expansion);
  for (auto& [name, tensor] : expansion.constants) {
    types[name] = tensor.type();
    graph.initialisers[name] = std::move(tensor);
  }
  for (const Node& node : expansion.nodes)
    if (find_operator(node) == nullptr) return refuse(*call.node, "it needs the operator " + node.op + ", which is not supported");
  if (kept + left.size() + expansion.nodes.size() > kMostNodes) return refuse(*call.node, "stands for too many nodes");
  left.insert(left.begin(), std::make_move_iterator(expansion.nodes.begin()), std::make_move_iterator(expansion.nodes.end()));
  return Unit{};
}

/// All outputs are tensors without elements, which are constants whatever they are computed of, and none is one of the graph's.
bool gives_nothing(const Call& call, const Graph& graph) {
  const auto outputs = find_operator(*call.node)->infer(call);
  if (!outputs.ok() || all_constant(call)) return false;
  for (std::size_t index = 0; index < outputs->size(); ++index) {
    const std::string& name = call.node->outputs[index];
    if (element_count((*outputs)[index].dims) != 0 || std::find(graph.outputs.begin(), graph.outputs.end(), name) != graph.outputs.end()) return false;
  }
  return !outputs->empty();
}

/// A Concat without its operands that have no elements, where it has some and others. All shapes have been checked.
std::optional<Node> without_empty(const Call& call) {
  if (!find_operator(*call.node)->infer(call).ok()) return std::nullopt;
  Node rest = *call.node;
  rest.inputs.clear();
  for (std::size_t index = 0; index < call.operands.size(); ++index)
    if (element_count(call.operands[index].type.dims) != 0) rest.inputs.push_back(call.node->inputs[index]);
  if (rest.inputs.empty() || rest.inputs.size() == call.node->inputs.size()) return std::nullopt;
  return rest;
}

}  // namespace

Status fold_constants(Graph& graph) {
  Budget budget(graph);
  TypeMap types;
  for (const ValueInfo& input : graph.inputs) types[input.name] = input.type;
  for (const auto& [name, tensor] : graph.initialisers) types[name] = tensor.type();
  auto value_of = [&](const std::string& name) {
    auto found = graph.initialisers.find(name);
    return found == graph.initialisers.end() ? nullptr : &found->second;
  };
  std::vector<Node> kept;
  std::set<std::string> taken = names_of(graph);
  QuantisedGraph quantised;
  ExpandedFunctions functions;
  Sequences sequences;
  std::deque<Node> left(std::make_move_iterator(graph.nodes.begin()), std::make_move_iterator(graph.nodes.end()));
  while (!left.empty()) {
    Node node = std::move(left.front());
    left.pop_front();
    TACIT_TRY(std::optional<Expansion> listed, sequences.visit(node, types, value_of, taken));
    if (listed) {
      TACIT_OK(splice(Call{&node, {}}, std::move(*listed), kept.size(), graph, types, taken, left));
      continue;
    }
    const Call call = make_call(node, types, value_of);
    std::optional<Expansion> read = quantised.visit(call, taken);
    if (!read && !all_constant(call)) read = functions.visit(call);
    if (read) {
      TACIT_OK(splice(call, std::move(*read), kept.size(), graph, types, taken, left));
      continue;
    }
    if (const auto expand = find_operator(node)->expand; expand != nullptr) {
      TACIT_TRY(Expansion expansion, expand(call));
      if (!expansion.nodes.empty()) {
        TACIT_OK(splice(call, std::move(expansion), kept.size(), graph, types, taken, left));
        continue;
      }
      if (find_operator(node)->infer == nullptr) return malformed(node, "has no output");
    }
    if (node.op == "Concat" && node.domain.empty()) {
      std::optional<Node> rest = without_empty(call);
      if (rest) {
        left.push_front(std::move(*rest));
        continue;
      }
    }
    const bool nothing = gives_nothing(call, graph);
    TACIT_TRY(std::vector<TensorType> outputs, nothing || all_constant(call) ? find_operator(node)->infer(call) : infer_node(call));
    const bool folds = nothing || all_constant(call);
    std::vector<Tensor> values;
    if (nothing) {
      for (const TensorType& type : outputs) values.push_back(Tensor{type.dims, type.dtype, {}, {}});
    } else if (folds) {
      TACIT_OK(budget.spend(call, outputs));
      values = find_operator(node)->evaluate(call);
    }
    for (std::size_t index = 0; index < outputs.size(); ++index) {
      const std::string& name = node.outputs[index];
      types[name] = outputs[index];
      if (!folds) continue;
      values[index].element = outputs[index].element;
      graph.initialisers[name] = std::move(values[index]);
    }
    if (!folds) kept.push_back(std::move(node));
  }
  graph.nodes = std::move(kept);
  return sequences.check_outputs(graph.outputs);
}

}  // namespace tacit
