#include "graph/execute.h"

#include <cmath>
#include <utility>

#include "graph/types.h"
#include "ops/catalogue.h"

namespace tacit {
namespace {

Status check_inputs(const Graph& graph, const TensorMap& inputs) {
  std::size_t found = 0;
  for (const ValueInfo& input : graph.inputs) {
    const std::string where = "input \"" + input.name + "\"";
    auto given = inputs.find(input.name);
    if (given == inputs.end()) return bad_input("no tensor was given for it", where);
    if (given->second.dims != input.type.dims || given->second.dtype != input.type.dtype) {
      return bad_input("has shape " + shape_text(given->second.dims) + ", the model takes " + shape_text(input.type.dims) +
                           (input.type.dtype == DType::kFloat ? " floats" : " integers"), where);
    }
    const IntegerRange range = range_of_element(input.type.element);
    for (const std::int64_t v : given->second.i) {
      if (!range.holds(v)) return bad_input(std::to_string(v) + " is no " + element_name(input.type.dtype, input.type.element), where);
    }
    ++found;
  }
  if (found == inputs.size()) return Unit{};
  for (const auto& [name, tensor] : inputs) {
    bool known = false;
    for (const ValueInfo& input : graph.inputs) known |= input.name == name;
    if (!known) return bad_input("the model has no such input", "input \"" + name + "\"");
  }
  return Unit{};
}

}  // namespace

Result<Tensor> input_tensor(const ValueInfo& input, std::vector<float> numbers) {
  if (input.type.dtype == DType::kFloat) return make_float(input.type.dims, std::move(numbers));
  std::vector<std::int64_t> integers;
  for (const float v : numbers) {
    if (v != std::floor(v) || std::abs(v) >= 0x1p62f) {
      return bad_input("value " + std::to_string(integers.size()) + " is not an integer", "input \"" + input.name + "\"");
    }
    integers.push_back(static_cast<std::int64_t>(v));
  }
  Tensor out = make_int64(input.type.dims, std::move(integers));
  out.element = input.type.element;
  return out;
}

Result<TensorMap> run_float(const Graph& graph, TensorMap inputs) {
  if (Status ok = check_inputs(graph, inputs); !ok) return ok.error();
  TensorMap values = std::move(inputs);
  for (const ValueInfo& input : graph.inputs) values.at(input.name).element = input.type.element;
  TACIT_TRY(const TypeMap types, infer_types(graph));
  auto value_of = [&](const std::string& name) {
    auto computed = values.find(name);
    return computed != values.end() ? &computed->second : &graph.initialisers.at(name);
  };
  for (const Node& node : graph.nodes) {
    std::vector<Tensor> outputs = find_operator(node)->evaluate(make_call(node, types, value_of));
    for (std::size_t index = 0; index < outputs.size(); ++index) {
      outputs[index].element = types.at(node.outputs[index]).element;
      values[node.outputs[index]] = std::move(outputs[index]);
    }
  }
  for (const std::string& output : graph.outputs) {
    if (!values.contains(output)) values[output] = graph.initialisers.at(output);
  }
  return values;
}

}  // namespace tacit
