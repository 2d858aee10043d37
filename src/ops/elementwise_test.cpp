#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "ops/operator_fixture.h"

namespace tacit {
namespace {

using Ints = std::vector<std::int64_t>;
using Floats = std::vector<float>;

OperatorFixture with_axis(std::int64_t opset, Tensor x, std::optional<std::int64_t> axis) {
  std::map<std::string, Attribute> attributes;
  if (axis) attributes["axis"] = Attribute{*axis};
  return OperatorFixture("Softmax", opset, {std::move(x)}, std::move(attributes));
}

TEST(Arithmetic, BroadcastsBothOperands) {
  const Tensor column = make_float({2, 1}, {1, 2}), row = make_float({3}, {10, 20, 40});
  EXPECT_EQ(OperatorFixture("Add", 7, {column, row}).run().f, (Floats{11, 21, 41, 12, 22, 42}));
  EXPECT_EQ(OperatorFixture("Sub", 7, {column, row}).run().f, (Floats{-9, -19, -39, -8, -18, -38}));
  EXPECT_EQ(OperatorFixture("Mul", 14, {column, row}).run().f, (Floats{10, 20, 40, 20, 40, 80}));
  EXPECT_EQ(OperatorFixture("Div", 14, {row, column}).run().f, (Floats{10, 20, 40, 5, 10, 20}));
  const Tensor product = OperatorFixture("Mul", 13, {make_float({}, {3}), make_float({}, {5})}).run();
  EXPECT_EQ(product.dims, Shape{});
  EXPECT_EQ(product.f, Floats{15});
}

TEST(Arithmetic, OnIntegersDropsRemaindersAndWraps) {
  const std::int64_t least = std::numeric_limits<std::int64_t>::min();
  const Tensor a = make_int64({3}, {7, -7, least}), b = make_int64({3}, {2, 2, -1});
  EXPECT_EQ(OperatorFixture("Div", 13, {a, b}).run().i, (Ints{3, -3, least}));
  EXPECT_EQ(OperatorFixture("Mul", 13, {a, b}).run().i, (Ints{14, -14, least}));
  EXPECT_EQ(OperatorFixture("Sub", 13, {a, b}).run().i, (Ints{5, -9, least + 1}));
  EXPECT_EQ(OperatorFixture("Add", 13, {a, b}).run().i, (Ints{9, -5, std::numeric_limits<std::int64_t>::max()}));
}

TEST(Arithmetic, RefusesMixedTypesAndShapesThatDoNotBroadcast) {
  const Tensor x = make_float({2}, {1, 2}), wide = make_float({3}, {1, 2, 3});
  for (const char* op : {"Add", "Sub", "Mul", "Div"}) {
    SCOPED_TRACE(op);
    EXPECT_NE(OperatorFixture(op, 13, {x, make_int64({2}, {1, 2})}).refusal(), "");
    EXPECT_NE(OperatorFixture(op, 13, {x, wide}).refusal(), "");
    EXPECT_NE(OperatorFixture(op, 13, {x}).refusal(), "");
    EXPECT_NE(OperatorFixture(op, 13, {x, OperatorFixture::absent()}).refusal(), "");
    EXPECT_EQ(OperatorFixture(op, 13, {x, x}).refusal(), "");
  }
}

TEST(Div, TakesAComputedDivisorButNotZero) {
  const Tensor x = make_float({2}, {1, 2});
  OperatorFixture computed("Div", 14, {x, x});
  computed.constant = {true, false};
  EXPECT_EQ(computed.refusal(), "");
  EXPECT_EQ(OperatorFixture("Div", 14, {x, x}).activation_first().refusal(), "");
  EXPECT_NE(OperatorFixture("Div", 14, {x, make_float({2}, {1, 0})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Div", 14, {x, make_float({2}, {1, 1e-42f})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Div", 14, {make_int64({1}, {3}), make_int64({1}, {0})}).refusal(), "");
}

TEST(Arithmetic, TakesIntegers) {
  const Tensor x = make_int64({2}, {1, 2});
  EXPECT_EQ(OperatorFixture("Mul", 14, {x, x}).activation_first().refusal(), "");
  EXPECT_EQ(OperatorFixture("Div", 14, {x, x}).activation_first().refusal(), "");
  EXPECT_EQ(OperatorFixture("Add", 14, {x, x}).activation_first().refusal(), "");
  EXPECT_EQ(OperatorFixture("Sub", 14, {x, x}).activation_first().refusal(), "");
}

TEST(LeakyRelu, ScalesWhatIsBelowZero) {
  const Tensor x = make_float({3}, {-10, 0, 2});
  EXPECT_EQ(OperatorFixture("LeakyRelu", 6, {x}).run().f, (Floats{-10 * 0.01f, 0, 2}));
  EXPECT_EQ(OperatorFixture("LeakyRelu", 16, {x}, {{"alpha", Attribute{-2.0f}}}).run().f, (Floats{20, 0, 2}));
  EXPECT_NE(OperatorFixture("LeakyRelu", 16, {x}, {{"alpha", Attribute{std::numeric_limits<float>::infinity()}}}).refusal(), "");
  EXPECT_NE(OperatorFixture("LeakyRelu", 16, {make_int64({1}, {1})}).refusal(), "");
}

TEST(PRelu, BroadcastsItsSlopeToTheInputOnly) {
  const Tensor x = make_float({2, 2}, {-1, 2, -3, -4});
  EXPECT_EQ(OperatorFixture("PRelu", 9, {x, make_float({2}, {10, 100})}).run().f, (Floats{-10, 2, -30, -400}));
  EXPECT_EQ(OperatorFixture("PRelu", 9, {x, make_float({2, 1}, {10, 100})}).run().f, (Floats{-10, 2, -300, -400}));
  EXPECT_NE(OperatorFixture("PRelu", 9, {make_float({2}, {1, 2}), x}).refusal(), "");
  const Tensor deep = make_float({1, 2, 2}, {-1, 2, -3, -4}), two = make_float({2}, {10, 100});
  EXPECT_EQ(OperatorFixture("PRelu", 6, {deep, two}).run().f, (Floats{-10, 2, -300, -400}));   // one for each channel
  EXPECT_EQ(OperatorFixture("PRelu", 7, {deep, two}).run().f, (Floats{-10, 2, -30, -400}));
  OperatorFixture computed("PRelu", 16, {x, x});
  computed.constant = {false, false};
  EXPECT_NE(computed.refusal().find("slope"), std::string::npos);
}

TEST(Sigmoid, AndTanhAreTheFunctions) {
  const Tensor x = make_float({4}, {-200, -1, 0, 3});
  const Tensor s = OperatorFixture("Sigmoid", 13, {x}).run(), t = OperatorFixture("Tanh", 13, {x}).run();
  for (std::size_t k = 0; k < 4; ++k) {
    EXPECT_FLOAT_EQ(s.f[k], static_cast<float>(1 / (1 + std::exp(-double{x.f[k]}))));
    EXPECT_FLOAT_EQ(t.f[k], std::tanh(x.f[k]));
  }
  EXPECT_NE(OperatorFixture("Sigmoid", 13, {make_int64({1}, {1})}).refusal(), "");
}

TEST(Softmax, RunsAlongOneAxisFromOpset13On) {
  const Tensor x = make_float({2, 2, 1}, {0, 1, 0, 0});
  const float low = 1 / (1 + std::exp(1.0f));
  const Tensor y = with_axis(13, x, 1).run();
  EXPECT_FLOAT_EQ(y.f[0], low);
  EXPECT_FLOAT_EQ(y.f[1], 1 - low);
  EXPECT_EQ(y.f[2], 0.5f);
  EXPECT_EQ(with_axis(13, x, {}).run().f, (Floats{1, 1, 1, 1}));
  EXPECT_EQ(with_axis(13, x, -1).run().f, (Floats{1, 1, 1, 1}));
  const Tensor first = with_axis(13, x, 0).run();
  EXPECT_EQ(first.f[0], 0.5f);
  EXPECT_FLOAT_EQ(first.f[1], 1 - low);
  EXPECT_FLOAT_EQ(first.f[3], low);
}

TEST(Softmax, RunsOverAllLaterAxesBefore) {
  const Tensor x = make_float({2, 2, 2}, {0, 0, 0, 0, 1, 1, 1, 1});
  EXPECT_EQ(with_axis(11, x, {}).run().f, Floats(8, 0.25f));
  EXPECT_EQ(with_axis(11, x, -1).run().f, Floats(8, 0.5f));
  const Tensor all = with_axis(8, x, 0).run();
  EXPECT_FLOAT_EQ(all.f[0], 0.25f / (1 + std::exp(1.0f)));
}

TEST(Softmax, DoesNotOverflow) {
  EXPECT_EQ(with_axis(13, make_float({2}, {1e30f, -1e30f}), 0).run().f, (Floats{1, 0}));
}

TEST(Softmax, RefusesAxesThatAreNotThereAndRowsThatAreTooLong) {
  EXPECT_NE(with_axis(13, make_float({2}, {1, 2}), 1).refusal(), "");
  EXPECT_NE(with_axis(11, make_float({2}, {1, 2}), {}).refusal(), "");
  EXPECT_NE(with_axis(13, make_float({}, {1}), {}).refusal(), "");
  EXPECT_EQ(with_axis(13, zeros({65536}), 0).refusal(), "");
  EXPECT_NE(with_axis(13, zeros({65537}), 0).refusal(), "");
}

}  // namespace
}  // namespace tacit
