// The widths and scales that the compiler chooses where one width and one scale for all would lose bits.
#include <gtest/gtest.h>

#include <cmath>

#include "graph/feature_shifts.h"
#include "graph/integer_fixture.h"
#include "theorem/bounds.h"

namespace tacit {
namespace {

/// y = x W: W is n x 1.
Graph dense(std::vector<float> weights) {
  const auto n = static_cast<std::int64_t>(weights.size());
  return prepared_graph(GraphFixture{}.input("x", {1, n}).constant("w", make_float({n, 1}, std::move(weights))).node("MatMul", {"x", "w"}, {"y"}).output("y"));
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

/// Rows of features of these sizes, each within half of its size and the whole.
std::vector<TensorMap> rows_of_sizes(const std::vector<float>& sizes, int count = 40) {
  Stream s{11};
  std::vector<TensorMap> samples;
  for (int k = 0; k < count; ++k) {
    std::vector<float> x;
    for (const float size : sizes) x.push_back(size * (0.75f + 0.25f * random_tensor({1}, s).f[0]));
    samples.push_back({{"x", make_float({1, static_cast<std::int64_t>(sizes.size())}, std::move(x))}});
  }
  return samples;
}

using Shifts = std::vector<std::uint8_t>;

TEST(FeatureShifts, LeaveRoomForValuesEightTimesAsLarge) {
  const Shifts shifts = feature_shifts("x", 4, rows_of_sizes({1000, 1, 300, 0.001f}));
  ASSERT_EQ(shifts.size(), 4u);
  EXPECT_EQ(shifts[0], 0);
  EXPECT_EQ(shifts[2], 0);
  for (const auto& [feature, ratio] : std::vector<std::pair<std::size_t, double>>{{1, 1000}, {3, 1e6}}) {
    EXPECT_LE(std::ldexp(1.0, shifts[feature]), ratio * 1.1 / 8);
    EXPECT_GE(std::ldexp(1.0, shifts[feature]), ratio * 0.9 / 16);
  }
}

TEST(FeatureShifts, AreNoneForFeaturesOfAboutOneSize) {
  EXPECT_TRUE(feature_shifts("x", 3, rows_of_sizes({40, 1, 30})).empty());
  EXPECT_TRUE(feature_shifts("x", 2, rows_of_sizes({0, 0})).empty());
  EXPECT_TRUE(feature_shifts("x", 2, rows_of_sizes({1000, 1}, 7)).empty());  // too few samples to know
}

TEST(FeatureShifts, AFeatureThatWasHardlySeenIsOfTheUsualSize) {
  std::vector<TensorMap> samples = rows_of_sizes({100000, 10, 0, 11, 9, 0});
  samples[3].at("x").f[2] = 0.001f;
  samples[4].at("x").f[5] = 90000;
  const Shifts shifts = feature_shifts("x", 6, samples);
  ASSERT_EQ(shifts.size(), 6u);
  EXPECT_NEAR(shifts[2], shifts[1], 1);
  EXPECT_EQ(shifts[5], 0);  // it would saturate
}

/// y = (x - mean) / deviation W, as scalers and a dense layer are exported.
GraphFixture scaled_rows(const std::vector<float>& sizes) {
  const auto n = static_cast<std::int64_t>(sizes.size());
  Stream s{3};
  Tensor mean = zeros({n}), deviation = zeros({n});
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    mean.f[k] = 0.7f * sizes[k];
    deviation.f[k] = 0.2f * sizes[k];
  }
  return GraphFixture{}.input("x", {1, n}).constant("mean", std::move(mean)).constant("deviation", std::move(deviation))
      .constant("w", random_tensor({n, 3}, s)).node("Sub", {"x", "mean"}, {"c"}).node("Div", {"c", "deviation"}, {"h"})
      .node("MatMul", {"h", "w"}, {"y"}).output("y");
}

TEST(FeatureScales, KeepWhatOneScaleForAllLoses) {
  const std::vector<float> sizes = {50000, 1, 0.002f, 30};
  const auto model = compile(prepared_graph(scaled_rows(sizes)), rows_of_sizes(sizes), {}, {});
  ASSERT_TRUE(model.ok()) << model.error().text();
  EXPECT_EQ(model->ports.inputs[0].row_shifts.size(), 4u);
  const OutputError& error = model->fidelity.outputs[0];
  EXPECT_LT(error.mean, error.range / 1024);
  const auto again = compile(prepared_graph(scaled_rows(sizes)), model->recipe);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->ports, model->ports);
  EXPECT_EQ(again->weights, model->weights);
  EXPECT_TRUE(check_bounds(model->theorem).ok());
}

TEST(FeatureScales, AreOneWhereTheRangeIsGivenOrEveryReaderNeedsOne) {
  const std::vector<float> sizes = {50000, 1};
  const auto given = compile(prepared_graph(scaled_rows(sizes)), rows_of_sizes(sizes), {}, {.input_range = {{-1e5, 1e5}}});
  ASSERT_TRUE(given.ok());
  EXPECT_TRUE(given->ports.inputs[0].row_shifts.empty());
  const Graph softmax = prepared_graph(GraphFixture{}.input("x", {1, 2}).node("Softmax", {"x"}, {"y"}).output("y"));
  const auto read_at_one = compile(softmax, rows_of_sizes(sizes), {}, {});
  ASSERT_TRUE(read_at_one.ok());
  EXPECT_TRUE(read_at_one->ports.inputs[0].row_shifts.empty());
  EXPECT_TRUE(read_at_one->recipe.row_shifts.empty());
}

TEST(FeatureScales, ThatDoNotFitTheModelAreRefused) {
  const std::vector<float> sizes = {50000, 1, 0.002f, 30};
  const Graph graph = prepared_graph(scaled_rows(sizes));
  const Recipe good = compile(graph, rows_of_sizes(sizes), {}, {})->recipe;
  for (const Shifts& bad : {Shifts{}, Shifts{0, 1, 2}, Shifts{1, 1, 1, 1}, Shifts{0, 0, 0, 0}, Shifts{0, 41, 0, 0}}) {
    Recipe recipe = good;
    recipe.row_shifts.at("x") = bad;
    EXPECT_FALSE(compile(graph, recipe).ok());
  }
  Recipe other = good;
  other.row_shifts["y"] = {0, 1, 1, 1};
  EXPECT_FALSE(compile(graph, other).ok());
}

}  // namespace
}  // namespace tacit
