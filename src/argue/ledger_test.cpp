#include "argue/ledger.h"

#include <gtest/gtest.h>

#include <random>

#include "pcs/whir_rows.h"

namespace tacit {
namespace {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  Fe fe() { return {Fp(engine_()), Fp(engine_()), Fp(engine_())}; }
  FeVector fes(std::size_t n) { FeVector out(n); for (Fe& x : out) x = fe(); return out; }

 private:
  std::mt19937_64 engine_;
};

std::size_t log2_ceil(std::size_t x) {
  std::size_t k = 0;
  while ((std::size_t{1} << k) < x) ++k;
  return k;
}

TEST(LedgerPowers, AreThoseOfTheLimbsThatExistAndZeroBehindThem) {
  Random random(1);
  for (std::size_t log_n : {0, 1, 3})
    for (std::size_t limbs = 1; limbs <= 9; ++limbs) {
      const std::size_t variables = log2_ceil(limbs) + log_n;
      const Fe z = random.fe();
      FeVector dense(std::size_t{1} << variables);
      Fe power = kOne;
      for (std::size_t i = 0; i < limbs << log_n; ++i) dense[i] = power, power *= z;
      const Point point = random.fes(variables);
      EXPECT_EQ(powers_at(z, point, log_n, limbs), multilinear_at(dense, point)) << log_n << ", " << limbs << " limbs";
    }
}

TEST(LedgerCovector, OfTheProverIsTheOneThatTheVerifierEvaluates) {
  Random random(2);
  const std::vector<Column> columns{{"w", Home::kWeights, 5, 6, 0, 0}};
  constexpr std::size_t kLogN = 3, kN = 8;
  for (std::uint32_t limbs : {5u, 6u, 8u, 9u}) {
    const OracleLayout layout = oracle_layout(columns, Home::kWeights, {kLogN, limbs, 7});
    const std::vector<RankOne> forms{{0, random.fes(5), std::make_shared<const FeVector>(random.fes(6))},
                                     {0, random.fes(3), std::make_shared<const FeVector>(random.fes(10))}};
    const Fe z = random.fe(), scale = random.fe();
    const LedgerCovector covector(columns, layout, forms, z, scale, kLogN);
    FeVector dense(kN << log2_ceil(limbs));
    for (std::size_t limb = 0; limb < limbs; ++limb) covector.fill(limb, std::span(dense).subspan(kN * limb, kN));
    const Point point = random.fes(kLogN + log2_ceil(limbs));
    EXPECT_EQ(evaluate_at(columns, layout, forms, point) + scale * powers_at(z, point, kLogN, limbs), multilinear_at(dense, point));
  }
}

}  // namespace
}  // namespace tacit
