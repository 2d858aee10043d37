#include "graph/graph.h"

#include <gtest/gtest.h>

#include <limits>

#include "graph/execute.h"
#include "graph/graph_fixture.h"
#include "graph/prepare.h"
#include "graph/types.h"

namespace tacit {
namespace {

std::string order_error(Graph graph) {
  Status ok = order_nodes(graph);
  return ok.ok() ? "" : ok.error().text();
}

std::vector<std::string> ops_of(const Graph& graph) {
  std::vector<std::string> ops;
  for (const Node& node : graph.nodes) ops.push_back(node.op);
  return ops;
}

/// Orders, prepares and returns; fails the test on an error.
Graph prepared(Graph graph) {
  EXPECT_EQ(order_error(graph), "");
  EXPECT_TRUE(order_nodes(graph).ok());
  auto out = prepare(std::move(graph));
  if (out.ok()) return std::move(*out);
  ADD_FAILURE() << out.error().text();
  return {};
}

std::string prepare_error(Graph graph) {
  EXPECT_TRUE(order_nodes(graph).ok());
  auto out = prepare(std::move(graph));
  return out.ok() ? "" : out.error().text();
}

TEST(OrderNodes, SortsAFileThatIsOutOfOrder) {
  Graph g = GraphFixture{}.input("x", {1}).node("Relu", {"a"}, {"y"}).node("Relu", {"x"}, {"a"}).output("y").graph;
  ASSERT_TRUE(order_nodes(g).ok());
  EXPECT_EQ(g.nodes[0].name, "Relu_1");
}

TEST(OrderNodes, NamesTheNodeInACycle) {
  Graph g = GraphFixture{}.input("x", {1}).node("Add", {"x", "b"}, {"a"}).node("Relu", {"a"}, {"b"}).output("b").graph;
  EXPECT_NE(order_error(g).find("node Add_0 (Add, opset 13): is part of, or behind, a cycle"), std::string::npos);
}

TEST(OrderNodes, RefusesMissingAndDoubleValues) {
  EXPECT_NE(order_error(GraphFixture{}.input("x", {1}).node("Add", {"x", "w"}, {"y"}).output("y").graph).find("\"w\""),
            std::string::npos);
  EXPECT_NE(order_error(GraphFixture{}.input("x", {1}).node("Relu", {"x"}, {"x"}).output("x").graph), "");
  EXPECT_NE(order_error(GraphFixture{}.input("x", {1}).constant("x", zeros({1})).output("x").graph), "");
  EXPECT_NE(order_error(GraphFixture{}.input("x", {1}).output("z").graph), "");
  EXPECT_NE(order_error(GraphFixture{}.input("x", {1}).output("x").output("x").graph), "");
  EXPECT_NE(order_error(GraphFixture{}.input("x", {1}).graph), "");
}

TEST(UnsupportedNodes, ListsAllThatMatterAndNoOthers) {
  Graph g = GraphFixture{}.input("x", {1}).node("Det", {"x"}, {"a"}).node("DFT", {"a"}, {"y"}).node("STFT", {"x"}, {"z"})
                .output("y").graph;
  ASSERT_TRUE(order_nodes(g).ok());
  std::vector<Node> bad = unsupported_nodes(g);
  ASSERT_EQ(bad.size(), 2u);
  EXPECT_EQ(bad[1].op, "DFT");
  EXPECT_EQ(prepare_error(g), "node Det_0: operator Det of domain ai.onnx, opset 13, is not supported (and 1 more nodes "
                              "are not; tacit inspect lists them)");
}

TEST(Prepare, FoldsConstantSubgraphs) {
  Graph g = GraphFixture{}.input("x", {1, 4}).constant("w", make_float({2, 2, 1}, {1, 2, 3, 4}))
                .node("Constant", {}, {"s"}, {{"value_ints", Attribute{std::vector<std::int64_t>{4, 1}}}})
                .node("Reshape", {"w", "s"}, {"flat"}).node("Identity", {"flat"}, {"shared"})
                .node("MatMul", {"x", "shared"}, {"y"}).output("y").graph;
  Graph p = prepared(g);
  EXPECT_EQ(ops_of(p), (std::vector<std::string>{"MatMul"}));
  EXPECT_EQ(p.initialisers.size(), 1u);
  auto run = run_float(p, {{"x", make_float({1, 4}, {1, 1, 1, 1})}});
  ASSERT_TRUE(run.ok());
  EXPECT_EQ((*run)["y"].f, std::vector<float>{10});
}

TEST(Prepare, RemovesDropoutAndDeadNodesAndKeepsOutputNames) {
  Graph g = GraphFixture{}.input("x", {1, 2}).node("Relu", {"x"}, {"a"}).node("Dropout", {"a"}, {"b", "mask"})
                .node("Sin", {"b"}, {"unused"}).node("Relu", {"b"}, {"c"}).node("Identity", {"c"}, {"y"}).output("y").graph;
  Graph p = prepared(g);
  EXPECT_EQ(ops_of(p), (std::vector<std::string>{"Relu", "Relu"}));
  EXPECT_EQ(p.nodes[1].outputs[0], "y");
}

TEST(Prepare, KeepsAnIdentityBetweenAnInputAndAnOutput) {
  Graph p = prepared(GraphFixture{}.input("x", {1, 2}).node("Identity", {"x"}, {"y"}).output("y").output("x").graph);
  auto run = run_float(p, {{"x", make_float({1, 2}, {3, 4})}});
  ASSERT_TRUE(run.ok());
  EXPECT_EQ((*run)["y"].f, (std::vector<float>{3, 4}));
}

/// Conv, BatchNormalization, Add of a bias: one Conv afterwards, with the same results.
TEST(Prepare, FoldsAffineMapsIntoTheConvolutionBefore) {
  GraphFixture f;
  f.input("x", {1, 1, 2, 2}).constant("w", make_float({2, 1, 1, 1}, {2, 3}))
      .constant("gamma", make_float({2}, {4, 6})).constant("beta", make_float({2}, {1, 2}))
      .constant("mean", make_float({2}, {0.5, 1})).constant("variance", make_float({2}, {3, 8}))
      .constant("bias", make_float({2, 1, 1}, {100, 200}))
      .node("Conv", {"x", "w"}, {"a"})
      .node("BatchNormalization", {"a", "gamma", "beta", "mean", "variance"}, {"b"}, {{"epsilon", Attribute{1.0f}}})
      .node("Add", {"bias", "b"}, {"y"}).output("y");
  Graph p = prepared(f.graph);
  EXPECT_EQ(ops_of(p), (std::vector<std::string>{"Conv"}));
  auto run = run_float(p, {{"x", make_float({1, 1, 2, 2}, {1, 2, 3, 4})}});
  ASSERT_TRUE(run.ok());
  EXPECT_EQ((*run)["y"].f, (std::vector<float>{104, 108, 112, 116, 206, 212, 218, 224}));
}

TEST(Prepare, LeavesABatchNormalizationAloneWhenTheConvolutionIsReadTwice) {
  GraphFixture f;
  f.input("x", {1, 1, 2, 2}).constant("w", make_float({1, 1, 1, 1}, {2})).constant("one", make_float({1}, {1}))
      .node("Conv", {"x", "w"}, {"a"}).node("BatchNormalization", {"a", "one", "one", "one", "one"}, {"b"})
      .node("Add", {"a", "b"}, {"y"}).output("y");
  EXPECT_EQ(ops_of(prepared(f.graph)), (std::vector<std::string>{"Conv", "BatchNormalization", "Add"}));
}

TEST(Prepare, FoldsAddIntoMatMulAndGemmByColumnOnly) {
  GraphFixture f;
  f.input("x", {2, 2}).constant("w", make_float({2, 2}, {1, 0, 0, 1})).constant("c", make_float({2}, {5, 7}))
      .constant("rows", make_float({2, 1}, {1, 2}))
      .node("MatMul", {"x", "w"}, {"a"}).node("Add", {"a", "c"}, {"b"})
      .node("Gemm", {"b", "w"}, {"g"}, {{"alpha", Attribute{2.0f}}}).node("Add", {"g", "c"}, {"h"})
      .node("Add", {"h", "rows"}, {"y"}).output("y");
  Graph p = prepared(f.graph);
  EXPECT_EQ(ops_of(p), (std::vector<std::string>{"MatMul", "Gemm", "Add"}));
  auto run = run_float(p, {{"x", make_float({2, 2}, {1, 2, 3, 4})}});
  ASSERT_TRUE(run.ok());
  EXPECT_EQ((*run)["y"].f, (std::vector<float>{18, 26, 23, 31}));
}

TEST(Prepare, RefusesConstantsThatGrowOrAreNotFinite) {
  GraphFixture big;
  big.input("x", {1}).constant("a", zeros({1, 4000})).constant("b", zeros({4000, 1}))
      .node("Add", {"a", "b"}, {"c"}).node("Add", {"c", "x"}, {"y"}).output("y");
  EXPECT_NE(prepare_error(big.graph).find("Add_0"), std::string::npos);
  GraphFixture nan;
  nan.input("x", {2}).constant("w", make_float({2}, {1, std::numeric_limits<float>::quiet_NaN()}))
      .node("Add", {"x", "w"}, {"y"}).output("y");
  EXPECT_NE(prepare_error(nan.graph).find("\"w\""), std::string::npos);
}

TEST(Prepare, RefusesEmptyAndHugeInputs) {
  EXPECT_NE(prepare_error(GraphFixture{}.input("x", {1, 0}).node("Relu", {"x"}, {"y"}).output("y").graph), "");
  EXPECT_NE(prepare_error(GraphFixture{}.input("x", {1 << 20, 1 << 20}).node("Relu", {"x"}, {"y"}).output("y").graph), "");
}

TEST(Prepare, ReportsFaultsOnlyOfValuesInUse) {
  GraphFixture f;
  f.input("x", {1}).node("Relu", {"x"}, {"y"}).output("y");
  f.graph.faults.emplace("labels", unsupported("it has element type string", "initialiser \"labels\""));
  EXPECT_EQ(prepare_error(f.graph), "");
  f.graph.faults.emplace("x", unsupported("its shape is not declared", "input \"x\""));
  EXPECT_EQ(prepare_error(f.graph), "input \"x\": its shape is not declared");
}

TEST(RunFloat, RefusesWrongInputsByName) {
  Graph p = prepared(GraphFixture{}.input("x", {1, 2}).node("Relu", {"x"}, {"y"}).output("y").graph);
  EXPECT_EQ(run_float(p, {}).error().text(), "input \"x\": no tensor was given for it");
  EXPECT_EQ(run_float(p, {{"x", zeros({2})}}).error().text(), "input \"x\": has shape 2, the model takes 1x2 floats");
  EXPECT_EQ(run_float(p, {{"x", zeros({1, 2})}, {"z", zeros({1})}}).error().text(),
            "input \"z\": the model has no such input");
}

}  // namespace
}  // namespace tacit
