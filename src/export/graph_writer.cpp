#include "export/graph_writer.h"

#include <algorithm>

#include "base/bytes.h"
#include "onnx/proto.h"

namespace tacit {
namespace {

template <class To, class From> std::string little_endian(const std::vector<From>& values) {
  ByteWriter out;
  out.reserve(values.size() * sizeof(To));
  for (const From v : values) {
    if constexpr (std::is_same_v<To, double>) out.f64(v);
    else if constexpr (sizeof(To) == 1) out.u8(static_cast<std::uint8_t>(v));
    else if constexpr (sizeof(To) == 2) out.u16(static_cast<std::uint16_t>(v));
    else if constexpr (sizeof(To) == 4) out.u32(static_cast<std::uint32_t>(v));
    else out.i64(v);
  }
  return {reinterpret_cast<const char*>(out.data().data()), out.data().size()};
}

void set_attribute(onnx::NodeProto& node, const char* name, std::int64_t value) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(value);
}

}  // namespace

onnx::NodeProto& GraphWriter::add(const char* op, const std::vector<Value>& inputs) {
  onnx::NodeProto& node = *graph_.add_node();
  node.set_op_type(op);
  for (const Value& input : inputs) node.add_input(input);
  node.add_output(fresh());
  node.set_name(node.output(0));
  return node;
}

Value GraphWriter::node(const char* op, const std::vector<Value>& inputs) { return add(op, inputs).output(0); }

void GraphWriter::give_name(const Value& value, const std::string& name) { add("Identity", {value}).set_output(0, name); }

Value GraphWriter::cast(const Value& value, OnnxType type) {
  onnx::NodeProto& node = add("Cast", {value});
  set_attribute(node, "to", static_cast<int>(type));
  return node.output(0);
}

Value GraphWriter::reshape(const Value& value, const Integers& dims) {
  return node("Reshape", {value, integers({static_cast<std::int64_t>(dims.size())}, dims)});
}

Value GraphWriter::transpose(const Value& value, const Integers& permutation) {
  onnx::NodeProto& node = add("Transpose", {value});
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name("perm");
  attribute.set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t axis : permutation) attribute.add_ints(axis);
  return node.output(0);
}

Value GraphWriter::concat(const Value& a, const Value& b, std::int64_t axis) {
  onnx::NodeProto& node = add("Concat", {a, b});
  set_attribute(node, "axis", axis);
  return node.output(0);
}

Value GraphWriter::gather(const Value& value, const Value& indices, std::int64_t axis) {
  onnx::NodeProto& node = add("Gather", {value, indices});
  set_attribute(node, "axis", axis);
  return node.output(0);
}

Value GraphWriter::reduce_sum(const Value& value, std::int64_t axis) {
  onnx::NodeProto& node = add("ReduceSum", {value, integers({1}, {axis})});
  set_attribute(node, "keepdims", 0);
  return node.output(0);
}

Value GraphWriter::clip(const Value& value, std::int64_t lo, std::int64_t hi) {
  return node("Clip", {value, integer(lo), integer(hi)});
}

Value GraphWriter::constant(OnnxType type, const Integers& dims, std::string raw) {
  bytes_ += raw.size();
  onnx::TensorProto& tensor = *graph_.add_initializer();
  tensor.set_name(fresh());
  tensor.set_data_type(static_cast<int>(type));
  for (const std::int64_t d : dims) tensor.add_dims(d);
  tensor.set_raw_data(std::move(raw));
  return tensor.name();
}

Value GraphWriter::shared_constant(OnnxType type, const Integers& dims, std::string raw) {
  std::string key = std::to_string(static_cast<int>(type));
  for (const std::int64_t d : dims) key += "," + std::to_string(d);
  key += ":" + raw;
  const auto found = shared_.find(key);
  if (found != shared_.end()) return found->second;
  return shared_[std::move(key)] = constant(type, dims, std::move(raw));
}

Value GraphWriter::integers(const Integers& dims, const Integers& values) {
  return shared_constant(OnnxType::kInt64, dims, little_endian<std::int64_t>(values));
}

Value GraphWriter::reals(const Integers& dims, const std::vector<double>& values) {
  return shared_constant(OnnxType::kDouble, dims, little_endian<double>(values));
}

Value GraphWriter::indices(const Integers& dims, const std::vector<std::uint32_t>& values) {
  return shared_constant(OnnxType::kInt32, dims, little_endian<std::int32_t>(values));
}

Value GraphWriter::narrow(const Integers& dims, const std::vector<std::int32_t>& values) {
  const auto [lo, hi] = std::minmax_element(values.begin(), values.end());
  if (*lo >= INT8_MIN && *hi <= INT8_MAX) return constant(OnnxType::kInt8, dims, little_endian<std::int8_t>(values));
  if (*lo >= INT16_MIN && *hi <= INT16_MAX) return constant(OnnxType::kInt16, dims, little_endian<std::int16_t>(values));
  return constant(OnnxType::kInt32, dims, little_endian<std::int32_t>(values));
}

Value GraphWriter::texts(const std::vector<std::string>& values) {
  onnx::TensorProto& tensor = *graph_.add_initializer();
  tensor.set_name(fresh());
  tensor.set_data_type(static_cast<int>(OnnxType::kString));
  tensor.add_dims(static_cast<std::int64_t>(values.size()));
  for (const std::string& text : values) tensor.add_string_data(text);
  return tensor.name();
}

}  // namespace tacit
