// Masks before a Softmax: which of them it takes in, and that no number of a mask costs the scores their scale.
#include <gtest/gtest.h>

#include <cmath>

#include "graph/integer_fixture.h"
#include "graph/key_fixture.h"

namespace tacit {
namespace {

constexpr std::int64_t kRows = 4;

Tensor causal(float masked) {
  Tensor mask = zeros({kRows, kRows});
  for (std::int64_t k = 0; k < kRows * kRows; ++k) mask.f[static_cast<std::size_t>(k)] = k % kRows > k / kRows ? masked : 0;
  return mask;
}
Tensor condition(const Tensor& mask) {
  Tensor out{mask.dims, DType::kInt64, {}, {}, Element::kBool};
  for (const float v : mask.f) out.i.push_back(v != 0 ? 1 : 0);
  return out;
}

GraphFixture softmax_of(GraphFixture g, std::int64_t axis = -1) { return g.node("Softmax", {"m"}, {"y"}, {{"axis", Attribute{axis}}}).output("y"); }
GraphFixture with_scores() { return GraphFixture{}.input("x", {2, kRows, kRows}).constant("s", make_float({}, {9})).node("Mul", {"x", "s"}, {"z"}); }
GraphFixture added(const Tensor& mask, std::int64_t axis = -1) { return softmax_of(with_scores().constant("c", mask).node("Add", {"z", "c"}, {"m"}), axis); }
GraphFixture replaced(const Tensor& mask, float by) {
  return softmax_of(with_scores().constant("c", condition(mask)).constant("v", make_float({}, {by})).node("Where", {"c", "v", "z"}, {"m"}));
}

std::size_t masked_nodes(GraphFixture g) {
  auto graph = prepare(std::move(g.graph));
  EXPECT_TRUE(graph.ok());
  std::size_t count = 0;
  for (const Node& node : graph->nodes) count += node.op == "MaskedSoftmax";
  return count;
}

/// The softmax of what is left of each row, or the graph's own numbers where a mask is only a number.
void expect_masked(const GraphFixture& g, const std::function<double(double x, std::size_t at)>& number) {
  IntegerFixture f(g);
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  EXPECT_LT(f.model.fidelity.outputs[0].max, 0x1p-10);
  Stream stream{4};
  const double scale = f.model.ports.inputs[0].scale;
  for (int kind = 0; kind < 4; ++kind) {
    const std::vector<Ints> in = f.inputs(kind, stream);
    const Ints y = f.run(in);
    for (std::size_t row = 0; row < y.size(); row += kRows) {
      double sum = 0;
      for (std::size_t k = row; k < row + kRows; ++k) sum += std::exp(number(9 * scale * static_cast<double>(in[0][k]), k % (kRows * kRows)));
      for (std::size_t k = row; k < row + kRows; ++k) {
        const double want = std::exp(number(9 * scale * static_cast<double>(in[0][k]), k % (kRows * kRows))) / sum;
        EXPECT_NEAR(static_cast<double>(y[k]) * f.model.ports.outputs[0].scale, want, 0x1p-9) << "inputs of kind " << kind << ", entry " << k;
      }
    }
  }
}

TEST(Masks, LeaveTermsOutHoweverTheyAreWritten) {
  for (const float masked : {-1e4f, -65504.0f, -3.4e38f, -INFINITY}) {
    SCOPED_TRACE(masked);
    const Tensor mask = causal(masked);
    const auto number = [&](double x, std::size_t at) { return mask.f[at] != 0 ? -HUGE_VAL : x; };
    expect_masked(added(mask), number);
    expect_masked(replaced(mask, masked), number);
    EXPECT_EQ(masked_nodes(replaced(mask, masked)), 1u);
  }
}

TEST(Masks, AreNumbersWhereAWholeRowHasThem) {
  Tensor mask = causal(-1e4f);
  for (std::size_t k = 0; k < kRows; ++k) mask.f[k] = -1e4f;
  expect_masked(replaced(mask, -1e4f), [&](double x, std::size_t at) { return at < kRows ? 0 : mask.f[at] != 0 ? -HUGE_VAL : x; });
  expect_masked(added(mask), [&](double x, std::size_t at) { return at >= kRows && mask.f[at] != 0 ? -HUGE_VAL : x; });
}

TEST(Masks, KeepTheirOtherNumbersPrivate) {
  Tensor mask = causal(-1e4f);
  for (std::size_t k = 0; k < mask.f.size(); ++k) mask.f[k] += 0.25f * static_cast<float>(k % 3);
  const auto number = [&](double x, std::size_t at) { return mask.f[at] < -1000 ? -HUGE_VAL : x + mask.f[at]; };
  expect_masked(added(mask), number);
  const IntegerFixture f(added(mask));
  EXPECT_EQ(f.weights("Softmax_2.masked.bias_high").size(), static_cast<std::size_t>(2 * kRows * kRows));
}

TEST(Masks, StayWhereTheyAreWhenTheyAreNotMasksOrSomebodyElseReadsThem) {
  EXPECT_EQ(masked_nodes(added(causal(-1e4f))), 1u);
  EXPECT_EQ(masked_nodes(added(causal(-999))), 0u);
  EXPECT_EQ(masked_nodes(added(causal(-1e4f), 1)), 0u);
  EXPECT_EQ(masked_nodes(added(causal(-1e4f)).output("m")), 0u);
  EXPECT_EQ(masked_nodes(replaced(causal(-1e4f), 0.5f)), 0u);
}

/// The scores plus a mask, `masked` where t is not positive: computed.
GraphFixture computed(const char* how, float masked) {
  GraphFixture g = with_scores();
  g.input("t", {2, kRows, kRows}).constant("zero", make_float({}, {0})).constant("v", make_float({}, {masked})).node("Greater", {"t", "zero"}, {"b"});
  if (how == std::string("add")) g.node("Where", {"b", "zero", "v"}, {"n"}).node("Add", {"z", "n"}, {"m"});
  else if (how == std::string("replace")) g.node("Where", {"b", "z", "v"}, {"m"});
  else {
    g.constant("one", make_float({}, {1})).node("Cast", {"b"}, {"f"}, {{"to", Attribute{std::int64_t{1}}}}).node("Sub", {"one", "f"}, {"o"});
    g.node("Mul", {"o", "v"}, {"n"}).node("Add", {"n", "z"}, {"m"});
  }
  return softmax_of(std::move(g));
}

/// Inputs as a model has them: no row is masked as a whole.
std::vector<TensorMap> masked_samples() {
  Stream stream{8};
  std::vector<TensorMap> samples(3);
  for (TensorMap& sample : samples) {
    sample["x"] = random_tensor({2, kRows, kRows}, stream);
    sample["t"] = random_tensor({2, kRows, kRows}, stream);
    for (std::size_t row = 0; row < 2 * kRows; ++row) sample["t"].f[row * kRows + row % kRows] = 1;
  }
  return samples;
}

TEST(ComputedMasks, CostTheScoresNoScale) {
  for (const char* how : {"add", "replace", "multiply"})
    for (const float masked : {-1e4f, -1e9f, -3.4e38f, -INFINITY}) {
      if (std::isinf(masked) && how == std::string("multiply")) continue;  // 0 times infinity
      SCOPED_TRACE(std::string(how) + " " + std::to_string(masked));
      auto graph = prepare(computed(how, masked).graph);
      ASSERT_TRUE(graph.ok()) << graph.error().text();
      auto compiled = compile(*graph, masked_samples(), {}, {});
      ASSERT_TRUE(compiled.ok()) << compiled.error().text();
      expect_legal(*compiled);
      EXPECT_LT(compiled->fidelity.outputs[0].max, 0x1p-9);
      EXPECT_LT(compiled->recipe.ranges.at("m").lo, -18 - 9 * 0.9);
      EXPECT_GT(compiled->recipe.ranges.at("m").lo, -18 - 9.1);
    }
}

TEST(ComputedMasks, CountAsNumbersWhereAWholeRowHasThemOrSomebodyElseReadsThem) {
  std::vector<TensorMap> samples = masked_samples();
  for (std::size_t k = 0; k < kRows; ++k) samples[1]["t"].f[k] = -1;
  auto graph = prepare(computed("add", -1e4f).graph);
  ASSERT_TRUE(graph.ok());
  EXPECT_LT(compile(*graph, samples, {}, {})->recipe.ranges.at("m").lo, -9990);
  graph = prepare(computed("add", -1e4f).output("m").graph);
  ASSERT_TRUE(graph.ok());
  EXPECT_LT(compile(*graph, masked_samples(), {}, {})->recipe.ranges.at("m").lo, -9990);
}

}  // namespace
}  // namespace tacit
