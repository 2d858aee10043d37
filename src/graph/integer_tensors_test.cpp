// Tensors of integers: inputs, Cast and ArgMax against their definitions, exactly.
#include <gtest/gtest.h>

#include <algorithm>

#include "graph/calibrate.h"
#include "graph/fidelity.h"
#include "graph/integer_fixture.h"
#include "graph/key_fixture.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;

std::size_t index(std::int64_t v) { return static_cast<std::size_t>(v); }

struct ArgMaxCase {
  Shape dims;
  std::int64_t axis, keep, last;
};

/// The first or last of the largest, with the others of the tensor's integers left as they are.
Ints best_of(const ArgMaxCase& c, const Ints& x) {
  const std::size_t axis = index(c.axis);
  const std::int64_t n = c.dims[axis], inner = count_between(c.dims, axis + 1, c.dims.size()), outer = count_between(c.dims, 0, axis);
  Ints out;
  for (std::int64_t o = 0; o < outer * inner; ++o) {
    std::int64_t best = 0;
    auto at = [&](std::int64_t k) { return x[index((o / inner * n + k) * inner + o % inner)]; };
    for (std::int64_t k = 1; k < n; ++k) best = at(k) > at(best) || (at(k) == at(best) && c.last) ? k : best;
    out.push_back(best);
  }
  return out;
}

const ArgMaxCase kArgMaxCases[] = {{{5}, 0, 1, 0},          {{1}, 0, 0, 0},          {{1, 10}, 1, 0, 0},       {{3, 7}, 1, 0, 1},
                                   {{3, 7}, 1, 1, 0},       {{3, 7}, 0, 0, 0},       {{3, 7}, 0, 1, 1},        {{2, 3, 5}, 1, 0, 0},
                                   {{2, 3, 5}, 2, 0, 1},    {{2, 3, 5}, 0, 0, 0},    {{2, 3, 5}, 2, 1, 0},     {{2, 4, 3, 2}, 1, 0, 0},
                                   {{2, 4, 3, 2}, 3, 0, 0}, {{1, 1, 6}, 2, 1, 1},    {{1, 65}, 1, 1, 0},       {{2, 131}, 1, 0, 1},
                                   {{1, 300}, 1, 0, 0},     {{2, 2, 64}, 2, 0, 0}};

TEST(IntegerArgMax, IsItsDefinitionOnRandomAndOnTiedInputs) {
  for (const ArgMaxCase& c : kArgMaxCases) {
    SCOPED_TRACE(shape_text(c.dims) + " axis " + std::to_string(c.axis) + " keep " + std::to_string(c.keep) + " last " + std::to_string(c.last));
    IntegerFixture f(GraphFixture{}.input("x", c.dims).node("ArgMax", {"x"}, {"y"}, {{"axis", Attribute{c.axis}}, {"keepdims", Attribute{c.keep}},
                                                                                     {"select_last_index", Attribute{c.last}}}).output("y"));
    ASSERT_TRUE(f.ok);
    f.model.theorem.steps.shrink_to_fit();
    expect_legal(f.model);
    EXPECT_EQ(f.model.ports.outputs[0].scale, 1);
    expect_equal(f, [&](const std::vector<Ints>& in) { return best_of(c, in[0]); });
    Stream stream{9};
    for (int round = 0; round < 4; ++round) {
      Ints x(f.model.ports.inputs[0].size());
      for (std::int64_t& v : x) v = stream.integer(-1, 1);
      ASSERT_EQ(f.run({x}), best_of(c, x));
    }
  }
}

TEST(IntegerArgMax, EndsANetworkWithoutARangeOfItsOwn) {
  Stream stream{6};
  IntegerFixture f(GraphFixture{}.input("x", {2, 8}).constant("w", random_tensor({8, 12}, stream)).node("Gemm", {"x", "w"}, {"s"})
                       .node("ArgMax", {"s"}, {"i"}, {{"axis", Attribute{std::int64_t{1}}}, {"keepdims", Attribute{std::int64_t{0}}}}).output("i"));
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  EXPECT_EQ(f.model.fidelity.outputs[0].range, 1);
  EXPECT_LT(f.model.fidelity.outputs[0].mean, 0.05);
  EXPECT_FALSE(f.model.recipe.ranges.contains("i"));
}

