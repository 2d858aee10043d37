#include <utility>

#include "graph/passes.h"
#include "graph/types.h"
#include "ops/call.h"
#include "ops/catalogue.h"

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
  for (Node& node : graph.nodes) {
    const Call call = make_call(node, types, value_of);
    TACIT_TRY(std::vector<TensorType> outputs, infer_node(call));
    const bool folds = all_constant(call);
    std::vector<Tensor> values;
    if (folds) {
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
  return Unit{};
}

}  // namespace tacit
