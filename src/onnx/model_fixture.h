// For tests only: small ONNX models, put together message by message.
#pragma once

#include <cctype>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "onnx/proto.h"

namespace tacit {

inline Bytes serialise(const google::protobuf::MessageLite& message) {
  const std::string text = message.SerializeAsString();
  return Bytes(text.begin(), text.end());
}

inline onnx::ValueInfoProto value_info(const std::string& name, const std::vector<std::string>& dims) {
  onnx::ValueInfoProto info;
  info.set_name(name);
  auto* tensor = info.mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(onnx::TensorProto::FLOAT);
  tensor->mutable_shape();
  for (const std::string& d : dims) {
    auto* dim = tensor->mutable_shape()->add_dim();
    if (d.empty()) continue;
    if (std::isdigit(d[0]) || d[0] == '-') dim->set_dim_value(std::stoll(d));
    else dim->set_dim_param(d);
  }
  return info;
}

inline onnx::TensorProto float_tensor(const std::string& name, const std::vector<std::int64_t>& dims, std::vector<float> values) {
  onnx::TensorProto t;
  t.set_name(name);
  t.set_data_type(onnx::TensorProto::FLOAT);
  for (std::int64_t d : dims) t.add_dims(d);
  t.set_raw_data(values.data(), values.size() * sizeof(float));
  return t;
}

/// x[N,2] -> Gemm with w (raw) and b (typed) -> y
inline onnx::ModelProto gemm_model() {
  onnx::ModelProto model;
  model.set_ir_version(8);
  auto* import = model.add_opset_import();
  import->set_domain("ai.onnx");
  import->set_version(13);
  onnx::GraphProto& g = *model.mutable_graph();
  *g.add_input() = value_info("x", {"N", "2"});
  *g.add_input() = value_info("w", {"2", "2"});
  *g.add_output() = value_info("y", {"N", "2"});
  *g.add_initializer() = float_tensor("w", {2, 2}, {1, 2, 3, 4});
  onnx::TensorProto b;
  b.set_name("b");
  b.set_data_type(onnx::TensorProto::DOUBLE);
  b.add_dims(2);
  b.add_double_data(10);
  b.add_double_data(20);
  *g.add_initializer() = b;
  onnx::NodeProto& node = *g.add_node();
  node.set_op_type("Gemm");
  node.set_domain("ai.onnx");
  for (const char* input : {"x", "w", "b"}) node.add_input(input);
  node.add_output("y");
  onnx::AttributeProto& alpha = *node.add_attribute();
  alpha.set_name("alpha");
  alpha.set_type(onnx::AttributeProto::FLOAT);
  alpha.set_f(2);
  return model;
}

/// op(inputs) -> outputs, at the end of a graph or function.
template <class Body>
onnx::NodeProto& add_node(Body& body, const std::string& op, const std::vector<std::string>& inputs,
                          const std::vector<std::string>& outputs, const std::string& domain = "") {
  onnx::NodeProto& node = *body.add_node();
  node.set_op_type(op);
  node.set_domain(domain);
  for (const std::string& input : inputs) node.add_input(input);
  for (const std::string& output : outputs) node.add_output(output);
  return node;
}

/// x[1,2] -> nodes to be added -> y
inline onnx::ModelProto bare_model() {
  onnx::ModelProto model;
  model.set_ir_version(8);
  model.add_opset_import()->set_version(13);
  *model.mutable_graph()->add_input() = value_info("x", {"1", "2"});
  *model.mutable_graph()->add_output() = value_info("y", {"1", "2"});
  return model;
}

}  // namespace tacit
