// GraphWriter: nodes and constants of an ONNX graph, written one after another, each value under a name of its own.
//
//   Value x = writer.node("Add", {a, b});        node { op_type: "Add", input: [a, b], output: ["t#7"] }   x = "t#7"
//
// Integers are int64 everywhere; constants are stored as narrow as they fit and cast where they are read.
// Internal to src/export.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace onnx {
class GraphProto;
class NodeProto;
class TensorProto;
}  // namespace onnx

namespace tacit {

/// The name of a tensor of the graph.
using Value = std::string;
using Integers = std::vector<std::int64_t>;

/// Element types by ONNX's numbers.
enum class OnnxType : int { kFloat = 1, kInt8 = 3, kInt16 = 5, kInt32 = 6, kInt64 = 7, kString = 8, kBool = 9, kDouble = 11 };

class GraphWriter {
 public:
  /// Names of new values begin with `prefix`, which no other name of the graph does.
  GraphWriter(onnx::GraphProto& graph, std::string prefix) : graph_(graph), prefix_(std::move(prefix)) {}

  Value node(const char* op, const std::vector<Value>& inputs);
  /// The value under another name, for an output.
  void give_name(const Value& value, const std::string& name);
  Value cast(const Value& value, OnnxType type);
  Value reshape(const Value& value, const Integers& dims);
  Value transpose(const Value& value, const Integers& permutation);
  Value concat(const Value& a, const Value& b, std::int64_t axis);
  Value gather(const Value& value, const Value& indices, std::int64_t axis);
  /// The sum along the axis, which is gone afterwards.
  Value reduce_sum(const Value& value, std::int64_t axis);
  /// The integers clamped to [lo, hi].
  Value clip(const Value& value, std::int64_t lo, std::int64_t hi);

  /// Constants that are written once, however often they are asked for.
  Value integer(std::int64_t value) { return integers({}, {value}); }
  Value integers(const Integers& dims, const Integers& values);
  Value real(double value) { return reals({}, {value}); }
  Value reals(const Integers& dims, const std::vector<double>& values);
  /// int32, to index with.
  Value indices(const Integers& dims, const std::vector<std::uint32_t>& values);
  /// Integers of a type that holds them, 1, 2 or 4 bytes each: cast them before use. Written each time.
  Value narrow(const Integers& dims, const std::vector<std::int32_t>& values);
  Value texts(const std::vector<std::string>& values);

  /// Bytes of all constants so far.
  std::uint64_t constant_bytes() const { return bytes_; }

 private:
  onnx::NodeProto& add(const char* op, const std::vector<Value>& inputs);
  Value fresh() { return prefix_ + std::to_string(next_++); }
  Value constant(OnnxType type, const Integers& dims, std::string raw);
  Value shared_constant(OnnxType type, const Integers& dims, std::string raw);

  onnx::GraphProto& graph_;
  std::string prefix_;
  std::uint64_t next_ = 0, bytes_ = 0;
  std::map<std::string, Value> shared_;  // by type, dims and bytes
};

}  // namespace tacit
