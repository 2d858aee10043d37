#include "onnx/old_opsets.h"
#include "onnx/node_reader.h"

#include <google/protobuf/unknown_field_set.h>

#include <utility>

#include "onnx/reader.h"
#include "onnx/subgraph_reader.h"
#include "onnx/tensor_reader.h"
#include "ops/call.h"

namespace tacit {
namespace {

using Proto = onnx::AttributeProto;

constexpr int kOverloadOfNode = 8;

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

Status read_attributes(const onnx::NodeProto& proto, RawNode& raw, const Opsets& opsets, ExternalFiles* external) {
  Node& node = raw.node;
  for (const Proto& attribute : proto.attribute()) {
    const std::string& name = attribute.name();
    if (node.attributes.contains(name) || raw.references.contains(name)) {
      return bad_input("attribute " + name + " is given twice", node_place(node));
    }
    if (!attribute.ref_attr_name().empty()) {
      raw.references[name] = attribute.ref_attr_name();
      continue;
    }
    if (attribute.has_g()) {
      TACIT_TRY(node.attributes[name], read_body(attribute.g(), node, opsets, external));
      continue;
    }
    TACIT_TRY(node.attributes[name], read_attribute(attribute, node_place(node), external));
  }
  return Unit{};
}

}  // namespace

std::string plain_domain(const std::string& domain) { return domain == "ai.onnx" ? "" : domain; }

Result<Opsets> read_opsets(const OpsetImports& imports, const std::string& who) {
  Opsets opsets;
  for (const onnx::OperatorSetIdProto& import : imports) {
    const std::string domain = plain_domain(import.domain());
    const auto [entry, fresh] = opsets.emplace(domain, import.version());
    if (!fresh && entry->second != import.version()) return bad_input(who + " imports two opsets of \"" + domain + "\"");
  }
  auto standard = opsets.find("");
  if (standard == opsets.end() || (standard->second >= kFirstOpset && standard->second <= kLastOpset)) return opsets;
  return unsupported(who + " uses opset " + std::to_string(standard->second) + "; opsets " + std::to_string(kFirstOpset) +
                     " to " + std::to_string(kLastOpset) + " are supported");
}

Result<Attribute> read_attribute(const Proto& proto, const std::string& where, ExternalFiles* external) {
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
  auto tensor = to_tensor(proto.t(), where + ", attribute " + proto.name(), external);
  if (tensor.ok()) return Attribute{std::move(*tensor)};
  if (tensor.error().code == ErrorCode::kUnsupported) return Attribute{OpaqueAttribute{}};
  return std::move(tensor.error());
}

Result<RawNode> read_node(const onnx::NodeProto& proto, std::string name, const Opsets& opsets, ExternalFiles* external) {
  RawNode raw;
  Node& node = raw.node;
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
  for (std::string& overload : blocks_of(proto, kOverloadOfNode)) raw.overload = std::move(overload);
  TACIT_OK(read_attributes(proto, raw, opsets, external));
  if (node.domain.empty() && node.opset < 7) TACIT_OK(to_opset_seven(node));
  return raw;
}

std::string node_name(const onnx::NodeProto& proto, int index) {
  return proto.name().empty() ? proto.op_type() + "_" + std::to_string(index) : proto.name();
}

std::vector<std::string> blocks_of(const google::protobuf::Message& message, int number) {
  std::vector<std::string> blocks;
  const auto* reflection = message.GetReflection();
  if (const auto* field = message.GetDescriptor()->FindFieldByNumber(number)) {
    const bool text = field->cpp_type() == field->CPPTYPE_STRING;
    if (!field->is_repeated()) {
      if (reflection->HasField(message, field)) blocks.push_back(reflection->GetString(message, field));
      return blocks;
    }
    for (int k = 0; k < reflection->FieldSize(message, field); ++k) {
      blocks.push_back(text ? reflection->GetRepeatedString(message, field, k)
                            : reflection->GetRepeatedMessage(message, field, k).SerializeAsString());
    }
    return blocks;
  }
  const google::protobuf::UnknownFieldSet& unknown = reflection->GetUnknownFields(message);
  for (int k = 0; k < unknown.field_count(); ++k) {
    const google::protobuf::UnknownField& field = unknown.field(k);
    const bool block = field.number() == number && field.type() == field.TYPE_LENGTH_DELIMITED;
    if (block) blocks.push_back(field.length_delimited());
  }
  return blocks;
}

}  // namespace tacit
