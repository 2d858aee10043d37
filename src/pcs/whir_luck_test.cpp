// Soundness is (1 - delta)^t: a word at relative distance delta from what the prover claims survives t positions. The
// measured acceptance of provers for whom this is the only obstacle must agree.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <functional>
#include <string>

#include "pcs/whir_test_cheater.h"

namespace tacit {
namespace {

using namespace testing_support;

/// Runs `attempt` (true: accepted) and expects the acceptance probability within five standard deviations.
void expect_rate(double probability, int runs, const std::function<bool(int)>& attempt) {
  int accepted = 0;
  for (int run = 0; run < runs; ++run) accepted += attempt(run);
  const double sigma = std::sqrt(runs * probability * (1 - probability));
  EXPECT_NEAR(accepted, runs * probability, 5 * sigma) << "of " << runs;
  std::printf("[ measured ] acceptance %.4f, expected %.4f\n", double(accepted) / runs, probability);
}

bool accepted(const Instance& instance, const Fe& claim, std::unique_ptr<WhirProver> prover, const std::string& label) {
  return verify(instance, claim, prove(instance, claim, std::move(prover), label), label).accepted;
}

TEST(WhirLuck, AWordFarFromTheCodeSurvivesWithOneMinusDeltaToTheQueries) {
  Random random(40);
  // Rate 1/4: the unique decoding radius is 3/8, the Johnson radius 1/2. 33 of 64 rows are just past both.
  for (std::uint32_t queries : {1u, 2u, 3u}) {
    Instance instance(toy_params(4, 3, 2, {{0, 2, queries}, {1, 2, 4}}), random);
    *instance.w = corrupted(*instance.w, 33, random);
    expect_rate(std::pow(31.0 / 64, queries), 1000, [&](int run) {
      const std::string label = "w " + std::to_string(run);
      return accepted(instance, instance.claim, cheater(instance), label);
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
      prover->after_commit = [&](Cheater& c) { *c.committed_ = corrupted(*c.committed_, 33, random); };
      return accepted(instance, instance.claim, std::move(prover), label);
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
      return accepted(instance, claim, std::move(prover), label);
    });
  }
}

}  // namespace
}  // namespace tacit
