#include "graph/work.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "ops/call.h"
#include "ops/catalogue.h"

namespace tacit {
namespace {

double elements(const std::string& value, const TypeMap& types) {
  if (value.empty()) return 0;
  return static_cast<double>(element_count(types.at(value).dims).value_or(kMaxElements));
}

double outputs_of(const Node& node, const TypeMap& types) {
  double count = 0;
  for (const std::string& output : node.outputs) count += elements(output, types);
  return count;
}

constexpr std::int64_t kMaxActivations = std::int64_t{1} << 27;

/// Terms of each output of a product with weights; 0 for other operators.
double terms_of(const Node& node, const TypeMap& types) {
  const bool matrices = node.op == "Gemm" || node.op == "MatMul" || node.op == "MatMulBias";
  if (node.op == "ConvTranspose" && node.inputs.size() > 1) {  // each input number meets each filter of its group
    const Shape& filters = types.at(node.inputs[1]).dims;
    const double channels = filters.empty() ? 1 : static_cast<double>(std::max<std::int64_t>(1, filters[0]));
    return elements(node.inputs[0], types) * elements(node.inputs[1], types) / channels / std::max(1.0, outputs_of(node, types));
  }
  if ((!matrices && node.op != "Conv") || node.inputs.size() < 2) return 0;
  const Shape& input = types.at(node.inputs[0]).dims;
  const Shape& weights = types.at(node.inputs[1]).dims;
  if (input.empty() || weights.empty()) return 0;
  if (!matrices) return elements(node.inputs[1], types) / static_cast<double>(std::max<std::int64_t>(1, weights[0]));
  const auto flag = node.attributes.find("transA");
  const auto* value = flag == node.attributes.end() ? nullptr : std::get_if<std::int64_t>(&flag->second);
  const bool transposed = node.op == "Gemm" && value != nullptr && *value != 0;
  return static_cast<double>(transposed ? input.front() : input.back());
}

/// What each output takes besides: the positions of a window, or everything there is.
double other_terms(const Node& node, const TypeMap& types) {
  const Operator* op = find_operator(node);
  if (op == nullptr || op->is_linear_time) return 0;
  const auto window = node.attributes.find("kernel_shape");
  const auto* extents = window == node.attributes.end() ? nullptr : std::get_if<std::vector<std::int64_t>>(&window->second);
  double terms = 1;
  if (extents == nullptr) {
    for (const std::string& input : node.inputs) terms += elements(input, types);
  } else {
    for (std::int64_t extent : *extents) terms *= static_cast<double>(extent);
  }
  return terms;
}

double work_of(const Node& node, const TypeMap& types) {
  const double outputs = outputs_of(node, types), terms = terms_of(node, types);
  double work = outputs + outputs * (terms > 0 ? terms : other_terms(node, types));
  for (const std::string& input : node.inputs) work += elements(input, types);
  return work;
}

std::string power_of_two(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "2^%.1f", std::log2(value));
  return text;
}

}  // namespace

double products_of(const Node& node, const TypeMap& types) { return outputs_of(node, types) * terms_of(node, types); }

double work_of(const Graph& graph, const TypeMap& types) {
  double work = 0;
  for (const Node& node : graph.nodes) work += work_of(node, types);
  return work;
}

Status check_size(const Graph& graph, const TypeMap& types) {
  std::int64_t total = 0;
  for (const auto& [name, type] : types) {
    if (graph.initialisers.contains(name)) continue;
    total += *element_count(type.dims);
    if (total > kMaxActivations) {
      return unsupported("the model's tensors hold more than " + std::to_string(kMaxActivations) +
                             " numbers in one inference, too many for one proof", "value \"" + name + "\"");
    }
  }
  return Unit{};
}

Status check_work(const Graph& graph, const TypeMap& types, double limit) {
  const double work = work_of(graph, types);
  if (work <= limit) return Unit{};
  const Node* most = &graph.nodes.front();
  for (const Node& node : graph.nodes) {
    if (work_of(node, types) > work_of(*most, types)) most = &node;
  }
  return refuse(*most, "one inference takes about " + power_of_two(work) + " multiply-adds, most of them here, and at most " +
                           power_of_two(limit) + " are run; --max-work raises this limit");
}

}  // namespace tacit
