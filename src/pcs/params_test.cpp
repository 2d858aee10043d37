#include "pcs/params.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "pcs/params_cost.h"
#include "pcs/security.h"

namespace tacit {
namespace {

OpeningParams derived(std::uint64_t size_w, std::uint64_t size_x, std::uint32_t lambda = 128,
                      const DeriveOptions& options = {}) {
  Result<OpeningParams> p = derive_params(size_w, size_x, lambda, options);
  EXPECT_TRUE(p.ok()) << (p.ok() ? "" : p.error().text());
  return p.ok() ? *p : OpeningParams{};
}

Bytes encoded(const OpeningParams& p) {
  ByteWriter out;
  write_params(out, p);
  return out.take();
}

Result<OpeningParams> parsed(const Bytes& bytes) {
  ByteReader in(bytes);
  return parse_params(in);
}

TEST(DeriveParams, ReachesItsClaimAtEverySize) {
  for (std::uint32_t lambda : {100u, 128u})
    for (std::uint32_t log_w = 0; log_w <= 28; log_w += 4)
      for (std::uint32_t log_x = 2; log_x <= 28; log_x += 13) {
        OpeningParams p = derived((std::uint64_t{1} << log_w) + 3, (std::uint64_t{1} << log_x) + 1, lambda);
        EXPECT_TRUE(check_form(p).ok());
        EXPECT_TRUE(check_security(p, {}, lambda).ok()) << security_report(p, {}).text();
      }
}

TEST(DeriveParams, ReachesItsClaimWithUniqueDecoding) {
  DeriveOptions options;
  options.regime = Regime::kUniqueDecoding;
  for (std::uint32_t log_size : {10u, 20u, 24u}) {
    OpeningParams p = derived(1u << log_size, 1u << log_size, 128, options);
    EXPECT_TRUE(check_security(p, {}, 128).ok());
    EXPECT_EQ(security_report(p, {}).find("pin of W"), nullptr);
  }
}

TEST(DeriveParams, LeavesNothingOnTheTable) {
  OpeningParams p = derived(1 << 20, 1 << 19);
  for (std::size_t i = 0; i < p.rounds.size(); ++i) {
    OpeningParams fewer = p;
    --fewer.rounds[i].queries;
    EXPECT_FALSE(check_security(fewer, {}, 128).ok()) << "round " << i;
  }
}

TEST(DeriveParams, KeepsItsPromisesOnSizeAndGrinding) {
  for (std::uint32_t log_size : {16u, 17u, 18u})
    for (const WhirRound& r : derived(1u << log_size, 1u << log_size).rounds) EXPECT_LE(r.grind_bits, 16u);
  for (std::uint32_t log_x : {16u, 20u, 23u})
    EXPECT_LT(estimate_cost(derived(1 << 24, 1u << log_x)).proof_bytes, 250 * 1024.0);
}

TEST(DeriveParams, TradesBytesForTimeAsAsked) {
  DeriveOptions fast, small;
  fast.bytes_per_ms = 4000;
  fast.soft_limit_bytes = 1e9;
  small.bytes_per_ms = 20;
  OpeningCost a = estimate_cost(derived(1 << 22, 1 << 22, 128, fast));
  OpeningCost b = estimate_cost(derived(1 << 22, 1 << 22, 128, small));
  EXPECT_GT(a.proof_bytes, 1.3 * b.proof_bytes);
  EXPECT_LT(a.open_ms + a.commit_x_ms, 0.7 * (b.open_ms + b.commit_x_ms));
}

TEST(DeriveParams, ObeysTheGrindLimit) {
  DeriveOptions options;
  options.max_grind_bits = 0;
  options.initial_grind_bits = 7;
  OpeningParams p = derived(1 << 22, 1 << 20, 128, options);
  for (const WhirRound& r : p.rounds) EXPECT_EQ(r.grind_bits, 0u);
  EXPECT_EQ(p.initial_grind_bits, 7u);
}

TEST(DeriveParams, IsDeterministic) {
  EXPECT_EQ(encoded(derived(3000000, 777777)), encoded(derived(3000000, 777777)));
}

TEST(DeriveParams, ServesASingleOracle) {
  OpeningParams x = derived(0, 1 << 18), w = derived(1 << 18, 0);
  EXPECT_FALSE(x.shape.has_w());
  EXPECT_EQ(x.rounds[1].log_limbs + x.rounds[1].log_n, x.shape.log_n);
  EXPECT_FALSE(w.shape.has_x());
  EXPECT_TRUE(check_security(x, {}, 128).ok());
  EXPECT_NE(security_report(w, {}).find("pin of W"), nullptr);
}

TEST(DeriveParams, RefusesWhatItCannotServe) {
  EXPECT_FALSE(derive_params(0, 0, 128).ok());
  EXPECT_FALSE(derive_params(1, 1, 129).ok());
  EXPECT_FALSE(derive_params(1, 1, 39).ok());
  EXPECT_FALSE(derive_params(std::uint64_t{1} << 40, 1, 128).ok());
  EXPECT_FALSE(derive_params(1, ~std::uint64_t{0}, 128).ok());
  DeriveOptions options;
  options.hide_x = true;
  options.openings = 1 << 24;  // no room in any limb
  EXPECT_FALSE(derive_params(1, 1, 128, options).ok());
  options = {};
  options.bytes_per_ms = std::nan("");
  EXPECT_FALSE(derive_params(1, 1, 128, options).ok());
}

TEST(ParseParams, ReadsBackWhatWasWritten) {
  DeriveOptions unique;
  unique.regime = Regime::kUniqueDecoding;
  unique.initial_grind_bits = 9;
  const OpeningParams cases[] = {derived(1 << 20, 99999), derived(0, 1 << 16, 100), derived(5000, 70000, 128, unique)};
  for (const OpeningParams& p : cases) {
    Result<OpeningParams> back = parsed(encoded(p));
    ASSERT_TRUE(back.ok()) << back.error().text();
    EXPECT_EQ(*back, p);
  }
}

TEST(ParseParams, LeavesTrailingBytesToItsCaller) {
  Bytes bytes = encoded(derived(1 << 16, 1 << 16));
  bytes.push_back(7);
  ByteReader in(bytes);
  ASSERT_TRUE(parse_params(in).ok());
  EXPECT_EQ(in.left(), 1u);
}

TEST(ParseParams, RejectsEveryTruncation) {
  Bytes bytes = encoded(derived(1 << 20, 1 << 19));
  for (std::size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(parsed(Bytes(bytes.begin(), bytes.begin() + n)).ok());
}

TEST(ParseParams, RejectsUnknownVersionsAndRegimes) {
  Bytes bytes = encoded(derived(1 << 20, 1 << 19));
  for (std::uint8_t version : {0, 1, 3, 255}) {
    bytes[0] = version;
    EXPECT_FALSE(parsed(bytes).ok()) << int(version);
  }
  bytes[0] = 2;
  ASSERT_TRUE(parsed(bytes).ok());
  bytes[1 + 16 + 20] = 2;  // after the version and the shape
  EXPECT_FALSE(parsed(bytes).ok());
}

TEST(ParseParams, RejectsFieldsOutsideTheirCaps) {
  const OpeningParams good = derived(1 << 20, 1 << 19);
  ASSERT_TRUE(parsed(encoded(good)).ok());
  using Change = std::function<void(OpeningParams&)>;
  const std::vector<std::pair<const char*, Change>> changes = {
      {"log_n", [](OpeningParams& p) { p.shape.log_n = 25; }},
      {"log_n huge", [](OpeningParams& p) { p.shape.log_n = 64; }},
      {"log_n zero", [](OpeningParams& p) { p.shape.log_n = 0; }},
      {"limbs of W", [](OpeningParams& p) { p.shape.limbs_w = 4097; }},
      {"limbs of X zero", [](OpeningParams& p) { p.shape.limbs_x = 0; }},
      {"W too large", [](OpeningParams& p) { p.shape.size_w += 1; }},
      {"sizes huge", [](OpeningParams& p) { p.shape.size_x = ~std::uint64_t{0}; }},
      {"limbs without elements", [](OpeningParams& p) { p.shape.size_w = 0; }},
      {"no room for random slots", [](OpeningParams& p) { p.shape.random_slots_x = p.rounds[0].queries; }},
      {"only random slots", [](OpeningParams& p) { p.shape.random_slots_x = 1u << p.shape.log_n; }},
      {"random slots wrap", [](OpeningParams& p) { p.shape.random_slots_x = ~0u; }},
      {"lambda", [](OpeningParams& p) { p.lambda = 129; }},
      {"lambda zero", [](OpeningParams& p) { p.lambda = 0; }},
      {"initial grind", [](OpeningParams& p) { p.initial_grind_bits = 41; }},
      {"no extension round", [](OpeningParams& p) { p.rounds.resize(1); }},
      {"too many rounds", [](OpeningParams& p) { p.rounds.resize(17, p.rounds.back()); }},
      {"domain", [](OpeningParams& p) { p.rounds[0].log_domain = 33; }},
      {"rate one", [](OpeningParams& p) { p.rounds[1].log_domain = p.rounds[1].log_n; }},
      {"no queries", [](OpeningParams& p) { p.rounds[1].queries = 0; }},
      {"queries", [](OpeningParams& p) { p.rounds[1].queries = 4097; }},
      {"grind", [](OpeningParams& p) { p.rounds[0].grind_bits = 41; }},
      {"ood of the base", [](OpeningParams& p) { p.rounds[0].ood = 1; }},
      {"no ood", [](OpeningParams& p) { p.rounds[1].ood = 0; }},
      {"ood", [](OpeningParams& p) { p.rounds[1].ood = 5; }},
      {"m too small", [](OpeningParams& p) { p.rounds[1].multiplicity = 2; }},
      {"m too large", [](OpeningParams& p) { p.rounds[1].multiplicity = 129; }},
      {"m in unique decoding", [](OpeningParams& p) { p.regime = Regime::kUniqueDecoding; }},
      {"no fold", [](OpeningParams& p) { p.rounds[1].log_limbs = 0; }},
      {"fold wider than a leaf may be", [](OpeningParams& p) { p.rounds[1].log_limbs = 9; }},
      {"fold beyond the message", [](OpeningParams& p) { p.rounds.back().log_limbs = ~0u; }},
  };
  for (const auto& [name, change] : changes) {
    OpeningParams bad = good;
    change(bad);
    EXPECT_FALSE(parsed(encoded(bad)).ok()) << name;
  }
}

TEST(ParseParams, RejectsAFinalVectorTooLongToSend) {
  OpeningParams p = derived(std::uint64_t{1} << 26, 1 << 10);
  p.rounds.resize(2);
  p.rounds[1].log_limbs = 1;
  Result<OpeningParams> back = parsed(encoded(p));
  ASSERT_FALSE(back.ok());
  EXPECT_NE(back.error().text().find("final_log"), std::string::npos);
}

// Whatever bytes a key contains: an error, or parameters with one encoding whose accepted claim is true.
void expect_hostile_bytes_survived(const OpeningParams& good) {
  const Bytes bytes = encoded(good);
  std::uint64_t state = 0x9e3779b97f4a7c15;
  auto next = [&state] { return state = state * 6364136223846793005u + 1442695040888963407u, state >> 33; };
  std::uint32_t accepted = 0;
  for (int i = 0; i < 20000; ++i) {
    Bytes changed = bytes;
    for (std::uint64_t flips = 1 + next() % 3; flips > 0; --flips) changed[next() % changed.size()] ^= 1u << next() % 8;
    ByteReader in(changed);
    Result<OpeningParams> p = parse_params(in);
    if (!p.ok()) continue;
    changed.resize(in.position());  // a smaller round count leaves bytes for the caller to refuse
    ASSERT_EQ(encoded(*p), changed);
    const OpeningShape& s = p->shape;
    ASSERT_LE(s.statement_slots_x(), s.n());  // no wrap
    ASSERT_TRUE(s.masked() ? s.random_slots_x >= p->rounds[0].queries : s.random_slots_w == 0);
    if (!check_security(*p, {}, 100).ok()) continue;
    ++accepted;
    SecurityReport report = security_report(*p, {});
    for (const SecurityTerm& term : report.terms) EXPECT_GE(term.bits, p->lambda + 3 - 1e-6) << term.name;
  }
  EXPECT_GT(accepted, 0u);  // some flips only strengthen the parameters
}

TEST(ParseParams, SurvivesHostileBytes) {
  expect_hostile_bytes_survived(derived(1 << 20, 1 << 19));
  DeriveOptions hidden;
  hidden.hide_x = true;
  hidden.openings = 16;
  expect_hostile_bytes_survived(derived(1 << 20, 1 << 19, 128, hidden));
}

TEST(CheckForm, RejectsDerivedFieldsThatDoNotFit) {
  const OpeningParams good = derived(1 << 20, 1 << 19);
  ASSERT_TRUE(check_form(good).ok());
  OpeningParams p = good;
  p.rounds[0].log_limbs += 1;
  EXPECT_FALSE(check_form(p).ok());
  p = good;
  p.rounds[1].log_n -= 1;
  EXPECT_FALSE(check_form(p).ok());
  p = good;
  p.final_log -= 1;
  EXPECT_FALSE(check_form(p).ok());
}

TEST(EstimateCost, CountsBothTreesOfTheBaseRound) {
  OpeningParams p = derived(1 << 20, 1 << 20);
  OpeningCost cost = estimate_cost(p);
  double one_tree = expected_siblings(p.rounds[0].log_domain, p.rounds[0].queries) * 32;
  double leaves = expected_distinct(p.rounds[0].log_domain, p.rounds[0].queries) * 8;
  EXPECT_GT(cost.proof_bytes, 2 * one_tree + leaves * (p.shape.limbs_w + p.shape.limbs_x));
  EXPECT_EQ(cost::opening_bytes(p.shape, p.rounds[0], true),
            2 * one_tree + leaves * (p.shape.limbs_w + p.shape.limbs_x) + (p.rounds[0].grind_bits != 0 ? 8 : 0));
}

TEST(EstimateCost, ChargesTheMeasuredNanosecondsForACommitment) {
  // 32 limbs over 2^20 leaves: 2^25 elements at 20.5 ns; a leaf of one element still costs two permutations.
  EXPECT_NEAR(cost::commit_ms(32, 20), std::exp2(25) * 20.5e-6, 1e-6);
  EXPECT_NEAR(cost::commit_ms(1, 20), std::exp2(20) * (10.7 + 115.4) * 1e-6, 1e-6);
}

TEST(OpeningShape, RoundsLimbCountsUp) {
  OpeningShape s;
  s.limbs_w = 5;
  s.limbs_x = 64;
  EXPECT_EQ(s.log_limbs_w(), 3u);
  EXPECT_EQ(s.log_limbs_x(), 6u);
  s.limbs_w = 1;
  EXPECT_EQ(s.log_limbs_w(), 0u);
}

}  // namespace
}  // namespace tacit
