#include <gtest/gtest.h>

#include "graph/execute.h"
#include "graph/prepare.h"
#include "onnx/model_fixture.h"
#include "onnx/reader.h"

namespace tacit {
namespace {

onnx::NodeProto& add_node(onnx::GraphProto& graph, const char* op, const std::vector<std::string>& inputs, const std::string& output) {
  onnx::NodeProto& node = *graph.add_node();
  node.set_op_type(op);
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(output);
  return node;
}

onnx::GraphProto& add_body(onnx::NodeProto& node, const char* name) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::GRAPH);
  return *attribute.mutable_g();
}

onnx::TensorProto flag(const std::string& name, int value) {
  onnx::TensorProto t;
  t.set_name(name);
  t.set_data_type(onnx::TensorProto::BOOL);
  t.add_int32_data(value);
  return t;
}

/// y = c ? (d ? x + h : h) : x - k, with h = x + x, k of the branch's own.
onnx::ModelProto nested(int c, int d) {
  onnx::ModelProto model;
  model.set_ir_version(8);
  model.add_opset_import()->set_version(13);
  onnx::GraphProto& g = *model.mutable_graph();
  *g.add_input() = value_info("x", {"2"});
  *g.add_output() = value_info("y", {"2"});
  *g.add_initializer() = flag("c", c);
  *g.add_initializer() = flag("d", d);
  onnx::NodeProto& outer = add_node(g, "If", {"c"}, "y");
  add_node(g, "Add", {"x", "x"}, "h");  // after the node whose body reads it
  onnx::GraphProto& then = add_body(outer, "then_branch");
  onnx::NodeProto& inner = add_node(then, "If", {"d"}, "t");
  *then.add_output() = value_info("t", {"2"});
  onnx::GraphProto& sum = add_body(inner, "then_branch");
  add_node(sum, "Add", {"x", "h"}, "s");
  *sum.add_output() = value_info("s", {"2"});
  onnx::GraphProto& through = add_body(inner, "else_branch");
  *through.add_output() = value_info("h", {"2"});
  onnx::GraphProto& other = add_body(outer, "else_branch");
  *other.add_initializer() = float_tensor("k", {2}, {1, 2});
  add_node(other, "Sub", {"x", "k"}, "t");
  *other.add_output() = value_info("t", {"2"});
  return model;
}

std::vector<float> run(int c, int d) {
  auto graph = read_model(serialise(nested(c, d)), {});
  EXPECT_TRUE(graph.ok()) << graph.error().text();
  auto prepared = prepare(std::move(*graph));
  EXPECT_TRUE(prepared.ok()) << prepared.error().text();
  return prepared.ok() ? run_float(*prepared, {{"x", make_float({2}, {10, 20})}})->at("y").f : std::vector<float>{};
}

TEST(Subgraphs, ReadValuesFromAllGraphsAroundThem) {
  EXPECT_EQ(run(1, 1), (std::vector<float>{30, 60}));
  EXPECT_EQ(run(1, 0), (std::vector<float>{20, 40}));
  EXPECT_EQ(run(0, 1), (std::vector<float>{9, 18}));
}

TEST(Subgraphs, RefuseValuesThatNobodyDefinesOrTwoDo) {
  auto error_of = [](auto&& change) {
    onnx::ModelProto model = nested(0, 0);
    change(*model.mutable_graph()->mutable_node(0)->mutable_attribute(1)->mutable_g());
    auto graph = read_model(serialise(model), {});
    return graph.ok() ? std::string() : graph.error().text();
  };
  EXPECT_EQ(error_of([](onnx::GraphProto&) {}), "");
  EXPECT_NE(error_of([](onnx::GraphProto& b) { b.mutable_node(0)->set_input(1, "nowhere"); }).find("nowhere"), std::string::npos);
  EXPECT_NE(error_of([](onnx::GraphProto& b) { b.mutable_node(0)->set_output(0, "k"); }).find("twice"), std::string::npos);
  EXPECT_NE(error_of([](onnx::GraphProto& b) { b.mutable_node(0)->set_input(0, "t"); }).find("before it is defined"), std::string::npos);
}

TEST(Subgraphs, EveryChangedByteIsReadOrRefusedWithoutHarm) {
  const Bytes good = serialise(nested(1, 1));
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const std::uint8_t flip : {0x01, 0x80}) {
      Bytes bad = good;
      bad[at] ^= flip;
      auto graph = read_model(bad, {});
      if (graph.ok()) (void)prepare(std::move(*graph));
    }
  }
}

}  // namespace
}  // namespace tacit
