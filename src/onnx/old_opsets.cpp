#include "onnx/old_opsets.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <variant>

namespace tacit {
namespace {

const std::set<std::string> kOfTwo = {"Add", "And", "Div", "Equal", "Gemm", "Greater", "Less", "Mul", "Or", "Pow", "Sub", "Xor"};
/// The first opset since which an operator is what it is in opset 7; the others are that since opset 1.
const std::map<std::string, std::int64_t> kSince = {{"Cast", 6}, {"Concat", 4}, {"GRU", 3}, {"GlobalLpPool", 2}, {"LpPool", 2}, {"Pad", 2},
                                                    {"Reshape", 5}, {"Split", 2}, {"Tile", 6}, {"Upsample", 7}};
const std::set<std::string> kTrained = {"BatchNormalization", "Dropout"};
const std::set<std::string> kRecurrent = {"GRU", "LSTM", "RNN"};

bool is_one(const Node& node, const char* name) {
  const auto found = node.attributes.find(name);
  const auto* number = found == node.attributes.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
  return number != nullptr && *number == 1;
}

Error old(const Node& node, const std::string& what) {
  return unsupported(what + "; write the file with opset 7 or later", "node " + node.name + " (" + node.op + ", opset " + std::to_string(node.opset) + ")");
}

}  // namespace

Status to_opset_seven(Node& node) {
  const auto since = kSince.find(node.op);
  if (since != kSince.end() && node.opset < since->second) return old(node, "this version of the operator is not supported");
  node.attributes.erase("consumed_inputs");
  if (kOfTwo.contains(node.op)) {
    // Without an axis the second shape is a suffix of the first one, or one number, as in opset 7.
    if (is_one(node, "broadcast") && node.attributes.contains("axis")) return old(node, "a broadcast from an axis is not supported");
    node.attributes.erase("broadcast");
    node.attributes.erase("axis");
  }
  if (kTrained.contains(node.op)) {
    if (!is_one(node, "is_test")) return old(node, "it is in training mode (is_test is not 1), which is not supported");
    node.attributes.erase("is_test");
  }
  if (kRecurrent.contains(node.op)) node.attributes.erase("output_sequence");
  if (node.op != "PRelu") node.opset = 7;
  return Unit{};
}

}  // namespace tacit
