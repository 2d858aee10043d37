// Published numbers of the design study that this calculator must give again: fold and lookup bits, query counts, and
// proof sizes of single-oracle WHIR for the textbook schedule and for the tuned ones.
#include <gtest/gtest.h>

#include <cmath>

#include "pcs/params_cost.h"
#include "pcs/security.h"

namespace tacit {
namespace {

constexpr double kLog2P = 63.9999999996640968;

/// One base oracle of 2^log_size elements. Domains are measured over all limbs, as in the tables.
struct Schedule {
  std::uint32_t log_size, log_inv_rate, base_fold, fold, first_shrink, later_shrink;
  double target_bits;
  std::uint32_t grind_bits;
  Regime regime = Regime::kJohnson;
  std::uint32_t degree = 3;
};

/// Fewest queries over all m whose other terms reach the target, as the tables count them.
void fewest_queries(const Schedule& s, WhirRound& r, bool base) {
  double field = s.degree * kLog2P;
  CodeRadius code{s.regime, double(r.log_domain) - r.log_n, 0};
  r.queries = UINT32_MAX;
  bool johnson = s.regime == Regime::kJohnson;
  for (std::uint32_t m = johnson ? 3 : 0; m <= (johnson ? 128u : 0u); ++m) {
    code.multiplicity = m;
    if (johnson) {
      if (agreement_bits(code, r.log_domain + r.log_limbs, field) < s.target_bits) break;
      if (!base && field + 1 - 2 * list_log2(code) - (r.log_n + r.log_limbs) < s.target_bits) break;
    }
    auto t = static_cast<std::uint32_t>(std::ceil((s.target_bits - s.grind_bits) / query_bits(code)));
    if (t < r.queries) { r.queries = t; r.multiplicity = m; }
  }
}

OpeningParams build(const Schedule& s) {
  OpeningParams p;
  p.regime = s.regime;
  std::uint32_t message = s.log_size, domain = s.log_size + s.log_inv_rate, fold = s.base_fold;
  p.shape = {0, std::uint64_t{1} << s.log_size, message - fold, 0, 1u << fold, 0, 0};
  do {
    bool base = p.rounds.empty();
    WhirRound r{fold, message - fold, domain - fold, 0, s.grind_bits, base ? 0u : 1u, 0};
    fewest_queries(s, r, base);
    p.rounds.push_back(r);
    message -= fold;
    domain -= base ? s.first_shrink : s.later_shrink;
    fold = std::min(s.fold, message);
  } while (message > 7);
  p.final_log = message;
  return p;
}

OpeningParams textbook(std::uint32_t log_size, std::uint32_t log_inv_rate, double bits, std::uint32_t grind,
                       Regime regime = Regime::kJohnson, std::uint32_t degree = 3) {
  return build({log_size, log_inv_rate, 5, 4, 1, 1, bits, grind, regime, degree});
}

double kib(const OpeningParams& p, std::uint32_t degree = 3) { return cost::estimate(p, degree).proof_bytes / 1024; }

/// The term of that name; a missing one is a failure of the test and has no bits.
SecurityTerm term_of(const SecurityReport& report, const std::string& name) {
  const SecurityTerm* term = report.find(name);
  if (term == nullptr) ADD_FAILURE() << "no term " << name;
  return term == nullptr ? SecurityTerm{} : *term;
}

/// Table cells are whole KiB: one per cent, and half a KiB for what was rounded away.
void expect_cell(double value, double cell, const std::string& where) {
  EXPECT_NEAR(value, cell, 0.01 * cell + 0.5) << where;
}

TEST(PublishedTables, ThreeSizesThatAnIndependentCalculatorConfirmed) {
  EXPECT_NEAR(kib(textbook(24, 2, 128, 0)), 167.5, 1.675);
  EXPECT_NEAR(kib(textbook(20, 4, 100, 20)), 59.7, 0.597);
  EXPECT_NEAR(kib(textbook(27, 2, 128, 0)), 203.1, 2.031);
  EXPECT_NEAR(kib(textbook(20, 2, 128, 20, Regime::kUniqueDecoding, 2), 2), 203.1, 2.031);
}

TEST(PublishedTables, TextbookScheduleInTheJohnsonRegime) {
  struct Row { double bits; std::uint32_t grind, log_size; double cells[4]; };
  const Row rows[] = {
      {100, 0, 20, {147, 100, 81, 72}},    {100, 0, 24, {196, 133, 110, 97}},  {100, 0, 28, {245, 168, 139, 123}},
      {100, 20, 20, {121, 81, 67, 59}},    {100, 20, 24, {160, 109, 90, 80}},  {100, 20, 28, {200, 137, 114, 101}},
      {128, 0, 20, {182, 123, 101, 89}},   {128, 0, 24, {244, 166, 136, 121}}, {128, 0, 28, {307, 212, 174, 154}},
      {128, 20, 20, {157, 107, 87, 76}},   {128, 20, 24, {209, 144, 117, 104}}, {128, 20, 28, {263, 182, 148, 132}}};
  for (const Row& row : rows)
    for (std::uint32_t rate = 1; rate <= 4; ++rate)
      expect_cell(kib(textbook(row.log_size, rate, row.bits, row.grind)), row.cells[rate - 1],
                  std::to_string(row.log_size) + " at rate 2^-" + std::to_string(rate));
}

TEST(PublishedTables, TextbookScheduleInTheUniqueDecodingRegime) {
  const std::uint32_t sizes[] = {20, 24, 28};
  const double wide[2][3] = {{308, 469, 658}, {269, 418, 596}}, narrow[2][3] = {{180, 272, 383}, {154, 239, 342}};
  for (std::uint32_t rate = 1; rate <= 2; ++rate)
    for (int i = 0; i < 3; ++i) {
      expect_cell(kib(textbook(sizes[i], rate, 128, 0, Regime::kUniqueDecoding)), wide[rate - 1][i], "degree 3");
      expect_cell(kib(textbook(sizes[i], rate, 100, 20, Regime::kUniqueDecoding, 2), 2), narrow[rate - 1][i],
                  "degree 2");
    }
}

TEST(PublishedTables, FirstRoundQueriesAtRateOneQuarter) {
  EXPECT_EQ(textbook(20, 2, 100, 0).rounds[0].queries, 101u);
  EXPECT_EQ(textbook(20, 2, 100, 20).rounds[0].queries, 81u);
  EXPECT_EQ(textbook(20, 2, 128, 0).rounds[0].queries, 129u);
  EXPECT_EQ(textbook(20, 2, 128, 20).rounds[0].queries, 109u);
  EXPECT_EQ(textbook(20, 2, 100, 20, Regime::kUniqueDecoding, 2).rounds[0].queries, 118u);
  EXPECT_EQ(textbook(20, 2, 128, 0, Regime::kUniqueDecoding).rounds[0].queries, 189u);
}

std::vector<std::uint32_t> queries(const OpeningParams& p, std::size_t first = 0) {
  std::vector<std::uint32_t> out;
  for (std::size_t i = first; i < p.rounds.size(); ++i) out.push_back(p.rounds[i].queries);
  return out;
}

TEST(PublishedTables, QueriesOfLaterRounds) {
  EXPECT_EQ(queries(textbook(28, 2, 128, 0), 1), (std::vector<std::uint32_t>{43, 29, 22, 18}));
  EXPECT_EQ(queries(textbook(28, 2, 100, 20), 1), (std::vector<std::uint32_t>{27, 18, 14, 11}));
}

TEST(PublishedTables, TunedSchedulesAtTheTermMargin) {
  struct Row { Schedule at100, at128; std::vector<std::uint32_t> queries; double kib100, kib128; };
  auto row = [](std::uint32_t m, std::uint32_t r, std::uint32_t k0, std::uint32_t s1, std::uint32_t k,
                std::uint32_t s, std::vector<std::uint32_t> q, double a, double b) {
    return Row{{m, r, k0, k, s1, s, 103, 20}, {m, r, k0, k, s1, s, 131, 20}, std::move(q), a, b};
  };
  const Row rows[] = {row(27, 2, 6, 5, 4, 1, {113, 75, 38, 25, 19}, 177, 234),
                      row(27, 1, 5, 4, 4, 2, {226, 112, 56, 38, 28}, 251, 330),
                      row(24, 2, 6, 5, 4, 1, {112, 75, 38, 25}, 150, 196),
                      row(20, 2, 5, 4, 4, 2, {112, 75, 45}, 103, 133),
                      row(20, 4, 6, 5, 4, 2, {56, 45, 32}, 76, 98),
                      row(16, 3, 4, 2, 4, 1, {75, 45, 28}, 55, 71)};
  for (const Row& r : rows) {
    OpeningParams p = build(r.at128);
    EXPECT_EQ(queries(p), r.queries);
    expect_cell(kib(p), r.kib128, "128 bits, 2^" + std::to_string(r.at128.log_size));
    expect_cell(kib(build(r.at100)), r.kib100, "100 bits, 2^" + std::to_string(r.at100.log_size));
  }
}

/// The printed cells are whole bits, some rounded down and some to the nearest.
void expect_bits(double value, int cell) {
  EXPECT_GE(value, cell - 0.5);
  EXPECT_LT(value, cell + 1);
}

TEST(PublishedTables, FoldBits) {
  struct Column { double log_size, log_inv_rate; int cubic[3], square[2], unique_cubic, unique_square; };
  const Column columns[] = {{20, 2, {158, 151, 141}, {94, 87}, 171, 107},
                            {24, 2, {154, 147, 137}, {90, 83}, 167, 103},
                            {27, 2, {151, 144, 134}, {87, 80}, 164, 100},
                            {28, 1, {153, 145, 135}, {89, 81}, 165, 101}};
  const std::uint32_t m[] = {3, 10, 40};
  for (const Column& c : columns) {
    auto bits = [&](Regime regime, std::uint32_t multiplicity, int degree) {
      return agreement_bits({regime, c.log_inv_rate, multiplicity}, c.log_size + c.log_inv_rate, degree * kLog2P);
    };
    for (int i = 0; i < 3; ++i) expect_bits(bits(Regime::kJohnson, m[i], 3), c.cubic[i]);
    for (int i = 0; i < 2; ++i) expect_bits(bits(Regime::kJohnson, m[i], 2), c.square[i]);
    expect_bits(bits(Regime::kUniqueDecoding, 0, 3), c.unique_cubic);
    expect_bits(bits(Regime::kUniqueDecoding, 0, 2), c.unique_square);
  }
}

TEST(PublishedTables, LookupBits) {
  const double log_rows[] = {20, 24, 28, 30};
  const int cubic[] = {170, 166, 162, 160}, square[] = {106, 102, 98, 96};
  OpeningParams p = textbook(20, 2, 128, 0, Regime::kUniqueDecoding);
  for (int i = 0; i < 4; ++i) {
    ArgumentShape half{std::uint64_t(std::exp2(log_rows[i] - 1)), std::uint64_t(std::exp2(log_rows[i] - 1)), 1, 0, 2,
                       0, 0, 0, 0};
    auto bits = [&](int degree) {
      return static_cast<int>(std::floor(term_of(security_report(p, half, degree * kLog2P), "logup fingerprint").bits));
    };
    EXPECT_EQ(bits(3), cubic[i]);
    EXPECT_EQ(bits(2), square[i]);
  }
}

TEST(PublishedTables, PinOfTheWeightsAtTwoToThe27) {
  OpeningParams p = textbook(27, 2, 128, 0);
  std::swap(p.shape.size_w, p.shape.size_x);
  std::swap(p.shape.limbs_w, p.shape.limbs_x);
  p.rounds[0].multiplicity = 10;  // a list of 21
  EXPECT_EQ(std::floor(term_of(security_report(p, {}), "pin of W").bits), 157);
}

TEST(Multiproof, ExpectationMatchesFullEnumeration) {
  // Two positions in eight leaves: equal 3 siblings (8 pairs), adjacent 2 (8), same half 3 (16), else 4 (32).
  EXPECT_NEAR(expected_siblings(3, 2), (8 * 3 + 8 * 2 + 16 * 3 + 32 * 4) / 64.0, 1e-12);
  EXPECT_NEAR(expected_siblings(5, 1), 5, 1e-12);
  EXPECT_NEAR(expected_siblings(4, 4000), 0, 1e-9);
  EXPECT_EQ(expected_siblings(4, 0), 0);
  EXPECT_NEAR(expected_distinct(3, 2), 2 - 1 / 8.0, 1e-12);
  EXPECT_NEAR(expected_distinct(32, 100), 100, 1e-5);
}

}  // namespace
}  // namespace tacit
