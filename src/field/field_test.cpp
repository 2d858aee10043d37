#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <vector>

#include "field/arrays.h"
#include "field/cpu.h"

namespace tacit {
namespace {

constexpr std::uint64_t kP = Fp::kModulus;
const std::vector<std::uint64_t> kEdges = {
    0, 1, 2, 7, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 0x100000000, 0x100000001, (kP - 1) / 2, (kP + 1) / 2,
    0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFE00000000, 0xFFFFFFFEFFFFFFFF, 0xFFFFFFFF00000000 - 1,
    kP - 2, kP - 1};

std::uint64_t product(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::uint64_t>(static_cast<unsigned __int128>(a) * b % kP);
}
std::uint64_t total(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(a) + b) % kP);
}

/// Half edge values, half uniform, so that carries and borrows which random values never meet are met.
class Source {
 public:
  Fp fp() { return (engine_() & 1) ? Fp(engine_()) : Fp(kEdges[engine_() % kEdges.size()]); }
  Fe fe() { return {fp(), fp(), fp()}; }
  FpVector fps(std::size_t n) { FpVector v(n); for (Fp& x : v) x = fp(); return v; }
  FeVector fes(std::size_t n) { FeVector v(n); for (Fe& x : v) x = fe(); return v; }
  std::uint64_t word() { return engine_(); }

 private:
  std::mt19937_64 engine_{20240611};
};

void expect_like_integers(std::uint64_t a, std::uint64_t b) {
  EXPECT_EQ((Fp(a) + Fp(b)).value(), total(a, b)) << a << " + " << b;
  EXPECT_EQ((Fp(a) - Fp(b)).value(), total(a, kP - b)) << a << " - " << b;
  EXPECT_EQ((Fp(a) * Fp(b)).value(), product(a, b)) << a << " * " << b;
}

TEST(Goldilocks, AddsSubtractsAndMultipliesLikeIntegersModP) {
  for (std::uint64_t a : kEdges)
    for (std::uint64_t b : kEdges) expect_like_integers(a, b);
  Source source;
  for (int i = 0; i < 20000; ++i) expect_like_integers(source.word() % kP, source.word() % kP);
}

TEST(Goldilocks, ConstructionReducesEveryWord) {
  EXPECT_EQ(Fp(kP).value(), 0u);
  EXPECT_EQ(Fp(kP + 1).value(), 1u);
  EXPECT_EQ(Fp(~0ULL).value(), ~0ULL - kP);
  EXPECT_EQ(Fp(kP - 1).value(), kP - 1);
}

TEST(Goldilocks, ReducesEvery128BitValue) {
  Source source;
  for (int i = 0; i < 20000; ++i) {
    std::uint64_t hi = i % 3 ? source.word() : kEdges[source.word() % kEdges.size()];
    std::uint64_t lo = i % 5 ? source.word() : ~0ULL - source.word() % 3;
    unsigned __int128 x = (static_cast<unsigned __int128>(hi) << 64) | lo;
    EXPECT_EQ(Fp::reduce(x).value(), static_cast<std::uint64_t>(x % kP));
  }
  EXPECT_EQ(Fp::reduce(~static_cast<unsigned __int128>(0)).value(),
            static_cast<std::uint64_t>(~static_cast<unsigned __int128>(0) % kP));
}

TEST(Goldilocks, SignedIntegersRoundTrip) {
  constexpr std::int64_t kLarge = std::int64_t{1} << 62;
  for (std::int64_t v : {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, kLarge, -kLarge}) {
    EXPECT_EQ(Fp::from_signed(v).to_signed(), v);
    EXPECT_EQ(Fp::from_signed(v), Fp::from_signed128(v));
    EXPECT_TRUE((Fp::from_signed(v) + Fp::from_signed(-v)).is_zero());
  }
  const std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(Fp::from_signed(lowest) + Fp(1ULL << 63), Fp());
  const __int128 large = static_cast<__int128>(1) << 100;
  EXPECT_EQ(Fp::from_signed128(-large) + Fp::reduce(static_cast<unsigned __int128>(large)), Fp());
}

