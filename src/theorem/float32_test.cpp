// The step from committed float32 values to a model's scale, against the numbers themselves.
#include "theorem/float32.h"

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "theorem/totality_fixture.h"

namespace tacit {
namespace {

constexpr std::int64_t kLo = -32768, kHi = 32767;

float of_bits(std::uint32_t bits) { return std::bit_cast<float>(bits); }

/// All edges of binades on both sides of zero with their neighbours, zeros, denormals, the largest, and many others.
std::vector<float> hard_values() {
  std::vector<float> out = {0.0f, -0.0f, 1e-45f, -1e-45f, std::numeric_limits<float>::max(), std::numeric_limits<float>::lowest()};
  std::mt19937_64 rng(5);
  for (std::uint32_t field = 0; field < 255; ++field)
    for (std::uint32_t sign : {0u, 0x80000000u}) {
      const std::uint32_t first = field << 23;
      for (std::uint32_t mantissa : {0u, 1u, 0x7FFFu, 0x8000u, 0xFFFFu, 0x10000u, 0x3FFFFFu, 0x400000u, 0x7F0000u, 0x7FFFFFu})
        out.push_back(of_bits(sign | first | mantissa));
      for (int i = 0; i < 8; ++i) out.push_back(of_bits(sign | first | (rng() & 0x7FFFFF)));
    }
  return out;
}

struct Step {
  Book book;
  DigitColumns digits;
  ColumnId q;
  Step(std::uint32_t rows, std::uint32_t cols, int exponent) {
    digits = book.committed_input("x", rows, cols);
    q = from_float32(book, "x on its scale", digits, kLo, kHi, exponent);
  }
  Statement statement() { return Statement(book, {digits.high, digits.low}); }
};

IntColumn run(Step& step, const std::vector<std::int64_t>& integers) {
  Theorem t = step.statement().theorem;
  Assignment a;
  a.columns.resize(t.columns.size());
  for (std::int64_t k : integers) {
    const Digits d = digits_of(k);
    a.columns[step.digits.high].push_back(d.high);
    a.columns[step.digits.low].push_back(d.low);
  }
  run_steps(t, a);
  EXPECT_TRUE(count_multiplicities(t, a).ok());
  return a.columns[step.q];
}

TEST(Float32, OrderIsThatOfTheNumbersAndComesBack) {
  std::vector<float> values = hard_values();
  std::sort(values.begin(), values.end());
  std::int64_t before = INT64_MIN;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int64_t k = float32_integer(values[i]);
    EXPECT_TRUE(in_float32(values[i]) && is_float32(k)) << values[i];
    EXPECT_EQ(float32_value(k), values[i]);
    EXPECT_EQ(integer_of(digits_of(k)), k);
    if (i > 0) { EXPECT_EQ(k > before, values[i] > values[i - 1]) << values[i]; }
    before = k;
  }
  EXPECT_EQ(float32_integer(-0.0), float32_integer(0.0));
  EXPECT_EQ(float32_integer(1.0), 0x3F800000 - 32768);
  EXPECT_EQ(float32_integer(-1.0), -0x3F800000 - 32768);
  EXPECT_EQ(float32_integer(0.1), float32_integer(static_cast<double>(0.1f))) << "rounded as float32 is";
}

TEST(Float32, WhatIsNoFiniteNumberIsTold) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (double x : {infinity, -infinity, std::nan(""), 1e39, -1e39}) EXPECT_FALSE(in_float32(x)) << x;
  EXPECT_EQ(float32_integer(1e39), 0x7F7FFFFF - 32768);
  EXPECT_TRUE(is_float32(0x7F7FFFFF - 32768) && is_float32(-0x7F7FFFFF - std::int64_t{32768}));
  EXPECT_FALSE(is_float32(0x7F800000 - 32768) || is_float32(-0x7F800000 - std::int64_t{32768}));
  EXPECT_EQ(float32_value(0x7F800000 - 32768), infinity);
  EXPECT_TRUE(std::isnan(float32_value(0x7F900000)));
  EXPECT_EQ(float32_value(-0x7F900000), -infinity);
}

TEST(Float32, StepIsTheRoundedQuotientUpToTheStatedError) {
  const std::vector<float> values = hard_values();
  std::vector<std::int64_t> integers;
  for (float x : values) integers.push_back(float32_integer(x));
  for (int exponent : {-100, -60, -15, -8, 0, 30, 100}) {
    Step step(1, static_cast<std::uint32_t>(values.size()), exponent);
    const IntColumn q = run(step, integers);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double m = std::ldexp(static_cast<double>(values[i]), -exponent);
      const double near = std::clamp(m, static_cast<double>(kLo), static_cast<double>(kHi));
      ASSERT_LE(std::abs(q[i] - near), 0.5 + 0x1p-7 + 1e-9) << values[i] << " at 2^" << exponent;
      if (std::abs(m) >= 2 && std::abs(m) < 32000) { ASSERT_EQ(q[i], std::floor(m + 0.5)) << values[i] << " at 2^" << exponent; }
    }
  }
}

TEST(Float32, EveryPairOfDigitsHasAProof) {
  Step step(2, 3, -8);
  const Statement s = step.statement();
  expect_total(s);
  const std::vector<std::int64_t> odd = {kCommittedMin, kCommittedMax, 0x7F800000, 0x7FC00000, -0x7F900000, -32768};
  Step again(2, 3, -8);
  EXPECT_EQ(run(again, odd), (IntColumn{-32768, 32767, 32767, 32767, -32768, 0}));
  const Theorem& t = s.theorem;
  EXPECT_TRUE(check_bounds(t).ok());
  EXPECT_EQ(t.columns[step.q].rows, 6u);
}

TEST(Float32, ModelsOfOneScaleShareTheirTables) {
  Book book;
  const DigitColumns a = book.committed_input("a", 1, 2), b = book.committed_input("b", 1, 2);
  from_float32(book, "x", a, kLo, kHi, -8);
  from_float32(book, "y", b, kLo, kHi, -8);
  std::size_t functions = 0;
  for (const Table& t : book.so_far().tables) functions += t.kind == TableKind::kFunction;
  EXPECT_EQ(functions, 2u);
}

}  // namespace
}  // namespace tacit
