#include "graph/work.h"

#include <gtest/gtest.h>

#include "graph/compile.h"
#include "graph/graph_fixture.h"
#include "graph/prepare.h"

namespace tacit {
namespace {

using Integers = std::vector<std::int64_t>;

/// The prepared graph and its types.
struct Typed {
  Graph graph;
  TypeMap types;
};

Typed typed(const GraphFixture& fixture) {
  auto graph = prepare(fixture.graph);
  EXPECT_TRUE(graph.ok()) << graph.error().text();
  auto types = infer_types(*graph);
  EXPECT_TRUE(types.ok());
  return {std::move(*graph), std::move(*types)};
}

GraphFixture conv(std::int64_t padding) {
  GraphFixture f;
  f.input("x", {1, 2, 8, 8}).constant("w", zeros({4, 2, 3, 3}));
  f.node("Conv", {"x", "w"}, {"y"}, {{"pads", Integers(4, padding)}}).output("y");
  return f;
}

TEST(Work, CountsEachOutputOverItsWeights) {
  const Typed c = typed(conv(1));
  EXPECT_EQ(products_of(c.graph.nodes[0], c.types), 4 * 64 * 18);
  GraphFixture gemm;
  gemm.input("x", {5, 3}).constant("w", zeros({5, 7}));
  gemm.node("Gemm", {"x", "w"}, {"y"}, {{"transA", std::int64_t{1}}}).output("y");
  const Typed g = typed(gemm);
  EXPECT_EQ(products_of(g.graph.nodes[0], g.types), 3 * 7 * 5);
  EXPECT_EQ(work_of(g.graph, g.types), 3 * 7 * 5 + 3 * 7 + 15 + 35);
}

TEST(Work, CountsTheWindowsOfPools) {
  GraphFixture pool;
  pool.input("x", {1, 1, 8, 8});
  pool.node("MaxPool", {"x"}, {"y"}, {{"kernel_shape", Integers{4, 4}}}).output("y");
  const Typed p = typed(pool);
  EXPECT_EQ(products_of(p.graph.nodes[0], p.types), 0);
  EXPECT_EQ(work_of(p.graph, p.types), 25 * 16 + 25 + 64);
}

TEST(Work, BeyondTheLimitIsRefusedBeforeAnythingRuns) {
  const Typed c = typed(conv(1 << 11));   // 67 million outputs over 18 weights: seconds of work for each sample
  CompileOptions options;
  options.input_range = {-1, 1};
  options.max_work = 0x1p24;
  auto compiled = compile(c.graph, {}, {}, options);
  ASSERT_FALSE(compiled.ok());
  EXPECT_EQ(compiled.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(compiled.error().text().find("node Conv_0 (Conv, opset 13): one inference takes about 2^30.3 multiply-adds"), std::string::npos)
      << compiled.error().text();
  EXPECT_NE(compiled.error().text().find("at most 2^24.0 are run; --max-work raises this limit"), std::string::npos);
}

}  // namespace
}  // namespace tacit
