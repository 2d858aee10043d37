// If, Loop and Scan that are written out, and equal nodes that are shared.
#include <gtest/gtest.h>

#include <memory>

#include "graph/execute.h"
#include "graph/integer_fixture.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;

Tensor number(std::int64_t v) { return make_int64({}, {v}); }

/// A body of these nodes, reading what the node's inputs from `first` on are called.
Attribute body(GraphFixture nodes, std::vector<std::string> inputs, std::vector<std::string> outputs, std::vector<std::string> captured, std::size_t first) {
  Subgraph out;
  out.inputs = std::move(inputs);
  out.outputs = std::move(outputs);
  out.captured = std::move(captured);
  out.first_captured = first;
  out.nodes = std::move(nodes.graph.nodes);
  out.initialisers = std::move(nodes.graph.initialisers);
  return std::shared_ptr<const Subgraph>(std::make_shared<Subgraph>(std::move(out)));
}

Result<Graph> prepared(GraphFixture g, std::vector<PassReport>* passes = nullptr) {
  EXPECT_TRUE(order_nodes(g.graph).ok());
  return prepare(std::move(g.graph), passes);
}

std::vector<float> outputs_of(GraphFixture g, const Tensor& x) {
  auto graph = prepared(std::move(g));
  EXPECT_TRUE(graph.ok()) << graph.error().text();
  return graph.ok() ? run_float(*graph, {{"x", x}})->at("y").f : std::vector<float>{};
}

GraphFixture with_if(std::int64_t condition) {
  GraphFixture then, other;
  then.node("Add", {"a", "a"}, {"t"});
  other.constant("k", make_float({1}, {5})).node("Sub", {"a", "k"}, {"t"});
  GraphFixture g;
  g.input("x", {2}).constant("c", number(condition));
  return g.node("If", {"c", "x", "x"}, {"y"}, {{"then_branch", body(then, {}, {"t"}, {"a"}, 1)}, {"else_branch", body(other, {}, {"t"}, {"a"}, 2)}}).output("y");
}

TEST(If, TakesTheBranchOfItsConstant) {
  const Tensor x = make_float({2}, {1, 2});
  EXPECT_EQ(outputs_of(with_if(1), x), (std::vector<float>{2, 4}));
  EXPECT_EQ(outputs_of(with_if(0), x), (std::vector<float>{-4, -3}));
}

TEST(Sharing, KeepsListsOfDifferentTypesApart) {
  Tensor chosen = make_int64({2}, {1, 0});
  chosen.element = Element::kBool;
  GraphFixture g;
  g.input("x", {2}).constant("counts", make_int64({2}, {1, 0})).constant("chosen", chosen);
  g.node("Where", {"chosen", "x", "x2"}, {"w"}).node("Add", {"x", "x"}, {"x2"}).node("Cast", {"counts"}, {"c"}, {{"to", Attribute{std::int64_t{1}}}});
  g.node("GatherElements", {"w", "counts"}, {"y"}).output("y");
  EXPECT_EQ(outputs_of(std::move(g), make_float({2}, {3, 5})), (std::vector<float>{10, 3}));
}

TEST(If, RefusesAConditionThatDependsOnTheInput) {
  GraphFixture g = with_if(1);
  g.node("Cast", {"x"}, {"computed"}, {{"to", Attribute{std::int64_t{9}}}});
  g.graph.nodes[0].inputs[0] = "computed";
  EXPECT_NE(prepared(g).error().text().find("condition"), std::string::npos);
}

/// v -> 2 v + x, collected, while `i < limit`, which the body computes.
GraphFixture with_loop(std::int64_t count, std::int64_t limit) {
  GraphFixture inner;
  inner.node("Add", {"v", "v"}, {"d"}).node("Add", {"d", "o"}, {"w"}).node("Gather", {"flags", "i"}, {"goes"});
  List flags(8, 1);
  for (std::int64_t k = limit - 1; k < 8; ++k) flags[static_cast<std::size_t>(k)] = 0;
  inner.constant("flags", make_int64({8}, flags));
  GraphFixture g;
  g.input("x", {1, 2}).constant("m", number(count)).constant("c", number(1));
  g.node("Loop", {"m", "c", "x", "x"}, {"last", "all"}, {{"body", body(inner, {"i", "c", "v"}, {"goes", "w", "w"}, {"o"}, 3)}});
  return g.node("Add", {"all", "last"}, {"y"}).output("y");
}

