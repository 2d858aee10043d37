// Compiling by a recipe: the same theorem, ports and weights as the compilation that wrote it, and of the graph's numbers
// nothing but what the weights columns hold.
#include <gtest/gtest.h>

#include <limits>

#include "graph/committed_fixture.h"
#include "graph/numbers_fixture.h"

namespace tacit {
namespace {

void expect_same(const Compiled& a, const Compiled& b) {
  EXPECT_EQ(a.theorem, b.theorem);
  EXPECT_EQ(a.ports, b.ports);
  EXPECT_EQ(a.weights, b.weights);
}

TEST(Recipe, GivesWhatTheCompilationThatWroteItGave) {
  const Graph graph = model_of(random_numbers(1));
  for (const CompileOptions& options : std::vector<CompileOptions>{
           {}, {.quant = {.activation_bits = 8, .weight_bits = 10}}, {.input_range = {{-2, 3}}}, {.quant = {.headroom = 1.5}},
           {.input = kHeld, .output = Visibility::kPrivate, .input_range = {{-1, 1}}, .grid = -20}}) {
    const bool synthetic = options.input_range.has_value();
    auto made = compile(graph, synthetic ? std::vector<TensorMap>{} : samples_of_numbers(), {}, options);
    ASSERT_TRUE(made.ok()) << made.error().text();
    auto again = compile(graph, made->recipe);
    ASSERT_TRUE(again.ok()) << again.error().text();
    expect_same(*made, *again);
    EXPECT_TRUE(again->fidelity.outputs.empty());
    EXPECT_EQ(again->recipe.ranges.size(), made->recipe.ranges.size());
  }
}

TEST(Recipe, HoldsTheRangesThatScalesDependOnAndNoOther) {
  auto made = compile(model_of(random_numbers(1)), samples_of_numbers(), {}, {});
  ASSERT_TRUE(made.ok());
  std::vector<std::string> names;
  for (const auto& [name, range] : made->recipe.ranges) names.push_back(name);
  // c, before the Relu, is never an integer of its own, nor is n, before the addition; a has the name of its first reader.
  EXPECT_EQ(names, (std::vector<std::string>{"f", "r", "x", "y"}));
  EXPECT_EQ(made->recipe.quant.headroom, 2);
}

TEST(Recipe, AnotherRangeGivesOtherScales) {
  const Graph graph = model_of(random_numbers(1));
  auto made = compile(graph, samples_of_numbers(), {}, {});
  Recipe other = made->recipe;
  other.ranges.at("x").hi *= 2;
  other.ranges.at("x").lo *= 2;
  auto again = compile(graph, other);
  ASSERT_TRUE(again.ok());
  EXPECT_DOUBLE_EQ(again->ports.inputs[0].scale, 2 * made->ports.inputs[0].scale);
  EXPECT_NE(again->weights, made->weights);
}

TEST(Recipe, ThatIsNotForThisGraphIsRefused) {
  const Graph graph = model_of(random_numbers(1));
  const Recipe good = compile(graph, samples_of_numbers(), {}, {})->recipe;
  auto refusal = [&](auto change) {
    Recipe bad = good;
    change(bad);
    auto made = compile(graph, bad);
    return made.ok() ? std::string() : made.error().text();
  };
  const double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NE(refusal([](Recipe& r) { r.ranges.erase("r"); }).find("value \"r\": the recipe has no range"), std::string::npos);
  EXPECT_NE(refusal([](Recipe& r) { r.ranges["c"] = {-1, 1}; }).find("value \"c\""), std::string::npos);
  EXPECT_NE(refusal([](Recipe& r) { r.inputs.clear(); }), "");
  EXPECT_NE(refusal([](Recipe& r) { r.outputs = {{"z", Visibility::kPublic}}; }), "");
  for (const double bad : {0.0, 0.5, -1.0, 1e300, infinity, nan}) {
    EXPECT_NE(refusal([&](Recipe& r) { r.quant.headroom = bad; }), "") << bad;
    EXPECT_NE(refusal([&](Recipe& r) { r.input_headroom = bad; }), "") << bad;
  }
  for (const ValueRange bad : {ValueRange{1, 2}, ValueRange{-2, -1}, ValueRange{0, infinity}, ValueRange{nan, 1}, ValueRange{-1e39, 0}}) {
    EXPECT_NE(refusal([&](Recipe& r) { r.ranges.at("f") = bad; }), "");
  }
  EXPECT_NE(refusal([](Recipe& r) { r.quant.activation_bits = 17; }), "");
  EXPECT_NE(refusal([](Recipe& r) { r.quant.weight_bits = 1; }), "");
  EXPECT_NE(refusal([](Recipe& r) { r.grid = 31; }), "");
}

// They come from files: whatever they ask for, the answer is a theorem that passes its checks, or one line.
TEST(Recipe, ExtremeRangesAreAnAnswerAndNeverACrash) {
  const Graph graph = model_of(random_numbers(1));
  const Recipe good = compile(graph, samples_of_numbers(), {}, {})->recipe;
  for (const double tiny : {0.0, 1e-320, 1e-38, 1e-10})
    for (const double large : {1e10, 1e38, 3.4e38})
      for (const auto& [name, range] : good.ranges)
        for (const bool inverted : {false, true}) {
          Recipe wild = good;
          for (auto& [other, r] : wild.ranges) r = inverted ? ValueRange{-large, large} : ValueRange{0, tiny};
          wild.ranges.at(name) = inverted ? ValueRange{0, tiny} : ValueRange{-large, large};
          auto made = compile(graph, wild);
          if (made.ok()) { EXPECT_TRUE(check_bounds(made->theorem).ok()); }
          else { EXPECT_FALSE(made.error().what.empty()); }
        }
}

/// The theorem without what follows from shifts would be equal too; with numbers of equal size nothing may differ at all.
TEST(Structure, DoesNotDependOnTheNumbers) {
  const Numbers one = random_numbers(1);
  auto made = compile(model_of(one), samples_of_numbers(), {}, {});
  ASSERT_TRUE(made.ok());
  std::vector<Numbers> others(5, one);
  others[0].bias.f.assign(4, 0.25f);                                             // all the same
  others[1].bias.f.assign(4, 0.0f);
  others[2].places.f.assign(3, 0.0f);
  std::fill(others[3].kernel.f.begin(), others[3].kernel.f.begin() + 18, 0.0f);  // a dead channel
  others[3].scale.f[1] = 0;
  others[4] = moved(one);
  for (std::size_t k = 0; k < others.size(); ++k) {
    auto other = compile(model_of(others[k]), made->recipe);
    ASSERT_TRUE(other.ok()) << k << ": " << other.error().text();
    EXPECT_EQ(other->theorem, made->theorem) << k;
    EXPECT_EQ(other->ports, made->ports) << k;
    EXPECT_NE(other->weights, made->weights) << k;
  }
}

}  // namespace
}  // namespace tacit
