// The passes of split_products.cpp: the same float function as before, by the nodes that they should leave.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "graph/execute.h"
#include "graph/graph_fixture.h"
#include "graph/passes.h"
#include "graph/prepare.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;

Tensor numbers(Shape dims, double step) {
  Tensor t = zeros(std::move(dims));
  for (std::size_t k = 0; k < t.f.size(); ++k) t.f[k] = static_cast<float>(std::sin(step * static_cast<double>(k + 1)));
  return t;
}

Tensor list(List values) { return make_int64({static_cast<std::int64_t>(values.size())}, values); }
std::map<std::string, Attribute> axis(std::int64_t value) { return {{"axis", Attribute{value}}}; }

struct Counted {
  std::map<std::string, int> ops;
  std::set<std::string> read;  ///< by products
};

/// Prepared, with the outputs of the graph as it was given.
Counted expect_same(const GraphFixture& g) {
  Graph plain = g.graph, passed = g.graph;
  EXPECT_TRUE(order_nodes(plain).ok() && order_nodes(passed).ok());
  EXPECT_TRUE(fold_constants(plain).ok());
  auto graph = prepare(std::move(passed));
  EXPECT_TRUE(graph.ok()) << (graph.ok() ? "" : graph.error().text());
  Counted out;
  if (!graph.ok()) return out;
  TensorMap inputs;
  for (const ValueInfo& input : plain.inputs) inputs[input.name] = numbers(input.type.dims, 0.7 + static_cast<double>(inputs.size()));
  const auto want = run_float(plain, inputs), have = run_float(*graph, inputs);
  EXPECT_TRUE(want.ok() && have.ok());
  for (const std::string& name : plain.outputs) {
    const std::vector<float>&a = want->at(name).f, &b = have->at(name).f;
    EXPECT_EQ(a.size(), b.size());
    for (std::size_t k = 0; k < std::min(a.size(), b.size()); ++k) EXPECT_NEAR(a[k], b[k], 1e-5) << name << " " << k;
  }
  for (const Node& node : graph->nodes) {
    ++out.ops[node.op];
    if (node.op == "MatMul" || node.op == "Gemm" || node.op == "Conv") out.read.insert(node.inputs[0]);
  }
  return out;
}

TEST(SplitProducts, ReadThePartsOfAConcat) {
  for (const bool gemm : {false, true}) {
    GraphFixture g;
    g.input("x", {2, 3}).input("y", {2, 1}).node("Relu", {"x"}, {"r"}).node("Concat", {"r", "y", "x"}, {"c"}, axis(-1));
    if (gemm) {
      g.constant("w", numbers({4, 7}, 0.3)).constant("b", numbers({4}, 1.3));
      g.node("Gemm", {"c", "w", "b"}, {"z"}, {{"transB", Attribute{std::int64_t{1}}}, {"alpha", Attribute{2.0f}}, {"beta", Attribute{0.5f}}});
    } else {
      g.constant("w", numbers({7, 4}, 0.3)).node("MatMul", {"c", "w"}, {"z"});
    }
    const Counted c = expect_same(g.output("z"));
    EXPECT_EQ(c.ops.count("Concat"), 0u);
    EXPECT_EQ(c.read, (std::set<std::string>{"r", "x", "y"}));
    EXPECT_EQ(c.ops.at("Add"), 2);
  }
}

TEST(SplitProducts, ConvolutionsReadThePartsThatAPoolJoined) {
  for (const char* pool : {"MaxPool", "AveragePool"}) {
    GraphFixture g;
    g.input("x", {2, 2, 4, 4}).input("y", {2, 3, 4, 4}).constant("w", numbers({2, 5, 3, 3}, 0.3)).constant("b", numbers({2}, 0.9));
    g.node("Concat", {"x", "y"}, {"c"}, axis(1)).node(pool, {"c"}, {"p"}, {{"kernel_shape", Attribute{List{2, 2}}}});
    g.node("Conv", {"p", "w", "b"}, {"z"}, {{"pads", Attribute{List{1, 1, 1, 1}}}}).output("z");
    const Counted c = expect_same(g);
    EXPECT_EQ(c.ops.at("Conv"), 2);
    EXPECT_EQ(c.ops.at(pool), 2);
    EXPECT_EQ(c.ops.count("Concat"), 0u);
  }
}

