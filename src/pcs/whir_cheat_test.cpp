// Provers that lie in one place and recompute everything after it honestly. Each must be caught by the check that is
// there for it; where luck has a known probability, the measured one must agree.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "pcs/whir_test_support.h"

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

/// An honest prover with hooks in the places where the cheaters below differ.
struct Cheater : WhirProver {
  using WhirProver::WhirProver;
  using WhirProver::committed_;
  using WhirProver::params_;
  using WhirProver::round_;
  using WhirProver::tables_;
  Fe running_claim;  ///< the claim that the verifier holds
  std::function<void(Cheater&)> after_join, before_commit, after_commit, before_final;
  Fe answer_error;
  const Oracle* rows_from[3] = {};  ///< by Block: open another oracle's rows
  const Oracle* path_from[3] = {};  ///< by Block: with another oracle's siblings

  RoundMessage message() const override {
    sent_ = WhirProver::message();
    return sent_;
  }
  void bind(Fe r) override {
    const Fe linear = running_claim - sent_.constant - sent_.constant - sent_.leading;
    running_claim = quadratic_at(sent_.constant, linear, sent_.leading, r);
    WhirProver::bind(r);
  }
  void join() override {
    WhirProver::join();
    if (after_join) after_join(*this);
  }
  void commit() override {
    if (before_commit) before_commit(*this);
    WhirProver::commit();
    if (after_commit) after_commit(*this);
  }
  Fe evaluate(Fe z) const override { return WhirProver::evaluate(z) + answer_error; }
  FpVector rows(Block block, std::span<const std::size_t> at) const override {
    const Oracle* other = rows_from[static_cast<int>(block)];
    return other ? other->rows(at) : WhirProver::rows(block, at);
  }
  std::vector<Digest> siblings(Block block, std::span<const std::size_t> at) const override {
    const Oracle* other = path_from[static_cast<int>(block)];
    return other ? other->siblings(at) : WhirProver::siblings(block, at);
  }
  FeVector final_vector() const override {
    if (before_final) before_final(const_cast<Cheater&>(*this));
    return WhirProver::final_vector();
  }

 private:
  mutable RoundMessage sent_;
};

std::unique_ptr<Cheater> cheater(const Instance& instance) {
  return std::make_unique<Cheater>(instance.params, instance.witness());
}

/// Adds to v a multiple of `direction` such that <v, a> becomes `target`.
void steer(FoldTables& tables, const FeVector& direction, const Fe& target) {
  Fe now, slope;
  for (std::size_t i = 0; i < tables.v.size(); ++i) {
    now += tables.v[i] * tables.a[i];
    if (i < direction.size()) slope += direction[i] * tables.a[i];
  }
  const Fe factor = (target - now) * slope.inverse();
  for (std::size_t i = 0; i < direction.size(); ++i) tables.v[i] += factor * direction[i];
}

/// Adds a random vector that leaves <v, a> as it is.
void add_orthogonal(FoldTables& tables, Random& random) {
  Fe inner;
  for (std::size_t i = 0; i < tables.v.size(); ++i) inner += tables.v[i] * tables.a[i];
  for (Fe& x : tables.v) x += random.fe();
  steer(tables, random.fes(tables.v.size()), inner);
}

/// An oracle with the same message whose first `bad` of 2^log_domain rows (in a fixed shuffle) are wrong.
Oracle corrupted(const Oracle& honest, std::size_t bad, Random& random) {
  FpVector rows(honest.all_rows().begin(), honest.all_rows().end());
  std::vector<std::size_t> order(std::size_t{1} << honest.log_domain());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  for (std::size_t i = order.size(); i-- > 1;) std::swap(order[i], order[random.below(i + 1)]);
  for (std::size_t k = 0; k < bad; ++k)
    for (std::size_t word = 0; word < honest.words(); ++word) rows[order[k] * honest.words() + word] += Fp(1) + random.fp();
  return Oracle::from_rows({honest.message().begin(), honest.message().end()}, std::move(rows), honest.words(),
                           honest.log_n(), honest.log_domain());
}

/// Runs `attempt` (true: accepted) and expects the acceptance probability within five standard deviations.
void expect_rate(double probability, int runs, const std::function<bool(int)>& attempt) {
  int accepted = 0;
  for (int run = 0; run < runs; ++run) accepted += attempt(run);
  const double sigma = std::sqrt(runs * probability * (1 - probability));
  EXPECT_NEAR(accepted, runs * probability, 5 * sigma) << "of " << runs;
  std::printf("[ measured ] acceptance %.4f, expected %.4f\n", double(accepted) / runs, probability);
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
  EXPECT_EQ(verify(instance, claim, prove(instance, claim, cheater(instance))).reason, kFinalClaim);
}

