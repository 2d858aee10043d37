#include "graph/choose_widths.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "graph/integer_fixture.h"

namespace tacit {
namespace {

Graph two_layers() {
  Stream s{3};
  GraphFixture f;
  f.input("x", {1, 6}).constant("w", random_tensor({6, 8}, s)).constant("v", random_tensor({8, 3}, s)).node("MatMul", {"x", "w"}, {"h"})
      .node("Relu", {"h"}, {"r"}).node("MatMul", {"r", "v"}, {"y"}).output("y");
  EXPECT_TRUE(order_nodes(f.graph).ok());
  return std::move(*prepare(std::move(f.graph)));
}

std::vector<TensorMap> samples() {
  Stream s{4};
  std::vector<TensorMap> out;
  for (int k = 0; k < 20; ++k) out.push_back({{"x", random_tensor({1, 6}, s)}});
  return out;
}

TEST(ChooseWidths, TakesTheCheapestOfThoseWithinTheBound) {
  const Graph graph = two_layers();
  for (const double bound : {1e-3, 1e-2, 1e-1}) {
    const auto choice = compile_within(graph, samples(), {}, {}, bound);
    ASSERT_TRUE(choice.ok()) << choice.error().text();
    EXPECT_LE(worst_error(choice->model.fidelity), bound);
    double least = 1e300;
    for (const WidthTrial& t : choice->trials)
      if (t.error <= bound) least = std::min(least, t.cost);
    const QuantOptions& quant = choice->model.recipe.quant;
    const auto chosen = std::find_if(choice->trials.begin(), choice->trials.end(), [&](const WidthTrial& t) {
      return t.activation_bits == quant.activation_bits && t.weight_bits == quant.weight_bits;
    });
    ASSERT_NE(chosen, choice->trials.end());
    EXPECT_EQ(chosen->cost, least);
    const auto again = compile(graph, choice->model.recipe);
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->theorem, choice->model.theorem);
  }
}

TEST(ChooseWidths, SaysWhatIsReachedWhereTheBoundIsNot) {
  const auto choice = compile_within(two_layers(), samples(), {}, {}, 1e-12);
  ASSERT_FALSE(choice.ok());
  EXPECT_EQ(choice.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(choice.error().text().find("16-bit activations and 16-bit weights reach"), std::string::npos) << choice.error().text();
}

TEST(ChooseWidths, OfIntegersTheErrorIsTheShareThatDiffers) {
  Fidelity f;
  f.outputs = {{"class", 1, 0.125, 1, true}, {"score", 0.5, 0.1, 10, false}};
  EXPECT_EQ(worst_error(f), 0.125);
  f.outputs = {{"score", 0, 0, 0, false}};
  EXPECT_EQ(worst_error(f), 0);
}

TEST(ChooseWidths, WhatCannotBeCompiledAtAllIsSaidSo) {
  const auto choice = compile_within(two_layers(), {}, {}, {}, 0.1);
  ASSERT_FALSE(choice.ok());
  EXPECT_EQ(choice.error().code, ErrorCode::kUsage);
}

}  // namespace
}  // namespace tacit
