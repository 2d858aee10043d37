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

// The same by definition, for columns of several shapes that are read as they stand, as one line, as single entries and by other sides.
TEST(LedgerCovector, IsWhatItsFormsSayEntryByEntry) {
  Random random(3);
  const std::vector<Column> columns{{"a", Home::kWitness, 5, 6, 0, 0}, {"line", Home::kWitness, 30, 1, 0, 0}, {"wide", Home::kWitness, 3, 80, 0, 0}};
  constexpr std::size_t kLogN = 7, kLimbs = 3;
  const OracleLayout layout = oracle_layout(columns, Home::kWitness, {kLogN, kLimbs, 120});
  auto side = [&](std::size_t n) { return std::make_shared<const FeVector>(random.fes(n)); };
  std::vector<RankOne> forms;
  const SharedVector shared_u = side(3), shared_v = side(80);
  for (const auto& [id, rows] : std::vector<std::pair<ColumnId, std::size_t>>{{0, 5}, {0, 30}, {0, 3}, {0, 1}, {1, 30}, {1, 1}, {1, 6}, {2, 240}, {2, 12}, {2, 2}})
    forms.emplace_back(id, side(rows), side(columns[id].size() / rows), random.fe());
  for (int i = 0; i < 3; ++i) forms.emplace_back(2, i == 2 ? side(3) : shared_u, shared_v, random.fe());
  FeVector dense(std::size_t{4} << kLogN), filled(dense.size());
  for (const Tile& t : layout.tiles)
    for (std::size_t k = 0; k < t.size(); ++k) {
      const std::size_t flat = (t.row + (k >> t.log_cols)) * columns[t.column].cols + t.col + (k & ((std::size_t{1} << t.log_cols) - 1));
      for (const RankOne& f : forms)
        if (f.column == t.column) dense[t.address + k] += f.factor * (*f.u)[flat / f.v->size()] * (*f.v)[flat % f.v->size()];
    }
  const Point point = random.fes(kLogN + 2);
  EXPECT_EQ(evaluate_at(columns, layout, forms, point), multilinear_at(dense, point));
  const LedgerCovector covector(columns, layout, forms, kZero, kZero, kLogN);
  for (std::size_t limb = 0; limb < kLimbs; ++limb)
    for (const auto& [first, count] : std::vector<std::pair<std::size_t, std::size_t>>{{0, 5}, {5, 50}, {55, 73}})
      covector.fill_part(limb, first, std::span(filled).subspan((limb << kLogN) + first, count));
  EXPECT_EQ(filled, dense);
}

TEST(Windows, ArePulledBackAsTheirSourcesSay) {
  Random random(4);
  const Window windows[] = {
      {2, 6, 7, 6, 7, 3, 3, 1, 1, 1, 1, 1, 1}, {1, 5, 9, 2, 4, 2, 3, 2, 2, 0, 0, 1, 1}, {3, 4, 8, 4, 4, 1, 3, 1, 1, 0, 0, 1, 2},
      {2, 4, 4, 6, 6, 3, 3, 1, 1, 2, 2, 1, 1, true}, {1, 4, 4, 4, 4, 3, 3, 1, 1, 1, 1, 1, 1, false, true}, Window::identity(9), Window::broadcast(9)};
  for (const Window& w : windows) {
    const FeVector taps = random.fes(w.taps()), v = random.fes(w.out_cols());
    FeVector want(w.in_cols());
    for (std::uint32_t t = 0; t < w.taps(); ++t)
      for (std::uint32_t s = 0; s < w.out_cols(); ++s)
        if (const std::uint32_t at = w.source(t, s); at != kNone) want[at] += taps[t] * v[s];
    EXPECT_EQ(*pull_back(w, taps, v), want) << w.out_h << " x " << w.out_w;
  }
}

}  // namespace
}  // namespace tacit