TEST(WhirCheats, FalseClaimSteeredInTheFirstFoldedVector) {
  Random random(22);
  const Instance instance(firm_params(), random);
  const Fe claim = instance.claim + random.fe();
  auto prover = cheater(instance);
  prover->running_claim = claim;
  prover->after_join = [&](Cheater& c) { steer(c.tables_, random.fes(c.tables_.v.size()), c.running_claim); };
  EXPECT_EQ(verify(instance, claim, prove(instance, claim, std::move(prover))).reason, kFinalClaim);
}

TEST(WhirCheats, FalseClaimSteeredInTheFinalVector) {
  Random random(23);
  const Instance instance(firm_params(), random);
  const Fe claim = instance.claim + random.fe();
  auto prover = cheater(instance);
  prover->running_claim = claim;
  prover->before_final = [&](Cheater& c) { steer(c.tables_, random.fes(c.tables_.v.size()), kZero); };
  EXPECT_EQ(verify(instance, claim, prove(instance, claim, std::move(prover))).reason, kFinalRows);
}

TEST(WhirCheats, WrongOutOfDomainAnswer) {
  Random random(24);
  const Instance instance(firm_params(), random);
  auto prover = cheater(instance);
  prover->answer_error = kOne;
  EXPECT_EQ(verify(instance, instance.claim, prove(instance, instance.claim, std::move(prover))).reason, kFinalClaim);
}

TEST(WhirCheats, RowsOfAnOracleThatIsNotTheCommittedOne) {
  Random random(25);
  const Instance instance(firm_params(), random), other(firm_params(), random);
  // The root belongs to other data; rows, siblings and all that follows are honest for the instance.
  EXPECT_EQ(verify(instance, instance.claim, prove(instance, instance.claim, cheater(instance), other.root_w(), instance.root_x()),
                   other.root_w(), instance.root_x()).reason, kRowsW);
  EXPECT_EQ(verify(instance, instance.claim, prove(instance, instance.claim, cheater(instance), instance.root_w(), other.root_x()),
                   instance.root_w(), other.root_x()).reason, kRowsX);
  auto prover = cheater(instance);
  prover->path_from[static_cast<int>(Block::kW)] = other.w.get();
  EXPECT_EQ(verify(instance, instance.claim, prove(instance, instance.claim, std::move(prover), other.root_w(), instance.root_x()),
                   other.root_w(), instance.root_x()).reason, kRowsW);
  // The committed root is right, the rows come with their own valid siblings from another tree.
  prover = cheater(instance);
  prover->rows_from[static_cast<int>(Block::kX)] = prover->path_from[static_cast<int>(Block::kX)] = other.x.get();
  EXPECT_EQ(verify(instance, instance.claim, prove(instance, instance.claim, std::move(prover))).reason, kRowsX);
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
  EXPECT_EQ(verify(instance, instance.claim, prove(instance, instance.claim, std::make_unique<Cheater>(instance.params, swapped))).reason,
            kRowsW);
  // Oracles in place, halves of the folded vector exchanged together with their covectors.
  auto prover = cheater(instance);
  prover->after_join = [](Cheater& c) {
    const auto half = static_cast<std::ptrdiff_t>(c.tables_.v.size() / 2);
    std::rotate(c.tables_.v.begin(), c.tables_.v.begin() + half, c.tables_.v.end());
    std::rotate(c.tables_.a.begin(), c.tables_.a.begin() + half, c.tables_.a.end());
  };
  EXPECT_EQ(verify(instance, instance.claim, prove(instance, instance.claim, std::move(prover))).reason, kFinalClaim);
}

TEST(WhirCheats, FinalVectorThatIsNotTheFold) {
  Random random(28);
  const Instance instance(firm_params(), random);
  auto prover = cheater(instance);
  prover->before_final = [&](Cheater& c) { add_orthogonal(c.tables_, random); };  // the sumcheck stays true
  EXPECT_EQ(verify(instance, instance.claim, prove(instance, instance.claim, std::move(prover))).reason, kFinalRows);
  prover = cheater(instance);
  prover->before_final = [&](Cheater& c) { c.tables_.v[0] += kOne; };
  EXPECT_EQ(verify(instance, instance.claim, prove(instance, instance.claim, std::move(prover))).reason, kFinalRows);
}