/// The real number of a 16-bit integer, exactly, on the grid where Cast truncates.
std::int64_t truncated(const IntegerFixture& f, std::int64_t q) {
  const Requantise& grid = f.model.theorem.steps[0].requantise;
  const std::int64_t coefficient = f.model.theorem.accumulators[grid.acc].linears.at(0).coefficient;
  const std::int64_t at = requantised(q * coefficient, grid.shift, grid.lo, grid.hi);
  const std::int64_t unit = std::int64_t{1} << f.model.theorem.steps[2].requantise.shift;  // after the one
  return at >= 0 ? at / unit : -(-at / unit);
}

TEST(IntegerCast, TruncatesFloatsTowardsZero) {
  for (const float scale : {3.0f, 100.0f, 0.5f}) {
    IntegerFixture f(GraphFixture{}.input("x", {2, 9}).constant("c", make_float({}, {scale})).node("Mul", {"x", "c"}, {"z"})
                         .node("Cast", {"z"}, {"y"}, {{"to", Attribute{std::int64_t{7}}}}).output("y"));
    ASSERT_TRUE(f.ok);
    expect_legal(f.model);
    EXPECT_EQ(f.model.ports.outputs[0].scale, 1);
    EXPECT_LT(f.model.fidelity.outputs[0].mean, 0.02);
  }
  IntegerFixture plain(GraphFixture{}.input("x", {30}).node("Cast", {"x"}, {"y"}, {{"to", Attribute{std::int64_t{6}}}}).output("y"));
  expect_legal(plain.model);
  expect_equal(plain, [&](const std::vector<Ints>& in) {
    Ints out;
    for (const std::int64_t q : in[0]) out.push_back(truncated(plain, q));
    return out;
  });
}

TEST(IntegerCast, OfWhatIsNeverNegativeIsOneFloor) {
  IntegerFixture f(GraphFixture{}.input("x", {4}).node("Relu", {"x"}, {"r"}).output("r").node("Cast", {"r"}, {"y"}, {{"to", Attribute{std::int64_t{2}}}}).output("y"));
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  EXPECT_EQ(f.model.theorem.steps.size(), 4u);  // Relu, its grid, the one, the floor
}

TEST(IntegerCast, ToBoolIsWhetherTheIntegerIsZero) {
  IntegerFixture f(GraphFixture{}.input("x", {3, 6}).node("Cast", {"x"}, {"y"}, {{"to", Attribute{std::int64_t{9}}}}).output("y"));
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  EXPECT_EQ(f.run({{0, 1, -1, 32767, -32768, 0, 2, -2, 0, 0, 0, 0, 5, 5, 5, 5, 5, 0}}), (Ints{0, 1, 1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0}));
}

GraphFixture integer_graph(Shape dims) {
  GraphFixture g;
  g.graph.inputs.push_back({"k", {DType::kInt64, std::move(dims)}});
  return g;
}

Result<Compiled> compiled(GraphFixture g, const std::vector<TensorMap>& samples, CompileOptions options = {}) {
  EXPECT_TRUE(order_nodes(g.graph).ok());
  auto graph = prepare(std::move(g.graph));
  if (!graph.ok()) return graph.error();
  return compile(*graph, samples, {}, options);
}

TEST(IntegerInput, StandsForItself) {
  GraphFixture g = integer_graph({2, 3}).node("Transpose", {"k"}, {"t"}).node("Cast", {"t"}, {"y"}, {{"to", Attribute{std::int64_t{1}}}}).output("y");
  auto model = compiled(g, {{{"k", make_int64({2, 3}, {1, -2, 3, 400, 5, 6})}}});
  ASSERT_TRUE(model.ok()) << model.error().text();
  EXPECT_EQ(model->ports.inputs[0].scale, 1);
  EXPECT_EQ(model->fidelity.outputs[0].max, 0);
  expect_legal(*model);
}

