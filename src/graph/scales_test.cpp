// The widths and scales that the compiler chooses where one width and one scale for all would lose bits.
#include <gtest/gtest.h>

#include <cmath>

#include "graph/integer_fixture.h"

namespace tacit {
namespace {

Graph prepared(GraphFixture f) {
  EXPECT_TRUE(order_nodes(f.graph).ok());
  auto graph = prepare(std::move(f.graph));
  EXPECT_TRUE(graph.ok()) << graph.error().text();
  return std::move(*graph);
}

/// y = x W: W is n x 1.
Graph dense(std::vector<float> weights) {
  const auto n = static_cast<std::int64_t>(weights.size());
  return prepared(GraphFixture{}.input("x", {1, n}).constant("w", make_float({n, 1}, std::move(weights))).node("MatMul", {"x", "w"}, {"y"}).output("y"));
}

/// The two features nearly cancel: the weights are large beside what is left of them.
std::vector<TensorMap> cancelling_samples() {
  Stream s{5};
  std::vector<TensorMap> samples;
  for (int k = 0; k < 20; ++k) {
    const Tensor x = random_tensor({2}, s);
    samples.push_back({{"x", make_float({1, 2}, {x.f[0], x.f[0] + 0.2f * x.f[1]})}});
  }
  return samples;
}

const Column& weights_of(const Compiled& model) {
  return model.theorem.columns[model.theorem.accumulators[0].contractions[0].weights];
}

std::uint32_t shift_of(const Compiled& model) { return model.theorem.steps[0].requantise.shift; }

TEST(WeightWidth, GrowsBeforeTheShiftShrinks) {
  const Graph graph = dense({1, -1});
  const auto wide = compile(graph, cancelling_samples(), {}, {}), narrow = compile(graph, cancelling_samples(), {}, {.quant = {.most_weight_bits = 16}});
  ASSERT_TRUE(wide.ok() && narrow.ok());
  EXPECT_EQ(shift_of(*wide), 16u);
  EXPECT_EQ(weights_of(*wide).lo, -(1 << 19));
  EXPECT_EQ(weights_of(*wide).hi, (1 << 19) - 1);
  EXPECT_LT(shift_of(*narrow), 16u);
  EXPECT_EQ(weights_of(*narrow).hi, 32767);
}

TEST(WeightWidth, StaysWhereTheWeightsFit) {
  const std::vector<TensorMap> samples = {{{"x", make_float({1, 4}, {1, 1, 1, 1})}}, {{"x", make_float({1, 4}, {-1, 0.5f, 1, -1})}}};
  const auto model = compile(dense({1, 1, 1, 1}), samples, {}, {});
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(shift_of(*model), 16u);
  EXPECT_EQ(weights_of(*model).hi, 32767);
}

}  // namespace
}  // namespace tacit
