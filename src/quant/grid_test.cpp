#include "quant/grid.h"

#include <gtest/gtest.h>

namespace tacit {
namespace {

TEST(RoundHalfUp, SendsHalvesUpOnBothSides) {
  EXPECT_EQ(round_half_up(2.5), 3);
  EXPECT_EQ(round_half_up(-2.5), -2);
  EXPECT_EQ(round_half_up(-2.6), -3);
}

TEST(Limits, ComposeLikeClips) {
  EXPECT_EQ((Limits{0, 6}.then({-1, 3}).hi), 3);
  EXPECT_EQ((Limits{0, 6}.then({-1, 3}).lo), 0);
  EXPECT_EQ((Limits{0, 1}.then({5, 9}).lo), 5);
  EXPECT_EQ((Limits{0, 1}.then({5, 9}).hi), 5);
}

TEST(ActivationScale, FillsTheGridWithHeadroom) {
  QuantOptions options{.activation_bits = 8, .headroom = 1.0};
  EXPECT_DOUBLE_EQ(activation_scale(options, {-254, 127}, {}), 2.0);
  options.headroom = 2.0;
  EXPECT_DOUBLE_EQ(activation_scale(options, {-254, 127}, {}), 4.0);
}

TEST(ActivationScale, PutsAReachedUpperLimitAtTheTop) {
  QuantOptions options{.activation_bits = 16, .headroom = 1.25};
  EXPECT_DOUBLE_EQ(activation_scale(options, {0, 5.9}, {0, 6}), 6.0 / 32767);
  EXPECT_DOUBLE_EQ(activation_scale(options, {0, 2}, {0, 6}), 2.5 / 32767);
}

TEST(ActivationScale, IsPositiveForATensorOfZeros) {
  EXPECT_GT(activation_scale({}, {0, 0}, {}), 0);
  EXPECT_GT(activation_scale({}, {0, 0}, {0, 0}), 0);
}

TEST(ChooseShift, TakesTheLargestThatFits) {
  QuantOptions options;
  EXPECT_EQ(choose_shift(options, 1.0, 0.4, 0).shift, 16u);
  EXPECT_EQ(choose_shift(options, 1.0, 7.9, 0).shift, 16u);  // weights of 20 bits
  EXPECT_EQ(choose_shift(options, 1.0, 8.1, 0).shift, 15u);
  EXPECT_EQ(choose_shift(options, 1.0, 0, 40000.0).shift, 15u);
  EXPECT_EQ(choose_shift(options, 1.0, 524287.0 / 32, 0).shift, 5u);
  EXPECT_EQ(choose_shift(options, 1.0, 16384.0, 0).shift, 1u);  // of 16 bits below
  EXPECT_EQ(choose_shift(options, 1.0, 16384.0, 0).scale, 2.0);
  options.most_weight_bits = 16;
  EXPECT_EQ(choose_shift(options, 1.0, 0.6, 0).shift, 15u);
  options.weight_bits = options.most_weight_bits = 8;
  EXPECT_EQ(choose_shift(options, 1.0, 0.4, 0).shift, 8u);
}

TEST(WeightBits, GrowByTwoUpToTheWidest) {
  QuantOptions options;
  for (const auto& [peak, bits] : std::vector<std::pair<double, std::uint32_t>>{
           {0, 16}, {32767, 16}, {32768, 18}, {131071, 18}, {131072, 20}, {1e9, 20}}) {
    EXPECT_EQ(weight_bits_for(options, peak), bits) << peak;
  }
  options.most_weight_bits = 17;
  EXPECT_EQ(weight_bits_for(options, 32768), 17u);
  options.most_weight_bits = 16;
  EXPECT_EQ(weight_bits_for(options, 1e9), 16u);
  EXPECT_EQ((QuantOptions{.weight_bits = 8}).widest_weight(), 12u);
  EXPECT_EQ((QuantOptions{.weight_bits = 18}).widest_weight(), 20u);
}

TEST(ChooseShift, RaisesTheScaleWhereNoShiftFits) {
  ShiftChoice choice = choose_shift({.most_weight_bits = 16}, 1.0, 100000.0, 0);
  EXPECT_EQ(choice.shift, 1u);
  EXPECT_LE(100000.0 * 2 / choice.scale, 32767);
  EXPECT_GT(100000.0 * 4 / choice.scale, 32767);
}

TEST(GridSteps, AreTheLeastThatCoverAScale) {
  EXPECT_EQ(grid_steps(-16, 0x1p-14, 0), 2u);
  EXPECT_EQ(grid_steps(-16, 0x1.0000000000001p-14, 0), 3u);
  EXPECT_EQ(grid_steps(-16, 0x1.fp-15, 0), 2u);
  EXPECT_EQ(grid_steps(-16, 1e-20, 0), 0u);
  EXPECT_EQ(grid_steps(-16, 1e-20, 1), 1u);
  EXPECT_EQ(grid_steps(3, 100, 0), 4u);
}

TEST(GridSteps, AreExactForPowersOfTwoOnTheGridOnly) {
  EXPECT_EQ(exact_grid_steps(-16, 0x1p-16), 0u);
  EXPECT_EQ(exact_grid_steps(-16, 0x1p-3), 13u);
  EXPECT_EQ(exact_grid_steps(-16, 0x1p-17), std::nullopt);
  EXPECT_EQ(exact_grid_steps(-16, 0x1.8p-3), std::nullopt);
}

}  // namespace
}  // namespace tacit
