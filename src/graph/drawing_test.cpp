#include "graph/drawing.h"

#include <gtest/gtest.h>

#include "graph/integer_fixture.h"

namespace tacit {
namespace {

TEST(Drawing, ShowsEveryNodeWithItsCost) {
  Stream stream{1};
  GraphFixture g = GraphFixture{}.input("x", {1, 4}).constant("w", random_tensor({4, 3}, stream)).node("MatMul", {"x", "w"}, {"h"})
                       .node("Relu", {"h"}, {"r"}).node("Tanh", {"r"}, {"y"}).output("y");
  ASSERT_TRUE(order_nodes(g.graph).ok());
  auto graph = prepare(g.graph);
  ASSERT_TRUE(graph.ok());
  IntegerFixture f(g);
  ASSERT_TRUE(f.ok);
  const std::vector<NodeCost> costs = costs_by_node(*graph, f.model.theorem);
  ASSERT_EQ(costs.size(), 3u);
  EXPECT_GE(costs[0].committed, 6u);  // the settled sum, and its remainder
  EXPECT_EQ(costs[1].committed, 0u);  // limits of the sum before it
  EXPECT_GE(costs[2].committed, 3u);  // a value for each of 3 numbers
  std::uint64_t rows = 0;
  for (const Lookup& lookup : f.model.theorem.lookups) rows += std::uint64_t{lookup.rows} * lookup.cols;
  EXPECT_LE(costs[0].lookup_rows + costs[2].lookup_rows, rows);
  EXPECT_GT(costs[2].lookup_rows, 0u);
  const std::string svg = drawing_of(*graph, *infer_types(*graph), costs);
  EXPECT_EQ(svg.rfind("<svg", 0), 0u);
  for (const char* part : {"MatMul_0", "Relu_1", "Tanh_2", "input x", "output y", "</svg>"}) EXPECT_NE(svg.find(part), std::string::npos) << part;
}

TEST(Drawing, EscapesNamesOfAFile) {
  GraphFixture g = GraphFixture{}.input("x", {1, 2}).node("Tanh", {"x"}, {"y"}).output("y");
  g.graph.nodes[0].name = "<script>\n\"&";
  const std::string svg = drawing_of(g.graph, *infer_types(g.graph), {{}});
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_NE(svg.find("&lt;script&gt;?"), std::string::npos);
}

}  // namespace
}  // namespace tacit
