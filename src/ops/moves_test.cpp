#include "ops/moves.h"

#include <gtest/gtest.h>

#include <cmath>

#include "ops/operator_fixture.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;
using Floats = std::vector<float>;

Tensor counted(Shape dims) {
  Tensor t = zeros(std::move(dims));
  for (std::size_t k = 0; k < t.f.size(); ++k) t.f[k] = static_cast<float>(k);
  return t;
}

Tensor list(List values) { return make_int64({static_cast<std::int64_t>(values.size())}, values); }

TEST(Transpose, ReversesTheAxesOrTakesThemInTheOrderOfPerm) {
  const Tensor x = counted({2, 3, 1});
  const Tensor reversed = OperatorFixture("Transpose", 7, {x}).run();
  EXPECT_EQ(reversed.dims, (Shape{1, 3, 2}));
  EXPECT_EQ(reversed.f, (Floats{0, 3, 1, 4, 2, 5}));
  const Tensor turned = OperatorFixture("Transpose", 28, {counted({2, 3, 2})}, {{"perm", Attribute{List{1, 2, 0}}}}).run();
  EXPECT_EQ(turned.dims, (Shape{3, 2, 2}));
  EXPECT_EQ(turned.f, (Floats{0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11}));
  EXPECT_EQ(OperatorFixture("Transpose", 13, {make_int64({1, 2}, {4, 5})}).run().i, (List{4, 5}));
  EXPECT_EQ(OperatorFixture("Transpose", 13, {make_float({}, {4})}).run().f, Floats{4});
}

TEST(Transpose, RefusesAPermThatIsNoPermutation) {
  for (const List& perm : {List{0, 0}, List{0}, List{0, 2}, List{-1, 0}, List{0, 1, 2}, List{}}) {
    EXPECT_NE(OperatorFixture("Transpose", 13, {counted({2, 3})}, {{"perm", Attribute{perm}}}).refusal(), "");
  }
}

