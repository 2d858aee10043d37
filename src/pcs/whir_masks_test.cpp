// Masks: their layout, openings under them, and what happens to a proof of which any part is changed.
#include "base/wipe.h"
#include "pcs/whir_masks.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "field/cpu.h"
#include "pcs/whir_test_support.h"

namespace tacit {
namespace {

using namespace testing_support;

constexpr const char* kRowsW = "opened rows of W match its root";
constexpr const char* kRowsX = "opened rows of X match its root";

/// Several rounds, both oracles, W late or X late, more random slots in W than in X.
OpeningParams small_params(std::uint32_t limbs_w = 5, std::uint32_t limbs_x = 3) {
  return toy_params(6, limbs_w, limbs_x, {{0, 2, 12, 3}, {2, 2, 10, 2}, {2, 3, 8, 1}}, {30, 12});
}

/// 1, 2, 3, ...: shows where a random source is used.
RandomSource counting(std::uint64_t& next) {
  return [&next](std::span<Fp> out) { for (Fp& x : out) x = Fp(++next); };
}

TEST(WhirMasks, StandWhereTheProtocolPutsThem) {
  const OpeningParams params = toy_params(5, 5, 2, {{0, 1, 4}, {1, 1, 1}}, {9, 4});
  const OpeningShape& shape = params.shape;
  ASSERT_EQ(shape.pad_slots_x(), 18u);  // K = 3
  ASSERT_EQ(shape.statement_slots_x(), 10u);
  std::uint64_t next = 0;
  const OpeningMasks masks = make_masks(shape, counting(next));
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(masks.row2[i], Fp(0));
  for (std::size_t i = 10; i < 32; ++i) EXPECT_EQ(masks.row2[i], Fp(i - 9));
  const FeVector pads = pads_of(shape, masks.row2);
  ASSERT_EQ(pads.size(), 6u);
  for (std::size_t k = 0; k < 6; ++k) EXPECT_EQ(pads[k], Fe(Fp(3 * k + 1), Fp(3 * k + 2), Fp(3 * k + 3)));
  EXPECT_EQ(masks.row1[31], Fe(Fp(22 + 94), Fp(22 + 95), Fp(22 + 96)));
  EXPECT_EQ(masks.mu_w[0], Fe(Fp(119), Fp(120), Fp(121)));
  EXPECT_EQ(next, 22u + 96 + 96);
  const FpVector limbs = mask_limbs(masks);
  ASSERT_EQ(limbs.size(), 7u * 32);
  for (std::size_t i = 0; i < 32; ++i) {
    EXPECT_EQ(limbs[i], masks.row2[i]);
    for (std::size_t c = 0; c < 3; ++c) {
      EXPECT_EQ(limbs[(1 + c) * 32 + i], masks.row1[i].c[c]);
      EXPECT_EQ(limbs[(4 + c) * 32 + i], masks.mu_w[i].c[c]);
    }
  }
}

TEST(WhirMasks, RandomSlotsAreTheLastOfEveryLimbAndPadsOfLimbsAreZero) {
  const OpeningParams params = toy_params(5, 3, 2, {{0, 1, 4}, {1, 1, 1}}, {7, 4});
  for (const auto& [oracle, limbs, pads, random] : {std::tuple{Block::kW, 3, 0, 7}, std::tuple{Block::kX, 2, 12, 4}}) {
    FpVector message(32 * limbs, Fp(1000));
    std::uint64_t next = 0;
    fill_random_slots(params.shape, oracle, message, counting(next));
    EXPECT_EQ(next, std::uint64_t(random * limbs));
    for (int limb = 0; limb < limbs; ++limb)
      for (int i = 0; i < 32; ++i) {
        const Fp got = message[32 * limb + i];
        if (i < 32 - random - pads) EXPECT_EQ(got, Fp(1000));
        else if (i < 32 - random) EXPECT_EQ(got, Fp(0));
        else EXPECT_EQ(got, Fp(limb * random + i - (32 - random) + 1));
      }
  }
}

TEST(WhirMasks, CommittedMasksAreTheWordsBehindTheLimbs) {
  Random random(60);
  const Instance instance(toy_params(5, 2, 3, {{0, 1, 4}, {1, 1, 1}}, {8, 4}), random);
  const std::size_t words = 3 + 7;
  ASSERT_EQ(instance.x->words(), words);
  ASSERT_EQ(instance.x->message().size(), 3u * 32);
  const std::vector<std::size_t> all = {0, 5, 63};
  const FpVector rows = instance.x->rows(all);
  for (std::size_t j = 0; j < all.size(); ++j) {
    const Fe at(root_of_unity(6).pow(all[j]));
    const std::span<const Fp> row = std::span(rows).subspan(j * words, words);
    auto value = [&](std::span<const Fp> limb) { return horner(FeVector(limb.begin(), limb.end()), at); };
    for (std::size_t limb = 0; limb < 3; ++limb)
      EXPECT_EQ(Fe(row[limb]), value(instance.x->message().subspan(32 * limb, 32)));
    EXPECT_EQ(Fe(row[3]), value(instance.masks->row2));
    EXPECT_EQ(Fe(row[4], row[5], row[6]), horner(instance.masks->row1, at));
    EXPECT_EQ(Fe(row[7], row[8], row[9]), horner(instance.masks->mu_w, at));
  }
}

TEST(WhirMasks, ClearingTouchesItsWordsAndNoOther) {
  FpVector words = {Fp(1), Fp(2), Fp(3), Fp(4)};
  wipe(std::span<Fp>(words).subspan(1, 2));
  EXPECT_EQ(words, (FpVector{Fp(1), Fp(0), Fp(0), Fp(4)}));
  wipe(std::span<Fp>());
}

TEST(WhirMasked, AcceptsHonestOpeningsOfEveryKindOfShape) {
  Random random(62);
  // No oracle W; one limb of each; limbs that are no power of two; either oracle late; W public (no random slots).
  for (const auto& [limbs_w, limbs_x] :
       {std::pair{0, 1}, {0, 2}, {0, 5}, {1, 1}, {1, 4}, {6, 1}, {3, 3}, {2, 7}, {13, 2}, {16, 4}})
    for (const std::uint32_t slots_w : {0u, 8u, 20u}) {
      const std::vector<ToyRound> rounds = {{0, 2, 8, 2}, {2, 2, 6}, {1, 2, 4}};
      const Instance instance(toy_params(6, limbs_w, limbs_x, rounds, {slots_w, 8}), random);
      const Bytes proof = prove_honestly(instance, instance.claim);
      const Verdict verdict = verify(instance, instance.claim, proof);
      ASSERT_TRUE(verdict.accepted) << verdict.reason << ": limbs " << limbs_w << ", " << limbs_x << "; " << slots_w;
      ASSERT_FALSE(verify(instance, instance.claim + kOne, proof).accepted);
    }
}

TEST(WhirMasked, AcceptsHonestOpeningsWithDerivedParameters) {
  Random random(63);
  for (const std::uint32_t openings : {0u, 1u, 5u})
    for (const std::uint32_t lambda : {60u, 128u})
      for (const auto& [size_w, size_x] : {std::pair{20000, 5000}, {0, 9000}, {700, 90000}}) {
        DeriveOptions options;
        options.max_grind_bits = 8;
        options.hide_x = true;
        options.openings = size_w == 0 ? 0 : openings;
        const auto params = derive_params(size_w, size_x, lambda, options);
        ASSERT_TRUE(params.ok()) << params.error().text();
        ASSERT_TRUE(params.value().shape.masked());
        const Instance instance(params.value(), random);
        const Verdict verdict = verify(instance, instance.claim, prove_honestly(instance, instance.claim));
        ASSERT_TRUE(verdict.accepted)
            << verdict.reason << ": lambda " << lambda << ", sizes " << size_w << ", " << size_x;
      }
}

TEST(WhirMasked, ScalarAndVectorProversWriteTheSameProof) {
  if (!cpu_has_avx512()) GTEST_SKIP() << "no AVX-512 on this machine";
  Random random(64);
  const Instance instance(small_params(), random);
  const Bytes fast = prove_honestly(instance, instance.claim);
  ScalarScope scalar;
  EXPECT_EQ(prove_honestly(instance, instance.claim), fast);
}

TEST(WhirMasked, TwoProofsOfOneStatementShareNoFieldElementBeforeTheirPositions) {
  Random random(65);
  Instance instance(small_params(), random);
  const Bytes first = prove_honestly(instance, instance.claim);
  const FpVector x(instance.x->message().begin(), instance.x->message().end());
  *instance.masks = make_masks(instance.params.shape, random.source());
  instance.commit_x(x, instance.masks.get(), random);
  const Bytes second = prove_honestly(instance, instance.claim);
  ASSERT_TRUE(verify(instance, instance.claim, second).accepted);
  const std::size_t words = 3 * (2 * instance.params.rounds[0].log_limbs + 1);  // the limb fold and the mask claim
  for (std::size_t word = 0; word < words; ++word)
    EXPECT_FALSE(std::equal(&first[8 * word], &first[8 * word] + 8, &second[8 * word])) << word;
}

TEST(WhirMasked, RejectsAProofWithAnyWordChanged) {
  Random random(66);
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
}

TEST(WhirMasked, RejectsTruncationsExtensionsAndGarbage) {
  Random random(67);
  const Instance instance(small_params(), random);
  const Bytes proof = prove_honestly(instance, instance.claim);
  for (std::size_t length = 0; length < proof.size(); length += 1 + random.below(400))
    ASSERT_EQ(verify(instance, instance.claim, ByteSpan(proof).first(length)).reason, "proof is long enough") << length;
  Bytes longer = proof;
  longer.push_back(0);
  EXPECT_EQ(verify(instance, instance.claim, longer).reason, "proof has exactly the expected length");
  for (int run = 0; run < 30; ++run) {
    Bytes garbage(proof.size());
    for (std::uint8_t& byte : garbage) byte = static_cast<std::uint8_t>(run == 0 ? 0 : random.below(256));
    EXPECT_FALSE(verify(instance, instance.claim, garbage).accepted);
  }
}

TEST(WhirMasked, RejectsAnyChangeOfASaltAsAChangeOfItsRow) {
  Random random(68);
  // No proof of work: a change in front of one would be refused there.
  const Instance instance(toy_params(6, 5, 3, {{0, 2, 12}, {2, 2, 10}}, {30, 12}), random);
  Bytes proof = prove_honestly(instance, instance.claim);
  for (const Oracle* oracle : {instance.w.get(), instance.x.get()}) {
    std::size_t opened = 0;
    for (const Salt& salt : oracle->every_salt()) {
      const auto at = std::search(proof.begin(), proof.end(), salt.begin(), salt.end());
      if (at == proof.end()) continue;
      ++opened;
      at[static_cast<std::ptrdiff_t>(random.below(32))] ^= 1;
      ASSERT_EQ(verify(instance, instance.claim, proof).reason, oracle == instance.w.get() ? kRowsW : kRowsX);
      std::copy(salt.begin(), salt.end(), at);
    }
    EXPECT_GE(opened, 9u);
    EXPECT_LE(opened, 12u);
  }
  EXPECT_TRUE(verify(instance, instance.claim, proof).accepted);
}

TEST(WhirMasked, LaterOraclesAndPublicWeightsAreNotSalted) {
  Random random(69);
  const Instance instance(toy_params(6, 2, 2, {{0, 2, 8}, {2, 2, 6}}, {0, 8}), random);
  EXPECT_TRUE(instance.w->every_salt().empty());
  const FpVector again(instance.w->message().begin(), instance.w->message().end());
  EXPECT_EQ(Oracle::commit(again, 6, 2, 8).root(), instance.w->root());  // anyone who knows W recomputes its root
  EXPECT_TRUE(verify(instance, instance.claim, prove_honestly(instance, instance.claim)).accepted);
}

}  // namespace
}  // namespace tacit
