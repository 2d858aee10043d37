// Functions that are written out as several nodes: which become one, and which do not.
#include <gtest/gtest.h>

#include "graph/execute.h"
#include "graph/graph_fixture.h"
#include "graph/integer_fixture.h"
#include "graph/prepare.h"

namespace tacit {
namespace {

GraphFixture numbers() {
  GraphFixture g;
  g.input("x", {3, 5});
  for (const auto& [name, value] : std::map<std::string, float>{{"half", 0.5f}, {"one", 1}, {"two", 2}, {"three", 3}, {"six", 6}, {"zero", 0},
                                                                  {"root2", 1.41421354f}, {"cube", 0.044715f}, {"root2pi", 0.797884583f}, {"a", 1.702f}})
    g.constant(name, make_float({}, {value}));
  return g;
}

GraphFixture gelu_of(const char* x, GraphFixture g) {
  return g.node("Div", {x, "root2"}, {"d"}).node("Erf", {"d"}, {"e"}).node("Add", {"e", "one"}, {"p"}).node("Mul", {x, "p"}, {"m"}).node("Mul", {"m", "half"}, {"y"});
}
GraphFixture gelu_by_tanh() {
  return numbers().node("Mul", {"x", "half"}, {"h"}).node("Pow", {"x", "three"}, {"c"}).node("Mul", {"c", "cube"}, {"k"}).node("Add", {"x", "k"}, {"s"})
      .node("Mul", {"s", "root2pi"}, {"t"}).node("Tanh", {"t"}, {"e"}).node("Add", {"e", "one"}, {"p"}).node("Mul", {"h", "p"}, {"y"}).output("y");
}
GraphFixture swish() { return numbers().node("Sigmoid", {"x"}, {"s"}).node("Mul", {"s", "x"}, {"y"}).output("y"); }
GraphFixture hard_swish() {
  return numbers().node("Add", {"x", "three"}, {"s"}).node("Clip", {"s", "zero", "six"}, {"c"}).node("Mul", {"x", "c"}, {"m"}).node("Div", {"m", "six"}, {"y"}).output("y");
}
GraphFixture sigmoid() {
  return numbers().node("Neg", {"x"}, {"n"}).node("Exp", {"n"}, {"e"}).node("Add", {"one", "e"}, {"s"}).node("Reciprocal", {"s"}, {"y"}).output("y");
}

std::vector<std::string> operators(const GraphFixture& g) {
  auto graph = prepare(g.graph);
  EXPECT_TRUE(graph.ok()) << graph.error().text();
  std::vector<std::string> out;
  for (const Node& node : graph->nodes) out.push_back(node.op);
  return out;
}

using Names = std::vector<std::string>;

TEST(FuseFunctions, KnowsThemHoweverTheyAreWritten) {
  EXPECT_EQ(operators(gelu_of("x", numbers()).output("y")), Names{"Gelu"});
  EXPECT_EQ(operators(gelu_by_tanh()), Names{"Gelu"});
  EXPECT_EQ(operators(swish()), Names{"Swish"});
  EXPECT_EQ(operators(hard_swish()), Names{"HardSwish"});
  EXPECT_EQ(operators(sigmoid()), Names{"Sigmoid"});
}

TEST(FuseFunctions, KeepsTheNumbers) {
  for (const GraphFixture& g : {gelu_of("x", numbers()).output("y"), gelu_by_tanh(), swish(), hard_swish(), sigmoid()}) {
    Stream stream{2};
    const Tensor x = random_tensor({3, 5}, stream, -4, 4);
    auto fused = prepare(g.graph);
    ASSERT_TRUE(fused.ok());
    const Tensor y = run_float(*fused, {{"x", x}})->at("y"), want = run_float(g.graph, {{"x", x}})->at("y");
    for (std::size_t k = 0; k < y.f.size(); ++k) EXPECT_NEAR(y.f[k], want.f[k], 1e-5);
  }
}

TEST(FuseFunctions, LeavesOtherFunctionsAndValuesThatOthersRead) {
  EXPECT_EQ(operators(numbers().node("Mul", {"x", "a"}, {"s"}).node("Sigmoid", {"s"}, {"g"}).node("Mul", {"g", "x"}, {"y"}).output("y")).size(), 3u);
  EXPECT_EQ(operators(gelu_of("x", numbers()).output("y").output("e")).size(), 5u);
  EXPECT_EQ(operators(numbers().constant("w", make_float({5}, {1, 1, 1, 1, 1})).node("Sigmoid", {"x"}, {"s"}).node("Mul", {"s", "w"}, {"t"})
                          .node("Mul", {"t", "x"}, {"y"}).output("y")).size(), 3u);
  EXPECT_EQ(operators(numbers().input("z", {3, 5}).node("Sigmoid", {"z"}, {"s"}).node("Mul", {"s", "x"}, {"y"}).output("y")).size(), 2u);
}

TEST(FuseFunctions, StopsWhereTheFunctionBegins) {
  const GraphFixture g = gelu_of("z", numbers().node("Add", {"x", "a"}, {"z"})).output("y");
  EXPECT_EQ(operators(g), (Names{"Add", "Gelu"}));
}

}  // namespace
}  // namespace tacit
