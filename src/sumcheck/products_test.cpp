#include <gtest/gtest.h>

#include "field/cpu.h"
#include "sumcheck/products_naive_test.h"

namespace tacit::test {
namespace {

constexpr const char* kEndsCheck = "products ends match their sumcheck";

struct Proven {
  Bytes proof;
  Fe next;
};
struct Checked {
  Verdict verdict;
  ProductsResult<Role::kVerifier> result;
  Fe next;
};

Proven prove(const std::vector<int>& log_sizes, const Fe& claim, const ProductTables& tables) {
  Party<Role::kProver> party("products test");
  sum_of_products(party, log_sizes, claim, Known(tables));
  const Fe next = party.draw("next");
  return {party.take_proof(), next};
}
Checked check(const std::vector<int>& log_sizes, const Fe& claim, ByteSpan proof) {
  Party<Role::kVerifier> party("products test", proof);
  auto result = sum_of_products(party, log_sizes, claim, Sealed{});
  const Fe next = party.draw("next");
  return {party.verdict(), result, next};
}
const std::vector<std::vector<int>> kShapes = {
    {0},       {1},       {0, 0, 0},       {3},          {4, 4},          {5},
    {6, 0},    {2, 5, 1}, {0, 7, 3, 7, 5}, {8, 4, 6, 5}, {1, 0, 9, 9, 2}, {10, 5, 6, 4, 11}};

TEST(SumOfProducts, AcceptsTrueSumsOfEveryShapeAndOwesTrueClaims) {
  for (const auto& shape : kShapes) {
    const ProductTables tables = random_tables(shape, shape.size() + shape[0]);
    const Proven proven = prove(shape, sum_of(tables), tables);
    const Checked checked = check(shape, sum_of(tables), proven.proof);
    EXPECT_TRUE(checked.verdict.accepted) << checked.verdict.reason;
    EXPECT_EQ(checked.next, proven.next);
    const std::size_t n = static_cast<std::size_t>(*std::max_element(shape.begin(), shape.end()));
    EXPECT_EQ(proven.proof.size(), 48 * (n + shape.size()));
    EXPECT_EQ(checked.result.at.size(), n);
    EXPECT_TRUE(owed_hold(checked.result, shape, tables));
  }
}

TEST(SumOfProducts, EveryKernelGivesTheProofOfTheNaiveProver) {
  for (const auto& shape : kShapes) {
    const ProductTables tables = random_tables(shape, 40 + shape.size());
    const Bytes naive = prove_naively(shape, sum_of(tables), tables);
    EXPECT_EQ(prove(shape, sum_of(tables), tables).proof, naive);
    ScalarScope scalar;
    EXPECT_EQ(prove(shape, sum_of(tables), tables).proof, naive);
  }
}

TEST(SumOfProducts, VectorAndScalarKernelsAgreeWhenPassesAreSplitOverThreads) {
  const std::vector<int> shape = {15, 12, 15, 3, 14};
  const ProductTables tables = random_tables(shape, 5);
  const Bytes fast = prove(shape, sum_of(tables), tables).proof;
  EXPECT_TRUE(check(shape, sum_of(tables), fast).verdict.accepted);
  ScalarScope scalar;
  EXPECT_EQ(prove(shape, sum_of(tables), tables).proof, fast);
}

TEST(SumOfProducts, WithoutInstancesOnlyZeroIsAccepted) {
  EXPECT_TRUE(check({}, kZero, prove({}, kZero, {}).proof).verdict.accepted);
  EXPECT_EQ(check({}, kOne, prove({}, kZero, {}).proof).verdict.reason, "an empty sum of products is zero");
}

TEST(SumOfProducts, AWrongSumIsRejected) {
  for (const auto& shape : kShapes) {
    const ProductTables tables = random_tables(shape, 50);
    const Fe wrong = sum_of(tables) + kOne;
    EXPECT_EQ(check(shape, wrong, prove(shape, wrong, tables).proof).verdict.reason, kEndsCheck);
  }
}

TEST(SumOfProducts, AFalseClaimHiddenInTheDummyRoundsOfAShortInstanceIsRejected) {
  // F9: instance 1 is late in rounds 0 to 2. The prover adds its false part there, as a constant halved once a round (what
  // the verifier's checks of these rounds expect), and is honest where the instance is active.
  const std::vector<int> shape = {6, 3};
  const ProductTables tables = random_tables(shape, 60);
  const Fe error(7);
  const Fp half = Fp(2).inverse();
  NaiveDeviation hide;
  hide.round = [&](int round, RoundMessage& m) {
    if (round < 3) m.constant += error * half.pow(static_cast<std::uint64_t>(round) + 1);
  };
  const Fe wrong = sum_of(tables) + error;
  EXPECT_EQ(check(shape, wrong, prove_naively(shape, wrong, tables, hide)).verdict.reason, kEndsCheck);
}

TEST(SumOfProducts, AFalseClaimOfAConstantInstanceIsRejected) {
  // An instance without variables is late in every round: only the ends tie it.
  const std::vector<int> shape = {4, 0};
  const ProductTables tables = random_tables(shape, 61);
  const Fe error(9);
  const Fp half = Fp(2).inverse();
  NaiveDeviation hide;
  hide.round = [&](int round, RoundMessage& m) {
    m.constant += error * half.pow(static_cast<std::uint64_t>(round) + 1);
  };
  const Fe wrong = sum_of(tables) + error;
  EXPECT_EQ(check(shape, wrong, prove_naively(shape, wrong, tables, hide)).verdict.reason, kEndsCheck);
  // Moved into the ends instead: accepted, but then the claim owed is false.
  hide.ends = [](const Fe& left, FeVector& ends) {
    ends[2] = (left - ends[0] * ends[1]) * Fp(16) * ends[3].inverse();
  };
  const Checked moved = check(shape, wrong, prove_naively(shape, wrong, tables, hide));
  EXPECT_TRUE(moved.verdict.accepted);
  EXPECT_FALSE(owed_hold(moved.result, shape, tables));
}

TEST(SumOfProducts, EndsFittedToAFalseClaimLeaveAFalseClaimAboutTheTables) {
  const std::vector<int> shape = {5, 5};
  const ProductTables tables = random_tables(shape, 62);
  NaiveDeviation fit;
  fit.ends = [](const Fe& left, FeVector& e) { e[0] = (left - e[2] * e[3]) * e[1].inverse(); };
  const Fe wrong = sum_of(tables) + kOne;
  const Checked checked = check(shape, wrong, prove_naively(shape, wrong, tables, fit));
  EXPECT_TRUE(checked.verdict.accepted) << checked.verdict.reason;
  EXPECT_FALSE(owed_hold(checked.result, shape, tables));
}

TEST(SumOfProducts, BindingTheVariablesInReverseOrderOwesFalseClaims) {
  // A sum does not know the order of its variables; the owed point does.
  const std::vector<int> shape = {6};
  const ProductTables tables = random_tables(shape, 63);
  NaiveDeviation reversed;
  reversed.lowest_variable_first = true;
  const Checked checked = check(shape, sum_of(tables), prove_naively(shape, sum_of(tables), tables, reversed));
  EXPECT_TRUE(checked.verdict.accepted);
  EXPECT_FALSE(owed_hold(checked.result, shape, tables));
}

TEST(SumOfProducts, BindingAShortInstanceToTheFirstChallengesOwesFalseClaims) {
  const std::vector<int> shape = {5, 2};
  const ProductTables tables = random_tables(shape, 64);
  NaiveDeviation early;
  early.late_instances_first = true;
  const Checked checked = check(shape, sum_of(tables), prove_naively(shape, sum_of(tables), tables, early));
  EXPECT_TRUE(checked.verdict.accepted);  // the sum is true; the values owed are those of another point
  EXPECT_FALSE(owed_hold(checked.result, shape, tables));
}

TEST(SumOfProducts, EveryChangedElementIsRejected) {
  const std::vector<int> shape = {4, 2, 0};
  const ProductTables tables = random_tables(shape, 65);
  const Bytes proof = prove(shape, sum_of(tables), tables).proof;
  ASSERT_TRUE(check(shape, sum_of(tables), proof).verdict.accepted);
  for (std::size_t word = 0; word < proof.size() / 8; ++word) {
    Bytes changed = proof;
    changed[8 * word] ^= 1;
    EXPECT_EQ(check(shape, sum_of(tables), changed).verdict.reason, kEndsCheck) << "word " << word;
  }
}

TEST(SumOfProducts, TruncatedExtendedAndReshapedProofsAreRejected) {
  const std::vector<int> shape = {4, 2};
  const ProductTables tables = random_tables(shape, 66);
  const Fe sum = sum_of(tables);
  const Bytes proof = prove(shape, sum, tables).proof;
  for (std::size_t cut : {std::size_t{1}, std::size_t{24}, std::size_t{48}, proof.size()})
    EXPECT_FALSE(check(shape, sum, ByteSpan(proof).first(proof.size() - cut)).verdict.accepted) << cut;
  Bytes longer = proof;
  longer.push_back(0);
  EXPECT_FALSE(check(shape, sum, longer).verdict.accepted);
  longer = proof;
  longer.insert(longer.begin() + 48, 24, std::uint8_t{0});  // a cubic coefficient in the first round
  EXPECT_FALSE(check(shape, sum, longer).verdict.accepted);
  EXPECT_FALSE(check({2, 4}, sum, proof).verdict.accepted);
  EXPECT_FALSE(check({4, 3}, sum, proof).verdict.accepted);
  EXPECT_FALSE(check({5}, sum, proof).verdict.accepted);
}

}  // namespace
}  // namespace tacit::test
