#include <gtest/gtest.h>

#include <random>

#include "field/cpu.h"
#include "lookup/fraction_naive_test.h"

namespace tacit::test {
namespace {

/// (rows, log_rows): odd sizes around block, half and layer boundaries.
std::vector<std::pair<std::size_t, int>> shapes() {
  std::vector<std::pair<std::size_t, int>> out;
  for (int n = 1; n <= 4; ++n)
    for (std::size_t rows = 0; rows <= (std::size_t{1} << n); ++rows) out.push_back({rows, n});
  for (int n : {5, 6, 7, 9, 11})
    for (double part : {0.0, 0.03, 0.25, 0.26, 0.49, 0.5, 0.505, 0.51, 0.62, 0.75, 0.77, 0.98, 1.0})
      for (std::size_t more : {0, 1, 5}) {
        const std::size_t rows = static_cast<std::size_t>(part * (1 << n)) + more;
        if (rows <= (std::size_t{1} << n)) out.push_back({rows, n});
      }
  return out;
}

TEST(FractionSum, AcceptsZeroSumsOfEverySizeAndOwesTrueClaims) {
  for (auto [rows, n] : shapes()) {
    const FractionLeaves leaves = zero_sum_leaves(rows, 100 * n + rows);
    const Proven proven = prove(leaves, n);
    EXPECT_FALSE(proven.prover_failed);
    EXPECT_EQ(proven.proof.size(), 96u * n + 24u * n * (n - 1));
    const Checked checked = check(proven.proof, n);
    EXPECT_TRUE(checked.verdict.accepted) << rows << " rows of 2^" << n << ": " << checked.verdict.reason;
    EXPECT_EQ(checked.owed.at.size(), static_cast<std::size_t>(n));
    EXPECT_TRUE(claims_hold(checked.owed, leaves, n)) << rows << " rows of 2^" << n;
  }
}

TEST(FractionSum, EveryKernelGivesTheProofOfTheNaiveProver) {
  for (auto [rows, n] : shapes()) {
    const FractionLeaves leaves = zero_sum_leaves(rows, 7 * n + rows);
    const Bytes naive = prove_naively(leaves, n).proof;
    EXPECT_EQ(prove(leaves, n).proof, naive) << rows << " rows of 2^" << n;
    ScalarScope scalar;
    EXPECT_EQ(prove(leaves, n).proof, naive) << "scalar, " << rows << " rows of 2^" << n;
  }
}

TEST(FractionSum, VectorAndScalarKernelsAgreeWhenPassesAreSplitOverThreads) {
  for (std::size_t rows : {1u << 15, (1u << 14) + 3, 25'007u}) {
    const FractionLeaves leaves = zero_sum_leaves(rows, rows);
    const Bytes fast = prove(leaves, 15).proof;
    EXPECT_TRUE(check(fast, 15).verdict.accepted);
    ScalarScope scalar;
    EXPECT_EQ(prove(leaves, 15).proof, fast) << rows;
  }
}

TEST(FractionSum, ProverAndVerifierEndInOneTranscriptAndOneClaim) {
  const FractionLeaves leaves = zero_sum_leaves(777, 5);
  Party<Role::kProver> prover("fraction test");
  const auto claimed = fraction_sum(prover, 10, Known(leaves));
  const Fe next = prover.draw("next");
  const Checked checked = check(prover.take_proof(), 10);
  EXPECT_EQ(next, checked.next);
  EXPECT_EQ(claimed.at, checked.owed.at);
  EXPECT_EQ(claimed.p.constant(), checked.owed.p.constant());
  EXPECT_EQ(claimed.q.constant(), checked.owed.q.constant());
}

TEST(FractionSum, TheSameLeavesGiveTheSameProof) {
  const FractionLeaves leaves = zero_sum_leaves(40'000, 6);
  EXPECT_EQ(prove(leaves, 16).proof, prove(leaves, 16).proof);
}

TEST(FractionSum, ZeroDenominatorsAreNotTestedAndDoNotBreakTheProver) {
  FractionLeaves leaves = zero_sum_leaves(64, 8);  // F6: the claim about q is what remains of a zero denominator
  leaves.q[17] = kZero;
  leaves.p[17] = Fp();
  for (std::size_t i = 0; i < 64; ++i) leaves.p[i] = Fp();
  const Checked checked = check(prove(leaves, 6).proof, 6);
  EXPECT_TRUE(checked.verdict.accepted);
  EXPECT_TRUE(claims_hold(checked.owed, leaves, 6));
}

/// A lookup: every value lies in the table [0, size), proven by sum 1/(alpha - v) - sum multiplicity/(alpha - t) = 0.
FractionLeaves lookup_leaves(const std::vector<std::uint64_t>& values, const std::vector<std::uint64_t>& multiplicity,
                             const Fe& alpha) {
  FractionLeaves leaves;
  for (std::uint64_t v : values) leaves.p.push_back(Fp(1)), leaves.q.push_back(alpha - Fe(v));
  for (std::size_t t = 0; t < multiplicity.size(); ++t)
    leaves.p.push_back(-Fp(multiplicity[t])), leaves.q.push_back(alpha - Fe(std::uint64_t{t}));
  return leaves;
}

TEST(FractionSum, ProvesThatValuesLieInARangeTable) {
  const Fe alpha(Fp(0x123456789abcdef), Fp(77), Fp(0xfedcba987654321));
  std::mt19937_64 engine(3);
  std::vector<std::uint64_t> values(300), multiplicity(16);
  for (auto& v : values) v = engine() % 16, ++multiplicity[v];
  EXPECT_TRUE(check(prove(lookup_leaves(values, multiplicity, alpha), 9).proof, 9).verdict.accepted);

  auto wrong_count = multiplicity;
  ++wrong_count[3], --wrong_count[4];
  EXPECT_FALSE(check(prove(lookup_leaves(values, wrong_count, alpha), 9).proof, 9).verdict.accepted);

  --multiplicity[values[42]];
  values[42] = 16;  // outside the table: its pole has no partner, whichever entry is counted for it
  for (std::size_t t = 0; t < multiplicity.size(); ++t) {
    auto repaired = multiplicity;
    ++repaired[t];
    EXPECT_FALSE(check(prove(lookup_leaves(values, repaired, alpha), 9).proof, 9).verdict.accepted) << t;
  }
}

}  // namespace
}  // namespace tacit::test
