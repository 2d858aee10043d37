// Hiding in the parameters: slots and their form, the search that chooses queries, random slots and limbs together, and
// what it costs.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <functional>

#include "pcs/params.h"
#include "pcs/params_cost.h"
#include "pcs/security.h"

namespace tacit {
namespace {

OpeningParams derived(std::uint64_t size_w, std::uint64_t size_x, const DeriveOptions& options) {
  Result<OpeningParams> p = derive_params(size_w, size_x, 128, options);
  EXPECT_TRUE(p.ok()) << (p.ok() ? "" : p.error().text());
  OpeningParams none;
  none.rounds.resize(2);  // a failed test goes on
  return p.ok() ? *p : none;
}

/// As the prover asks: W's codeword is made anew for each proof, and two proofs share the allowed error.
DeriveOptions options_for(bool hide_x, std::uint32_t openings) {
  DeriveOptions options;
  options.hide_x = hide_x;
  options.openings = openings;
  options.sum_margin_bits = 1.02;
  options.bytes_per_ms = 2000;
  options.w_commit_weight = 1;
  return options;
}

double total_ms(const OpeningParams& p) {
  OpeningCost cost = estimate_cost(p);
  return cost.commit_w_ms + cost.commit_x_ms + cost.open_ms;
}

Result<OpeningParams> parsed(const OpeningParams& p) {
  ByteWriter out;
  write_params(out, p);
  Bytes bytes = out.take();
  ByteReader in(bytes);
  return parse_params(in);
}

struct Sizes {
  const char* name;
  std::uint64_t w, x;
};
constexpr Sizes kModels[] = {{"digits", 3700, 20000}, {"LeNet-5", 61706, 150000}, {"VGG-16", 15245130, 2000000}};

TEST(OpeningShape, CountsSlotsAndMaskWords) {
  OpeningShape s;
  s.log_n = 10;
  s.limbs_w = 5;
  s.limbs_x = 33;
  EXPECT_EQ(s.log_limbs(), 6u);
  EXPECT_FALSE(s.masked());
  EXPECT_EQ(s.pad_slots_x() + s.mask_words(), 0u);
  EXPECT_EQ(s.statement_slots_x(), 1024u);
  s.random_slots_w = 300;
  s.random_slots_x = 100;
  EXPECT_TRUE(s.masked());
  EXPECT_EQ(s.pad_slots_x(), 36u);
  EXPECT_EQ(s.mask_words(), 7u);
  EXPECT_EQ(s.statement_slots_w(), 724u);
  EXPECT_EQ(s.statement_slots_x(), 888u);
  s.limbs_w = s.random_slots_w = 0;
  EXPECT_EQ(s.mask_words(), 4u);
  s.limbs_x = 1;
  EXPECT_EQ(s.pad_slots_x(), 0u);
}

TEST(DeriveHiding, GivesEveryQueryItsRandomSlots) {
  for (const Sizes& model : kModels)
    for (std::uint32_t openings : {1u, 16u, 256u}) {
      OpeningParams p = derived(model.w, model.x, options_for(true, openings));
      const OpeningShape& s = p.shape;
      std::uint32_t queries = p.rounds[0].queries;
      EXPECT_EQ(s.random_slots_x, queries) << model.name;
      EXPECT_EQ(s.random_slots_w, (openings + 3) * queries + 3) << model.name;
      EXPECT_GE(s.limbs_w * s.statement_slots_w(), model.w) << model.name;
      EXPECT_GE(s.limbs_x * s.statement_slots_x(), model.x) << model.name;
      EXPECT_TRUE(check_security(p, {}, 128).ok()) << model.name;
      EXPECT_EQ(*parsed(p), p) << model.name;
    }
}

TEST(DeriveHiding, TakesNoLimbMoreThanNeeded) {
  for (const Sizes& model : kModels) {
    OpeningParams p = derived(model.w, model.x, options_for(true, 256));
    EXPECT_LT((p.shape.limbs_w - 1) * p.shape.statement_slots_w(), model.w) << model.name;
    EXPECT_LT((p.shape.limbs_x - 1) * p.shape.statement_slots_x(), model.x) << model.name;
  }
}

TEST(DeriveHiding, LeavesPublicWeightsWithoutRandomSlots) {
  OpeningParams p = derived(61706, 150000, options_for(true, 0));
  EXPECT_EQ(p.shape.random_slots_w, 0u);
  EXPECT_EQ(p.shape.random_slots_x, p.rounds[0].queries);
  EXPECT_EQ(p.shape.mask_words(), 7u);
  OpeningParams alone = derived(0, 150000, options_for(true, 256));
  EXPECT_EQ(alone.shape.random_slots_w, 0u);
  EXPECT_EQ(alone.shape.mask_words(), 4u);
}

TEST(DeriveHiding, HoldsForUniqueDecodingAndOtherTargets) {
  DeriveOptions options = options_for(true, 32);
  options.regime = Regime::kUniqueDecoding;
  OpeningParams p = derived(61706, 150000, options);
  EXPECT_EQ(p.shape.random_slots_w, 35 * p.rounds[0].queries + 3);
  EXPECT_NE(security_report(p, {}).find("mask line agreement X"), nullptr);
  Result<OpeningParams> small = derive_params(61706, 150000, 100, options_for(true, 32));
  ASSERT_TRUE(small.ok());
  EXPECT_TRUE(check_security(*small, {}, 100).ok());
}

// Random slots lengthen the row: it crosses a power of two, and with the old domain its redundancy would be halved.
TEST(DeriveHiding, ComputesRatesFromRowsWithAllTheirSlots) {
  DeriveOptions plain = options_for(false, 0), hidden = options_for(true, 0);
  plain.fixed_log_n = hidden.fixed_log_n = 12;
  ASSERT_EQ(derived(16 << 12, 16 << 12, plain).shape.limbs_x, 16u);  // not one slot is free
  EXPECT_EQ(derived(16 << 12, 16 << 12, hidden).shape.limbs_x, 17u);
  for (const Sizes& model : {kModels[0], kModels[1]}) {
    OpeningParams p = derived(model.w, model.x, options_for(true, 256));
    const WhirRound& r = p.rounds[0];
    auto bits_at = [&](std::uint64_t row) {
      double log_inv_rate = double(r.log_domain) - std::bit_width(row - 1);
      return query_bits({Regime::kJohnson, log_inv_rate, r.multiplicity}) * r.queries + r.grind_bits;
    };
    double bits = security_report(p, {}).find("round 0 queries")->bits;
    EXPECT_NEAR(bits, bits_at(p.shape.statement_slots_w() + p.shape.random_slots_w), 1e-9) << model.name;
    EXPECT_LT(bits + 0.4 * r.queries, bits_at(p.shape.statement_slots_w())) << model.name;  // a power of two and more
  }
}

TEST(DeriveHiding, KeepsASmallModelSmall) {
  struct Limit { std::size_t model; std::uint32_t openings; double ms, kib; };
  for (const Limit& limit : {Limit{0, 16, 20, 110}, Limit{0, 256, 100, 210}, Limit{1, 16, 60, 180},
                             Limit{1, 256, 180, 230}, Limit{2, 256, 3200, 310}}) {
    const Sizes& model = kModels[limit.model];
    OpeningParams p = derived(model.w, model.x, options_for(true, limit.openings));
    EXPECT_LT(total_ms(p), limit.ms) << model.name << ", " << limit.openings;
    EXPECT_LT(estimate_cost(p).proof_bytes / 1024, limit.kib) << model.name << ", " << limit.openings;
  }
  // For a large one hiding is a small part.
  OpeningParams plain = derived(kModels[2].w, kModels[2].x, options_for(false, 0));
  OpeningParams hidden = derived(kModels[2].w, kModels[2].x, options_for(true, 256));
  EXPECT_LT(total_ms(hidden), 1.35 * total_ms(plain));
}

DeriveOptions registration_options(const OpeningParams& model) {
  DeriveOptions options = options_for(true, 0);
  options.fixed_log_n = model.shape.log_n;
  options.fixed_log_domain = model.rounds[0].log_domain;
  options.fixed_limbs_w = model.shape.limbs_w;
  options.fixed_random_slots_w = model.shape.random_slots_w;
  options.max_queries = model.rounds[0].queries;
  return options;
}

// What a verifier on an EVM asks for: bytes are dear, rates low, the last vector short; the security is the same.
TEST(DeriveHiding, HalvesTheProofWhereBytesAreDear) {
  for (const Sizes& model : kModels) {
    if (model.w > 1000000) continue;
    DeriveOptions options = options_for(true, 256);
    Result<OpeningParams> fast = derive_params(model.w, model.x, 100, options);
    options.bytes_per_ms = 5;
    options.max_base_rate = 10;
    options.max_final_log = 6;
    Result<OpeningParams> chain = derive_params(model.w, model.x, 100, options);
    ASSERT_TRUE(fast.ok() && chain.ok()) << model.name;
    EXPECT_LE(chain->final_log, 6u) << model.name;
    EXPECT_LT(estimate_cost(*chain).proof_bytes, 0.6 * estimate_cost(*fast).proof_bytes) << model.name;
    EXPECT_GT(chain->rounds[0].log_domain, chain->shape.log_n + 4) << model.name;
    EXPECT_TRUE(check_security(*chain, {}, 100).ok()) << model.name;
    EXPECT_EQ(*parsed(*chain), *chain) << model.name;
    // Its registration keeps the domain, though it asks for no low rate itself.
    Result<OpeningParams> own = derive_params(model.w, 70000, 100, registration_options(*chain));
    ASSERT_TRUE(own.ok()) << model.name;
    EXPECT_EQ(own->rounds[0].log_domain, chain->rounds[0].log_domain);
  }
  DeriveOptions options = options_for(false, 0);
  options.max_base_rate = 13;
  EXPECT_FALSE(derive_params(100, 100, 100, options).ok());
  options.max_base_rate = 4;
  options.max_final_log = 11;
  EXPECT_FALSE(derive_params(100, 100, 100, options).ok());
}

TEST(DeriveHiding, FitsARegistrationToTheCommittedWeights) {
  for (const Sizes& model : kModels)
    for (std::uint32_t openings : {0u, 1u, 256u})
      for (std::uint64_t size_x : {70000u, 200000u}) {
        OpeningParams p = derived(model.w, model.x, options_for(true, openings));
        OpeningParams own = derived(model.w, size_x, registration_options(p));
        EXPECT_EQ(own.shape.log_n, p.shape.log_n);
        EXPECT_EQ(own.shape.limbs_w, p.shape.limbs_w);
        EXPECT_EQ(own.shape.random_slots_w, p.shape.random_slots_w);
        EXPECT_EQ(own.rounds[0].log_domain, p.rounds[0].log_domain);
        EXPECT_LE(own.rounds[0].queries, p.rounds[0].queries) << model.name;
        EXPECT_TRUE(check_security(own, {}, 128).ok());
      }
}

TEST(DeriveHiding, GrindsMoreWhereCommittedRandomSlotsAreShort) {
  const OpeningParams model = derived(61706, 150000, options_for(true, 4));
  DeriveOptions options = registration_options(model);
  options.max_queries = 0;
  std::uint32_t free = derived(61706, 150000, options).rounds[0].queries;
  options.fixed_random_slots_w = free + 2;  // one short of these queries and the pin
  EXPECT_LT(derived(61706, 150000, options).rounds[0].queries, free);
}

TEST(DeriveHiding, ObeysTheQueryLimit) {
  DeriveOptions options = options_for(true, 0);
  std::uint32_t free = derived(61706, 150000, options).rounds[0].queries;
  options.max_queries = free - 1;
  EXPECT_LT(derived(61706, 150000, options).rounds[0].queries, free);
  options.max_queries = 3;
  EXPECT_FALSE(derive_params(61706, 150000, 128, options).ok());
}

TEST(DeriveHiding, RefusesOptionsThatContradictEachOther) {
  const OpeningParams model = derived(61706, 150000, options_for(true, 4));
  const DeriveOptions good = registration_options(model);
  ASSERT_TRUE(derive_params(61706, 70000, 128, good).ok());
  using Change = std::function<void(DeriveOptions&)>;
  const std::vector<std::pair<const char*, Change>> changes = {
      {"weights hidden alone", [](DeriveOptions& o) { o.hide_x = false; }},
      {"openings without masks", [](DeriveOptions& o) { o = {}; o.openings = 1; }},
      {"no limb length", [](DeriveOptions& o) { o.fixed_log_n = 0; }},
      {"no domain", [](DeriveOptions& o) { o.fixed_log_domain = 0; }},
      {"random slots without limbs", [](DeriveOptions& o) { o.fixed_limbs_w = 0; }},
      {"too few limbs", [](DeriveOptions& o) { o.fixed_limbs_w -= 1; }},
      {"too few random slots", [](DeriveOptions& o) { o.fixed_random_slots_w = o.max_queries / 2; }},
  };
  for (const auto& [name, change] : changes) {
    DeriveOptions bad = good;
    change(bad);
    EXPECT_FALSE(derive_params(61706, 70000, 128, bad).ok()) << name;
  }
  Result<OpeningParams> no_masks = derive_params(61706, 0, 128, options_for(true, 0));
  ASSERT_FALSE(no_masks.ok());
  EXPECT_NE(no_masks.error().text().find("carries the masks"), std::string::npos);
  EXPECT_FALSE(derive_params(0, 70000, 128, good).ok());
}

TEST(CheckHidingForm, RefusesRowsThatTheirRandomSlotsDoNotHide) {
  const OpeningParams good = derived(61706, 150000, options_for(true, 4));
  ASSERT_TRUE(check_form(good).ok());
  using Change = std::function<void(OpeningParams&)>;
  const std::vector<std::pair<const char*, Change>> changes = {
      {"a query without its slot in X", [](OpeningParams& p) { p.shape.random_slots_x -= 1; }},
      {"queries and no pin", [](OpeningParams& p) { p.shape.random_slots_w = p.rounds[0].queries + 2; }},
      {"more queries than slots of X", [](OpeningParams& p) { p.rounds[0].queries += 1; }},
      {"hidden weights without masks", [](OpeningParams& p) { p.shape.random_slots_x = 0; }},
      {"no witness", [](OpeningParams& p) { p.shape.size_x = p.shape.limbs_x = 0; }},
      {"W beyond its statement slots",
       [](OpeningParams& p) { p.shape.size_w = p.shape.limbs_w * p.shape.statement_slots_w() + 1; }},
      {"X in the slots of the pads",
       [](OpeningParams& p) { p.shape.size_x = p.shape.limbs_x * p.shape.statement_slots_x() + 1; }},
      {"pads and random slots fill a limb",
       [](OpeningParams& p) {
         p.shape.random_slots_x = std::uint32_t(p.shape.n()) - p.shape.pad_slots_x();
         p.shape.size_x = 1;
       }},
      {"pads wrap", [](OpeningParams& p) { p.shape.random_slots_x = ~0u - 2; }},
      {"only random slots in W",
       [](OpeningParams& p) {
         p.shape.random_slots_w = std::uint32_t(p.shape.n());
         p.shape.size_w = 1;
       }},
  };
  for (const auto& [name, change] : changes) {
    OpeningParams bad = good;
    change(bad);
    EXPECT_FALSE(check_form(bad).ok()) << name;
    EXPECT_FALSE(parsed(bad).ok()) << name;
  }
  OpeningParams least = good;
  least.shape.random_slots_w = least.rounds[0].queries + 3;
  EXPECT_TRUE(check_form(least).ok());
  least.shape.random_slots_w = 0;
  EXPECT_TRUE(check_form(least).ok());
}

TEST(CostOfHiding, CountsMaskWordsSaltsAndTheMaskClaim) {
  OpeningParams plain = derived(61706, 150000, options_for(false, 0)), masked = plain;
  masked.shape.size_w = masked.shape.size_x = 1;
  masked.shape.random_slots_x = masked.rounds[0].queries;
  masked.shape.random_slots_w = masked.rounds[0].queries + 3;
  ASSERT_TRUE(check_form(masked).ok());
  double rows = expected_distinct(plain.rounds[0].log_domain, plain.rounds[0].queries);
  auto more = [&](const OpeningParams& p) { return estimate_cost(p).proof_bytes - estimate_cost(plain).proof_bytes; };
  EXPECT_NEAR(more(masked), rows * (7 * 8 + 2 * 32) + 24, 1e-6);
  masked.shape.random_slots_w = 0;  // the tree of public weights has no salts
  EXPECT_NEAR(more(masked), rows * (7 * 8 + 32) + 24, 1e-6);
  EXPECT_EQ(estimate_cost(masked).commit_w_ms, estimate_cost(plain).commit_w_ms);
  double line = std::exp2(masked.shape.log_folded()) * 10e-6;
  EXPECT_NEAR(estimate_cost(masked).open_ms - estimate_cost(plain).open_ms, line, 1e-9);
  double columns = cost::commit_ms(masked.shape.limbs_x + 7, masked.rounds[0].log_domain);
  EXPECT_GT(estimate_cost(masked).commit_x_ms, columns);
  EXPECT_LT(estimate_cost(masked).commit_x_ms, 1.5 * columns);
}

}  // namespace
}  // namespace tacit
