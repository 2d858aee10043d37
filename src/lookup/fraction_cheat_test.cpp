// Provers that deviate and then go on consistently, and proofs that were changed on the way.
#include <gtest/gtest.h>

#include "lookup/fraction_naive_test.h"

namespace tacit::test {
namespace {

constexpr int kLog = 6;
constexpr const char* kSumCheck = "fractions sum to zero";
constexpr const char* kLayerCheck = "fraction layer ends match its sumcheck";

FractionLeaves wrong_sum() {
  FractionLeaves leaves = zero_sum_leaves(50, 11);
  leaves.p[23] += Fp(1);
  return leaves;
}

/// p0 such that the two-row layer sums to zero.
void lie_at_the_top(Ends& e) { e[0] = -(e[1] * e[2]) * e[3].inverse(); }
/// p0 such that ends fit the claim `target` of their layer.
void fit_ends(const Fe& lambda, const Fe& target, Ends& e) {
  e[0] = (target - e[1] * e[2]) * e[3].inverse() - lambda * e[2];
}

void expect_rejected(const Proven& proven, const char* reason) {
  const Checked checked = check(proven.proof, kLog);
  EXPECT_FALSE(checked.verdict.accepted);
  EXPECT_EQ(checked.verdict.reason, reason);
}

TEST(FractionCheat, HonestMessagesOfAWrongSumAreRejectedAtTheTop) {
  expect_rejected(prove(wrong_sum(), kLog), kSumCheck);
  expect_rejected(prove_naively(wrong_sum(), kLog), kSumCheck);
}

TEST(FractionCheat, LyingAtTheTopAndBeingHonestBelowIsRejected) {
  Deviation top;
  top.ends = [](int k, const Fe&, Ends& e) { if (k == 1) lie_at_the_top(e); };
  expect_rejected(prove_naively(wrong_sum(), kLog, top), kLayerCheck);
}

TEST(FractionCheat, LyingAtAnInnerLayerIsRejectedWhereverItIs) {
  const FractionLeaves leaves = zero_sum_leaves(50, 12);
  for (int lie = 1; lie < kLog; ++lie) {
    Deviation inner;  // moves p0 and p1 so that this layer's own check still holds
    inner.ends = [lie](int k, const Fe&, Ends& e) {
      if (k != lie) return;
      e[0] += kOne;
      e[1] -= e[3] * e[2].inverse();
    };
    expect_rejected(prove_naively(leaves, kLog, inner), kLayerCheck);
  }
}

TEST(FractionCheat, ShiftingTheRoundMessagesToTheWrongClaimIsRejected) {
  Deviation shift;  // makes every round consistent with the false claim; the error moves on to the challenge point
  shift.ends = [](int k, const Fe&, Ends& e) { if (k == 1) lie_at_the_top(e); };
  shift.round = [](int, int, const Fe& at, const Fe& error, RoundMessage& m) {
    m.constant += error * (kOne - at).inverse();
  };
  expect_rejected(prove_naively(wrong_sum(), kLog, shift), kLayerCheck);
}

TEST(FractionCheat, ALieCarriedToTheLeavesLeavesAFalseClaim) {
  // The prover lies at the top, then fits the ends of every layer to the verifier's claim. All checks of the fraction sum
  // pass; the false statement is now the claim about the leaves, which their commitment refutes.
  const FractionLeaves leaves = wrong_sum();
  NaiveProver* self = nullptr;
  Deviation carry;
  carry.ends = [&](int k, const Fe& lambda, Ends& e) {
    if (k == 1) lie_at_the_top(e);
    else fit_ends(lambda, self->last_claim(), e);
  };
  Party<Role::kProver> party("fraction test");
  NaiveProver prover(leaves, kLog, carry);
  self = &prover;
  prover.run(party);
  const Checked checked = check(party.take_proof(), kLog);
  EXPECT_TRUE(checked.verdict.accepted) << checked.verdict.reason;
  EXPECT_FALSE(claims_hold(checked.owed, leaves, kLog));
}

TEST(FractionCheat, BindingTheVariablesInReverseOrderIsRejected) {
  Deviation reversed;
  reversed.lowest_variable_first = true;
  const FractionLeaves leaves = zero_sum_leaves(50, 13);
  expect_rejected(prove_naively(leaves, kLog, reversed), kLayerCheck);
}

TEST(FractionCheat, TheOwedPointIsOrdered) {
  const FractionLeaves leaves = zero_sum_leaves(50, 14);
  Checked checked = check(prove(leaves, kLog).proof, kLog);
  ASSERT_TRUE(claims_hold(checked.owed, leaves, kLog));
  std::reverse(checked.owed.at.begin(), checked.owed.at.end());
  EXPECT_FALSE(claims_hold(checked.owed, leaves, kLog));
}

/// A changed proof is harmless if it is rejected or if what it owes is false.
bool refuted(ByteSpan proof, const FractionLeaves& leaves, int log_rows) {
  const Checked checked = check(proof, log_rows);
  return !checked.verdict.accepted || !claims_hold(checked.owed, leaves, log_rows);
}

TEST(FractionCheat, EveryChangedElementIsRefuted) {
  const int n = 4;
  const FractionLeaves leaves = zero_sum_leaves(13, 15);
  const Bytes proof = prove(leaves, n).proof;
  ASSERT_FALSE(refuted(proof, leaves, n));
  const std::size_t last_ends = proof.size() - 96;
  for (std::size_t word = 0; word < proof.size() / 8; ++word) {
    Bytes changed = proof;
    changed[8 * word] ^= 1;
    EXPECT_TRUE(refuted(changed, leaves, n)) << "word " << word;
    if (8 * word < last_ends) { EXPECT_FALSE(check(changed, n).verdict.accepted) << "word " << word; }
  }
}

TEST(FractionCheat, EveryElementOfTheLastEndsIsCheckedBeforeTheLeaves) {
  const FractionLeaves leaves = zero_sum_leaves(13, 16);
  const Bytes proof = prove(leaves, 4).proof;
  for (std::size_t element = 0; element < 4; ++element) {
    Bytes changed = proof;
    changed[proof.size() - 96 + 24 * element] ^= 1;
    EXPECT_EQ(check(changed, 4).verdict.reason, kLayerCheck) << element;
  }
}

TEST(FractionCheat, TruncatedExtendedAndNonCanonicalProofsAreRejected) {
  const FractionLeaves leaves = zero_sum_leaves(13, 17);
  const Bytes proof = prove(leaves, 4).proof;
  for (std::size_t cut : {std::size_t{1}, std::size_t{8}, std::size_t{24}, std::size_t{48}, proof.size()})
    EXPECT_FALSE(check(ByteSpan(proof).first(proof.size() - cut), 4).verdict.accepted) << cut;
  for (std::size_t more : {1u, 24u, 48u}) {
    Bytes longer = proof;
    longer.insert(longer.end(), more, std::uint8_t{0});
    EXPECT_FALSE(check(longer, 4).verdict.accepted) << more;
  }
  Bytes high = proof;
  std::fill_n(high.begin() + 48, 8, std::uint8_t{0xff});
  EXPECT_EQ(check(high, 4).verdict.reason, "field elements are canonical");
}

TEST(FractionCheat, ARoundPolynomialHasNoRoomForAThirdCoefficient) {
  // Degree is format: one more element in a round shifts every later message.
  const FractionLeaves leaves = zero_sum_leaves(13, 18);
  const Bytes proof = prove(leaves, 4).proof;
  Bytes longer = proof;
  longer.insert(longer.begin() + 96 + 48, 24, std::uint8_t{0});
  EXPECT_FALSE(check(longer, 4).verdict.accepted);
  EXPECT_FALSE(check(ByteSpan(longer).first(proof.size()), 4).verdict.accepted);
}

TEST(FractionCheat, AProofForAnotherNumberOfRowsIsRejected) {
  const FractionLeaves leaves = zero_sum_leaves(13, 19);
  EXPECT_FALSE(check(prove(leaves, 4).proof, 5).verdict.accepted);
  EXPECT_FALSE(check(prove(leaves, 5).proof, 4).verdict.accepted);
}

}  // namespace
}  // namespace tacit::test
