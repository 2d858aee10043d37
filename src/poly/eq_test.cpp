#include "poly/eq.h"

#include <gtest/gtest.h>

#include <random>

#include "field/cpu.h"

namespace tacit {
namespace {

Point random_point(std::size_t n, unsigned seed) {
  std::mt19937_64 engine(seed);
  Point p(n);
  for (Fe& x : p) x = Fe(Fp(engine()), Fp(engine()), Fp(engine()));
  return p;
}

/// The corner of the hypercube with this index, most significant bit first.
Point corner(std::size_t index, std::size_t n) {
  Point p(n);
  for (std::size_t i = 0; i < n; ++i) p[i] = (index >> (n - 1 - i)) & 1 ? kOne : kZero;
  return p;
}

TEST(Eq, TheTableOfNoVariablesIsTheScale) {
  EXPECT_EQ(eq_table({}, Fe(Fp(7))), FeVector{Fe(Fp(7))});
  EXPECT_EQ(eq({}, {}), kOne);
}

TEST(Eq, PointZeroGoesWithTheMostSignificantBit) {
  Point r = {Fe(Fp(3)), Fe(Fp(5))};
  FeVector expected = {Fe(Fp(2) * Fp(4)), -Fe(Fp(2) * Fp(5)), -Fe(Fp(3) * Fp(4)), Fe(Fp(15))};
  EXPECT_EQ(eq_table(r), expected);
}

TEST(Eq, EveryEntryIsTheScaledEqOfItsCorner) {
  for (std::size_t n : {1, 2, 3, 4, 7, 10, 11, 13}) {
    Point r = random_point(n, 3);
    Fe scale(Fp(9), Fp(8), Fp(7));
    FeVector table = eq_table(r, scale);
    ASSERT_EQ(table.size(), std::size_t{1} << n);
    for (std::size_t i = 0; i < table.size(); i += 1 + i / 64)
      ASSERT_EQ(table[i], scale * eq(r, corner(i, n))) << n << " " << i;
    ASSERT_EQ(table.back(), scale * eq(r, corner(table.size() - 1, n)));
  }
}

TEST(Eq, EntriesSumToTheScale) {
  FeVector table = eq_table(random_point(12, 4), Fe(Fp(5)));
  Fe sum;
  for (const Fe& x : table) sum += x;
  EXPECT_EQ(sum, Fe(Fp(5)));
}

TEST(Eq, TablesOfCornersAreUnitVectors) {
  for (std::size_t index : {std::size_t{0}, std::size_t{1}, std::size_t{1000}, std::size_t{2047}}) {
    FeVector table = eq_table(corner(index, 11));
    for (std::size_t i = 0; i < table.size(); ++i) ASSERT_EQ(table[i], i == index ? kOne : kZero);
  }
}

TEST(Eq, IsSymmetricAndMultilinear) {
  Point a = random_point(6, 5), b = random_point(6, 6), c = b, mid = b;
  EXPECT_EQ(eq(a, b), eq(b, a));
  c[2] = a[3];
  mid[2] = b[2] + b[2] - c[2];
  EXPECT_EQ(eq(a, mid), eq(a, b) + eq(a, b) - eq(a, c));
}

TEST(Eq, TheForcedScalarPathGivesTheSameTable) {
  Point r = random_point(12, 7);
  FeVector fast = eq_table(r);
  ScalarScope scalar;
  EXPECT_EQ(eq_table(r), fast);
}

}  // namespace
}  // namespace tacit
