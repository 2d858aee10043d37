#include "onnx/functions.h"

#include <algorithm>
#include <utility>

#include "ops/call.h"

namespace tacit {
namespace {

constexpr int kDefaultsOfFunction = 11, kOverloadOfFunction = 13;
constexpr std::uint64_t kGrowth = 4, kGrowthSlack = std::uint64_t{32} << 20;

std::uint64_t size_of(const Subgraph& body);

std::uint64_t size_of(const Attribute& attribute) {
  if (const auto* tensor = std::get_if<Tensor>(&attribute)) return 4 * tensor->f.size() + 8 * tensor->i.size();
  if (const auto* text = std::get_if<std::string>(&attribute)) return text->size();
  if (const auto* floats = std::get_if<std::vector<float>>(&attribute)) return 4 * floats->size();
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&attribute)) return 8 * integers->size();
  if (const auto* body = std::get_if<std::shared_ptr<const Subgraph>>(&attribute)) return size_of(**body);
  std::uint64_t size = 0;
  if (const auto* texts = std::get_if<std::vector<std::string>>(&attribute)) {
    for (const std::string& text : *texts) size += sizeof text + text.size();
  }
  return size;
}

std::uint64_t size_of(const Node& node) {
  std::uint64_t size = node.op.size() + node.domain.size() + node.name.size();
  for (const std::string& name : node.inputs) size += sizeof name + name.size();
  for (const std::string& name : node.outputs) size += 2 * (sizeof name + name.size());   // stands among the taken names too
  for (const auto& [name, value] : node.attributes) size += sizeof value + name.size() + size_of(value);
  return size;
}

std::uint64_t size_of(const Subgraph& body) {
  std::uint64_t size = sizeof body;
  for (const Node& node : body.nodes) size += size_of(node);
  for (const auto& [name, tensor] : body.initialisers) size += name.size() + 4 * tensor.f.size() + 8 * tensor.i.size();
  return size;
}

std::string overload_of(const onnx::FunctionProto& proto) {
  std::vector<std::string> overloads = blocks_of(proto, kOverloadOfFunction);
  return overloads.empty() ? "" : std::move(overloads.back());
}

std::string called(const onnx::FunctionProto& proto) {
  return "function " + proto.name() + " of domain " + (plain_domain(proto.domain()).empty() ? "ai.onnx" : proto.domain());
}

}  // namespace

Functions::Functions(onnx::ModelProto& model, ExternalFiles* external)
    : external_(external), bytes_left_(kGrowth * model.ByteSizeLong() + kGrowthSlack) {
  for (onnx::FunctionProto& proto : *model.mutable_functions()) {
    const Key key{plain_domain(proto.domain()), proto.name(), overload_of(proto)};
    const auto [entry, fresh] = functions_.try_emplace(key);
    if (!fresh) {
      ++entry->second.definitions;
      continue;
    }
    entry->second.who = called(proto);
    entry->second.proto = std::move(proto);
  }
  model.clear_functions();
}

Status Functions::read(Function& function) {
  if (function.definitions > 1) return bad_input("it is defined " + std::to_string(function.definitions) + " times", function.who);
  if (function.read) return Unit{};
  function.read = true;
  onnx::FunctionProto& proto = function.proto;
  TACIT_TRY(const Opsets opsets, read_opsets(proto.opset_import(), function.who));
  if (const auto standard = opsets.find(""); standard != opsets.end()) function.opset = standard->second;
  for (const std::string& bytes : blocks_of(proto, kDefaultsOfFunction)) {
    onnx::AttributeProto attribute;
    if (!attribute.ParseFromString(bytes)) return bad_input("its default attributes are damaged", function.who);
    TACIT_TRY(Attribute value, read_attribute(attribute, function.who, external_));
    const bool fresh = function.defaults.emplace(attribute.name(), std::move(value)).second;
    if (!fresh) return bad_input("its attribute " + attribute.name() + " is given twice", function.who);
  }
  if (static_cast<std::size_t>(proto.node_size()) > kMaxInlinedNodes) {
    return unsupported("it has " + std::to_string(proto.node_size()) + " nodes, more than can be read; inline it in the file, or simplify it", function.who);
  }
  for (int index = 0; index < proto.node_size(); ++index) {
    auto raw = read_node(proto.node(index), node_name(proto.node(index), index), opsets, external_);
    if (!raw.ok()) return Error{raw.error().code, raw.error().text(), function.who};
    function.body.push_back(std::move(*raw));
    proto.mutable_node(index)->Clear();
  }
  return Unit{};
}

