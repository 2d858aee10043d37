#include "quant/functions.h"

#include <gtest/gtest.h>

#include <cmath>

#include "quant/function.h"
#include "quant/levels.h"

namespace tacit {
namespace {

constexpr double kClose = 0x1p-45;

void expect_equal(double (*ours)(double), double (*theirs)(double), double lo, double hi) {
  for (int k = 0; k <= 2000; ++k) {
    const double x = lo + (hi - lo) * k / 2000, want = theirs(x);
    ASSERT_NEAR(ours(x), want, kClose * std::max(1.0, std::abs(want))) << x;
  }
}

TEST(ExactFunctions, AreThoseOfTheMathLibrary) {
  expect_equal(exact_erf, std::erf, -7, 7);
  expect_equal(exact_sin, std::sin, -300, 300);
  expect_equal(exact_cos, std::cos, -300, 300);
  expect_equal(exact_tan, std::tan, -1.57, 1.57);
  expect_equal(exact_asin, std::asin, -1, 1);
  expect_equal(exact_acos, std::acos, -1, 1);
  expect_equal(exact_atan, std::atan, -50, 50);
  expect_equal(exact_sinh, std::sinh, -20, 20);
  expect_equal(exact_cosh, std::cosh, -20, 20);
  expect_equal(exact_asinh, std::asinh, -1000, 1000);
  expect_equal(exact_acosh, std::acosh, 1, 1000);
  expect_equal(exact_atanh, std::atanh, -0.999, 0.999);
  expect_equal(exact_softplus, [](double x) { return x > 30 ? x : std::log1p(std::exp(x)); }, -40, 40);
}

TEST(ExactFunctions, GiveTheEndOfTheirDomainBeyondIt) {
  EXPECT_EQ(exact_asin(3), exact_asin(1));
  EXPECT_EQ(exact_acosh(-2), 0);
  EXPECT_TRUE(std::isfinite(exact_atanh(1)));
}

TEST(ExactPower, TakesNegativeBasesToWholePowersOnly) {
  EXPECT_EQ(exact_pow(-2, 3), -8);
  EXPECT_EQ(exact_pow(-2, -2), 0.25);
  EXPECT_EQ(exact_pow(-2, 0.5), 0);
  EXPECT_EQ(exact_pow(0, 0), 1);
  EXPECT_TRUE(std::isinf(exact_pow(0, -1)));
  EXPECT_TRUE(std::isinf(exact_pow(10, 1000.5)));
  EXPECT_NEAR(exact_pow(7, 1.3), std::pow(7, 1.3), 1e-12);
}

/// The levels' tables, added up at x.
class Sum {
 public:
  explicit Sum(std::vector<Level> levels) : levels_(std::move(levels)) {
    for (const Level& level : levels_) pieces_.push_back(cubic_pieces(level.g, level.grid));
  }
  double at(double x) const {
    double sum = 0;
    for (std::size_t k = 0; k < levels_.size(); ++k) {
      const Level& level = levels_[k];
      const auto q = static_cast<std::int64_t>(std::clamp(std::floor(x / level.grid.in_scale + 0.5), static_cast<double>(level.lo), static_cast<double>(level.hi)));
      const std::int64_t entry = q - level.grid.first, length = std::int64_t{1} << level.grid.log_piece;
      EXPECT_TRUE(entry >= 0 && entry < std::int64_t{1} << level.grid.bits);
      const Cubic& c = pieces_[k][static_cast<std::size_t>(entry / length)];
      const auto t = static_cast<double>(entry % length);
      sum += std::floor((static_cast<double>(c[0]) + t * (static_cast<double>(c[1]) + t * (static_cast<double>(c[2]) + t * static_cast<double>(c[3])))) * 0x1p-32) * level.grid.out_scale;
    }
    return sum;
  }
  std::size_t count() const { return levels_.size(); }

 private:
  std::vector<Level> levels_;
  std::vector<std::vector<Cubic>> pieces_;
};

/// Five times the tolerance: rounding on several levels, and of their results, adds up.
void expect_within(const std::function<double(double)>& f, const LevelSpec& spec, double least) {
  const Sum sum(levels_of(f, spec));
  for (int k = 0; k <= 20000; ++k) {
    const double u = k / 20000.0;
    for (const double x : {spec.lo + (spec.hi - spec.lo) * u, spec.hi * std::pow(least / spec.hi, u), -spec.hi * std::pow(least / spec.hi, u)}) {
      if (x < spec.lo || x > spec.hi * (1 - 0x1p-15) || std::abs(x) < least) continue;
      const double want = f(x);
      if (std::abs(want) > spec.cap / 2) continue;
      ASSERT_NEAR(sum.at(x), want, 5 * std::max(spec.absolute, spec.relative * std::abs(want))) << x;
    }
  }
}

TEST(Levels, OfASmoothFunctionAreOneTable) {
  EXPECT_EQ(Sum(levels_of(exact_cos, {.lo = -4, .hi = 4, .absolute = 0x1p-13})).count(), 1u);
}

TEST(Levels, ResolveAReciprocalOnBothSidesOfZero) {
  auto f = [](double t) { return (t < 0 ? -1 : 1) / std::max(std::abs(t), 0x1p-14); };
  expect_within(f, {.lo = -1, .hi = 1, .absolute = 0, .relative = 0x1p-12, .cap = 0x1p14}, 0x1p-12);
}

TEST(Levels, ResolveALogarithmARootAndAPower) {
  expect_within([](double t) { return exact_log(std::max(t, 0x1p-20)); }, {.lo = 0, .hi = 1, .absolute = 0x1p-12, .relative = 0}, 0x1p-20);
  expect_within([](double t) { return std::sqrt(std::max(t, 0.0)); }, {.lo = 0, .hi = 1, .absolute = 0x1p-15, .relative = 0}, 0x1p-30);
  expect_within([](double t) { return exact_pow(std::max(t, 0x1p-20), -0.5); }, {.lo = 0, .hi = 1, .absolute = 0, .relative = 0x1p-12, .cap = 0x1p10}, 0x1p-18);
}

TEST(Levels, ResolvePolesAndRootsInsideOfTheDomain) {
  expect_within(exact_tan, {.lo = -4, .hi = 4, .absolute = 0x1p-10, .relative = 0x1p-12, .cap = 200}, 0x1p-10);
  expect_within(exact_asin, {.lo = -1, .hi = 1, .absolute = 0x1p-13, .relative = 0x1p-12}, 0x1p-10);
}

TEST(Levels, StayInsideOfTheirGridAndOfTheirTables) {
  for (const Level& level : levels_of(exact_exp, {.lo = -64, .hi = 64, .absolute = 0x1p-10, .relative = 0x1p-13, .cap = 100})) {
    EXPECT_GE(level.lo, level.grid.first);
    EXPECT_LT(level.hi, level.grid.first + (std::int64_t{1} << level.grid.bits));
    EXPECT_LT(level.lo, level.hi);
    for (double x = -64; x <= 64; x += 0.37) EXPECT_LE(std::abs(level.g(x)) / level.grid.out_scale, 0x1p18);
  }
}

}  // namespace
}  // namespace tacit