TEST(WhirCheats, LaterOracleOfAnotherVectorThanTheFold) {
  Random random(29);
  const Instance instance(firm_params(), random);
  for (std::size_t round : {0u, 1u}) {
    auto prover = cheater(instance);
    prover->before_commit = [&](Cheater& c) {
      if (c.round_ == round) add_orthogonal(c.tables_, random);  // from here on honest for the other vector
    };
    EXPECT_EQ(verify(instance, instance.claim, prove(instance, instance.claim, std::move(prover))).reason, kFinalClaim);
    // The oracle alone is another one; answers and folds follow the true vector.
    prover = cheater(instance);
    prover->after_commit = [&](Cheater& c) {
      if (c.round_ != round + 1) return;
      const WhirRound& at = c.params_.rounds[c.round_];
      c.committed_ = std::make_unique<Oracle>(Oracle::commit_extension(random.fes(c.tables_.v.size()), at.log_n, at.log_domain));
    };
    EXPECT_EQ(verify(instance, instance.claim, prove(instance, instance.claim, std::move(prover))).reason,
              round == 0 ? kFinalClaim : kFinalRows);
  }
}

TEST(WhirCheats, SiblingsOfAnotherExtensionOracle) {
  Random random(30);
  const Instance instance(firm_params(), random);
  auto prover = cheater(instance);
  std::unique_ptr<Oracle> other;
  prover->after_commit = [&](Cheater& c) {
    const WhirRound& at = c.params_.rounds[c.round_];
    if (c.round_ == 1) other = std::make_unique<Oracle>(Oracle::commit_extension(random.fes(c.tables_.v.size()), at.log_n, at.log_domain));
    if (c.round_ == 2) c.path_from[static_cast<int>(Block::kWhole)] = other.get();
  };
  prover->before_final = [](Cheater& c) { c.path_from[static_cast<int>(Block::kWhole)] = nullptr; };
  EXPECT_EQ(verify(instance, instance.claim, prove(instance, instance.claim, std::move(prover))).reason, kRowsSingle);
}

// Soundness is (1 - delta)^t: a word at distance delta from what the prover claims survives t positions.

TEST(WhirLuck, AWordFarFromTheCodeSurvivesWithOneMinusDeltaToTheQueries) {
  Random random(40);
  // Rate 1/4: the unique decoding radius is 3/8, the Johnson radius 1/2. 33 of 64 rows are just past both.
  for (std::uint32_t queries : {1u, 2u, 3u}) {
    Instance instance(toy_params(4, 3, 2, {{0, 2, queries}, {1, 2, 4}}), random);
    *instance.w = corrupted(*instance.w, 33, random);
    expect_rate(std::pow(31.0 / 64, queries), 1000, [&](int run) {
      const std::string label = "w " + std::to_string(run);
      return verify(instance, instance.claim, prove(instance, instance.claim, cheater(instance), label), label).accepted;
    });
  }
}

TEST(WhirLuck, AFarExtensionOracleSurvivesLikewise) {
  Random random(41);
  for (std::uint32_t queries : {1u, 2u}) {
    const Instance instance(toy_params(4, 3, 2, {{0, 2, 4}, {1, 2, queries}}), random);
    expect_rate(std::pow(31.0 / 64, queries), 1000, [&](int run) {
      const std::string label = "e " + std::to_string(run);
      auto prover = cheater(instance);
      prover->after_commit = [&](Cheater& c) { c.committed_ = std::make_unique<Oracle>(corrupted(*c.committed_, 33, random)); };
      return verify(instance, instance.claim, prove(instance, instance.claim, std::move(prover), label), label).accepted;
    });
  }
}

TEST(WhirLuck, AFalseClaimOfMaximalAgreementSurvivesWithTheRateToTheQueries) {
  Random random(42);
  // v' differs from the fold by a multiple of prod (X - x_j) over n - 1 points of the domain, in the block of W only:
  // no false vector agrees in more rows.
  const std::uint32_t log_n = 4, log_inv_rate = 1;
  const std::size_t n = 1u << log_n;
  FeVector vanishing{kOne};
  const Fp generator = root_of_unity(log_n + log_inv_rate);
  for (std::size_t j = 0; j + 1 < n; ++j) {
    vanishing.push_back(kZero);
    const Fp at = generator.pow(2 * j + 1);
    for (std::size_t i = vanishing.size() - 1; i > 0; --i) vanishing[i] = vanishing[i - 1] - vanishing[i] * at;
    vanishing[0] = -vanishing[0] * at;
  }
  for (std::uint32_t queries : {1u, 2u}) {
    const Instance instance(toy_params(log_n, 3, 2, {{0, log_inv_rate, queries}, {1, 2, 4}}), random);
    const Fe claim = instance.claim + random.fe();
    expect_rate(std::pow(double(n - 1) / (n << log_inv_rate), queries), 1000, [&](int run) {
      const std::string label = "f " + std::to_string(run);
      auto prover = cheater(instance);
      prover->running_claim = claim;
      prover->after_join = [&](Cheater& c) { steer(c.tables_, vanishing, c.running_claim); };
      return verify(instance, claim, prove(instance, claim, std::move(prover), label), label).accepted;
    });
  }
}

}  // namespace
}  // namespace tacit
