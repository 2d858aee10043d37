// A specimen as text: C++ that makes the same graph with a GraphFixture, and the command that runs it again.
#include <cstdio>

#include "random_models/specimen.h"

namespace tacit::random_models {
namespace {

std::string number(double v) {
  char text[40];
  std::snprintf(text, sizeof text, "%.9gf", v);
  std::string out = text;
  if (out.find_first_of(".e") == std::string::npos) out.insert(out.size() - 1, ".0");
  return out;
}
std::string number(float v) { return number(double{v}); }
std::string number(std::int64_t v) { return v < -(std::int64_t{1} << 40) ? "INT64_MIN / 2" : v > (std::int64_t{1} << 40) ? "INT64_MAX" : std::to_string(v); }
std::string number(const std::string& text) { return "\"" + text + "\""; }

template <class T>
std::string braces(const std::vector<T>& list) {
  std::string out = "{";
  for (std::size_t k = 0; k < list.size(); ++k) out += (k > 0 ? ", " : "") + number(list[k]);
  return out + "}";
}

std::string tensor_text(const Tensor& t) {
  return t.dtype == DType::kFloat ? "make_float(" + braces(t.dims) + ", " + braces(t.f) + ")" : "make_int64(" + braces(t.dims) + ", " + braces(t.i) + ")";
}

std::string attribute_text(const Attribute& a) {
  if (const auto* v = std::get_if<std::int64_t>(&a)) return "std::int64_t{" + number(*v) + "}";
  if (const auto* v = std::get_if<float>(&a)) return number(*v);
  if (const auto* v = std::get_if<std::string>(&a)) return "std::string(" + number(*v) + ")";
  if (const auto* v = std::get_if<std::vector<std::int64_t>>(&a)) return "std::vector<std::int64_t>" + braces(*v);
  if (const auto* v = std::get_if<std::vector<float>>(&a)) return "std::vector<float>" + braces(*v);
  if (const auto* v = std::get_if<Tensor>(&a)) return tensor_text(*v);
  return "OpaqueAttribute{}";
}

std::string node_text(const Node& node) {
  std::string out = "  .node(\"" + node.op + "\", " + braces(node.inputs) + ", " + braces(node.outputs);
  if (!node.attributes.empty()) {
    out += ", {";
    for (const auto& [name, value] : node.attributes) out += "{\"" + name + "\", " + attribute_text(value) + "}, ";
    out.resize(out.size() - 2);
    out += "}";
  }
  return out + ")\n";
}

const char* visibility_text(Visibility v) {
  return v == Visibility::kPublic ? "public" : v == Visibility::kPrivate ? "private" : "committed";
}

}  // namespace

std::string replay_text(const Specimen& s) {
  std::string out = "TACIT_RANDOM_SEED=" + std::to_string(s.seed) + " TACIT_RANDOM_ONLY=" + std::to_string(s.index) + " random_models_test\n";
  out += "opset " + std::to_string(s.graph.opset) + ", activation bits " + std::to_string(s.options.quant.activation_bits) + ", weight bits " +
         std::to_string(s.options.quant.weight_bits) + ", weights " + visibility_text(s.weights) + (s.calibrated ? ", calibrated" : "");
  if (s.options.input_range) out += ", range " + number(s.options.input_range->first) + " to " + number(s.options.input_range->second);
  for (const auto* ports : {&s.options.inputs, &s.options.outputs}) {
    for (const auto& [name, visibility] : *ports) out += ", " + name + " " + visibility_text(visibility);
  }
  out += "\nGraphFixture{}\n";
  for (const ValueInfo& input : s.graph.inputs) {
    out += "  .input(\"" + input.name + "\", " + braces(input.type.dims) + ")" + (input.type.dtype == DType::kInt64 ? "  // integers" : "") + "\n";
  }
  for (const auto& [name, tensor] : s.graph.initialisers) out += "  .constant(\"" + name + "\", " + tensor_text(tensor) + ")\n";
  for (const Node& node : s.graph.nodes) out += node_text(node);
  for (const std::string& output : s.graph.outputs) out += "  .output(\"" + output + "\")\n";
  return out;
}

}  // namespace tacit::random_models
