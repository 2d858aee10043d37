#include "onnx/subgraph_reader.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "onnx/proto.h"
#include "onnx/tensor_reader.h"
#include "ops/call.h"

namespace tacit {
namespace {

/// Values that the body defines.
using Names = std::set<std::string>;

Status define(Names& names, const std::string& name, const Node& node) {
  if (name.empty() || names.insert(name).second) return Unit{};
  return bad_input("its body defines the value \"" + name + "\" twice", node_place(node));
}

Status read_constants(const onnx::GraphProto& proto, const Node& node, ExternalFiles* external, Names& names, Subgraph& body) {
  for (const onnx::TensorProto& tensor : proto.initializer()) {
    TACIT_OK(define(names, tensor.name(), node));
    TACIT_TRY(body.initialisers[tensor.name()], to_tensor(tensor, node_place(node) + ", initialiser \"" + tensor.name() + "\"", external));
  }
  return Unit{};
}

/// Names that are read but not defined here come from around the body.
void capture(const std::string& name, const Names& names, Subgraph& body) {
  if (name.empty() || names.contains(name)) return;
  if (std::find(body.captured.begin(), body.captured.end(), name) == body.captured.end()) body.captured.push_back(name);
}

Status read_nodes(const onnx::GraphProto& proto, const Node& node, const Opsets& opsets, ExternalFiles* external, Names& names, Subgraph& body) {
  for (int index = 0; index < proto.node_size(); ++index) {
    TACIT_TRY(RawNode raw, read_node(proto.node(index), node_name(proto.node(index), index), opsets, external));
    if (!raw.references.empty()) return unsupported("its body refers to attributes of a function", node_place(node));
    for (const std::string& input : raw.node.inputs) capture(input, names, body);
    for (const std::string& output : raw.node.outputs) {
      TACIT_OK(define(names, output, node));
      // Nodes stand in order: what was read before it is defined here would be taken from around the body.
      const bool early = !output.empty() && std::find(body.captured.begin(), body.captured.end(), output) != body.captured.end();
      if (early) return bad_input("its body reads \"" + output + "\" before it is defined", node_place(node));
    }
    body.nodes.push_back(std::move(raw.node));
  }
  return Unit{};
}

Result<Subgraph> read(const onnx::GraphProto& proto, const Node& node, const Opsets& opsets, ExternalFiles* external) {
  Subgraph body;
  Names names;
  if (proto.sparse_initializer_size() > 0) return unsupported("its body holds sparse tensors", node_place(node));
  for (const onnx::ValueInfoProto& input : proto.input()) {
    TACIT_OK(define(names, input.name(), node));
    body.inputs.push_back(input.name());
  }
  TACIT_OK(read_constants(proto, node, external, names, body));
  TACIT_OK(read_nodes(proto, node, opsets, external, names, body));
  for (const onnx::ValueInfoProto& output : proto.output()) {
    capture(output.name(), names, body);
    body.outputs.push_back(output.name());
  }
  return body;
}

}  // namespace

Result<Attribute> read_body(const onnx::GraphProto& proto, Node& node, const Opsets& opsets, ExternalFiles* external) {
  auto body = read(proto, node, opsets, external);
  if (!body.ok()) {
    if (body.error().code == ErrorCode::kUnsupported) return Attribute{OpaqueAttribute{}};
    return std::move(body.error());
  }
  body->first_captured = node.inputs.size();
  node.inputs.insert(node.inputs.end(), body->captured.begin(), body->captured.end());
  return Attribute{std::shared_ptr<const Subgraph>(std::make_shared<Subgraph>(std::move(*body)))};
}

}  // namespace tacit
