#include "transcript/scalar.h"

#include <gtest/gtest.h>

#include "transcript/masked_test.h"

namespace tacit::test {
namespace {

constexpr std::uint32_t kPads = 12;

FeVector random_elements(std::size_t count, std::mt19937_64& engine) {
  FeVector out(count);
  for (Fe& x : out) x = random_element(engine);
  return out;
}

/// A constant and a few pads, some of them twice.
Scalar random_scalar(std::mt19937_64& engine) {
  Scalar out(random_element(engine));
  for (std::uint64_t terms = engine() % 5; terms > 0; --terms)
    out += Scalar::of_pad(static_cast<std::uint32_t>(engine() % kPads)) * random_element(engine);
  return out;
}

bool is_sorted(const Scalar& s) {
  for (std::size_t i = 1; i < s.terms().size(); ++i)
    if (s.terms()[i - 1].pad >= s.terms()[i].pad) return false;
  return true;
}

TEST(Scalar, ArithmeticIsThatOfTheValuesUnderEveryPads) {
  std::mt19937_64 engine(1);
  for (int run = 0; run < 200; ++run) {
    const FeVector pads = random_elements(kPads, engine);
    const Scalar a = random_scalar(engine), b = random_scalar(engine);
    const Fe k = random_element(engine);
    EXPECT_EQ((a + b).under(pads), a.under(pads) + b.under(pads));
    EXPECT_EQ((a - b).under(pads), a.under(pads) - b.under(pads));
    EXPECT_EQ((a * k).under(pads), a.under(pads) * k);
    EXPECT_EQ((a - a).under(pads), kZero);
    EXPECT_TRUE(is_sorted(a + b) && is_sorted(a - b) && is_sorted(b * k));
  }
}

TEST(Scalar, AConstantIsPublicAndAFormIsNot) {
  EXPECT_TRUE(Scalar(Fe(5)).is_public());
  EXPECT_TRUE((Scalar(Fe(5)) + Scalar(Fe(6))).is_public());
  EXPECT_FALSE(Scalar::of_pad(3).is_public());
  // What a pad has touched stays a form, whatever its coefficient: that a check is owed does not depend on challenges.
  EXPECT_FALSE((Scalar::of_pad(3) - Scalar::of_pad(3)).is_public());
  EXPECT_FALSE((Scalar::of_pad(3) * kZero).is_public());
}

TEST(Scalar, ASentValueIsItsMessageAndItsPad) {
  std::mt19937_64 engine(2);
  const FeVector pads = random_elements(kPads, engine);
  const Fe message = random_element(engine);
  const Scalar sent = Scalar::sent(message, 7);
  EXPECT_EQ(sent.own_pad(), 7u);
  EXPECT_EQ(sent.constant(), message);
  EXPECT_EQ(sent.under(pads), message + pads[7]);
}

TEST(Scalar, AFormHasTheCoefficientsOfItsPads) {
  std::mt19937_64 engine(3);
  const FeVector pads = random_elements(kPads, engine);
  FeVector by_pad(kPads);
  Fe expected;
  for (std::uint32_t k : {0u, 4u, 11u}) {
    by_pad[k] = random_element(engine);
    expected += by_pad[k] * pads[k];
  }
  const Scalar form = Scalar::form(by_pad);
  EXPECT_EQ(form.terms().size(), 3u);
  EXPECT_TRUE(is_sorted(form));
  EXPECT_EQ(form.under(pads), expected);
}

TEST(Scalar, TheSumOfManyIsThatOfOneAfterTheOther) {
  std::mt19937_64 engine(4);
  const FeVector pads = random_elements(kPads, engine);
  for (std::size_t count = 0; count < 20; ++count) {
    std::vector<Scalar> parts;
    Fe expected;
    for (std::size_t i = 0; i < count; ++i) {
      parts.push_back(random_scalar(engine));
      expected += parts.back().under(pads);
    }
    const Scalar sum = Scalar::sum(parts);
    EXPECT_EQ(sum.under(pads), expected) << count;
    EXPECT_TRUE(is_sorted(sum));
  }
}

TEST(Scalar, OnlyAValueAsItWasSentHasAPadOfItsOwn) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT((void)(Scalar::of_pad(1) + Scalar::of_pad(2)).own_pad(), testing::ExitedWithCode(3), "as they were sent");
  EXPECT_EXIT((void)(Scalar::of_pad(1) * Fe(2)).own_pad(), testing::ExitedWithCode(3), "as they were sent");
  EXPECT_EXIT((void)Scalar(Fe(2)).own_pad(), testing::ExitedWithCode(3), "as they were sent");
}

}  // namespace
}  // namespace tacit::test
