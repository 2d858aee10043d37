#include "graph/error_bound.h"

#include <gtest/gtest.h>

#include <cmath>

#include "graph/fidelity.h"
#include "graph/integer_fixture.h"

namespace tacit {
namespace {

std::vector<TensorMap> rows(std::size_t count, Stream& stream) {
  std::vector<TensorMap> out(count);
  for (TensorMap& sample : out) sample["x"] = random_tensor({1, 8}, stream);
  return out;
}

GraphFixture layers() {
  Stream stream{3};
  return GraphFixture{}.input("x", {1, 8}).constant("w", random_tensor({8, 16}, stream)).constant("v", random_tensor({16, 4}, stream))
      .node("MatMul", {"x", "w"}, {"h"}).node("Sigmoid", {"h"}, {"s"}).node("MatMul", {"s", "v"}, {"y"}).output("y");
}

TEST(ErrorBound, HoldsForOtherInputsAndIsNotFarFromTheirErrors) {
  for (const std::size_t count : {4u, 16u, 64u}) {
    Stream stream{count};
    const Graph graph = prepared_graph(layers());
    auto model = compile(graph, rows(count, stream), {}, {});
    ASSERT_TRUE(model.ok());
    const auto others = measure_fidelity(graph, *model, rows(500, stream), {});
    ASSERT_TRUE(others.ok());
    const double bound = model->fidelity.outputs[0].bound.value(), seen = others->outputs[0].max;
    EXPECT_LE(seen, bound);
    EXPECT_LE(bound, 20 * seen);
  }
}

TEST(ErrorBound, IsTheSameEachTimeAndNoLessThanTheMeasuredError) {
  Stream stream{9};
  const Graph graph = prepared_graph(layers());
  const std::vector<TensorMap> samples = rows(10, stream);
  auto first = compile(graph, samples, {}, {}), second = compile(graph, samples, {}, {});
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->fidelity.outputs[0].bound, second->fidelity.outputs[0].bound);
  EXPECT_GE(*first->fidelity.outputs[0].bound, 4 * first->fidelity.outputs[0].max);
  EXPECT_LE(*first->fidelity.outputs[0].bound, 8 * first->fidelity.outputs[0].max);
}

TEST(ErrorBound, IsNeverBelowHalfAStepOfTheOutput) {
  const Graph graph = prepared_graph(GraphFixture{}.input("x", {1, 2}).node("Relu", {"x"}, {"y"}).output("y"));
  const std::vector<TensorMap> zero = {{{"x", make_float({1, 2}, {0, 0})}}, {{"x", make_float({1, 2}, {0, 0})}}};
  auto model = compile(graph, zero, {}, {});
  ASSERT_TRUE(model.ok());
  ASSERT_EQ(model->fidelity.outputs[0].max, 0);
  EXPECT_GE(*model->fidelity.outputs[0].bound, model->ports.outputs[0].scale / 2);
  EXPECT_GT(*model->fidelity.outputs[0].bound, 0);
}

TEST(ErrorBound, CallsExactWhatIntegersAloneMakeAndNotWhatFloatsDecide) {
  GraphFixture f;
  f.graph.inputs.push_back({"n", {DType::kInt64, {1, 4}}});
  f.input("x", {1, 4}).node("Add", {"n", "n"}, {"sum"})
      .node("ArgMax", {"x"}, {"label"}, {{"axis", Attribute{std::int64_t{1}}}}).output("sum").output("label");
  const Graph graph = prepared_graph(f);
  std::vector<TensorMap> samples(3);
  Stream stream{1};
  for (TensorMap& sample : samples) {
    sample["x"] = random_tensor({1, 4}, stream);
    sample["n"] = make_int64({1, 4}, {1, 5, -7, 2});
  }
  auto model = compile(graph, samples, {}, {});
  ASSERT_TRUE(model.ok()) << model.error().text();
  EXPECT_EQ(model->fidelity.outputs[0].bound, std::optional<double>(0));
  EXPECT_EQ(model->fidelity.outputs[1].bound, std::nullopt);
}

TEST(ErrorBound, TriesInputsOnTheLineBetweenTwoSamples) {
  const Graph graph = prepared_graph(GraphFixture{}.input("x", {1, 2}).node("Relu", {"x"}, {"y"}).output("y"));
  const std::vector<TensorMap> ends = {{{"x", make_float({1, 2}, {0, 10})}}, {{"x", make_float({1, 2}, {1, 20})}}};
  for (const TensorMap& made : between_samples(graph, ends, 20)) {
    const Tensor& x = made.at("x");
    EXPECT_TRUE(x.f[0] >= 0 && x.f[0] <= 1);
    EXPECT_NEAR(x.f[1], 10 + 10 * x.f[0], 1e-4);
  }
  for (const TensorMap& made : between_samples(graph, {ends[1]}, 20)) {
    EXPECT_LE(made.at("x").f[1], 20);
    EXPECT_NE(made.at("x").f[0], 1);
  }
}

TEST(ErrorBound, CostsLittleForLargeModels) {
  EXPECT_EQ(runs_between(100, 10), 48u);
  EXPECT_EQ(runs_between(0x1p24, 10), 4u);
  EXPECT_EQ(runs_between(0x1p32, 7), 0u);
  EXPECT_EQ(runs_between(0x1p32, 80), 10u);
  EXPECT_EQ(bound_factor(16), bound_factor(1000));
  EXPECT_EQ(bound_factor(1), 8);
}

}  // namespace
}  // namespace tacit
