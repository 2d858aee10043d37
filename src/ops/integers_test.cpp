// What operators do with integers: Cast, ArgMax, and those that take either type.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "ops/operator_fixture.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;
using Floats = std::vector<float>;

Tensor cast(Tensor x, std::int64_t to) { return OperatorFixture("Cast", 13, {std::move(x)}, {{"to", Attribute{to}}}).run(); }

TEST(Cast, TruncatesTowardsZeroAndSaturates) {
  const Tensor x = make_float({6}, {-1.5f, -0.5f, 0.99f, 2.0f, 300.7f, -1e30f});
  EXPECT_EQ(cast(x, 7).i, (List{-1, 0, 0, 2, 300, INT64_MIN}));
  EXPECT_EQ(cast(x, 3).i, (List{-1, 0, 0, 2, 127, -128}));
  EXPECT_EQ(cast(x, 2).i, (List{0, 0, 0, 2, 255, 0}));
  EXPECT_EQ(cast(make_float({2}, {INFINITY, 0x1p63f}), 7).i, (List{INT64_MAX, INT64_MAX}));
}

TEST(Cast, MakesBoolsOfAllThatIsNotZero) {
  EXPECT_EQ(cast(make_float({4}, {0, -0.0f, 0.25f, -7}), 9).i, (List{0, 0, 1, 1}));
  EXPECT_EQ(cast(make_int64({3}, {0, 2, -1}), 9).i, (List{0, 1, 1}));
}

TEST(Cast, KeepsTheLowBitsOfIntegers) {
  const Tensor x = make_int64({4}, {-1, 128, 256, 65537});
  EXPECT_EQ(cast(x, 7).i, x.i);
  EXPECT_EQ(cast(x, 3).i, (List{-1, -128, 0, 1}));
  EXPECT_EQ(cast(x, 2).i, (List{255, 128, 0, 1}));
  EXPECT_EQ(cast(x, 4).i, (List{65535, 128, 256, 1}));
  EXPECT_EQ(cast(x, 12).i, (List{4294967295, 128, 256, 65537}));
  EXPECT_EQ(cast(x, 1).f, (Floats{-1, 128, 256, 65537}));
}

TEST(Cast, TakesEveryFloatTypeForTheSameNumbers) {
  for (const std::int64_t to : {1, 10, 11, 16}) EXPECT_EQ(cast(make_float({2}, {0.1f, -3}), to).f, (Floats{0.1f, -3}));
}

TEST(Cast, RefusesTypesThatItDoesNotKnow) {
  const Tensor x = make_float({1}, {1});
  for (const std::int64_t to : {0, 8, 14, 17, 22, -1}) {
    EXPECT_NE(OperatorFixture("Cast", 19, {x}, {{"to", Attribute{to}}}).refusal(), "") << to;
  }
  EXPECT_NE(OperatorFixture("Cast", 13, {x}).refusal(), "");
}

TEST(CastLike, CastsToTheTypeOfItsExample) {
  const Tensor integer = make_int64({2}, {300, -5}), real = make_float({1}, {0});
  EXPECT_EQ(OperatorFixture("CastLike", 15, {integer, real}).run().f, (Floats{300, -5}));
  EXPECT_EQ(OperatorFixture("CastLike", 15, {make_float({1}, {-2.5}), integer}).run().i, (List{-2}));
  Tensor byte = make_int64({1}, {0});
  byte.element = Element::kUint8;
  EXPECT_EQ(OperatorFixture("CastLike", 15, {integer, byte}).run().i, (List{44, 251}));
  byte.element = Element::kBool;
  EXPECT_EQ(OperatorFixture("CastLike", 15, {integer, byte}).run().i, (List{1, 1}));
}

