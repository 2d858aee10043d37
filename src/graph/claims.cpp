#include "graph/claims.h"

#include "graph/prepare.h"
#include "graph/types.h"
#include "theorem/claim.h"

namespace tacit {
namespace {

Error no_classes(const std::string& name, const std::string& why) {
  return Error{ErrorCode::kUsage, "a claim about accuracy needs a classifier: " + why + "; --until names another value", "output \"" + name + "\""};
}

bool is_taken(const Graph& graph, const TypeMap& types, const std::string& name) { return types.contains(name) || graph.initialisers.contains(name); }

}  // namespace

Result<Graph> claim_accuracy(Graph graph) {
  TACIT_TRY(const TypeMap types, infer_types(graph));
  for (const char* name : {kClaimLabels, kClaimCorrect})
    if (is_taken(graph, types, name)) return unsupported("the model has a value of this name, which claims need", name);
  std::string label = graph.outputs.at(0);
  const TensorType& type = types.at(label);
  const std::string shape = "it holds " + std::string(element_name(type.dtype, type.element)) + " " + shape_text(type.dims);
  if (graph.initialisers.contains(label)) return no_classes(label, "it is a constant");
  if (type.dims.empty()) return no_classes(label, shape);
  const std::int64_t rows = type.dims[0];
  Node count{.op = "CountEqual", .domain = kOwnDomain, .name = "claim.count", .opset = graph.opset, .inputs = {}, .outputs = {kClaimCorrect}, .attributes = {}};
  if (type.dtype == DType::kFloat) {
    if (type.dims.size() != 2 || type.dims[1] < 2) return no_classes(label, shape);
    const std::string best = "claim.answers";
    if (is_taken(graph, types, best)) return unsupported("the model has a value of this name, which claims need", best);
    graph.nodes.push_back({.op = "ArgMax", .domain = "", .name = best, .opset = 13, .inputs = {label}, .outputs = {best},
                           .attributes = {{"axis", std::int64_t{1}}, {"keepdims", std::int64_t{0}}}});
    label = best;
  } else if (*element_count(type.dims) != rows || type.is_bool()) {
    return no_classes(label, shape);
  }
  count.inputs = {label, kClaimLabels};
  graph.nodes.push_back(std::move(count));
  graph.inputs.push_back({kClaimLabels, {DType::kInt64, {rows}, Element::kInt16}});
  graph.outputs = {kClaimCorrect};
  return prepare(std::move(graph));
}

const ValueInfo* labels_input(const Graph& graph) {
  for (const ValueInfo& input : graph.inputs)
    if (input.name == kClaimLabels) return &input;
  return nullptr;
}

std::vector<ValueInfo> data_inputs(const Graph& graph) {
  std::vector<ValueInfo> out;
  for (const ValueInfo& input : graph.inputs)
    if (input.name != kClaimLabels) out.push_back(input);
  return out;
}

}  // namespace tacit
