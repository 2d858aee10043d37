// Reading the nodes of an ONNX graph or function. Internal to src/onnx.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "onnx/proto.h"
#include "ops/node.h"

namespace tacit {

class ExternalFiles;

/// Version per domain, the standard one under "".
using Opsets = std::map<std::string, std::int64_t>;
using OpsetImports = google::protobuf::RepeatedPtrField<onnx::OperatorSetIdProto>;

/// "" for "ai.onnx", else unchanged.
std::string plain_domain(const std::string& domain);

/// What a file or function imports. `who` is the subject of the error: "the file". Errors: kUnsupported for a standard
/// opset outside of kFirstOpset to kLastOpset; bad_input for two versions of one domain.
Result<Opsets> read_opsets(const OpsetImports& imports, const std::string& who);

/// A node as it stands in the file, which may be a call of a function or stand in one.
struct RawNode {
  Node node;
  std::string overload;                          ///< which of several functions of this name and domain is called
  std::map<std::string, std::string> references; ///< own attribute -> attribute of the function around it
};

/// Attributes converted, tensors read. `name` is the node's own or, where it has none, one that tells its place.
Result<RawNode> read_node(const onnx::NodeProto& proto, std::string name, const Opsets& opsets, ExternalFiles* external);

/// A name for the node at `index`, after its operator where the file gives none.
std::string node_name(const onnx::NodeProto& proto, int index);

/// The value of an attribute; one that no operator reads becomes opaque.
Result<Attribute> read_attribute(const onnx::AttributeProto& proto, const std::string& where, ExternalFiles* external);

/// The length-delimited fields `number` of a message. The headers in use may be older than the field: then they stand among
/// the fields that it does not know.
std::vector<std::string> blocks_of(const google::protobuf::Message& message, int number);

}  // namespace tacit
