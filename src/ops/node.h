// Node: one operator application of a model, as plain data.
//
//   { op "Conv", domain "", name "Conv_3", opset 13,
//     inputs {"x", "W", "b"}, outputs {"y"}, attributes {strides: {2, 2}} }
//
// Values are named by strings; an empty input or output name means "left out". The domain is "" for the standard
// operators (files that write "ai.onnx" are read as "") and kOwnDomain for forms that only our passes create.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "tensor/tensor.h"

namespace tacit {

inline constexpr const char* kOwnDomain = "tacit";
/// A string attribute that our passes may set on any node: outputs 0 of all nodes with the same one have one range.
inline constexpr const char* kRangeGroup = "tacit.range";
/// An int attribute that our passes may set on a MatMul whose factors are integers: its sum is not rounded, and read by a node that
/// takes exact sums (Lowering::give_sum).
inline constexpr const char* kExactSum = "tacit.exact";

/// An attribute that exists but that no supported operator reads (sparse tensors, types).
struct OpaqueAttribute {
  bool operator==(const OpaqueAttribute&) const = default;
};

struct Subgraph;

using Attribute = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>, std::vector<float>,
                               std::vector<std::string>, Tensor, OpaqueAttribute, std::shared_ptr<const Subgraph>>;

struct Node {
  std::string op;
  std::string domain;
  std::string name;
  std::int64_t opset = 0;  ///< version of `domain` that the file imports
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  std::map<std::string, Attribute> attributes;
};

/// The body of an If, Loop or Scan, never null in an attribute. Values around it that it reads stand among the inputs of the
/// node that holds it too, after its own: captured[k] is the node's inputs[first_captured + k].
struct Subgraph {
  std::vector<std::string> inputs, outputs;
  std::vector<std::string> captured;
  std::size_t first_captured = 0;
  std::vector<Node> nodes;  ///< in order
  std::map<std::string, Tensor> initialisers;
};

}  // namespace tacit
