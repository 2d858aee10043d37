#include "graph/choose_ranges.h"

#include <gtest/gtest.h>

#include <cmath>

#include "graph/fidelity.h"
#include "graph/integer_fixture.h"

namespace tacit {
namespace {

SizeHistogram histogram(double peak, std::vector<std::uint64_t> bins) { return {peak, std::move(bins)}; }

TEST(SizeHistogram, PercentilesAreBinEndsThatHoldTheShare) {
  const SizeHistogram h = histogram(8, {50, 40, 9, 0, 0, 0, 0, 1});
  EXPECT_EQ(h.percentile(0.5), 1);
  EXPECT_EQ(h.percentile(0.9), 2);
  EXPECT_EQ(h.percentile(0.99), 3);
  EXPECT_EQ(h.percentile(1), 8);
}

TEST(SizeHistogram, LeastErrorClipsAnOutlierWithFewBitsAndKeepsItWithMany) {
  std::vector<std::uint64_t> bins(2048);
  bins[20] = 100000;
  bins[2047] = 1;
  const SizeHistogram h = histogram(100, bins);
  EXPECT_LT(h.least_error({.activation_bits = 4}), 50);
  EXPECT_GT(h.least_error({.activation_bits = 4}), 1);
  EXPECT_EQ(h.least_error({.activation_bits = 12, .headroom = 1}), 100);
}

Graph prepared(GraphFixture f) {
  EXPECT_TRUE(order_nodes(f.graph).ok());
  auto graph = prepare(std::move(f.graph));
  EXPECT_TRUE(graph.ok()) << graph.error().text();
  return std::move(*graph);
}

/// Two layers; on one sample in 3000 input and inner value are tens of times as large as on the others. The output is bounded, so
/// that the outlier is worth little.
Graph outlier_graph() {
  return prepared(GraphFixture{}.input("x", {1, 2}).constant("w", make_float({2, 2}, {1, 0.5f, -0.5f, 1}))
                      .constant("v", make_float({2, 2}, {0.3f, 1, -1, 0.7f})).node("MatMul", {"x", "w"}, {"h"})
                      .node("Tanh", {"h"}, {"t"}).node("MatMul", {"t", "v"}, {"y"}).output("y"));
}

std::vector<TensorMap> outlier_samples() {
  Stream s{9};
  std::vector<TensorMap> samples;
  for (int k = 0; k < 3000; ++k) {
    Tensor x = random_tensor({1, 2}, s);
    if (k == 7) x.f = {40, -20};
    samples.push_back({{"x", x}});
  }
  return samples;
}

CompileOptions with(RangeMethod method) { return {.quant = {.activation_bits = 8, .weight_bits = 8}, .ranges = method}; }

TEST(ChooseRanges, AutoIsAtLeastAsGoodAsEveryMethodAlone) {
  const Graph graph = outlier_graph();
  const std::vector<TensorMap> samples = outlier_samples();
  double least = 1e300;
  for (const RangeMethod method : {RangeMethod::kMinMax, RangeMethod::kPercentile, RangeMethod::kMse}) {
    const auto model = compile(graph, samples, {}, with(method));
    ASSERT_TRUE(model.ok()) << model.error().text();
    least = std::min(least, model->fidelity.outputs[0].mean);
  }
  const auto best = compile(graph, samples, {}, with(RangeMethod::kAuto));
  ASSERT_TRUE(best.ok());
  ASSERT_TRUE(best->fidelity.ranges.has_value());
  EXPECT_LT(best->fidelity.ranges->after, best->fidelity.ranges->before);
  EXPECT_GT(best->fidelity.ranges->changed, 0u);
  EXPECT_LT(best->fidelity.outputs[0].mean, 1.5 * least);
}

TEST(ChooseRanges, TheRecipeAloneGivesTheSameModel) {
  const Graph graph = outlier_graph();
  for (const RangeMethod method : {RangeMethod::kPercentile, RangeMethod::kMse, RangeMethod::kAuto}) {
    const auto model = compile(graph, outlier_samples(), {}, with(method));
    ASSERT_TRUE(model.ok());
    const auto again = compile(graph, model->recipe);
    ASSERT_TRUE(again.ok()) << again.error().text();
    EXPECT_EQ(again->theorem, model->theorem);
    EXPECT_EQ(again->weights, model->weights);
    EXPECT_EQ(again->ports, model->ports);
  }
}

TEST(ChooseRanges, RangesThatAreGivenStay) {
  CompileOptions options = with(RangeMethod::kMse);
  options.input_range = {-50, 50};
  const auto model = compile(outlier_graph(), outlier_samples(), {}, options);
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(model->recipe.ranges.at("x").hi, 50);
}

TEST(ChooseRanges, TrialsAreCountedAndBounded) {
  CompileOptions options = with(RangeMethod::kAuto);
  std::size_t calls = 0, bound = 0;
  options.progress = [&](std::size_t done, std::size_t of) {
    EXPECT_EQ(done, ++calls);
    bound = of;
  };
  const auto model = compile(outlier_graph(), outlier_samples(), {}, options);
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(model->fidelity.ranges->tried, calls);
  EXPECT_LE(calls, bound);
  EXPECT_GE(calls, 2u);
}

}  // namespace
}  // namespace tacit
