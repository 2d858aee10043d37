#include "secret/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <set>

#include "secret/rejection.h"
#include "secret/test_support.h"

namespace tacit {
namespace {

using test::digest;
using test::hex;
using test::secret;
using test::text;

Bytes draw(Random& random, std::size_t count) {
  Bytes out(count);
  random.fill(std::span<std::uint8_t>(out));
  return out;
}

Bytes draw(Random&& random, std::size_t count = 64) { return draw(random, count); }

TEST(Random, KeystreamIsChaCha20) {
  // RFC 8439, appendix A.1, test vector 1: key, nonce and counter zero.
  EXPECT_EQ(hex(draw(Random::from_key(Digest{}), 64)),
            "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
            "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586");
}

TEST(Random, AnySplitOfTheDrawsGivesTheSameBytes) {
  Random whole = Random::from_key(digest(9));
  const Bytes expected = draw(whole, 20000);
  for (const std::vector<std::size_t>& split : std::vector<std::vector<std::size_t>>{
           {1, 7, 1016, 1, 4096, 3}, {1024, 1024, 5}, {1023, 1025, 2, 8000}, {0, 20000}, {3000, 0, 1, 1}}) {
    Random random = Random::from_key(digest(9));
    Bytes got;
    for (const std::size_t part : split) {
      const Bytes bytes = draw(random, part);
      got.insert(got.end(), bytes.begin(), bytes.end());
    }
    EXPECT_TRUE(std::equal(got.begin(), got.end(), expected.begin()));
  }
}

TEST(Random, TheKeyIsTheHashOfTheLabelledParts) {
  ByteWriter message;
  message.u8(0x07);
  message.u8(0);
  message.u64(32);
  message.raw(secret());
  message.raw(digest(5));
  message.raw(text("context"));
  EXPECT_EQ(draw(Random::for_proof(secret(), digest(5), text("context"))), draw(Random::from_key(keccak256(message.data()))));
}

TEST(Random, AProofsMasksHangOnSecretSystemAndContext) {
  std::set<Bytes> seen;
  for (const std::uint8_t which : {1, 2}) {
    for (const std::uint8_t os : {0, 1}) {      // 0: a generator that gives only zeros
      for (const char* context : {"", "a", "b"}) {
        EXPECT_TRUE(seen.insert(draw(Random::for_proof(secret(which), digest(os), text(context)))).second);
      }
    }
  }
  EXPECT_EQ(seen.size(), 12u);
}

TEST(Random, TwoProofsOfTheSameStatementShareNoMask) {
  Result<Random> first = Random::for_proof(secret(), text("same")), second = Random::for_proof(secret(), text("same"));
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 3000; ++i) {
    for (const Fp part : first->element().c) seen.insert(part.value());
    for (const Fp part : second->element().c) seen.insert(part.value());
  }
  EXPECT_EQ(seen.size(), 18000u);
}

TEST(Random, DerivedStreamsAreTheSameAgainAndApartByLabelAndSecret) {
  EXPECT_EQ(draw(Random::derive(secret(), "salts of W")), draw(Random::derive(secret(), "salts of W")));
  std::set<Bytes> apart{draw(Random::derive(secret(), "salts of W")), draw(Random::derive(secret(), "slots of W")),
                        draw(Random::derive(secret(2), "salts of W")), draw(Random::derive(secret(), "")),
                        draw(Random::for_proof(secret(), Digest{}, {})), draw(Random::derive(Bytes(33, 1), ""))};
  EXPECT_EQ(apart.size(), 6u);
}

TEST(Random, ForksDifferFromEachOtherAndFromTheirSource) {
  Random random = Random::derive(secret(), "x"), again = Random::derive(secret(), "x");
  Random a = random.fork("rows"), b = random.fork("rows"), c = random.fork("salts");
  const std::set<Bytes> apart{draw(a, 64), draw(b, 64), draw(c, 64), draw(random, 64)};
  EXPECT_EQ(apart.size(), 4u);
  EXPECT_EQ(apart.count(draw(again.fork("rows"), 64)), 1u);   // and come again in the same order
  EXPECT_NE(draw(Random::derive(secret(), "x").fork("rows"), 64), draw(Random::derive(secret(), "x").fork("salts"), 64));
}

TEST(Random, AMovedGeneratorGoesOn) {
  Random random = Random::from_key(digest(1));
  Bytes expected = draw(Random::from_key(digest(1)), 40);
  const Bytes head = draw(random, 20);
  Random other = std::move(random);
  const Bytes tail = draw(other, 20);
  EXPECT_TRUE(std::equal(head.begin(), head.end(), expected.begin()));
  EXPECT_TRUE(std::equal(tail.begin(), tail.end(), expected.begin() + 20));
  static_assert(!std::is_copy_constructible_v<Random> && !std::is_copy_assignable_v<Random>);
}

/// A stream of given words.
struct Words {
  std::vector<std::uint64_t> words;
  std::size_t at = 0;
  void operator()(std::span<std::uint8_t> out) {
    for (std::size_t i = 0; i < out.size(); i += 8) std::memcpy(out.data() + i, &words.at(at++), 8);
  }
};

TEST(Rejection, WordsOfPAndAboveAreSkippedAndTheOthersKept) {
  const std::uint64_t p = Fp::kModulus;
  Words words{{p, 7, p - 1, ~std::uint64_t{0}, p + 1, 0, p, p, p, 8, 9}};
  std::vector<Fp> out(5);
  fill_by_rejection(out, words);
  ASSERT_EQ(words.at, 11u);
  for (const auto& [at, value] : std::vector<std::pair<int, std::uint64_t>>{{0, 7}, {1, p - 1}, {2, 0}, {3, 8}, {4, 9}}) {
    EXPECT_EQ(out[at].value(), value) << at;
  }
}

TEST(Rejection, TakesAsManyWordsAsItKeepsWhenNoneIsTooLarge) {
  Words words{{1, 2, 3, 4}};
  std::vector<Fp> out(3);
  fill_by_rejection(out, words);
  EXPECT_EQ(words.at, 3u);
  fill_by_rejection(std::span<Fp>(), words);
  EXPECT_EQ(words.at, 3u);
}

TEST(Random, ElementsAreTheAcceptedWordsOfTheStream) {
  Random bytes = Random::from_key(digest(3)), elements = Random::from_key(digest(3)), single = Random::from_key(digest(3));
  std::vector<Fe> out(1000);
  elements.fill(std::span<Fe>(out));
  for (const Fe& e : out) {
    EXPECT_EQ(e, single.element());
    for (const Fp part : e.c) {
      std::uint64_t word;
      const Bytes drawn = draw(bytes, 8);
      std::memcpy(&word, drawn.data(), 8);
      EXPECT_EQ(part.value(), word);
    }
  }
}

/// Standard deviations between a chi-square statistic and its mean.
double deviations(double chi_square, double freedom) { return (chi_square - freedom) / std::sqrt(2 * freedom); }

double chi_square(const std::vector<std::uint64_t>& counts, double expected) {
  double sum = 0;
  for (const std::uint64_t n : counts) sum += std::pow(static_cast<double>(n) - expected, 2) / expected;
  return sum;
}

TEST(Random, BytesAndBitsAreEvenlySpread) {
  constexpr std::size_t kCount = 1 << 20;
  const Bytes bytes = draw(Random::derive(secret(), "statistics"), kCount);
  std::vector<std::uint64_t> single(256), pairs(65536);
  std::uint64_t ones = 0;
  for (std::size_t i = 0; i < kCount; ++i) {
    ++single[bytes[i]];
    ++pairs[bytes[i] << 8 | bytes[(i + 1) % kCount]];
    ones += static_cast<std::uint64_t>(std::popcount(bytes[i]));
  }
  EXPECT_LT(std::abs(deviations(chi_square(single, kCount / 256.0), 255)), 6);
  EXPECT_LT(std::abs(deviations(chi_square(pairs, kCount / 65536.0), 65535)), 6);
  EXPECT_LT(std::abs(static_cast<double>(ones) - 4.0 * kCount) / std::sqrt(2.0 * kCount), 6);
}

TEST(Random, ElementsAreEvenlySpreadOverTheField) {
  constexpr std::size_t kCount = 1 << 18;
  constexpr std::uint64_t kBins = 1009;   // a prime: both the high and the low bits matter
  std::vector<Fp> values(kCount);
  Random::derive(secret(), "elements").fill(std::span<Fp>(values));
  std::vector<std::uint64_t> high(kBins), low(kBins);
  for (const Fp v : values) {
    ++high[static_cast<std::size_t>(static_cast<unsigned __int128>(v.value()) * kBins / Fp::kModulus)];
    ++low[v.value() % kBins];
  }
  const double expected = static_cast<double>(kCount) / kBins;
  EXPECT_LT(std::abs(deviations(chi_square(high, expected), kBins - 1)), 6);
  EXPECT_LT(std::abs(deviations(chi_square(low, expected), kBins - 1)), 6);
}

TEST(RandomDeathTest, AShortSecretIsABug) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT((void)Random::derive(Bytes(31, 1), "x"), ::testing::ExitedWithCode(3), "32 bytes or more");
}

TEST(OsEntropy, GivesWhatWasAskedAndNeverTheSame) {
  const Result<SecretBytes> a = os_entropy(1000), b = os_entropy(1000);
  EXPECT_EQ(a->size(), 1000u);
  EXPECT_FALSE(std::ranges::equal(a->span(), b->span()));
  EXPECT_TRUE(os_entropy(0)->empty());
}

}  // namespace
}  // namespace tacit
