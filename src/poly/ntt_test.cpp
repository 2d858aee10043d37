#include "poly/ntt.h"

#include <gtest/gtest.h>

#include <random>

#include "field/cpu.h"

namespace tacit {
namespace {

FpVector random_message(std::size_t n, unsigned seed) {
  std::mt19937_64 engine(seed);
  FpVector v(n);
  for (Fp& x : v) x = engine() % 4 ? Fp(engine()) : Fp(Fp::kModulus - 1 - engine() % 3);
  return v;
}

FeVector random_ext_message(std::size_t n, unsigned seed) {
  FpVector words = random_message(3 * n, seed);
  FeVector v(n);
  for (std::size_t i = 0; i < n; ++i) v[i] = Fe(words[3 * i], words[3 * i + 1], words[3 * i + 2]);
  return v;
}

/// limb(x) by Horner's rule.
template <class T> T evaluate(const std::vector<T>& message, std::size_t limb, int log_n, Fp x) {
  const std::size_t n = std::size_t{1} << log_n;
  T value{};
  for (std::size_t k = n; k-- > 0;) value = value * x + (limb * n + k < message.size() ? message[limb * n + k] : T());
  return value;
}

TEST(Encode, EveryEntryIsTheLimbAtThePowerOfTheRoot) {
  const int log_n = 4, log_domain = 6;
  const std::size_t limbs = 11;
  FpVector message = random_message(limbs << log_n, 1), out(limbs << log_domain), reference(out.size());
  encode(message, log_n, limbs, log_domain, out);
  encode_reference(message, log_n, limbs, log_domain, reference);
  for (std::size_t j = 0; j < std::size_t{1} << log_domain; ++j)
    for (std::size_t i = 0; i < limbs; ++i) {
      const Fp expected = evaluate(message, i, log_n, root_of_unity(log_domain).pow(j));
      ASSERT_EQ(out[j * limbs + i], expected) << "row " << j << " limb " << i;
      ASSERT_EQ(reference[j * limbs + i], expected) << "row " << j << " limb " << i;
    }
}

TEST(Encode, EveryExtensionEntryIsTheLimbAtThePowerOfTheRoot) {
  const int log_n = 3, log_domain = 5;
  const std::size_t limbs = 5;
  FeVector message = random_ext_message((limbs << log_n) - 3, 2), out(limbs << log_domain), reference(out.size());
  encode_ext(message, log_n, limbs, log_domain, out);
  encode_ext_reference(message, log_n, limbs, log_domain, reference);
  for (std::size_t j = 0; j < std::size_t{1} << log_domain; ++j)
    for (std::size_t i = 0; i < limbs; ++i) {
      const Fe expected = evaluate(message, i, log_n, root_of_unity(log_domain).pow(j));
      ASSERT_EQ(out[j * limbs + i], expected) << "row " << j << " limb " << i;
      ASSERT_EQ(reference[j * limbs + i], expected) << "row " << j << " limb " << i;
    }
}

void expect_like_reference(int log_n, int log_domain, std::size_t limbs, std::size_t missing) {
  FpVector message = random_message((limbs << log_n) - missing, static_cast<unsigned>(log_n * 100 + log_domain));
  FpVector fast(limbs << log_domain, Fp(77)), slow(fast.size());
  encode(message, log_n, limbs, log_domain, fast);
  encode_reference(message, log_n, limbs, log_domain, slow);
  ASSERT_EQ(fast, slow) << "log_n " << log_n << " log_domain " << log_domain << " limbs " << limbs;
}

TEST(Encode, EqualsTheReferenceForEveryLengthAndRate) {
  for (int log_n = 0; log_n <= 12; ++log_n)
    for (int log_rate : {0, 1, 2, 3, 5}) expect_like_reference(log_n, log_n + log_rate, log_n < 8 ? 9 : 3, 0);
}

TEST(Encode, EqualsTheReferenceWhereTheTransformIsCutInTwo) {
  for (int log_n = 13; log_n <= 16; ++log_n) expect_like_reference(log_n, log_n + 1, 3, 1234);
  expect_like_reference(13, 17, 2, 0);
  expect_like_reference(17, 17, 1, 5);
}

TEST(Encode, EqualsTheReferenceForEveryNumberOfLimbs) {
  for (std::size_t limbs = 1; limbs <= 34; ++limbs) expect_like_reference(5, 7, limbs, 13);
  for (std::size_t limbs : {1, 7, 8, 17}) expect_like_reference(13, 14, limbs, 1);
  expect_like_reference(4, 5, 200, 0);
}

TEST(Encode, MissingCoefficientsAreZero) {
  for (std::size_t missing : {0, 1, 31, 32, 33, 96}) expect_like_reference(5, 6, 3, missing);
}

TEST(Encode, ExtensionEqualsTheReference) {
  for (int log_n : {0, 1, 5, 9, 13})
    for (std::size_t limbs : {1, 2, 3, 8, 11}) {
      FeVector message = random_ext_message((limbs << log_n) - (log_n ? 1 : 0), 9);
      FeVector fast(limbs << (log_n + 1)), slow(fast.size());
      encode_ext(message, log_n, limbs, log_n + 1, fast);
      encode_ext_reference(message, log_n, limbs, log_n + 1, slow);
      ASSERT_EQ(fast, slow) << log_n << " " << limbs;
    }
}

TEST(Encode, IsLinear) {
  const int log_n = 6, log_domain = 8;
  const std::size_t limbs = 4;
  FpVector f = random_message(limbs << log_n, 3), g = random_message(limbs << log_n, 4), sum(f.size());
  for (std::size_t i = 0; i < f.size(); ++i) sum[i] = f[i] * Fp(5) + g[i];
  FpVector cf(limbs << log_domain), cg(cf.size()), cs(cf.size());
  encode(f, log_n, limbs, log_domain, cf);
  encode(g, log_n, limbs, log_domain, cg);
  encode(sum, log_n, limbs, log_domain, cs);
  for (std::size_t i = 0; i < cs.size(); ++i) ASSERT_EQ(cs[i], cf[i] * Fp(5) + cg[i]);
}

TEST(Encode, TheForcedScalarPathGivesTheSameCodeword) {
  FpVector message = random_message(10 << 7, 5), fast(10 << 9), slow(fast.size());
  encode(message, 7, 10, 9, fast);
  ScalarScope scalar;
  encode(message, 7, 10, 9, slow);
  EXPECT_EQ(fast, slow);
}

using EncodeDeathTest = ::testing::Test;
TEST(EncodeDeathTest, WrongSizesAreContracts) {
  FpVector message(17), out(64);
  EXPECT_EXIT(encode(message, 4, 1, 6, out), ::testing::ExitedWithCode(3), "longer than its limbs");
  EXPECT_EXIT(encode(message, 4, 2, 6, out), ::testing::ExitedWithCode(3), "wrong size");
  EXPECT_EXIT(encode(message, 4, 2, 3, out), ::testing::ExitedWithCode(3), "sizes");
  EXPECT_EXIT(encode(message, -1, 2, 3, out), ::testing::ExitedWithCode(3), "sizes");
}

}  // namespace
}  // namespace tacit
