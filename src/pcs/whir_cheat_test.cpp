// Provers that lie in one place and recompute everything after it honestly. Each must be caught by the check that is
// there for it.
#include <gtest/gtest.h>

#include "pcs/whir_test_cheater.h"

namespace tacit {
namespace {

using namespace testing_support;

constexpr const char* kFinalClaim = "final claim is the folded vector times the covector";
constexpr const char* kFinalRows = "final vector agrees with the queried rows";
constexpr const char* kRowsW = "opened rows of W match its root";
constexpr const char* kRowsX = "opened rows of X match its root";
constexpr const char* kRowsSingle = "opened rows of a single oracle match its root";

/// Enough queries that luck has probability below 2^-38: 20 at agreement about 1/4.
OpeningParams firm_params() { return toy_params(5, 4, 3, {{0, 2, 20}, {2, 2, 20}, {2, 2, 20}}); }

/// Why the verifier, who knows these roots, rejects; empty if it accepts.
std::string reason(const Instance& instance, const Fe& claim, std::unique_ptr<WhirProver> prover, const Digest& root_w,
                   const Digest& root_x) {
  const Bytes proof = prove(instance, claim, std::move(prover), root_w, root_x);
  return verify(instance, claim, proof, root_w, root_x).reason;
}
std::string reason(const Instance& instance, const Fe& claim, std::unique_ptr<WhirProver> prover) {
  return reason(instance, claim, std::move(prover), instance.root_w(), instance.root_x());
}

/// A commitment to a random vector in the place of the one that the prover just made.
std::unique_ptr<Oracle> random_oracle(const Cheater& c, Random& random) {
  const WhirRound& at = c.params_.rounds[c.round_];
  return std::make_unique<Oracle>(Oracle::commit_extension(random.fes(c.tables_.v.size()), at.log_n, at.log_domain));
}

TEST(WhirCheats, TheHookedProverIsHonestWithoutHooks) {
  Random random(20);
  const Instance instance(firm_params(), random);
  EXPECT_EQ(prove(instance, instance.claim, cheater(instance)), prove_honestly(instance, instance.claim));
}

TEST(WhirCheats, FalseClaimWithHonestFolding) {
  Random random(21);
  const Instance instance(firm_params(), random);
  const Fe claim = instance.claim + kOne;
  EXPECT_EQ(reason(instance, claim, cheater(instance)), kFinalClaim);
}

TEST(WhirCheats, FalseClaimSteeredInTheFirstFoldedVector) {
  Random random(22);
  const Instance instance(firm_params(), random);
  const Fe claim = instance.claim + random.fe();
  auto prover = cheater(instance);
  prover->running_claim = claim;
  prover->after_join = [&](Cheater& c) { steer(c.tables_, random.fes(c.tables_.v.size()), c.running_claim); };
  EXPECT_EQ(reason(instance, claim, std::move(prover)), kFinalClaim);
}

TEST(WhirCheats, FalseClaimSteeredInTheFinalVector) {
  Random random(23);
  const Instance instance(firm_params(), random);
  const Fe claim = instance.claim + random.fe();
  auto prover = cheater(instance);
  prover->running_claim = claim;
  prover->before_final = [&](Cheater& c) { steer(c.tables_, random.fes(c.tables_.v.size()), kZero); };
  EXPECT_EQ(reason(instance, claim, std::move(prover)), kFinalRows);
}

TEST(WhirCheats, WrongOutOfDomainAnswer) {
  Random random(24);
  const Instance instance(firm_params(), random);
  auto prover = cheater(instance);
  prover->answer_error = kOne;
  EXPECT_EQ(reason(instance, instance.claim, std::move(prover)), kFinalClaim);
}

TEST(WhirCheats, RowsOfAnOracleThatIsNotTheCommittedOne) {
  Random random(25);
  const Instance instance(firm_params(), random), other(firm_params(), random);
  // The root belongs to other data; rows, siblings and all that follows are honest for the instance.
  EXPECT_EQ(reason(instance, instance.claim, cheater(instance), other.root_w(), instance.root_x()),
            kRowsW);
  EXPECT_EQ(reason(instance, instance.claim, cheater(instance), instance.root_w(), other.root_x()),
            kRowsX);
  auto prover = cheater(instance);
  prover->path_from[static_cast<int>(Block::kW)] = other.w.get();
  EXPECT_EQ(reason(instance, instance.claim, std::move(prover), other.root_w(), instance.root_x()),
            kRowsW);
  // The committed root is right, the rows come with their own valid siblings from another tree.
  prover = cheater(instance);
  prover->rows_from[static_cast<int>(Block::kX)] = prover->path_from[static_cast<int>(Block::kX)] = other.x.get();
  EXPECT_EQ(reason(instance, instance.claim, std::move(prover)), kRowsX);
}

TEST(WhirCheats, RowsOfTheRightTreeAtOtherPositions) {
  Random random(26);
  const Instance instance(firm_params(), random);
  struct Shifted : Cheater {
    using Cheater::Cheater;
    FpVector rows(Block block, std::span<const std::size_t> at) const override {
      std::vector<std::size_t> moved(at.begin(), at.end());
      for (std::size_t& j : moved) j ^= 1;
      return Cheater::rows(block, moved);
    }
  };
  const Bytes proof = prove(instance, instance.claim, std::make_unique<Shifted>(instance.params, instance.witness()));
  EXPECT_EQ(verify(instance, instance.claim, proof).reason, kRowsW);
}

TEST(WhirCheats, BlocksOfWAndXSwapped) {
  Random random(27);
  const Instance instance(toy_params(5, 4, 4, {{0, 2, 20}, {2, 2, 20}}), random);
  // <W,A_W> + <X,A_X> is symmetric: only the roots tell the oracles apart.
  const OpeningWitness swapped{instance.x.get(), instance.w.get(), &instance.a_x, &instance.a_w};
  EXPECT_EQ(reason(instance, instance.claim, std::make_unique<Cheater>(instance.params, swapped)),
            kRowsW);
  // Oracles in place, halves of the folded vector exchanged together with their covectors.
  auto prover = cheater(instance);
  prover->after_join = [](Cheater& c) {
    const auto half = static_cast<std::ptrdiff_t>(c.tables_.v.size() / 2);
    std::rotate(c.tables_.v.begin(), c.tables_.v.begin() + half, c.tables_.v.end());
    std::rotate(c.tables_.a.begin(), c.tables_.a.begin() + half, c.tables_.a.end());
  };
  EXPECT_EQ(reason(instance, instance.claim, std::move(prover)), kFinalClaim);
}

TEST(WhirCheats, FinalVectorThatIsNotTheFold) {
  Random random(28);
  const Instance instance(firm_params(), random);
  auto prover = cheater(instance);
  prover->before_final = [&](Cheater& c) { add_orthogonal(c.tables_, random); };  // the sumcheck stays true
  EXPECT_EQ(reason(instance, instance.claim, std::move(prover)), kFinalRows);
  prover = cheater(instance);
  prover->before_final = [&](Cheater& c) { c.tables_.v[0] += kOne; };
  EXPECT_EQ(reason(instance, instance.claim, std::move(prover)), kFinalRows);
}

TEST(WhirCheats, LaterOracleOfAnotherVectorThanTheFold) {
  Random random(29);
  const Instance instance(firm_params(), random);
  for (std::size_t round : {0u, 1u}) {
    auto prover = cheater(instance);
    prover->before_commit = [&](Cheater& c) {
      if (c.round_ == round) add_orthogonal(c.tables_, random);  // from here on honest for the other vector
    };
    EXPECT_EQ(reason(instance, instance.claim, std::move(prover)), kFinalClaim);
    // The oracle alone is another one; answers and folds follow the true vector.
    prover = cheater(instance);
    prover->after_commit = [&](Cheater& c) {
      if (c.round_ != round + 1) return;
      c.committed_ = random_oracle(c, random);
    };
    EXPECT_EQ(reason(instance, instance.claim, std::move(prover)),
              round == 0 ? kFinalClaim : kFinalRows);
  }
}

TEST(WhirCheats, SiblingsOfAnotherExtensionOracle) {
  Random random(30);
  const Instance instance(firm_params(), random);
  auto prover = cheater(instance);
  std::unique_ptr<Oracle> other;
  prover->after_commit = [&](Cheater& c) {
    if (c.round_ == 1) other = random_oracle(c, random);
    if (c.round_ == 2) c.path_from[static_cast<int>(Block::kWhole)] = other.get();
  };
  prover->before_final = [](Cheater& c) { c.path_from[static_cast<int>(Block::kWhole)] = nullptr; };
  EXPECT_EQ(reason(instance, instance.claim, std::move(prover)), kRowsSingle);
}

}  // namespace
}  // namespace tacit
