#include "quant/function.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tacit {
namespace {

TEST(Functions, AgreeWithTheMathLibraryToAFewUnitsInTheLastPlace) {
  for (double x = -30; x <= 30; x += 0.0137) {
    EXPECT_NEAR(exact_exp(x) / std::exp(x), 1, 1e-15) << x;
    EXPECT_NEAR(exact_sigmoid(x) * (1 + std::exp(-x)), 1, 2e-15) << x;
    EXPECT_NEAR(exact_tanh(x), std::tanh(x), 1e-15) << x;
  }
  for (double x = 1e-6; x < 1e9; x *= 1.037) EXPECT_NEAR(exact_log(x), std::log(x), 1e-15 * (1 + std::abs(std::log(x)))) << x;
}

TEST(Functions, HaveTheirExactValuesAtZeroAndFarAway) {
  EXPECT_EQ(exact_exp(0), 1);
  EXPECT_EQ(exact_log(1), 0);
  EXPECT_EQ(exact_sigmoid(0), 0.5);
  EXPECT_EQ(exact_tanh(0), 0);
  EXPECT_EQ(exact_exp(-1000), 0);
  EXPECT_TRUE(std::isfinite(exact_exp(1000)));
  EXPECT_EQ(exact_tanh(100), 1);
  EXPECT_EQ(exact_sigmoid(100), 1);
}

double largest_error(const std::function<double(double)>& f, const FunctionGrid& grid) {
  const std::vector<Cubic> pieces = cubic_pieces(f, grid);
  EXPECT_EQ(pieces.size() << grid.log_piece, std::size_t{1} << grid.bits);
  double worst = 0;
  for (std::int64_t i = 0; i < std::int64_t{1} << grid.bits; ++i) {
    const Cubic& c = pieces[static_cast<std::size_t>(i >> grid.log_piece)];
    const std::int64_t t = i & ((1 << grid.log_piece) - 1);
    const std::int64_t y = (c[0] + t * (c[1] + t * (c[2] + t * c[3]))) >> 32;
    worst = std::max(worst, std::abs(static_cast<double>(y) - f(static_cast<double>(grid.first + i) * grid.in_scale) / grid.out_scale));
  }
  return worst;
}

TEST(Functions, PiecesAreTheNearestIntegerOnTheWholeGrid) {
  EXPECT_LT(largest_error(exact_sigmoid, {-32768, 16, 0x1p-11, 0x1p-15}), 0.516);
  EXPECT_LT(largest_error(exact_tanh, {-32768, 16, 0x1p-12, 0x1p-15}), 0.516);
  EXPECT_LT(largest_error(exact_exp, {-131071, 17, 0x1p-12, 0x1p-24}), 0.516);
}

}  // namespace
}  // namespace tacit