TEST(IntegerInput, IsRefusedByNameWhereItsRangeDoesNotFit) {
  const GraphFixture g = integer_graph({2}).node("Relu", {"k"}, {"y"}).output("y");
  GraphFixture recent = g;
  recent.graph.nodes[0].opset = 14;
  EXPECT_TRUE(compiled(recent, {{{"k", make_int64({2}, {-32768, 32767})}}}).ok());
  auto wide = compiled(recent, {{{"k", make_int64({2}, {0, 32768})}}});
  ASSERT_FALSE(wide.ok());
  EXPECT_NE(wide.error().text().find("input \"k\""), std::string::npos);
  EXPECT_NE(wide.error().text().find("32768"), std::string::npos);
  EXPECT_FALSE(compiled(recent, {}, {.input_range = {{0, 40000}}}).ok());
  auto drawn = compiled(recent, {}, {.input_range = {{-2.5, 3.5}}});
  ASSERT_TRUE(drawn.ok()) << drawn.error().text();
  EXPECT_EQ(drawn->fidelity.outputs[0].max, 0);
  EXPECT_FALSE(compiled(recent, {{{"k", make_int64({2}, {0, 200})}}}, {.quant = {.activation_bits = 8}}).ok());
}

TEST(IntegerInput, IsExactOnACommittedGrid) {
  GraphFixture g = integer_graph({1, 4}).node("Transpose", {"k"}, {"y"}).output("y");
  const std::vector<TensorMap> samples = {{{"k", make_int64({1, 4}, {1, -2, 32767, -32768})}}};
  auto model = compiled(g, samples, {.input = Visibility::kCommitted, .output = Visibility::kCommitted});
  ASSERT_TRUE(model.ok()) << model.error().text();
  expect_legal(*model);
  EXPECT_EQ(model->fidelity.outputs[0].max, 0);
  EXPECT_FALSE(compiled(g, samples, {.input = Visibility::kCommitted, .grid = 0}).ok());
}

TEST(Integers, PassThroughMovesExactlyWithFewActivationBits) {
  GraphFixture g = GraphFixture{}.input("x", {1, 300}).constant("p", make_int64({4}, {0, 1, 0, 1})).constant("v", make_int64({}, {-7}))
      .node("ArgMax", {"x"}, {"i"}, {{"axis", Attribute{std::int64_t{1}}}}).node("Pad", {"i", "p", "v"}, {"w"})
      .node("Concat", {"w", "i"}, {"c"}, {{"axis", Attribute{std::int64_t{-1}}}}).node("Transpose", {"c"}, {"y"}).output("y");
  IntegerFixture f(g, {.activation_bits = 6, .weight_bits = 6});
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  Ints x(300, -32);
  x[299] = 31;
  EXPECT_EQ(f.run({x}), (Ints{-7, 299, -7, 299}));
}

TEST(Fidelity, CountsIntegersThatDiffer) {
  // Two scores that differ by less than a step tie in the integers, and the first one wins.
  GraphFixture g = GraphFixture{}.input("x", {2, 2}).node("ArgMax", {"x"}, {"y"}, {{"axis", Attribute{std::int64_t{1}}}}).output("y");
  ASSERT_TRUE(order_nodes(g.graph).ok());
  auto graph = prepare(std::move(g.graph));
  ASSERT_TRUE(graph.ok());
  const std::vector<TensorMap> samples = {{{"x", make_float({2, 2}, {0.5f, 0.500001f, -1, 1})}}};
  auto model = compile(*graph, samples, {1, 1}, {});
  ASSERT_TRUE(model.ok()) << model.error().text();
  EXPECT_EQ(model->fidelity.outputs[0].mean, 0.5);
  EXPECT_EQ(model->fidelity.outputs[0].max, 1);
  ASSERT_TRUE(model->fidelity.accuracy.has_value());
  EXPECT_EQ(model->fidelity.accuracy->of_float, 1);
  EXPECT_EQ(model->fidelity.accuracy->of_integers, 0.5);
  EXPECT_EQ(model->fidelity.accuracy->agreement, 0.5);
}

}  // namespace
}  // namespace tacit
