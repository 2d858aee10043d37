#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "field/cpu.h"
#include "pcs/whir_prover_fold.h"
#include "pcs/whir_prover_kernels.h"
#include "pcs/whir_rows.h"

namespace tacit {
namespace {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  Fp fp() { return Fp(engine_()); }
  Fe fe() { return {fp(), fp(), fp()}; }
  FpVector fps(std::size_t n) { FpVector out(n); for (Fp& x : out) x = fp(); return out; }
  FeVector fes(std::size_t n) { FeVector out(n); for (Fe& x : out) x = fe(); return out; }

 private:
  std::mt19937_64 engine_;
};

struct DenseCovector : Covector {
  FeVector values;  ///< of the limbs that exist
  std::size_t n;
  bool sparse = false;
  void fill(std::size_t limb, std::span<Fe> out) const override {
    if ((limb + 1) * n > values.size()) return (void)(ADD_FAILURE() << "asks for limb " << limb << ", which does not exist");
    std::copy_n(&values[limb * n], n, out.begin());
  }
  bool is_zero(std::size_t limb) const override { return sparse && limb % 2 == 1; }
};

Fe inner(const FpVector& m, const FeVector& a) {
  Fe sum;
  for (std::size_t i = 0; i < m.size(); ++i) sum += a[i] * m[i];
  return sum;
}

TEST(WhirKernels, AvxEqualsScalarForEveryLengthAndGrid) {
  if (!cpu_has_avx512()) GTEST_SKIP() << "no AVX-512 on this machine";
  Random random(1);
  const FoldKernels &slow = scalar_fold_kernels(), &fast = avx512_fold_kernels();
  for (std::size_t count : {1, 7, 8, 24, 64, 200, 523}) {
    std::vector<FpVector> m;
    std::vector<FeVector> a;
    const Fp* m_at[kMaxGroup];
    const Fe* a_at[kMaxGroup];
    for (std::size_t p = 0; p < kMaxGroup; ++p) m.push_back(random.fps(count)), a.push_back(random.fes(count));
    for (std::size_t p = 0; p < kMaxGroup; ++p) m_at[p] = m[p].data(), a_at[p] = a[p].data();
    const FeVector weights = random.fes(kMaxGroup);
    for (std::size_t b = 0; b <= kMaxGridVariables; ++b) {
      FeVector s(kMaxGridPoints), f(kMaxGridPoints), out_s(count), out_f(count);
      slow.grid_sums(b, m_at, a_at, count, s.data());
      fast.grid_sums(b, m_at, a_at, count, f.data());
      EXPECT_EQ(s, f) << count << " positions, " << b << " variables";
      slow.combine_base(m_at, weights.data(), std::size_t{1} << b, count, out_s.data());
      fast.combine_base(m_at, weights.data(), std::size_t{1} << b, count, out_f.data());
      EXPECT_EQ(out_s, out_f);
      slow.combine_extension(a_at, weights.data(), std::size_t{1} << b, count, out_s.data());
      fast.combine_extension(a_at, weights.data(), std::size_t{1} << b, count, out_f.data());
      EXPECT_EQ(out_s, out_f);
    }
    const FoldSums s = slow.round_sums(a_at[0], a_at[1], a_at[2], a_at[3], count);
    const FoldSums f = fast.round_sums(a_at[0], a_at[1], a_at[2], a_at[3], count);
    EXPECT_EQ(s.constant, f.constant);
    EXPECT_EQ(s.leading, f.leading);
    FeVector lo_s = a[4], lo_f = a[4];
    slow.fold(lo_s.data(), a_at[5], weights[0], count);
    fast.fold(lo_f.data(), a_at[5], weights[0], count);
    EXPECT_EQ(lo_s, lo_f);
  }
}

TEST(WhirKernels, AvxAddsTablesOfExtremeValuesLikeScalar) {
  if (!cpu_has_avx512()) GTEST_SKIP() << "no AVX-512 on this machine";
  const Fp top(Fp::kModulus - 1);
  for (std::size_t points : {std::size_t{1}, std::size_t{5}, kMaxPoints})
    for (std::size_t count : {std::size_t{3}, std::size_t{8}, kPowerTile}) {
      FpVector tables(points * kPowerTile, top);
      FeVector coefficients(points, Fe(top, top, top)), slow(count, Fe(top, top, top)), fast = slow;
      scalar_fold_kernels().add_tables(tables.data(), coefficients.data(), points, count, slow.data());
      avx512_fold_kernels().add_tables(tables.data(), coefficients.data(), points, count, fast.data());
      EXPECT_EQ(slow, fast);
    }
}

TEST(WhirKernels, AvxSumsExtremeValuesLikeScalar) {
  if (!cpu_has_avx512()) GTEST_SKIP() << "no AVX-512 on this machine";
  const Fp top(Fp::kModulus - 1);
  const std::size_t count = 4096;
  const FeVector high(count, Fe(top, top, top)), zero(count);
  const FoldSums s = scalar_fold_kernels().round_sums(high.data(), zero.data(), high.data(), zero.data(), count);
  const FoldSums f = avx512_fold_kernels().round_sums(high.data(), zero.data(), high.data(), zero.data(), count);
  EXPECT_EQ(s.constant, f.constant);
  EXPECT_EQ(s.leading, f.leading);
}

TEST(WhirGrid, SumsAreThoseOfTheDefinitionForEveryNumberOfLimbsThatExist) {
  Random random(7);
  for (std::size_t variables = 0; variables <= kMaxGridVariables + 1; ++variables)
    for (std::size_t present = 1; present <= std::size_t{1} << variables; ++present) {
      const std::size_t all = std::size_t{1} << variables, count = 21;
      const FpVector m = random.fps(present * count);
      const FeVector a = random.fes(present * count);
      FeVector want(grid_size(variables), kOne), got = want;
      for (std::size_t i = 0; i < count; ++i)
        for (std::size_t g = 0; g < want.size(); ++g) {
          auto at_grid_point = [&](const auto& limbs) {
            std::decay_t<decltype(limbs)> value(all);
            for (std::size_t p = 0; p < present; ++p) value[p] = limbs[p * count + i];
            std::size_t digits = g;
            for (std::size_t left = all / 2, base = grid_size(variables) / 3; left > 0; left /= 2, digits %= base, base /= 3)
              for (std::size_t p = 0; p < left; ++p) {
                if (digits / base == 1) value[p] = value[p + left];
                if (digits / base == 2) value[p] = value[p + left] - value[p];
              }
            return value[0];
          };
          want[g] += at_grid_point(a) * at_grid_point(m);
        }
      const Fp* m_at[kMaxMembers];
      const Fe* a_at[kMaxMembers];
      for (std::size_t p = 0; p < present; ++p) m_at[p] = &m[p * count], a_at[p] = &a[p * count];
      add_grid_sums(variables, m_at, a_at, present, count, got.data());
      ASSERT_EQ(got, want) << variables << " variables, " << present << " limbs";
    }
}

TEST(WhirFold, LimbFoldIsASumcheckForEveryLimbCountAndLateness) {
  Random random(2);
  for (std::size_t log_n : {0, 2, 5})
    for (std::size_t limbs : {1, 2, 3, 4, 5, 8, 9, 10, 11, 16, 17, 20, 29, 32, 33, 40, 41, 59, 66, 80, 81})
      for (std::size_t late : {0, 1, 3}) {
        std::size_t k = 0;
        while ((std::size_t{1} << k) < limbs) ++k;
        const std::size_t n = std::size_t{1} << log_n;
        FpVector m = random.fps(limbs * n);
        DenseCovector covector;
        covector.n = n;
        covector.values = random.fes(n * limbs);
        covector.sparse = limbs == 11;
        if (covector.sparse)
          for (std::size_t i = 0; i < covector.values.size(); ++i)
            if ((i / n) % 2 == 1) covector.values[i] = kZero;
        Fe claim = inner(m, covector.values);
        LimbFold fold(m, log_n, limbs, covector, late);
        Point point;
        for (std::size_t round = 0; round < k + late; ++round) {
          const FoldSums sent = fold.message();
          const Fe r = random.fe();
          claim = sent.constant + (claim - sent.constant - sent.constant - sent.leading + sent.leading * r) * r;
          fold.bind(r);
          point.push_back(r);
        }
        const FoldTables tables = fold.take();
        Fe sum;
        for (std::size_t i = 0; i < n; ++i) sum += tables.v[i] * tables.a[i];
        ASSERT_EQ(claim, sum) << "limbs " << limbs << " late " << late;
        const FeVector weights = limb_weights(point, limbs);
        Fe first_v, first_a;
        for (std::size_t i = 0; i < limbs; ++i) {
          first_v += weights[i] * m[i * n];
          first_a += weights[i] * covector.values[i * n];
        }
        ASSERT_EQ(first_v, tables.v[0]);
        ASSERT_EQ(first_a * Fp(2).inverse().pow(late), tables.a[0]);
      }
}

class LargeCovector : public ::testing::TestWithParam<bool> {};

TEST_P(LargeCovector, IsProducedTwiceWholeOrInPartsAndGivesTheFold) {
  // 16 limbs of 2^18 under a covector of 96 MiB: past the size that is kept.
  Random random(3);
  struct Geometric : Covector {
    std::size_t n;
    Fe z;
    bool parts = false;
    void fill(std::size_t limb, std::span<Fe> out) const override { write(limb, 0, out); }
    bool fill_part(std::size_t limb, std::size_t first, std::span<Fe> out) const override {
      if (parts) write(limb, first, out);
      return parts;
    }
    void write(std::size_t limb, std::size_t first, std::span<Fe> out) const {
      Fe power = z.pow(limb * n + first);
      for (Fe& x : out) x = power, power *= z;
    }
  } covector;
  covector.parts = GetParam();
  const std::size_t log_n = 18, limbs = 16;
  covector.n = std::size_t{1} << log_n;
  covector.z = random.fe();
  FpVector m(limbs << log_n);
  for (std::size_t i = 0; i < m.size(); ++i) m[i] = Fp(i * 0x9E3779B97F4A7C15ULL);
  Fe claim;
  FeVector row(covector.n);
  for (std::size_t limb = 0; limb < limbs; ++limb) {
    covector.fill(limb, row);
    for (std::size_t i = 0; i < covector.n; ++i) claim += row[i] * m[(limb << log_n) + i];
  }
  LimbFold fold(m, log_n, limbs, covector, 0);
  for (std::size_t round = 0; round < 4; ++round) {
    const FoldSums sent = fold.message();
    const Fe r = random.fe();
    claim = sent.constant + (claim - sent.constant - sent.constant - sent.leading + sent.leading * r) * r;
    fold.bind(r);
  }
  const FoldTables tables = fold.take();
  Fe sum;
  for (std::size_t i = 0; i < covector.n; ++i) sum += tables.v[i] * tables.a[i];
  EXPECT_EQ(claim, sum);
}
INSTANTIATE_TEST_SUITE_P(WhirFold, LargeCovector, ::testing::Bool());

TEST(WhirFold, PowersOfPointsAgreeWithTheirDefinition) {
  Random random(4);
  for (std::size_t size : {1, 8, 256, 1024, 16384}) {
    const FeVector v = random.fes(size);
    const Fe z = random.fe(), c = random.fe();
    EXPECT_EQ(evaluate_powers(v, z), horner(v, z));
    EXPECT_EQ(evaluate_powers(v, Fe(z.c[0])), horner(v, Fe(z.c[0])));
    FeVector got = v, want = v;
    add_powers(z, c, got);
    Fe power = c;
    for (Fe& x : want) x += power, power *= z;
    EXPECT_EQ(got, want);
    const FpVector points = random.fps(kMaxPoints + 3);
    const FeVector coefficients = random.fes(points.size());
    add_powers(points, coefficients, got);
    for (std::size_t j = 0; j < points.size(); ++j) {
      Fe term = coefficients[j];
      for (Fe& x : want) x += term, term *= points[j];
    }
    EXPECT_EQ(got, want);
  }
}

TEST(WhirRows, LimbWeightsAreTheEqualityPolynomialInBigEndianOrder) {
  Random random(5);
  const Point p = {random.fe(), random.fe(), random.fe()};
  const FeVector w = limb_weights(p, 3);  // two bits: the last two coordinates
  ASSERT_EQ(w.size(), 3u);
  EXPECT_EQ(w[0], (kOne - p[1]) * (kOne - p[2]));
  EXPECT_EQ(w[1], (kOne - p[1]) * p[2]);
  EXPECT_EQ(w[2], p[1] * (kOne - p[2]));
  FeVector table(8);
  for (Fe& x : table) x = random.fe();
  const FeVector eq = limb_weights(p, 8);
  Fe sum;
  for (int i = 0; i < 8; ++i) sum += eq[i] * table[i];
  EXPECT_EQ(multilinear_at(table, p), sum);
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(entry_weight(p, i), eq[i]);
  EXPECT_EQ(entry_weight({}, 0), kOne);
}

TEST(WhirRows, PadWeightsAreTheCovectorThatReadsElementsOfThreeWords) {
  Random random(6);
  const FeVector weights = random.fes(4), xi = random.fes(4);
  FeVector covector(32);
  Fe sum, want;
  for (std::size_t k = 0; k < 4; ++k) {
    want += weights[k] * xi[k];
    covector[17 + 3 * k] = weights[k];
    covector[18 + 3 * k] = weights[k] * kExtensionGenerator;
    covector[19 + 3 * k] = weights[k] * kExtensionGenerator * kExtensionGenerator;
    for (std::size_t t = 0; t < 3; ++t) sum += covector[17 + 3 * k + t] * xi[k].c[t];
  }
  EXPECT_EQ(sum, want);
  const Point point = random.fes(5);
  EXPECT_EQ(pad_weights_at(weights, 17, point), multilinear_at(covector, point));
  EXPECT_EQ(pad_weights_at({}, 17, point), kZero);
}

}  // namespace
}  // namespace tacit