TEST(SplitProducts, PickedColumnsAreRowsOfTheWeights) {
  GraphFixture g;
  g.input("x", {2, 5}).constant("k", list({4, -4, 4})).constant("w", numbers({3, 2}, 0.3)).constant("v", numbers({2, 2}, 0.8));
  g.node("Gather", {"x", "k"}, {"p"}, axis(1)).node("MatMul", {"p", "w"}, {"y"});
  g.constant("s", list({0})).constant("e", list({4})).constant("a", list({1})).constant("t", list({2}));
  g.node("Slice", {"x", "s", "e", "a", "t"}, {"q"}).node("MatMul", {"q", "v"}, {"z"});
  g.constant("u", numbers({5, 1}, 0.2)).node("Concat", {"p2", "q2"}, {"c"}, axis(1)).node("Gather", {"x", "k"}, {"p2"}, axis(1));
  g.node("Slice", {"x", "s", "e", "a", "t"}, {"q2"}).node("MatMul", {"c", "u"}, {"o"}).output("y").output("z").output("o");
  const Counted c = expect_same(g);
  EXPECT_EQ(c.read.count("x"), 1u);
  EXPECT_EQ(c.ops.count("Slice"), 0u);
}

TEST(SplitProducts, ColumnsThatAreScaledOneByOneBecomeAProduct) {
  GraphFixture g;
  g.input("x", {3, 5}).constant("k", list({3, 0})).constant("m", numbers({2}, 0.3)).constant("s", numbers({2}, 0.8)).constant("w", numbers({2, 2}, 0.4));
  g.node("Gather", {"x", "k"}, {"p"}, axis(1)).node("Sub", {"p", "m"}, {"q"}).node("Mul", {"q", "s"}, {"r"}).node("Tanh", {"r"}, {"y"}).output("y");
  const Counted c = expect_same(g);
  EXPECT_EQ(c.read, std::set<std::string>{"x"});
  EXPECT_EQ(c.ops.count("Gather") + c.ops.count("Sub") + c.ops.count("Mul"), 0u);
}

TEST(SplitProducts, LeavesWhatSomebodyElseReads) {
  {
    GraphFixture g;
    g.input("x", {2, 3}).input("y", {2, 1}).constant("w", numbers({4, 2}, 0.3));
    g.node("Concat", {"x", "y"}, {"c"}, axis(1)).node("MatMul", {"c", "w"}, {"z"}).output("z").output("c");
    EXPECT_EQ(expect_same(g).ops.at("MatMul"), 1);
  }
  {  // along another axis; beside a constant; in groups
    GraphFixture g;
    g.input("x", {1, 3}).input("y", {2, 3}).constant("w", numbers({3, 2}, 0.3)).constant("k", numbers({3, 1}, 0.1)).constant("v", numbers({4, 2}, 0.3));
    g.node("Concat", {"x", "y"}, {"c"}, axis(0)).node("MatMul", {"c", "w"}, {"z"}).node("Concat", {"c", "k"}, {"d"}, axis(1)).node("MatMul", {"d", "v"}, {"u"});
    g.output("z").output("u");
    EXPECT_EQ(expect_same(g).ops.at("Concat"), 2);
  }
  {
    GraphFixture g;
    g.input("x", {1, 2, 3, 3}).constant("w", numbers({4, 1, 1, 1}, 0.3)).node("Relu", {"x"}, {"r"}).node("Concat", {"x", "r"}, {"c"}, axis(1));
    g.node("Conv", {"c", "w"}, {"z"}, {{"group", Attribute{std::int64_t{4}}}}).output("z");
    EXPECT_EQ(expect_same(g).ops.at("Conv"), 1);
  }
}

}  // namespace
}  // namespace tacit