TEST(ArgMax, TakesTheFirstOrTheLastOfEquals) {
  const Tensor x = make_float({2, 4}, {3, 7, 7, 1, -2, -5, -2, -3});
  auto best = [&](std::int64_t axis, std::int64_t keep, std::int64_t last) {
    return OperatorFixture("ArgMax", 12, {x}, {{"axis", Attribute{axis}}, {"keepdims", Attribute{keep}}, {"select_last_index", Attribute{last}}}).run();
  };
  EXPECT_EQ(best(1, 0, 0).i, (List{1, 0}));
  EXPECT_EQ(best(-1, 0, 1).i, (List{2, 2}));
  EXPECT_EQ(best(-1, 0, 1).dims, (Shape{2}));
  EXPECT_EQ(best(0, 1, 0).i, (List{0, 0, 0, 0}));
  EXPECT_EQ(best(0, 1, 0).dims, (Shape{1, 4}));
  EXPECT_EQ(OperatorFixture("ArgMax", 7, {x}).run().dims, (Shape{1, 4}));
  EXPECT_EQ(OperatorFixture("ArgMax", 13, {make_int64({3}, {1, 9, 9})}, {{"keepdims", Attribute{std::int64_t{0}}}}).run().i, List{1});
}

TEST(ArgMax, RefusesAScalarAndAnEmptyAxis) {
  EXPECT_NE(OperatorFixture("ArgMax", 13, {make_float({}, {1})}).refusal(), "");
  EXPECT_NE(OperatorFixture("ArgMax", 13, {make_int64({0}, {})}).refusal(), "");
  EXPECT_NE(OperatorFixture("ArgMax", 13, {make_float({2}, {1, 2})}, {{"axis", Attribute{std::int64_t{1}}}}).refusal(), "");
}

TEST(Clip, OfIntegersHasIntegerBounds) {
  const Tensor x = make_int64({4}, {INT64_MIN, -3, 5, INT64_MAX});
  EXPECT_EQ(OperatorFixture("Clip", 12, {x, make_int64({}, {-2}), make_int64({}, {4})}).run().i, (List{-2, -2, 4, 4}));
  EXPECT_EQ(OperatorFixture("Clip", 12, {x}).run().i, x.i);
  EXPECT_NE(OperatorFixture("Clip", 12, {x, make_float({}, {0})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Clip", 11, {x}).refusal(), "");
}

TEST(Relu, TakesIntegersFromOpset14) {
  EXPECT_EQ(OperatorFixture("Relu", 14, {make_int64({3}, {-4, 0, 4})}).run().i, (List{0, 0, 4}));
  EXPECT_NE(OperatorFixture("Relu", 13, {make_int64({3}, {-4, 0, 4})}).refusal(), "");
}

TEST(ConstantOfShape, RepeatsOneNumber) {
  const Tensor shape = make_int64({2}, {2, 2});
  EXPECT_EQ(OperatorFixture("ConstantOfShape", 9, {shape}).run().f, (Floats{0, 0, 0, 0}));
  OperatorFixture integers("ConstantOfShape", 9, {make_int64({1}, {3})}, {{"value", Attribute{make_int64({1}, {-5})}}});
  EXPECT_EQ(integers.run().i, (List{-5, -5, -5}));
  EXPECT_EQ(OperatorFixture("ConstantOfShape", 9, {make_int64({0}, {})}).run().dims, Shape{});
  EXPECT_NE(OperatorFixture("ConstantOfShape", 9, {make_int64({2}, {2, -1})}).refusal(), "");
  EXPECT_NE(OperatorFixture("ConstantOfShape", 9, {make_int64({2}, {1 << 20, 1 << 20})}).refusal(), "");
  integers.node.attributes["value"] = Attribute{make_int64({2}, {1, 2})};
  EXPECT_NE(integers.refusal(), "");
  OperatorFixture computed("ConstantOfShape", 9, {shape});
  computed.constant = {false};
  EXPECT_NE(computed.refusal(), "");
}

TEST(Dropout, IsTheIdentityInTrainingWhereItDropsNothing) {
  const Tensor x = make_float({2}, {1, 2}), on = make_int64({}, {1});
  EXPECT_EQ(OperatorFixture("Dropout", 13, {x, make_float({}, {0}), on}).run().f, x.f);
  EXPECT_NE(OperatorFixture("Dropout", 13, {x, make_float({}, {0.1f}), on}).refusal(), "");
  EXPECT_NE(OperatorFixture("Dropout", 13, {x, OperatorFixture::absent(), on}).refusal(), "");
  EXPECT_NE(OperatorFixture("Dropout", 11, {x, make_float({}, {0})}).refusal(), "");
}

}  // namespace
}  // namespace tacit
