// Quantised operators of ONNX Runtime's own against their definition, bit for bit.
#include <gtest/gtest.h>

#include <cmath>

#include "graph/integer_fixture.h"
#include "graph/key_fixture.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;

Tensor integers(Shape dims, List values, Element element) {
  Tensor t = make_int64(std::move(dims), std::move(values));
  t.element = element;
  return t;
}

/// An input of uint8, and the constants "s" and "z" (a scale and a zero point in the middle), "t" and "o" (others).
GraphFixture quantised_input(Shape dims) {
  GraphFixture g;
  g.graph.inputs.push_back({"x", {DType::kInt64, std::move(dims), Element::kUint8}});
  return g.constant("s", make_float({}, {0x1p-5f})).constant("z", integers({}, {100}, Element::kUint8))
      .constant("t", make_float({}, {0x1p-3f})).constant("o", integers({}, {37}, Element::kUint8));
}

GraphFixture& last_of_runtime(GraphFixture& g) {
  g.graph.nodes.back().domain = "com.microsoft";
  g.graph.nodes.back().opset = 1;
  return g;
}

std::int64_t half_to_even(double v) { return static_cast<std::int64_t>(std::nearbyint(v)); }
std::int64_t stepped(double v) { return std::clamp<std::int64_t>(half_to_even(v / 0x1p-3) + 37, 0, 255); }

void expect_each(GraphFixture& g, const std::function<std::int64_t(std::int64_t)>& f) {
  IntegerFixture fixture(last_of_runtime(g).output("y"));
  ASSERT_TRUE(fixture.ok);
  expect_legal(fixture.model);
  expect_equal(fixture, [&](const std::vector<Ints>& x) {
    Ints y;
    for (const auto v : x[0]) y.push_back(f(v));
    return y;
  });
}

TEST(RuntimeQuantised, AddMulAndJoinsAreRoundedOnce) {
  GraphFixture sum = quantised_input({2, 7});
  sum.node("QLinearAdd", {"x", "s", "z", "x", "s", "z", "t", "o"}, {"y"});
  expect_each(sum, [](std::int64_t v) { return stepped(2 * static_cast<double>(v - 100) * 0x1p-5); });
  GraphFixture product = quantised_input({2, 7});
  product.node("QLinearMul", {"x", "s", "z", "x", "s", "z", "t", "o"}, {"y"});
  expect_each(product, [](std::int64_t v) { return stepped(static_cast<double>((v - 100) * (v - 100)) * 0x1p-10); });
  GraphFixture joined = quantised_input({1, 7});
  joined.node("QLinearConcat", {"t", "o", "x", "s", "z"}, {"y"}, {{"axis", Attribute{std::int64_t{1}}}});
  expect_each(joined, [](std::int64_t v) { return stepped(static_cast<double>(v - 100) * 0x1p-5); });
}

TEST(RuntimeQuantised, GemmHasItsBiasInUnitsOfTheProduct) {
  GraphFixture g = quantised_input({1, 2});
  g.constant("w", integers({3, 2}, {1, -2, 127, 5, -128, 60}, Element::kInt8)).constant("ws", make_float({}, {0x1p-6f}))
      .constant("wz", integers({}, {0}, Element::kInt8)).constant("b", integers({3}, {4000, -1, 900}, Element::kInt32))
      .node("QGemm", {"x", "s", "z", "w", "ws", "wz", "b", "t", "o"}, {"y"}, {{"transB", Attribute{std::int64_t{1}}}});
  last_of_runtime(g).constant("dims", make_int64({2}, {3, 1})).node("Reshape", {"y", "dims"}, {"column"});
  IntegerFixture f(g.output("column"));
  ASSERT_TRUE(f.ok);
  EXPECT_EQ(f.model.ports.outputs[0].type, PortType::kUint8);
  expect_legal(f.model);
  expect_equal(f, [&](const std::vector<Ints>& x) {
    const std::int64_t w[3][2] = {{1, -2}, {127, 5}, {-128, 60}}, b[3] = {4000, -1, 900};
    Ints y;
    for (int r = 0; r < 3; ++r) y.push_back(stepped(static_cast<double>(w[r][0] * (x[0][0] - 100) + w[r][1] * (x[0][1] - 100) + b[r]) * 0x1p-11));
    return y;
  });
}

TEST(RuntimeQuantised, ASoftmaxIsOfTheNumbersThatItsIntegersStandFor) {
  for (const std::int64_t opset : {12, 13}) {
    GraphFixture g = quantised_input({2, 3});
    g.constant("u", make_float({}, {0x1p-8f})).constant("n", integers({}, {0}, Element::kUint8))
        .node("QLinearSoftmax", {"x", "s", "z", "u", "n"}, {"y"}, {{"opset", Attribute{opset}}});
    IntegerFixture f(last_of_runtime(g).output("y"));
    ASSERT_TRUE(f.ok);
    expect_legal(f.model);
  }
}

}  // namespace
}  // namespace tacit
