// Builder: a random graph while it grows. Every value has a type before anything reads it.
//
//   inputs -> values -> [generator of one operator] -> node, appended if the operator accepts it -> one more value
//
// A node that its operator refuses (unsupported) is left out and noted: the graph goes on without it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "graph/types.h"
#include "random_models/random.h"

namespace tacit::random_models {

using List = std::vector<std::int64_t>;
using Attributes = std::map<std::string, Attribute>;

inline constexpr std::int64_t kMostElements = 256;
inline constexpr std::size_t kMostInputs = 3, kMostRank = 5;

struct Refusal {
  std::string label;  ///< the operator, as it is counted
  std::string text;
};

class Builder {
 public:
  Builder(Random& random, std::int64_t opset) : random(random), opset(opset), ml_opset(random.between(2, 5)) { graph.opset = opset; }

  Random& random;
  const std::int64_t opset, ml_opset;
  Graph graph;
  std::map<std::string, std::string> labels;  ///< of nodes, by name; none for those that only make a constant
  std::vector<Refusal> refusals;
  std::vector<std::string> faults;  ///< nodes that were called malformed, though they should be right

  const Shape& dims(const std::string& value) const { return types_.at(value).dims; }
  bool is_float(const std::string& value) const { return types_.at(value).dtype == DType::kFloat; }
  bool is_bool(const std::string& value) const { return types_.at(value).is_bool(); }
  /// Of an initialiser or something computed from constants alone, else null.
  const Tensor* known(const std::string& value) const { return known_.contains(value) ? &known_.at(value) : nullptr; }
  Element element(const std::string& value) const { return types_.at(value).element; }
  /// What was computed so far, inputs included; constants are not among them.
  const std::vector<std::string>& values() const { return values_; }

  std::string new_input(Shape dims, DType dtype = DType::kFloat, Element element = Element::kPlain);
  /// One that holds int64, a new input at times. Nothing where there is none.
  std::optional<std::string> integers(std::size_t least_rank);
  /// One that holds bools, a new input or a comparison where there is none. Nothing where none can be had.
  std::optional<std::string> bools(std::size_t least_rank);
  /// One that holds integers of the type, a new input where there is none. Nothing where none can be had.
  std::optional<std::string> typed(Element element, std::size_t least_rank);
  /// A value that is wanted: one that is there, one of those reshaped, or a new input. Nothing where none can be had.
  std::optional<std::string> operand(std::size_t least_rank, std::size_t most_rank);
  /// One that is there and meets the condition; the newest are likelier.
  std::optional<std::string> existing(const std::function<bool(const std::string&)>& condition);
  /// The same elements in `rank` axes. Nothing where Reshape was refused.
  std::optional<std::string> reshaped(const std::string& value, std::size_t rank);

  /// Random extents, at most `most` elements; sizes 1 and primes are likely.
  Shape random_dims(std::size_t rank, std::int64_t most);
  /// `count` split over `rank` axes.
  Shape factors_of(std::int64_t count, std::size_t rank);

  /// A constant tensor, as an initialiser, a Constant node, or computed from constants.
  std::string constant(Tensor value);
  /// The same, as a Constant node.
  std::string constant_node(Tensor value);
  std::string floats(Shape dims, double lo, double hi);
  std::string list(const List& values) { return constant(make_int64({static_cast<std::int64_t>(values.size())}, values)); }
  /// Numbers of a layer that sums `terms` products.
  std::string weights(Shape dims, std::int64_t terms);

  /// Appends the node. False where the operator refuses it or an output is too large for this test.
  bool add(std::string op, std::vector<std::string> inputs, Attributes attributes = {}, std::size_t outputs = 1);
  /// The same of an operator of ai.onnx.ml.
  bool add_ml(std::string op, std::vector<std::string> inputs, Attributes attributes = {}, std::size_t outputs = 1);
  /// The first output of such a node. Nothing where it is refused.
  std::optional<std::string> helper(std::string op, std::vector<std::string> inputs, Attributes attributes = {});
  /// The first output of the last node that was added.
  const std::string& last() const { return graph.nodes.back().outputs[0]; }
  /// The axis, counted from the end at times, where the opset allows that since `since`.
  std::int64_t written_axis(std::size_t axis, std::size_t rank, std::int64_t since);

 private:
  std::string fresh(const char* prefix) { return prefix + std::to_string(names_++); }
  Node& append(std::string op, std::vector<std::string> inputs, std::vector<std::string> outputs, Attributes attributes);
  Result<std::vector<TensorType>> types_of(const Node& node) const;
  bool keep_last();
  void give_constant_node(const std::string& name, const Tensor& value);
  std::optional<std::vector<TensorType>> infer_last();

  TypeMap types_;
  std::vector<std::string> values_;
  std::map<std::string, Tensor> known_;  ///< every constant, whatever it is made of
  std::size_t names_ = 0;
};

/// How a node is counted: its operator, and for Conv its number of axes.
std::string label_of(const std::string& op, std::size_t rank);

}  // namespace tacit::random_models