TEST(Goldilocks, InverseIsTheReciprocalAndZeroStaysZero) {
  EXPECT_EQ(Fp().inverse(), Fp());
  for (std::uint64_t a : kEdges) EXPECT_EQ(Fp(a) * Fp(a).inverse(), Fp(a == 0 ? 0 : 1)) << a;
}

TEST(Goldilocks, RootsOfUnityHaveExactlyTheirOrderAndNest) {
  for (int k = 1; k <= Fp::kTwoAdicity; ++k) {
    Fp w = root_of_unity(k);
    EXPECT_EQ(w.pow((1ULL << k) / 2), -Fp(1)) << k;
    EXPECT_EQ(w * w, root_of_unity(k - 1)) << k;
  }
  EXPECT_EQ(root_of_unity(0), Fp(1));
}

TEST(Goldilocks, SevenGeneratesTheMultiplicativeGroup) {
  for (std::uint64_t prime : {2u, 3u, 5u, 17u, 257u, 65537u}) EXPECT_NE(Fp(7).pow((kP - 1) / prime), Fp(1)) << prime;
}

TEST(Cubic, MultipliesLikeTheSchoolbookModuloXCubedMinusTwo) {
  Source source;
  for (int i = 0; i < 5000; ++i) {
    Fe a = source.fe(), b = source.fe();
    Fp d[5];
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 3; ++k) d[j + k] += a.c[j] * b.c[k];
    EXPECT_EQ(a * b, Fe(d[0] + d[3] + d[3], d[1] + d[4] + d[4], d[2]));
    EXPECT_EQ(a * b.c[0], a * Fe(b.c[0]));
    EXPECT_EQ(a - b + b, a);
    EXPECT_EQ(a + -a, kZero);
  }
}

TEST(Cubic, TheModulusIsIrreducible) { EXPECT_NE(Fp(2).pow((kP - 1) / 3), Fp(1)); }

TEST(Cubic, InverseIsTheReciprocalAndZeroStaysZero) {
  Source source;
  EXPECT_EQ(kZero.inverse(), kZero);
  EXPECT_EQ(Fe(Fp(5)).inverse(), Fe(Fp(5).inverse()));
  for (int i = 0; i < 200; ++i) {
    Fe a = source.fe();
    EXPECT_EQ(a * a.inverse(), a.is_zero() ? kZero : kOne);
  }
}

TEST(Cubic, PowersFollowFromProducts) {
  Source source;
  Fe a = source.fe(), expected = kOne;
  for (std::uint64_t e = 0; e < 40; ++e, expected *= a) EXPECT_EQ(a.pow(e), expected) << e;
}

TEST(Cubic, InvertAllMatchesSingleInversesAndKeepsZeros) {
  Source source;
  FeVector xs = source.fes(33);
  xs[0] = xs[7] = xs[32] = kZero;
  FeVector inverted = xs;
  invert_all(inverted);
  for (std::size_t i = 0; i < xs.size(); ++i) EXPECT_EQ(inverted[i], xs[i].inverse()) << i;
  FeVector none;
  invert_all(none);
  EXPECT_TRUE(none.empty());
}

// Lengths around the vector width, and long enough to cross several reductions of a product sum.
const std::vector<std::size_t> kLengths = {0, 1, 7, 8, 9, 23, 24, 1000, 3333};

template <class T, class Op> void expect_array(std::vector<T> (Source::*draw)(std::size_t), Op op,
                                               void (*array)(std::span<const T>, std::span<const T>, std::span<T>)) {
  Source source;
  for (std::size_t n : kLengths) {
    std::vector<T> a = (source.*draw)(n), b = (source.*draw)(n), out(n + 1, T(Fp(99)));
    array(a, b, std::span<T>(out).first(n));
    for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(out[i], op(a[i], b[i])) << "n " << n << " at " << i;
    EXPECT_EQ(out[n], T(Fp(99))) << "wrote past the end";
  }
}