TEST(Squeeze, ReadsAxesWhereTheOpsetHasThem) {
  const Tensor x = counted({1, 3, 1, 2});
  EXPECT_EQ(OperatorFixture("Squeeze", 11, {x}).run().dims, (Shape{3, 2}));
  EXPECT_EQ(OperatorFixture("Squeeze", 11, {x}, {{"axes", Attribute{List{-2}}}}).run().dims, (Shape{1, 3, 2}));
  EXPECT_EQ(OperatorFixture("Squeeze", 13, {x}).run().dims, (Shape{3, 2}));
  EXPECT_EQ(OperatorFixture("Squeeze", 13, {x, list({0})}).run().dims, (Shape{3, 1, 2}));
  EXPECT_EQ(OperatorFixture("Squeeze", 13, {x, OperatorFixture::absent()}).run().f, x.f);
  EXPECT_NE(OperatorFixture("Squeeze", 13, {x, list({1})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Squeeze", 13, {x, list({4})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Squeeze", 13, {x, list({})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Squeeze", 12, {x, list({0})}).refusal(), "");
  OperatorFixture computed("Squeeze", 13, {x, list({0})});
  computed.constant = {false, false};
  EXPECT_NE(computed.refusal().find("node N (Squeeze, opset 13)"), std::string::npos);
}

TEST(Unsqueeze, CountsItsAxesInTheResult) {
  const Tensor x = counted({3, 4});
  EXPECT_EQ(OperatorFixture("Unsqueeze", 12, {x}, {{"axes", Attribute{List{0, 3}}}}).run().dims, (Shape{1, 3, 4, 1}));
  EXPECT_EQ(OperatorFixture("Unsqueeze", 13, {x, list({2, 0, -1})}).run().dims, (Shape{1, 3, 1, 4, 1}));
  EXPECT_EQ(OperatorFixture("Unsqueeze", 13, {make_float({}, {7}), make_int64({}, {0})}).run().dims, (Shape{1}));
  EXPECT_NE(OperatorFixture("Unsqueeze", 13, {x, list({0, -4})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Unsqueeze", 13, {x, list({3})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Unsqueeze", 13, {x}).refusal(), "");
  EXPECT_NE(OperatorFixture("Unsqueeze", 12, {x}).refusal(), "");
  EXPECT_NE(OperatorFixture("Unsqueeze", 13, {x, list(List(40, 0))}).refusal(), "");
}

TEST(Concat, JoinsAlongOneAxis) {
  const Tensor x = counted({2, 1, 2}), z = make_float({2, 2, 2}, {10, 11, 12, 13, 14, 15, 16, 17});
  auto joined = [&](std::int64_t axis, std::vector<Tensor> all) { return OperatorFixture("Concat", 13, std::move(all), {{"axis", Attribute{axis}}}); };
  const Tensor y = joined(-2, {x, z, x}).run();
  EXPECT_EQ(y.dims, (Shape{2, 4, 2}));
  EXPECT_EQ(y.f, (Floats{0, 1, 10, 11, 12, 13, 0, 1, 2, 3, 14, 15, 16, 17, 2, 3}));
  EXPECT_EQ(joined(0, {list({1, 2}), list({}), list({3})}).run().i, (List{1, 2, 3}));
  EXPECT_EQ(joined(0, {x}).run().f, x.f);
  EXPECT_NE(joined(0, {x, z}).refusal(), "");
  EXPECT_NE(joined(3, {x, x}).refusal(), "");
  EXPECT_NE(joined(0, {x, make_int64({2, 1, 2}, {1, 2, 3, 4})}).refusal(), "");
  EXPECT_NE(joined(0, {make_float({}, {1}), make_float({}, {1})}).refusal(), "");
  EXPECT_NE(joined(0, {}).refusal(), "");
  EXPECT_NE(OperatorFixture("Concat", 13, {x, x}).refusal(), "");
}

TEST(Slice, ClampsItsEndsAndStepsBackwards) {
  const Tensor x = counted({5});
  auto cut = [&](std::int64_t start, std::int64_t end, std::int64_t step) {
    return OperatorFixture("Slice", 13, {x, list({start}), list({end}), list({0}), list({step})}).run().f;
  };
  constexpr std::int64_t kLow = INT64_MIN, kHigh = INT64_MAX;
  EXPECT_EQ(cut(1, 4, 1), (Floats{1, 2, 3}));
  EXPECT_EQ(cut(-2, kHigh, 1), (Floats{3, 4}));
  EXPECT_EQ(cut(kLow, kHigh, 2), (Floats{0, 2, 4}));
  EXPECT_EQ(cut(-1, -100, -2), (Floats{4, 2, 0}));
  EXPECT_EQ(cut(kHigh, kLow, -1), (Floats{4, 3, 2, 1, 0}));
  EXPECT_EQ(cut(3, -5, -1), (Floats{3, 2, 1}));
  EXPECT_EQ(cut(0, 5, kHigh), (Floats{0}));
  EXPECT_EQ(cut(4, kLow, kLow), (Floats{4}));
  EXPECT_EQ(cut(3, 3, 1), Floats{});
  EXPECT_EQ(cut(1, 3, -1), Floats{});
}

TEST(Slice, ReadsAttributesUpToOpset9) {
  const Tensor x = counted({2, 4});
  const std::map<std::string, Attribute> last = {{"starts", Attribute{List{-1}}}, {"ends", Attribute{List{9}}}, {"axes", Attribute{List{1}}}};
  EXPECT_EQ(OperatorFixture("Slice", 9, {x}, last).run().f, (Floats{3, 7}));
  EXPECT_EQ(OperatorFixture("Slice", 7, {x}, {{"starts", Attribute{List{1, 1}}}, {"ends", Attribute{List{2, 3}}}}).run().f, (Floats{5, 6}));
  EXPECT_NE(OperatorFixture("Slice", 9, {x}, {{"starts", Attribute{List{1}}}}).refusal(), "");
  EXPECT_NE(OperatorFixture("Slice", 10, {x}, last).refusal(), "");
}

TEST(Slice, RefusesListsThatDoNotFit) {
  const Tensor x = counted({2, 4});
  auto refusal = [&](List starts, List ends, List axes, List steps) {
    return OperatorFixture("Slice", 13, {x, list(starts), list(ends), list(axes), list(steps)}).refusal();
  };
  EXPECT_EQ(refusal({0}, {1}, {-1}, {1}), "");
  EXPECT_NE(refusal({0}, {1}, {2}, {1}), "");
  EXPECT_NE(refusal({0}, {1}, {0}, {0}), "");
  EXPECT_NE(refusal({0, 0}, {1, 1}, {1, -1}, {1, 1}), "");
  EXPECT_NE(refusal({0, 0}, {1}, {0}, {1}), "");
  EXPECT_NE(OperatorFixture("Slice", 13, {x, list({0, 0, 0}), list({1, 1, 1})}).refusal(), "");
  OperatorFixture computed("Slice", 13, {x, list({0}), list({1})});
  computed.constant = {false, false, true};
  EXPECT_NE(computed.refusal().find("starts"), std::string::npos);
}

Floats padded(const char* mode, List pads) {
  return OperatorFixture("Pad", 19, {make_float({3}, {1, 2, 3}), list(std::move(pads))}, {{"mode", Attribute{std::string(mode)}}}).run().f;
}

TEST(Pad, FillsByItsMode) {
  EXPECT_EQ(padded("constant", {2, 1}), (Floats{0, 0, 1, 2, 3, 0}));
  EXPECT_EQ(padded("edge", {2, 1}), (Floats{1, 1, 1, 2, 3, 3}));
  EXPECT_EQ(padded("reflect", {2, 2}), (Floats{3, 2, 1, 2, 3, 2, 1}));
  EXPECT_EQ(padded("reflect", {5, 0}), (Floats{2, 1, 2, 3, 2, 1, 2, 3}));
  EXPECT_EQ(padded("wrap", {2, 4}), (Floats{2, 3, 1, 2, 3, 1, 2, 3, 1}));
}

TEST(Pad, CropsWhereANumberIsNegative) {
  EXPECT_EQ(padded("constant", {-1, 2}), (Floats{2, 3, 0, 0}));
  EXPECT_EQ(padded("edge", {2, -1}), (Floats{1, 1, 1, 2}));
  EXPECT_EQ(padded("reflect", {2, -1}), (Floats{1, 2, 1, 2}));
  EXPECT_EQ(padded("constant", {-1, -1}), (Floats{2}));
  EXPECT_EQ(padded("reflect", {2, -2}), (Floats{1, 1, 1}));
}

TEST(Pad, ReadsItsConstantAndItsAxes) {
  const Tensor x = counted({1, 2});
  EXPECT_EQ(OperatorFixture("Pad", 10, {x}, {{"pads", Attribute{List{0, 1, 1, 0}}}, {"value", Attribute{5.0f}}}).run().f, (Floats{5, 0, 1, 5, 5, 5}));
  EXPECT_EQ(OperatorFixture("Pad", 11, {x, list({0, 1, 1, 0}), make_float({}, {5})}).run().f, (Floats{5, 0, 1, 5, 5, 5}));
  EXPECT_EQ(OperatorFixture("Pad", 18, {x, list({1, 0}), OperatorFixture::absent(), list({-1})}).run().f, (Floats{0, 0, 1}));
  const Tensor integers = OperatorFixture("Pad", 18, {list({7}), list({1, 1}), make_int64({1}, {-3})}).run();
  EXPECT_EQ(integers.i, (List{-3, 7, -3}));
}

TEST(Pad, RefusesWhatDoesNotFit) {
  const Tensor x = counted({1, 2});
  auto refusal = [&](List pads, const char* mode, Tensor constant) {
    return OperatorFixture("Pad", 19, {x, list(std::move(pads)), std::move(constant)}, {{"mode", Attribute{std::string(mode)}}}).refusal();
  };
  const Tensor none = OperatorFixture::absent();
  EXPECT_EQ(refusal({0, 0, 0, 0}, "constant", none), "");
  EXPECT_NE(refusal({0, 0}, "constant", none), "");
  EXPECT_NE(refusal({0, 0, 0, 0}, "mirror", none), "");
  EXPECT_NE(refusal({0, -2, 0, 1}, "constant", none), "");
  EXPECT_NE(refusal({0, -3, 0, 1}, "constant", none), "");
  EXPECT_NE(refusal({0, INT64_MIN, 0, INT64_MAX}, "constant", none), "");
  EXPECT_NE(refusal({1 << 28, 1 << 28, 0, 0}, "constant", none), "");
  const Tensor infinite = make_float({}, {-INFINITY});
  EXPECT_NE(OperatorFixture("Pad", 19, {x, list({0, 1, 0, 0}), infinite}).activation_first().refusal(), "");
  EXPECT_EQ(OperatorFixture("Pad", 19, {x, list({0, 1, 0, 0}), infinite}).refusal(), "");  // a mask, known when it is compiled
  EXPECT_NE(refusal({0, 1, 0, 0}, "constant", make_int64({}, {1})), "");
  EXPECT_NE(refusal({0, 1, 0, 0}, "constant", make_float({2}, {1, 1})), "");
  EXPECT_NE(OperatorFixture("Pad", 10, {x}).refusal(), "");
  EXPECT_NE(OperatorFixture("Pad", 18, {x, list({1, 1, 1, 1}), none, list({0, -2})}).refusal(), "");
}

TEST(Moves, OfTensorsWithoutElementsAreFastWhateverTheirExtents) {
  const std::int64_t huge = std::int64_t{1} << 29;
  const Tensor x = make_float({0, huge}, {});
  EXPECT_EQ(OperatorFixture("Transpose", 13, {x}).run().dims, (Shape{huge, 0}));
  EXPECT_EQ(OperatorFixture("Slice", 13, {x, list({1}), list({huge}), list({1})}).run().dims, (Shape{0, huge - 1}));
  EXPECT_EQ(OperatorFixture("Pad", 13, {x, list({0, 1, 0, 1})}).run().dims, (Shape{0, huge + 2}));
  EXPECT_EQ(OperatorFixture("Concat", 13, {x, x}, {{"axis", Attribute{std::int64_t{1}}}}).run().dims, (Shape{0, 2 * huge}));
  EXPECT_EQ(OperatorFixture("ArgMax", 13, {make_float({huge, 3, 0}, {})}, {{"axis", Attribute{std::int64_t{1}}}}).run().dims, (Shape{huge, 1, 0}));
  const Tensor beyond = make_float({0, std::int64_t{1} << 62}, {});
  EXPECT_NE(OperatorFixture("Slice", 13, {beyond, list({1}), list({5}), list({1})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Pad", 13, {beyond, list({0, 1, 0, 1})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Concat", 13, {beyond, beyond}, {{"axis", Attribute{std::int64_t{1}}}}).refusal(), "");
}

TEST(Moves, KnowWhenNothingChangesItsPlace) {
  const Shape dims{2, 1, 3};
  EXPECT_TRUE(keeps_order(dims, {along_all(1, 1), along_all(0, 2), along_all(2, 3)}));
  EXPECT_TRUE(keeps_order(dims, {along_all(0, 2), along_all(2, 3)}));
  EXPECT_FALSE(keeps_order(dims, {along_all(2, 3), along_all(0, 2)}));
  EXPECT_FALSE(keeps_order(dims, {along_all(0, 2), along_slice(2, 0, 1, 2)}));
  EXPECT_FALSE(keeps_order(dims, {along_all(0, 2), along_slice(2, 2, -1, 3)}));
  EXPECT_FALSE(keeps_order(dims, {along_all(0, 2), repeated_along(3)}));
  EXPECT_FALSE(keeps_order(dims, {along_all(0, 2)}));
}

}  // namespace
}  // namespace tacit