TEST(Loop, RunsUntilItsCountOrItsCondition) {
  const Tensor x = make_float({1, 2}, {1, 10});
  const std::vector<float> twice = {3 + 7, 30 + 70, 7 + 7, 70 + 70};
  EXPECT_EQ(outputs_of(with_loop(2, 9), x), twice);
  EXPECT_EQ(outputs_of(with_loop(100, 2), x), twice);
  EXPECT_EQ(outputs_of(with_loop(1, 9), x), (std::vector<float>{6, 60}));
}

TEST(Loop, RefusesToRunForEver) {
  GraphFixture inner;
  inner.node("Identity", {"v"}, {"w"});
  GraphFixture g;
  g.input("x", {2}).constant("c", number(1));
  g.node("Loop", {"", "c", "x"}, {"y"}, {{"body", body(inner, {"i", "c", "v"}, {"c", "w"}, {}, 3)}}).output("y");
  EXPECT_NE(prepared(g).error().text().find("1024"), std::string::npos);
  EXPECT_FALSE(prepared(with_loop(0, 9)).ok());  // nothing is collected
}

TEST(Loop, RefusesABodyThatDoesNotFit) {
  for (const std::vector<std::string>& inputs : {std::vector<std::string>{"i", "c"}, std::vector<std::string>{"i", "c", "v", "u"}}) {
    GraphFixture inner;
    inner.node("Identity", {"c"}, {"w"});
    GraphFixture g;
    g.input("x", {2}).constant("m", number(2));
    g.node("Loop", {"m", "", "x"}, {"y"}, {{"body", body(inner, inputs, {"c", "w"}, {}, 3)}}).output("y");
    EXPECT_FALSE(prepared(g).ok());
  }
}

TEST(Scan, CarriesItsStateAndCollectsInEitherDirection) {
  GraphFixture inner;
  inner.node("Add", {"s", "e"}, {"t"});
  GraphFixture g;
  g.input("x", {3, 2}).constant("s0", make_float({2}, {100, 200}));
  g.node("Scan", {"s0", "x"}, {"last", "y"}, {{"body", body(inner, {"s", "e"}, {"t", "t"}, {}, 2)}, {"num_scan_inputs", Attribute{std::int64_t{1}}},
                                              {"scan_output_directions", Attribute{List{1}}}, {"scan_input_directions", Attribute{List{1}}}});
  EXPECT_EQ(outputs_of(g.output("y"), make_float({3, 2}, {1, 2, 3, 4, 5, 6})), (std::vector<float>{109, 212, 108, 210, 105, 206}));
}

TEST(ShareNodes, LeavesOneOfEqualNodesAndCountsThem) {
  GraphFixture g;
  g.input("x", {2, 3}).constant("a", make_int64({1}, {1})).constant("b", make_int64({1}, {1}));
  g.node("Gather", {"x", "a"}, {"u"}).node("Gather", {"x", "b"}, {"v"}).node("Add", {"u", "v"}, {"y"}).output("y");
  std::vector<PassReport> passes;
  auto graph = prepared(g, &passes);
  ASSERT_TRUE(graph.ok());
  EXPECT_EQ(graph->nodes.size(), 2u);
  ASSERT_EQ(passes.size(), 9u);
  EXPECT_EQ(passes[3].before, 3u);
  EXPECT_EQ(passes[3].after, 2u);
  EXPECT_EQ(graph->initialisers.size(), 1u);
}

TEST(ShareNodes, KeepsNodesThatDiffer) {
  const std::vector<std::map<std::string, Attribute>> kinds = {{{"axis", Attribute{std::int64_t{0}}}}, {{"axis", Attribute{std::int64_t{1}}}}};
  GraphFixture g;
  g.input("x", {2, 2}).constant("a", make_int64({2}, {1, 0})).constant("w", make_float({1}, {2})).constant("v", make_float({1}, {2}));
  g.node("Gather", {"x", "a"}, {"p"}, kinds[0]).node("Gather", {"x", "a"}, {"q"}, kinds[1]).node("Mul", {"p", "w"}, {"r"}).node("Mul", {"p", "v"}, {"s"});
  g.node("Add", {"q", "r"}, {"t"}).node("Add", {"t", "s"}, {"y"}).output("y");
  EXPECT_EQ(prepared(g)->nodes.size(), 6u);  // weights are not compared
}

}  // namespace
}  // namespace tacit
