#include "graph/compile.h"

#include <gtest/gtest.h>

#include <limits>

#include "graph/calibrate.h"
#include "graph/fidelity.h"
#include "graph/integer_fixture.h"
#include "theorem/bounds.h"

namespace tacit {
namespace {

GraphFixture relu_graph() { return GraphFixture{}.input("x", {1, 2}).node("Relu", {"x"}, {"y"}).output("y"); }

TEST(Compile, AsksForSamplesOrARangeNamingBothFlags) {
  auto compiled = compile(prepared_graph(relu_graph()), {}, {}, {});
  ASSERT_FALSE(compiled.ok());
  EXPECT_EQ(compiled.error().code, ErrorCode::kUsage);
  EXPECT_NE(compiled.error().what.find("--calibration"), std::string::npos);
  EXPECT_NE(compiled.error().what.find("--input-range"), std::string::npos);
}

TEST(Compile, RefusesOptionsOutOfRange) {
  const Graph g = prepared_graph(relu_graph());
  auto refused = [&](CompileOptions o) { return !compile(g, {}, {}, o).ok(); };
  EXPECT_FALSE(refused({.input_range = {{0, 1}}}));
  EXPECT_TRUE(refused({.input_range = {{1, 0}}}));
  EXPECT_TRUE(refused({.input_range = {{0, std::numeric_limits<double>::infinity()}}}));
  EXPECT_TRUE(refused({.quant = {.activation_bits = 17}, .input_range = {{0, 1}}}));
  EXPECT_TRUE(refused({.quant = {.activation_bits = 1}, .input_range = {{0, 1}}}));
  EXPECT_TRUE(refused({.quant = {.weight_bits = 21}, .input_range = {{0, 1}}}));
}

TEST(Compile, RefusesAModelTooLargeForAProofBeforeRunningIt) {
  GraphFixture f = GraphFixture{}.input("x", {1 << 14, 1 << 14}).node("Relu", {"x"}, {"y"}).output("y");
  auto compiled = compile(prepared_graph(f), {}, {}, {.input_range = {{0, 1}}});
  ASSERT_FALSE(compiled.ok());
  EXPECT_NE(compiled.error().text().find("too many for one proof"), std::string::npos);
}

TEST(Compile, TakesTheInputsGridFromTheRange) {
  auto compiled = compile(prepared_graph(relu_graph()), {}, {}, {.input_range = {{-3, 1}}});
  ASSERT_TRUE(compiled.ok());
  EXPECT_DOUBLE_EQ(compiled->ports.inputs[0].scale, 3.0 / 32767);
  EXPECT_TRUE(compiled->fidelity.synthetic);
}

TEST(Compile, NamesTheValueThatIsNotFinite) {
  std::vector<TensorMap> samples = {{{"x", make_float({1, 2}, {1, std::numeric_limits<float>::quiet_NaN()})}}};
  auto compiled = compile(prepared_graph(relu_graph()), samples, {}, {});
  ASSERT_FALSE(compiled.ok());
  EXPECT_NE(compiled.error().text().find("not finite"), std::string::npos);
}

TEST(Compile, RefusesAConstantOutputOfLargeIntegers) {
  GraphFixture f = relu_graph();
  f.constant("c", make_int64({1}, {1 << 22})).output("c");
  auto compiled = compile(prepared_graph(f), {}, {}, {.input_range = {{0, 1}}});
  ASSERT_FALSE(compiled.ok());
  EXPECT_NE(compiled.error().text().find("\"c\""), std::string::npos);
}

/// A convolution, its bias, a second branch and the Relu after their sum share one rounding.
TEST(Compile, FusesAResidualBlockIntoOneRequantisation) {
  Stream stream{1};
  GraphFixture f;
  f.input("x", {1, 2, 4, 4}).constant("w", random_tensor({2, 2, 3, 3}, stream)).constant("v", random_tensor({2, 2, 1, 1}, stream))
      .constant("b", random_tensor({2}, stream))
      .node("Conv", {"x", "w", "b"}, {"a"}, {{"pads", Attribute{std::vector<std::int64_t>{1, 1, 1, 1}}}})
      .node("Conv", {"x", "v"}, {"s"}).node("Add", {"a", "s"}, {"t"}).node("Add", {"t", "x"}, {"u"})
      .node("Relu", {"u"}, {"y"}).output("y");
  IntegerFixture g(f);
  ASSERT_TRUE(g.ok);
  ASSERT_EQ(g.model.theorem.steps.size(), 1u);
  EXPECT_EQ(g.model.theorem.accumulators[0].name, "Conv_0");
  EXPECT_EQ(g.model.theorem.accumulators[0].contractions.size(), 2u);
  EXPECT_LT(g.model.fidelity.outputs[0].max / g.model.fidelity.outputs[0].range, 2e-4);
}

TEST(Compile, QuantisesATensorWithTwoReadersOnce) {
  Stream stream{2};
  GraphFixture f;
  f.input("x", {1, 3}).constant("w", random_tensor({3, 3}, stream)).node("Gemm", {"x", "w"}, {"a"})
      .node("Relu", {"a"}, {"p"}).node("Add", {"a", "p"}, {"y"}).output("y").output("a");
  IntegerFixture g(f);
  ASSERT_TRUE(g.ok);
  EXPECT_EQ(g.model.theorem.steps.size(), 3u);
  EXPECT_EQ(g.model.ports.outputs.size(), 2u);
  for (const OutputError& e : g.model.fidelity.outputs) EXPECT_LT(e.max / e.range, 2e-4);
}

TEST(Compile, CopiesAnInputThatIsAnOutputToo) {
  GraphFixture f = relu_graph();
  f.output("x");
  IntegerFixture g(f);
  ASSERT_TRUE(g.ok);
  EXPECT_NE(g.model.ports.outputs[1].column, g.model.ports.inputs[0].column);
  EXPECT_EQ(g.model.ports.outputs[1].scale, g.model.ports.inputs[0].scale);
}

TEST(Compile, PutsVisibilityIntoTheHomesOfThePortsColumns) {
  CompileOptions options{.input = Visibility::kPrivate, .output = Visibility::kPrivate, .input_range = {{0, 1}}};
  auto hidden = compile(prepared_graph(relu_graph()), {}, {}, options);
  ASSERT_TRUE(hidden.ok());
  EXPECT_EQ(hidden->theorem.columns[hidden->ports.inputs[0].column].home, Home::kWitness);
  EXPECT_EQ(hidden->theorem.columns[hidden->ports.outputs[0].column].home, Home::kWitness);
  auto open = compile(prepared_graph(relu_graph()), {}, {}, {.input_range = {{0, 1}}});
  ASSERT_TRUE(open.ok());
  EXPECT_EQ(open->theorem.columns[open->ports.inputs[0].column].home, Home::kPublic);
  EXPECT_EQ(open->theorem.columns[open->ports.outputs[0].column].home, Home::kPublic);
}

TEST(Compile, PassesTheVerifiersOwnChecks) {
  Stream stream{4};
  GraphFixture f;
  f.input("x", {2, 1, 6, 6}).constant("w", random_tensor({3, 1, 3, 3}, stream)).constant("v", random_tensor({12, 4}, stream))
      .node("Conv", {"x", "w"}, {"a"}).node("Clip", {"a", "", "six"}, {"b"}).constant("six", make_float({}, {6}))
      .node("MaxPool", {"b"}, {"c"}, {{"kernel_shape", Attribute{std::vector<std::int64_t>{2, 2}}},
                                      {"strides", Attribute{std::vector<std::int64_t>{2, 2}}}})
      .node("Flatten", {"c"}, {"d"}).node("Gemm", {"d", "v"}, {"y"}).output("y");
  IntegerFixture g(f);
  ASSERT_TRUE(g.ok);
  EXPECT_TRUE(check_theorem(g.model.theorem).ok());
  EXPECT_TRUE(check_bounds(g.model.theorem).ok());
  ByteWriter out;
  write_ports(out, g.model.ports);
  ByteReader in(out.data());
  EXPECT_TRUE(read_ports(in, g.model.theorem).ok());
}

TEST(Compile, CopiesABatchThatIsReshapedAcrossFeatures) {
  Stream stream{5};
  GraphFixture f;
  f.input("x", {2, 4}).constant("w", random_tensor({4, 8}, stream)).constant("v", random_tensor({1, 2, 1, 1}, stream))
      .constant("s", make_int64({4}, {2, 2, 2, 2})).node("Gemm", {"x", "w"}, {"a"}).node("Reshape", {"a", "s"}, {"b"})
      .node("Conv", {"b", "v"}, {"y"}).output("y");
  IntegerFixture g(f);
  ASSERT_TRUE(g.ok);
  EXPECT_EQ(g.model.theorem.steps.size(), 3u);
  EXPECT_LT(g.model.fidelity.outputs[0].max / g.model.fidelity.outputs[0].range, 2e-4);
}

TEST(Fidelity, CountsLabelsPerRowAndRefusesWrongOnes) {
  GraphFixture f;
  f.input("x", {2, 2}).constant("w", make_float({2, 2}, {1, 0, 0, 1})).node("Gemm", {"x", "w"}, {"y"}).output("y");
  const Graph g = prepared_graph(f);
  const std::vector<TensorMap> samples = {{{"x", make_float({2, 2}, {1, 0, 0, 1})}}};
  auto compiled = compile(g, samples, {0, 0}, {});
  ASSERT_TRUE(compiled.ok());
  ASSERT_TRUE(compiled->fidelity.accuracy.has_value());
  EXPECT_EQ(compiled->fidelity.accuracy->rows, 2u);
  EXPECT_EQ(compiled->fidelity.accuracy->of_float, 0.5);
  EXPECT_EQ(compiled->fidelity.accuracy->of_integers, 0.5);
  EXPECT_EQ(compiled->fidelity.accuracy->agreement, 1.0);
  EXPECT_FALSE(compile(g, samples, {0}, {}).ok());
  EXPECT_FALSE(compile(g, samples, {0, 2}, {}).ok());
}

TEST(SyntheticSamples, CoverTheCornersAndNeverLeaveTheRange) {
  Graph g = prepared_graph(relu_graph());
  auto samples = synthetic_samples(g, -2, 3, 10);
  EXPECT_EQ(samples[0]["x"].f, (std::vector<float>{-2, -2}));
  EXPECT_EQ(samples[1]["x"].f, (std::vector<float>{3, 3}));
  for (TensorMap& s : samples) {
    for (float v : s["x"].f) EXPECT_TRUE(v >= -2 && v <= 3);
  }
  EXPECT_EQ(samples[5]["x"].f, synthetic_samples(g, -2, 3, 10)[5]["x"].f);
}

}  // namespace
}  // namespace tacit
