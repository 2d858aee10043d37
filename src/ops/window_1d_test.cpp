// Window operators on tensors of rank 3, and the pools' rarer attributes.
#include <gtest/gtest.h>

#include "ops/operator_fixture.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;
using Floats = std::vector<float>;

TEST(ConvOfRank3, IsAConvolutionOfHeight1) {
  const Tensor x = make_float({1, 2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}), w = make_float({1, 2, 2}, {1, 10, 100, 1000});
  OperatorFixture plain("Conv", 11, {x, w, make_float({1}, {0.5})});
  EXPECT_EQ(plain.run().dims, (Shape{1, 1, 3}));
  EXPECT_EQ(plain.run().f, (Floats{6521.5, 7632.5, 8743.5}));
  OperatorFixture padded("Conv", 11, {x, w}, {{"pads", Attribute{List{0, 1}}}, {"strides", Attribute{List{3}}}});
  EXPECT_EQ(padded.run().f, (Floats{6521, 804}));
  OperatorFixture dilated("Conv", 11, {x, w}, {{"dilations", Attribute{List{3}}}, {"kernel_shape", Attribute{List{2}}}});
  EXPECT_EQ(dilated.run().f, (Floats{8541}));
  OperatorFixture same("Conv", 11, {x, w}, {{"auto_pad", Attribute{std::string("SAME_LOWER")}}});
  EXPECT_EQ(same.run().dims, (Shape{1, 1, 4}));
}

TEST(ConvOfRank3, RefusesListsForTwoAxes) {
  const Tensor x = make_float({1, 1, 4}, {1, 2, 3, 4}), w = make_float({1, 1, 2}, {1, 10});
  EXPECT_NE(OperatorFixture("Conv", 11, {x, w}, {{"strides", Attribute{List{1, 1}}}}).refusal(), "");
  EXPECT_NE(OperatorFixture("Conv", 11, {x, w}, {{"pads", Attribute{List{1, 1, 1, 1}}}}).refusal(), "");
  EXPECT_NE(OperatorFixture("Conv", 11, {x, w}, {{"kernel_shape", Attribute{List{1, 2}}}}).refusal(), "");
  EXPECT_NE(OperatorFixture("Conv", 11, {x, make_float({1, 1, 1, 2}, {1, 10})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Conv", 11, {make_float({2, 2}, {1, 2, 3, 4}), make_float({2, 2}, {1, 2, 3, 4})}).refusal(), "");
}

TEST(PoolsOfRank3, ArePoolsOfHeight1) {
  const Tensor x = make_float({1, 1, 5}, {1, 5, 2, 4, 3});
  std::map<std::string, Attribute> two = {{"kernel_shape", Attribute{List{2}}}, {"strides", Attribute{List{2}}}};
  EXPECT_EQ(OperatorFixture("MaxPool", 7, {x}, two).run().f, (Floats{5, 4}));
  EXPECT_EQ(OperatorFixture("AveragePool", 7, {x}, two).run().f, (Floats{3, 3}));
  two["ceil_mode"] = Attribute{std::int64_t{1}};
  EXPECT_EQ(OperatorFixture("MaxPool", 10, {x}, two).run().dims, (Shape{1, 1, 3}));
  EXPECT_EQ(OperatorFixture("AveragePool", 10, {x}, two).run().f, (Floats{3, 3, 3}));
}

TEST(MaxPool, DoesNotMindTheOrderOfTheIndicesThatItDoesNotGive) {
  const Tensor x = make_float({1, 1, 2, 2}, {1, 5, 2, 4});
  OperatorFixture pool("MaxPool", 8, {x}, {{"kernel_shape", Attribute{List{2, 2}}}, {"storage_order", Attribute{std::int64_t{1}}}});
  EXPECT_EQ(pool.run().f, Floats{5});
  pool.node.outputs = {"y", "indices"};
  EXPECT_NE(pool.refusal().find("\"indices\""), std::string::npos);
}

TEST(BatchNormalization, TakesATensorOfOneAxisForOneChannel) {
  const Tensor one = make_float({1}, {1}), x = make_float({3}, {1, 2, 3});
  EXPECT_EQ(OperatorFixture("BatchNormalization", 9, {x, make_float({1}, {2}), one, one, one}, {{"epsilon", Attribute{0.0f}}}).run().f, (Floats{1, 3, 5}));
}

}  // namespace
}  // namespace tacit
