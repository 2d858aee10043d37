// The fraction sum with masks on: checks are owed, hold under the pads for true sums, and do not for a liar.
#include <gtest/gtest.h>

#include "lookup/fraction_naive_test.h"
#include "transcript/masked_test.h"

namespace tacit::test {
namespace {

constexpr int kLog = 6;
constexpr const char* kSumCheck = "fractions sum to zero";
constexpr const char* kLayerCheck = "fraction layer ends match its sumcheck";
using Names = std::vector<std::string>;

PadPlan plan_for(int log_rows) {
  return plan_of([&](auto& party) { fraction_sum<Role::kPlanner>(party, log_rows, Sealed{}); });
}
MaskedProof prove_with(const FractionLeaves& leaves, int log_rows, const FeVector& pads) {
  return prove_masked("masked fractions", pads, [&](auto& party) { fraction_sum<Role::kProver>(party, log_rows, Known(leaves)); });
}
Bytes cheat(const FractionLeaves& leaves, const FeVector& pads, Deviation deviation) {
  return prove_masked("masked fractions", pads, [&](auto& party) { NaiveProver(leaves, kLog, std::move(deviation), pads).run(party); }).bytes;
}

struct MaskedClaims {
  MaskedCheck check;
  FractionClaim<Role::kVerifier> owed;
};
MaskedClaims check_with(ByteSpan proof, int log_rows) {
  MaskedClaims out;
  out.check = check_masked("masked fractions", proof, [&](auto& party) { out.owed = fraction_sum<Role::kVerifier>(party, log_rows, Sealed{}); });
  return out;
}
Names broken_by(const Bytes& proof, const FeVector& pads) {
  const MaskedClaims checked = check_with(proof, kLog);
  EXPECT_TRUE(checked.check.verdict.accepted);
  return broken(checked.check.owed, pads);
}

FractionLeaves wrong_sum() {
  FractionLeaves leaves = zero_sum_leaves(50, 11);
  leaves.p[23] += Fp(1);
  return leaves;
}

TEST(MaskedFractions, ATrueSumOwesOneCheckALayerAndTrueClaims) {
  for (int n = 1; n <= 9; ++n) {
    const FractionLeaves leaves = zero_sum_leaves((std::size_t{1} << n) - static_cast<std::size_t>(n) / 2, n);
    const PadPlan plan = plan_for(n);
    const FeVector pads = pads_for(plan, n);
    const MaskedProof proof = prove_with(leaves, n, pads);
    const MaskedClaims checked = check_with(proof.bytes, n);
    EXPECT_EQ(proof.bytes.size(), 96u * n + 24u * n * (n - 1));  // as without masks
    EXPECT_TRUE(checked.check.holds(pads)) << n;
    EXPECT_TRUE(claims_hold(checked.owed, leaves, n, pads)) << n;
    EXPECT_EQ(checked.check.next, proof.next);
    EXPECT_EQ(checked.check.used, plan.pads);
    EXPECT_EQ(checked.check.owed.size(), plan.checks);
    EXPECT_EQ(plan.checks, static_cast<std::uint32_t>(n));
    EXPECT_EQ(plan.products.size(), 2 * static_cast<std::size_t>(n));
    EXPECT_EQ(plan.pads, static_cast<std::uint32_t>(6 * n + n * (n - 1)));
  }
}

TEST(MaskedFractions, TheNaiveProverSendsTheSame) {
  const FeVector pads = pads_for(plan_for(kLog), 1);
  const FractionLeaves leaves = zero_sum_leaves(50, 12);
  EXPECT_EQ(prove_with(leaves, kLog, pads).bytes, cheat(leaves, pads, {}));
}

TEST(MaskedFractions, HonestMessagesOfAWrongSumBreakTheFirstCheckAlone) {
  const FeVector pads = pads_for(plan_for(kLog), 2);
  EXPECT_EQ(broken_by(prove_with(wrong_sum(), kLog, pads).bytes, pads), Names{kSumCheck});
}

TEST(MaskedFractions, LyingAtTheTopBreaksTheNextLayer) {
  const FeVector pads = pads_for(plan_for(kLog), 3);
  Deviation top;
  top.ends = [](int k, const Fe&, Ends& e) { if (k == 1) e[0] = -(e[1] * e[2]) * e[3].inverse(); };
  EXPECT_EQ(broken_by(cheat(wrong_sum(), pads, top), pads), Names{kLayerCheck});
}

TEST(MaskedFractions, LyingAtAnInnerLayerBreaksTheNext) {
  const FeVector pads = pads_for(plan_for(kLog), 4);
  const FractionLeaves leaves = zero_sum_leaves(50, 13);
  for (int lie = 1; lie < kLog; ++lie) {
    Deviation inner;
    inner.ends = [lie](int k, const Fe&, Ends& e) { if (k == lie) e[0] += kOne, e[1] -= e[3] * e[2].inverse(); };
    EXPECT_EQ(broken_by(cheat(leaves, pads, inner), pads), Names{kLayerCheck}) << lie;
  }
}

TEST(MaskedFractions, ALieCarriedToTheLeavesLeavesAFalseClaim) {
  const FeVector pads = pads_for(plan_for(kLog), 5);
  const FractionLeaves leaves = wrong_sum();
  NaiveProver* self = nullptr;
  Deviation carry;
  carry.ends = [&](int k, const Fe& lambda, Ends& e) {
    const Fe target = k == 1 ? kZero : self->last_claim();
    e[0] = (target - e[1] * e[2]) * e[3].inverse() - lambda * e[2];
  };
  const Bytes proof = prove_masked("masked fractions", pads, [&](auto& party) {
    NaiveProver prover(leaves, kLog, carry, pads);
    self = &prover;
    prover.run(party);
  }).bytes;
  const MaskedClaims checked = check_with(proof, kLog);
  EXPECT_TRUE(checked.check.holds(pads));
  EXPECT_FALSE(claims_hold(checked.owed, leaves, kLog, pads));
}

TEST(MaskedFractions, AWrongProductPadBreaksTheCheckOfItsLayer) {
  const PadPlan plan = plan_for(kLog);
  const FractionLeaves leaves = zero_sum_leaves(50, 14);
  for (std::size_t k = 0; k < plan.products.size(); ++k) {
    FeVector pads = pads_for(plan, 6);
    pads[plan.products[k].ab] += kOne;
    EXPECT_EQ(broken_by(prove_with(leaves, kLog, pads).bytes, pads), Names{k < 2 ? kSumCheck : kLayerCheck}) << k;
  }
}

TEST(MaskedFractions, EveryChangedElementIsRefuted) {
  const int n = 4;
  const FeVector pads = pads_for(plan_for(n), 7);
  const FractionLeaves leaves = zero_sum_leaves(13, 15);
  const Bytes proof = prove_with(leaves, n, pads).bytes;
  const auto refuted = [&](ByteSpan bytes) {
    const MaskedClaims checked = check_with(bytes, n);
    return !checked.check.holds(pads) || !claims_hold(checked.owed, leaves, n, pads);
  };
  ASSERT_FALSE(refuted(proof));
  for (std::size_t word = 0; word < proof.size() / 8; ++word) {
    Bytes changed = proof;
    changed[8 * word] ^= 1;
    EXPECT_TRUE(refuted(changed)) << "word " << word;
  }
}

}  // namespace
}  // namespace tacit::test