std::string Functions::fresh_value(const std::string& wanted) {
  std::string name = wanted;
  for (int k = 2; !values_.insert(name).second; ++k) name = wanted + "#" + std::to_string(k);
  return name;
}

std::string Functions::fresh_node(std::string name, const std::string& suffix) {
  while (!node_names_.insert(name).second) name += suffix;
  return name;
}

Status Functions::spend(std::size_t nodes, std::uint64_t bytes, const Node& where) {
  if (nodes > nodes_left_ || bytes > bytes_left_) {
    return unsupported("its functions unfold to more than can be read; inline them in the file, or simplify it", node_place(where));
  }
  nodes_left_ -= nodes;
  bytes_left_ -= bytes;
  return Unit{};
}

/// For the names that an expansion makes, before it makes any.
Status Functions::spend_on_body(const Node& call, const Function& function) {
  std::uint64_t names = 0, size = 0;
  for (const RawNode& raw : function.body) {
    names += 1 + raw.node.outputs.size();
    size += raw.node.name.size();
    for (const std::string& output : raw.node.outputs) size += output.size();
  }
  return spend(1 + function.body.size(), 2 * (names * (call.name.size() + sizeof call.name) + size), call);
}

/// Every value of the body gets a name: the caller's for inputs and outputs, a fresh one for the others.
Result<Functions::Renaming> Functions::bind(const Node& call, const Function& function) {
  const auto& inputs = function.proto.input();
  const auto& outputs = function.proto.output();
  const auto more = [](const std::vector<std::string>& given, int formal) { return given.size() > static_cast<std::size_t>(formal); };
  if (more(call.inputs, inputs.size()) || more(call.outputs, outputs.size())) {
    return malformed(call, "gives " + function.who + " more inputs or outputs than it has");
  }
  Renaming names;
  for (int k = 0; k < inputs.size(); ++k) {
    const auto at = static_cast<std::size_t>(k);
    if (!names.emplace(inputs[k], at < call.inputs.size() ? call.inputs[at] : "").second) {
      return bad_input("it lists its input \"" + inputs[k] + "\" twice", function.who);
    }
  }
  std::map<std::string, std::string> wanted;   // by the caller
  for (int k = 0; k < outputs.size(); ++k) {
    const auto at = static_cast<std::size_t>(k);
    if (!wanted.emplace(outputs[k], at < call.outputs.size() ? call.outputs[at] : "").second) {
      return bad_input("it lists its output \"" + outputs[k] + "\" twice", function.who);
    }
  }
  for (const RawNode& raw : function.body) {
    for (const std::string& output : raw.node.outputs) {
      if (output.empty()) continue;
      const auto known = wanted.find(output);
      const bool given = known != wanted.end() && !known->second.empty();
      const auto [entry, fresh] = names.try_emplace(output);
      if (!fresh) return bad_input("the value \"" + output + "\" is defined twice", function.who);
      entry->second = given ? known->second : fresh_value(call.name + "/" + output);
    }
  }
  return names;
}

