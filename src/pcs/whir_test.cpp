#include <gtest/gtest.h>

#include "field/cpu.h"
#include "pcs/whir_test_support.h"

namespace tacit {
namespace {

using namespace testing_support;

/// A shape with several rounds, both oracles, W late or X late, and a partial last limb.
OpeningParams small_params(std::uint32_t limbs_w = 5, std::uint32_t limbs_x = 3) {
  return toy_params(6, limbs_w, limbs_x, {{0, 2, 12, 3}, {2, 2, 10, 2}, {2, 3, 8, 1}});
}

TEST(Whir, AcceptsHonestOpeningsOfRandomShapes) {
  Random random(1);
  for (int run = 0; run < 60; ++run) {
    const std::uint32_t log_n = 3 + random.below(6);
    std::uint32_t limbs_w = random.below(20), limbs_x = random.below(20);
    if (limbs_w + limbs_x == 0) limbs_x = 1;
    std::vector<ToyRound> rounds{{0, 1 + std::uint32_t(random.below(3)), 1 + std::uint32_t(random.below(20)), 0}};
    for (std::uint32_t left = log_n - 1; rounds.size() < 2 || (left > 1 && random.below(3) != 0);) {
      const std::uint32_t fold = random.below(std::min(left, 4u) + 1);
      rounds.push_back({fold, 1 + std::uint32_t(random.below(3)), 1 + std::uint32_t(random.below(20)), 2});
      left -= fold;
    }
    const Instance instance(toy_params(log_n, limbs_w, limbs_x, rounds), random);
    const Bytes proof = prove_honestly(instance, instance.claim);
    const Verdict verdict = verify(instance, instance.claim, proof);
    ASSERT_TRUE(verdict.accepted) << verdict.reason << ": log_n " << log_n << ", limbs " << limbs_w << ", " << limbs_x;
    ASSERT_FALSE(verify(instance, instance.claim + kOne, proof).accepted);
  }
}

TEST(Whir, AcceptsHonestOpeningsWithEveryTargetAndRegime) {
  Random random(2);
  for (std::uint32_t lambda : {40u, 64u, 80u, 100u, 128u})
    for (Regime regime : {Regime::kJohnson, Regime::kUniqueDecoding})
      for (auto [size_w, size_x] : {std::pair{5000, 1300}, {0, 4096}, {3000, 0}, {700, 9000}}) {
        DeriveOptions options;
        options.regime = regime;
        options.max_grind_bits = 8;
        const auto params = derive_params(size_w, size_x, lambda, options);
        ASSERT_TRUE(params.ok()) << params.error().text();
        const Instance instance(params.value(), random);
        const Verdict verdict = verify(instance, instance.claim, prove_honestly(instance, instance.claim));
        ASSERT_TRUE(verdict.accepted)
            << verdict.reason << ": lambda " << lambda << ", sizes " << size_w << ", " << size_x;
      }
}

TEST(Whir, SeveralOutOfDomainSamplesAreAccepted) {
  Random random(3);
  OpeningParams params = small_params();
  for (std::size_t i = 1; i < params.rounds.size(); ++i) params.rounds[i].ood = 3;
  const Instance instance(params, random);
  EXPECT_TRUE(verify(instance, instance.claim, prove_honestly(instance, instance.claim)).accepted);
}

TEST(Whir, ScalarAndVectorProversWriteTheSameProof) {
  if (!cpu_has_avx512()) GTEST_SKIP() << "no AVX-512 on this machine";
  Random random(4);
  const Instance instance(small_params(), random);
  const Bytes fast = prove_honestly(instance, instance.claim);
  ScalarScope scalar;
  EXPECT_EQ(prove_honestly(instance, instance.claim), fast);
}

TEST(Whir, RejectsAClaimOrARootOrALabelThatIsNotTheProvers) {
  Random random(5);
  const Instance instance(small_params(), random);
  const Bytes proof = prove_honestly(instance, instance.claim);
  ASSERT_TRUE(verify(instance, instance.claim, proof).accepted);
  for (int i = 0; i < 3; ++i) {
    Fe other = instance.claim;
    other.c[i] += Fp(1);
    EXPECT_FALSE(verify(instance, other, proof).accepted);
  }
  Digest root = instance.root_w();
  root[31] ^= 1;
  EXPECT_FALSE(verify(instance, instance.claim, proof, root, instance.root_x()).accepted);
  EXPECT_FALSE(verify(instance, instance.claim, proof, instance.root_w(), root).accepted);
  EXPECT_FALSE(verify(instance, instance.claim, proof, instance.root_x(), instance.root_w()).accepted);
  EXPECT_FALSE(verify(instance, instance.claim, proof, "another label").accepted);
}

TEST(Whir, RejectsACovectorThatIsNotTheProvers) {
  Random random(6);
  Instance instance(small_params(), random);
  const Bytes proof = prove_honestly(instance, instance.claim);
  for (FeVector* values : {&instance.a_w.values, &instance.a_x.values}) {
    const Fe before = (*values)[7];
    (*values)[7] += kOne;
    EXPECT_EQ(verify(instance, instance.claim, proof).reason, "final claim is the folded vector times the covector");
    (*values)[7] = before;
  }
  EXPECT_TRUE(verify(instance, instance.claim, proof).accepted);
}

TEST(Whir, RejectsAProofWithAnyWordChanged) {
  Random random(7);
  const Instance instance(small_params(), random);
  Bytes proof = prove_honestly(instance, instance.claim);
  ASSERT_TRUE(verify(instance, instance.claim, proof).accepted);
  for (std::size_t word = 0; word < proof.size() / 8; ++word) {
    const std::size_t byte = 8 * word + random.below(8);
    const std::uint8_t flip = static_cast<std::uint8_t>(1u << random.below(8));
    proof[byte] ^= flip;
    ASSERT_FALSE(verify(instance, instance.claim, proof).accepted) << "byte " << byte << " of " << proof.size();
    proof[byte] ^= flip;
  }
  ASSERT_TRUE(verify(instance, instance.claim, proof).accepted);
}

TEST(Whir, RejectsEveryTruncationAndAnyExtension) {
  Random random(8);
  const Instance instance(small_params(), random);
  const Bytes proof = prove_honestly(instance, instance.claim);
  for (std::size_t length = 0; length < proof.size(); length += 1 + random.below(40)) {
    const Verdict verdict = verify(instance, instance.claim, ByteSpan(proof).first(length));
    ASSERT_EQ(verdict.reason, "proof is long enough") << length;
  }
  Bytes longer = proof;
  longer.push_back(0);
  EXPECT_EQ(verify(instance, instance.claim, longer).reason, "proof has exactly the expected length");
}

TEST(Whir, RejectsNonCanonicalFieldElementsInEveryMessage) {
  Random random(9);
  const Instance instance(small_params(), random);
  Bytes proof = prove_honestly(instance, instance.claim);
  std::size_t canonical_failures = 0;
  for (std::size_t word = 0; word < proof.size() / 8; ++word) {
    const Bytes before(proof.begin() + 8 * word, proof.begin() + 8 * word + 8);
    std::fill_n(proof.begin() + 8 * word, 8, 0xFF);
    const Verdict verdict = verify(instance, instance.claim, proof);
    ASSERT_FALSE(verdict.accepted);
    canonical_failures += verdict.reason == "field elements are canonical";
    std::copy(before.begin(), before.end(), proof.begin() + 8 * word);
  }
  EXPECT_GT(canonical_failures, proof.size() / 8 / 3);  // the other words are digests and nonces
}

TEST(Whir, AnyBytesOfTheRightLengthGiveAVerdict) {
  Random random(10);
  const Instance instance(small_params(), random);
  const std::size_t length = prove_honestly(instance, instance.claim).size();
  for (int run = 0; run < 50; ++run) {
    Bytes garbage(length);
    for (std::uint8_t& byte : garbage) byte = static_cast<std::uint8_t>(run == 0 ? 0 : random.below(256));
    EXPECT_FALSE(verify(instance, instance.claim, garbage).accepted);
  }
}

TEST(Whir, ChecksTheProofOfWorkOfEveryRound) {
  Random random(11);
  std::size_t last_nonce = 0;
  for (std::size_t i = 0; i < small_params().rounds.size(); ++i) {
    OpeningParams params = small_params();
    for (std::size_t k = 0; k < params.rounds.size(); ++k) params.rounds[k].grind_bits = k == i ? 12 : 0;
    const Instance instance(params, random);
    Bytes proof = prove_honestly(instance, instance.claim);
    ASSERT_TRUE(verify(instance, instance.claim, proof).accepted);
    // A change anywhere up to the nonce spoils the work, a change behind it cannot.
    std::size_t nonce = 0;
    for (std::size_t word = 0; word < proof.size() / 8; ++word) {
      proof[8 * word] ^= 1;
      if (verify(instance, instance.claim, proof).reason == "proof of work") nonce = word;
      proof[8 * word] ^= 1;
    }
    EXPECT_GT(nonce, last_nonce);
    last_nonce = nonce;
  }
}

}  // namespace
}  // namespace tacit
