#include "onnx/node_reader.h"

#include <set>
#include <utility>

#include "onnx/tensor_reader.h"
#include "ops/call.h"

namespace tacit {
namespace {

using Proto = onnx::AttributeProto;

/// The kind of an attribute; very old files leave it out, so it is read off the content.
int kind_of(const Proto& proto) {
  if (proto.type() != Proto::UNDEFINED) return proto.type();
  if (proto.has_t()) return Proto::TENSOR;
  if (proto.has_s()) return Proto::STRING;
  if (proto.has_f()) return Proto::FLOAT;
  if (proto.has_i()) return Proto::INT;
  if (proto.floats_size() > 0) return Proto::FLOATS;
  if (proto.ints_size() > 0) return Proto::INTS;
  if (proto.strings_size() > 0) return Proto::STRINGS;
  return Proto::UNDEFINED;
}

Result<Attribute> read_attribute(const Proto& proto, const std::string& where) {
  if (proto.has_ref_attr_name()) return Attribute{OpaqueAttribute{}};
  switch (kind_of(proto)) {
    case Proto::INT: return Attribute{std::int64_t{proto.i()}};
    case Proto::FLOAT: return Attribute{proto.f()};
    case Proto::STRING: return Attribute{proto.s()};
    case Proto::INTS: return Attribute{std::vector<std::int64_t>(proto.ints().begin(), proto.ints().end())};
    case Proto::FLOATS: return Attribute{std::vector<float>(proto.floats().begin(), proto.floats().end())};
    case Proto::STRINGS: return Attribute{std::vector<std::string>(proto.strings().begin(), proto.strings().end())};
    case Proto::TENSOR: break;
    default: return Attribute{OpaqueAttribute{}};
  }
  auto tensor = to_tensor(proto.t(), where + ", attribute " + proto.name());
  if (tensor.ok()) return Attribute{std::move(*tensor)};
  if (tensor.error().code == ErrorCode::kUnsupported) return Attribute{OpaqueAttribute{}};
  return std::move(tensor.error());
}

Result<Node> read_node(const onnx::NodeProto& proto, std::string name, const Opsets& opsets) {
  Node node;
  node.op = proto.op_type();
  node.domain = plain_domain(proto.domain());
  node.name = std::move(name);
  if (node.op.empty()) return bad_input("it names no operator", "node " + node.name);
  auto version = opsets.find(node.domain);
  if (version != opsets.end()) node.opset = version->second;
  if (version == opsets.end() && node.domain.empty()) {
    return bad_input("it uses a standard operator, but the file imports no opset of ai.onnx", node_place(node));
  }
  if (node.domain == kOwnDomain) return unsupported("its domain is reserved", node_place(node));
  node.inputs.assign(proto.input().begin(), proto.input().end());
  node.outputs.assign(proto.output().begin(), proto.output().end());
  for (const Proto& attribute : proto.attribute()) {
    TACIT_TRY(Attribute value, read_attribute(attribute, node_place(node)));
    if (!node.attributes.emplace(attribute.name(), std::move(value)).second) {
      return bad_input("attribute " + attribute.name() + " is given twice", node_place(node));
    }
  }
  return node;
}

}  // namespace

std::string plain_domain(const std::string& domain) { return domain == "ai.onnx" ? "" : domain; }

Result<std::vector<Node>> read_nodes(onnx::GraphProto& graph, const Opsets& opsets) {
  std::vector<Node> nodes;
  std::set<std::string> names;
  for (int index = 0; index < graph.node_size(); ++index) {
    onnx::NodeProto* proto = graph.mutable_node(index);
    std::string place = "_";
    place += std::to_string(index);
    std::string name = proto->name().empty() ? proto->op_type() + place : proto->name();
    while (!names.insert(name).second) name += place;
    TACIT_TRY(Node node, read_node(*proto, std::move(name), opsets));
    nodes.push_back(std::move(node));
    proto->Clear();
  }
  return nodes;
}

}  // namespace tacit