TEST(Arrays, BaseFieldOperationsEqualTheScalarOnes) {
  expect_array<Fp>(&Source::fps, [](Fp a, Fp b) { return a + b; }, add);
  expect_array<Fp>(&Source::fps, [](Fp a, Fp b) { return a - b; }, sub);
  expect_array<Fp>(&Source::fps, [](Fp a, Fp b) { return a * b; }, mul);
}

TEST(Arrays, ExtensionOperationsEqualTheScalarOnes) {
  expect_array<Fe>(&Source::fes, [](Fe a, Fe b) { return a + b; }, add);
  expect_array<Fe>(&Source::fes, [](Fe a, Fe b) { return a - b; }, sub);
  expect_array<Fe>(&Source::fes, [](Fe a, Fe b) { return a * b; }, mul);
}

TEST(Arrays, EveryPairOfEdgeValuesMultipliesRightInEveryLane) {
  for (std::uint64_t a : kEdges) {
    FpVector left(kEdges.size(), Fp(a)), right, out(kEdges.size());
    for (std::uint64_t b : kEdges) right.push_back(Fp(b));
    mul(left, right, out);
    for (std::size_t i = 0; i < out.size(); ++i) EXPECT_EQ(out[i].value(), product(a, kEdges[i])) << a;
    add(left, right, out);
    for (std::size_t i = 0; i < out.size(); ++i) EXPECT_EQ(out[i].value(), total(a, kEdges[i])) << a;
  }
}

TEST(Arrays, ScalingEqualsTheScalarOperations) {
  Source source;
  for (std::size_t n : kLengths) {
    FeVector a = source.fes(n), out(n), sum = source.fes(n), before = sum, mixed = sum;
    FpVector base = source.fps(n);
    Fe b = source.fe();
    scale(a, b, out);
    add_scaled(a, b, sum);
    add_scaled(base, b, mixed);
    for (std::size_t i = 0; i < n; ++i) {
      ASSERT_EQ(out[i], a[i] * b);
      ASSERT_EQ(sum[i], before[i] + a[i] * b);
      ASSERT_EQ(mixed[i], before[i] + b * base[i]);
    }
  }
}

TEST(Arrays, DotProductsEqualTheScalarSums) {
  Source source;
  for (std::size_t n : kLengths) {
    FpVector a = source.fps(n), b = source.fps(n);
    FeVector c = source.fes(n), d = source.fes(n);
    Fp base;
    Fe mixed, full;
    for (std::size_t i = 0; i < n; ++i) base += a[i] * b[i], mixed += c[i] * a[i], full += c[i] * d[i];
    EXPECT_EQ(dot(a, b), base) << n;
    EXPECT_EQ(dot(c, a), mixed) << n;
    EXPECT_EQ(dot(c, d), full) << n;
  }
}

TEST(Arrays, DotProductsOfTheLargestValuesDoNotOverflow) {
  const std::size_t n = 8 * 80 * 3;  // three full accumulators
  for (std::uint64_t edge : kEdges) {
    FpVector a(n, Fp(edge));
    FeVector b(n, Fe(Fp(edge), Fp(edge), Fp(edge)));
    EXPECT_EQ(dot(a, a), Fp(edge) * Fp(edge) * Fp(n)) << edge;
    EXPECT_EQ(dot(b, b), b[0] * b[0] * Fp(n)) << edge;
  }
}

TEST(Arrays, TheForcedScalarPathGivesTheSameResults) {
  Source source;
  FeVector a = source.fes(100), b = source.fes(100), fast(100), slow(100);
  mul(a, b, fast);
  Fe fast_dot = dot(a, b);
  ScalarScope scalar;
  EXPECT_FALSE(use_avx512());
  mul(a, b, slow);
  EXPECT_EQ(fast, slow);
  EXPECT_EQ(fast_dot, dot(a, b));
}

}  // namespace
}  // namespace tacit
