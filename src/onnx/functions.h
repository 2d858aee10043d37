// Functions: the model-local functions of a file, and how calls of them become ordinary nodes.
//
//   function Swish(x; beta = 1) -> y                    node "act"  = Swish(h; beta = 2) -> o
//     s = Mul(x, Constant(value_float = @beta))   =>    node "act/Constant_0", "act/Mul_1" -> "act/s",
//     g = Sigmoid(s)                                    node "act/Sigmoid_2" -> "act/g",
//     y = Mul(x, g)                                     node "act/Mul_3" (h, "act/g") -> o
//
// Nothing behind the reader knows that functions exist. Internal to src/onnx.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "onnx/node_reader.h"

namespace tacit {

/// What calls may add to a graph: this many nodes (calls count too), and four times the file and 32 MiB of their names and
/// attributes. Calls may nest this deep.
inline constexpr std::size_t kMaxInlinedNodes = std::size_t{1} << 16, kMaxCallDepth = 64;

class Functions {
 public:
  /// Takes the functions out of the model. Functions are looked at only when they are called.
  Functions(onnx::ModelProto& model, ExternalFiles* external);

  /// The graph's nodes with every call replaced by the function's body, with names that are unique in the graph. A node
  /// without a name is called after its operator and its place: Conv_3; one of a body after the call too: block/Conv_3.
  /// Errors: bad_input and unsupported, naming function and node: recursion, too much growth, a value that a function
  /// does not define, two functions of one name, functions that redefine standard operators.
  Result<std::vector<Node>> inline_calls(onnx::GraphProto& graph, const Opsets& opsets);

 private:
  using Key = std::tuple<std::string, std::string, std::string>;   // domain, name, overload

  struct Function {
    onnx::FunctionProto proto;
    bool read = false, active = false;    ///< active: a call of it is being expanded
    int definitions = 1;
    std::string who;                      ///< "function Swish of domain local"
    std::int64_t opset = 0;               ///< of the standard operators, 0: none
    std::map<std::string, Attribute> defaults;
    std::vector<RawNode> body;
  };

  /// Caller's names for the values of one expansion.
  using Renaming = std::map<std::string, std::string>;

  Status read(Function& function);
  Status place(RawNode raw, std::size_t depth);
  Status expand(const Node& call, Function& function, std::size_t depth);
  Result<Renaming> bind(const Node& call, const Function& function);
  Status pass_through(const Node& call, const Function& function, const Renaming& names);
  Status spend(std::size_t nodes, std::uint64_t bytes, const Node& where);
  Status spend_on_body(const Node& call, const Function& function);
  std::string fresh_value(const std::string& wanted);
  std::string fresh_node(std::string wanted, const std::string& suffix);

  std::map<Key, Function> functions_;
  ExternalFiles* external_;
  std::uint64_t bytes_left_;
  std::size_t nodes_left_ = kMaxInlinedNodes;
  std::set<std::string> values_, node_names_;   ///< that are taken
  std::vector<Node> placed_;
};

}  // namespace tacit
