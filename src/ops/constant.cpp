// Constant: a tensor held in an attribute. Graph passes turn it into an initialiser.
#include "ops/call.h"

namespace tacit {
namespace {

/// The one attribute that carries the value, as a tensor.
Result<Tensor> held_value(const Node& node) {
  std::optional<Tensor> found;
  for (const auto& [name, attribute] : node.attributes) {
    Tensor t;
    if (name == "value" && std::holds_alternative<Tensor>(attribute)) {
      t = std::get<Tensor>(attribute);
    } else if (name == "value_float" && std::holds_alternative<float>(attribute)) {
      t = make_float({}, {std::get<float>(attribute)});
    } else if (name == "value_int" && std::holds_alternative<std::int64_t>(attribute)) {
      t = make_int64({}, {std::get<std::int64_t>(attribute)});
    } else if (name == "value_floats" && std::holds_alternative<std::vector<float>>(attribute)) {
      const auto& list = std::get<std::vector<float>>(attribute);
      t = make_float({static_cast<std::int64_t>(list.size())}, list);
    } else if (name == "value_ints" && std::holds_alternative<std::vector<std::int64_t>>(attribute)) {
      const auto& list = std::get<std::vector<std::int64_t>>(attribute);
      t = make_int64({static_cast<std::int64_t>(list.size())}, list);
    } else {
      return refuse(node, "its attribute " + name + " is not a tensor of numbers");
    }
    if (found) return malformed(node, "has more than one value");
    found = std::move(t);
  }
  if (!found) return malformed(node, "has no value");
  return std::move(*found);
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 0, 0));
  TACIT_TRY(Tensor value, held_value(*call.node));
  return one_output(call, value.type());
}

std::vector<Tensor> evaluate(const Call& call) { return {std::move(held_value(*call.node).value())}; }

}  // namespace

constexpr OperatorText kText = {"constants"};
extern const Operator kConstant;
const Operator kConstant = {.op = "Constant", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate};

}  // namespace tacit