/// Outputs of the function that are its inputs.
Status Functions::pass_through(const Node& call, const Function& function, const Renaming& names) {
  for (std::size_t k = 0; k < call.outputs.size(); ++k) {
    const std::string& formal = function.proto.output(static_cast<int>(k));
    const auto found = names.find(formal);
    if (found == names.end() || (found->second.empty() && !call.outputs[k].empty())) {
      return bad_input("nothing in it gives its output \"" + formal + "\"", function.who);
    }
    if (call.outputs[k].empty() || found->second == call.outputs[k]) continue;
    Node identity;
    identity.op = "Identity";
    identity.name = fresh_node(call.name + "/" + formal, "_" + std::to_string(k));
    identity.opset = function.opset == 0 ? 13 : function.opset;   // the same operator in all opsets
    identity.inputs = {found->second};
    identity.outputs = {call.outputs[k]};
    TACIT_OK(spend(1, size_of(identity), identity));
    placed_.push_back(std::move(identity));
  }
  return Unit{};
}

Status Functions::expand(const Node& call, Function& function, std::size_t depth) {
  if (depth >= kMaxCallDepth) return unsupported("functions call each other more than 64 deep", node_place(call));
  if (function.active) return bad_input("calls itself, directly or through others", function.who);
  TACIT_OK(read(function));
  TACIT_OK(spend_on_body(call, function));
  TACIT_TRY(const Renaming names, bind(call, function));
  function.active = true;
  for (std::size_t index = 0; index < function.body.size(); ++index) {
    const RawNode& raw = function.body[index];
    RawNode copy{raw.node, raw.overload, {}};
    copy.node.name = fresh_node(call.name + "/" + raw.node.name, "_" + std::to_string(index));
    for (std::string& input : copy.node.inputs) {
      if (input.empty()) continue;
      const auto known = names.find(input);
      if (known == names.end()) return bad_input("reads \"" + input + "\", which " + function.who + " does not define", node_place(copy.node));
      input = known->second;
    }
    for (std::string& output : copy.node.outputs) {
      if (!output.empty()) output = names.at(output);
    }
    for (const auto& [attribute, reference] : raw.references) {   // neither given nor by default: left out
      auto given = call.attributes.find(reference);
      if (given == call.attributes.end() && (given = function.defaults.find(reference)) == function.defaults.end()) continue;
      copy.node.attributes[attribute] = given->second;
    }
    TACIT_OK(spend(0, size_of(copy.node), copy.node));
    TACIT_OK(place(std::move(copy), depth + 1));
  }
  function.active = false;
  return pass_through(call, function, names);
}

Status Functions::place(RawNode raw, std::size_t depth) {
  const auto found = functions_.find(Key{raw.node.domain, raw.node.op, raw.overload});
  if (found == functions_.end()) {
    placed_.push_back(std::move(raw.node));
    return Unit{};
  }
  if (raw.node.domain.empty()) return unsupported("the file defines this standard operator anew", node_place(raw.node));
  return expand(raw.node, found->second, depth);
}

Result<std::vector<Node>> Functions::inline_calls(onnx::GraphProto& graph, const Opsets& opsets) {
  if (!functions_.empty()) {
    for (const auto& input : graph.input()) values_.insert(input.name());
    for (const auto& tensor : graph.initializer()) values_.insert(tensor.name());
    for (const auto& tensor : graph.sparse_initializer()) values_.insert(tensor.values().name());
    for (const auto& node : graph.node()) {
      values_.insert(node.input().begin(), node.input().end());
      values_.insert(node.output().begin(), node.output().end());
    }
  }
  for (int index = 0; index < graph.node_size(); ++index) {
    onnx::NodeProto* proto = graph.mutable_node(index);
    std::string name = fresh_node(node_name(*proto, index), "_" + std::to_string(index));
    TACIT_TRY(RawNode raw, read_node(*proto, std::move(name), opsets, external_));
    if (!raw.references.empty()) {
      return malformed(raw.node, "attribute " + raw.references.begin()->first + " refers to a function's, but the node is in none");
    }
    proto->Clear();
    TACIT_OK(place(std::move(raw), 0));
  }
  return std::move(placed_);
}

}  // namespace tacit
