#include <gtest/gtest.h>

#include <cmath>

#include "ops/operator_fixture.h"
#include "ops/resampling.h"

namespace tacit {
namespace {

using Floats = std::vector<float>;

Tensor line(Floats values) { return make_float({1, 1, 1, static_cast<std::int64_t>(values.size())}, values); }

Floats resized(Floats x, float scale, std::map<std::string, Attribute> attributes, Floats roi = {}) {
  const Tensor region = roi.empty() ? OperatorFixture::absent() : make_float({static_cast<std::int64_t>(roi.size())}, roi);
  return OperatorFixture("Resize", 19, {line(std::move(x)), region, make_float({4}, {1, 1, 1, scale})}, std::move(attributes)).run().f;
}

Attribute text(const char* value) { return Attribute{std::string(value)}; }

void expect_near(const Floats& have, const Floats& want) {
  ASSERT_EQ(have.size(), want.size());
  for (std::size_t k = 0; k < want.size(); ++k) EXPECT_NEAR(have[k], want[k], 1e-5) << k;
}

TEST(Resize, InterpolatesByEveryCoordinateRule) {
  auto linear = [&](const char* rule) { return resized({0, 1, 4}, 2, {{"mode", text("linear")}, {"coordinate_transformation_mode", text(rule)}}); };
  expect_near(linear("half_pixel"), {0, 0.25f, 0.75f, 1.75f, 3.25f, 4});
  expect_near(linear("asymmetric"), {0, 0.5f, 1, 2.5f, 4, 4});
  expect_near(linear("align_corners"), {0, 0.4f, 0.8f, 1.6f, 2.8f, 4});
  expect_near(linear("pytorch_half_pixel"), linear("half_pixel"));
  expect_near(linear("half_pixel_symmetric"), linear("half_pixel"));
}

TEST(Resize, TakesTheNearestByEveryRounding) {
  auto nearest = [&](const char* rounding) {
    return resized({0, 1, 2, 3}, 0.5f, {{"coordinate_transformation_mode", text("half_pixel")}, {"nearest_mode", text(rounding)}});
  };
  EXPECT_EQ(nearest("round_prefer_floor"), (Floats{0, 2}));
  EXPECT_EQ(nearest("round_prefer_ceil"), (Floats{1, 3}));
  EXPECT_EQ(nearest("floor"), (Floats{0, 2}));
  EXPECT_EQ(nearest("ceil"), (Floats{1, 3}));
}

TEST(Resize, FillsWhatLiesOutsideOfItsRegion) {
  const std::map<std::string, Attribute> crop = {{"mode", text("linear")}, {"coordinate_transformation_mode", text("tf_crop_and_resize")},
                                                 {"extrapolation_value", Attribute{9.0f}}};
  expect_near(resized({0, 1, 2}, 1, crop, {0, 0, 0, 0.5f, 1, 1, 1, 1.5f}), {1, 2, 9});
}

TEST(Resize, FiltersWiderWhereItShrinksWithAntialias) {
  const Floats y = resized({1, 2, 3, 4}, 0.5f, {{"mode", text("linear")}, {"antialias", Attribute{std::int64_t{1}}}});
  expect_near(y, {1.625f, 3.375f});  // (1 + 3 * 1 + 3 * 2 + 3) / 8, the last position standing beyond the end
}

TEST(Resize, RefusesWhatDoesNotFit) {
  const Tensor x = line({1, 2}), none = OperatorFixture::absent();
  EXPECT_NE(OperatorFixture("Resize", 19, {x}).refusal(), "");
  EXPECT_NE(OperatorFixture("Resize", 19, {x, none, make_float({3}, {1, 1, 1})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Resize", 19, {x, none, make_float({4}, {1, 1, 1, 0.1f})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Resize", 19, {x, none, make_float({4}, {1, 1, 1, NAN})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Resize", 19, {x, none, make_float({4}, {1, 1, 1, 2}), make_int64({4}, {1, 1, 1, 4})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Resize", 19, {x, none, make_float({4}, {1, 1, 1, 2})}, {{"mode", text("sinc")}}).refusal(), "");
  EXPECT_NE(OperatorFixture("Upsample", 7, {x}).refusal(), "");
  EXPECT_EQ(OperatorFixture("Upsample", 9, {x, make_float({4}, {1, 1, 1, 2})}).run().f, (Floats{1, 1, 2, 2}));
}

TEST(AxisTerms, AddUpToTheMap) {
  ResizeRule rule;
  rule.mode = Interpolation::kCubic;
  const std::vector<AxisTaps> taps = taps_of(rule, {5, 10, 2});
  const std::vector<AxisTerm> terms = terms_of(taps);
  for (std::size_t k = 0; k < taps.size(); ++k) {
    double total = 0;
    std::vector<double> have(5, 0), want(5, 0);
    for (const auto& [p, weight] : taps[k]) want[static_cast<std::size_t>(p)] = weight;
    for (const AxisTerm& term : terms) {
      if (term.index[k] >= 0) have[static_cast<std::size_t>(term.index[k])] += term.coefficient;
    }
    for (std::size_t p = 0; p < 5; ++p) {
      EXPECT_NEAR(have[p], want[p], 1e-8);
      total += have[p];
    }
    EXPECT_NEAR(total, 1, 1e-8);
  }
}

}  // namespace
}  // namespace tacit
