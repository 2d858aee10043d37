// The report against numbers computed apart (exact decimals, 80 digits, straight from the published formulas), and the
// promise that no term can be lost without a test noticing.
#include "pcs/security.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace tacit {
namespace {

struct Golden {
  std::string name;
  double bits;
};

struct Instance {
  OpeningParams params;
  ArgumentShape argument;
  double field_bits;
  std::vector<Golden> terms;
  double sum_bits;

  SecurityReport report() const { return security_report(params, argument, field_bits); }
};

/// The term of that name; a missing one is a failure of the test and has no bits.
SecurityTerm term_of(const SecurityReport& report, const std::string& name) {
  const SecurityTerm* term = report.find(name);
  if (term == nullptr) ADD_FAILURE() << "no term " << name;
  return term == nullptr ? SecurityTerm{} : *term;
}

/// rounds: {log_limbs, log_n, log_domain, queries, grind, ood, m}
OpeningParams opening(Regime regime, OpeningShape shape, std::vector<WhirRound> rounds, std::uint32_t grind = 0) {
  OpeningParams p;
  p.shape = shape;
  p.regime = regime;
  p.initial_grind_bits = grind;
  p.rounds = std::move(rounds);
  p.final_log = p.rounds.back().log_n;
  return p;
}

constexpr OpeningShape kToyShape{40, 20, 4, 3, 2, 0, 0};

Instance real_instance() {
  return {opening(Regime::kJohnson, {1 << 20, 1 << 19, 15, 32, 16, 0, 0},
                  {{5, 15, 18, 78, 15, 0, 57}, {3, 13, 16, 79, 13, 1, 114}, {4, 9, 14, 47, 14, 1, 68}}, 20),
          {1 << 24, 1 << 17, 4, 300, 2, 20, 500, 400},
          kChallengeFieldBits,
          {{"pin of W", 158.309020}, {"logup fingerprint", 170.712830}, {"logup fraction tree", 165.997272},
           {"contraction sumcheck", 168.080201}, {"instance batching", 172.987092}, {"evaluation points", 168.343236},
           {"claims ledger", 168.665164}, {"limb sumcheck", 173.402129}, {"limb agreement W", 133.535584},
           {"limb agreement X", 134.857512}, {"round 1 out-of-domain", 160.321592}, {"round 0 queries", 131.017197},
           {"round 1 combination", 176.366175}, {"round 1 sumcheck", 180.490871}, {"round 1 agreement", 133.303981},
           {"round 2 out-of-domain", 162.803936}, {"round 1 queries", 131.001212}, {"round 2 combination", 177.080040},
           {"round 2 sumcheck", 179.817005}, {"round 2 agreement", 134.594802}, {"round 2 queries", 131.003246},
           {"final sumcheck", 187.830075}},
          129.187793};
}

/// A field of 80 bits and short codes: here the terms of the argument weigh as much as those of the code.
Instance toy_unique_instance() {
  return {opening(Regime::kUniqueDecoding, kToyShape,
                  {{2, 4, 5, 300, 3, 0, 0}, {2, 3, 5, 300, 2, 0, 0}, {1, 2, 3, 300, 0, 0, 0}}, 1),
          {64, 32, 3, 90, 2, 300, 250, 400},
          80,
          {{"logup fingerprint", 72.093109}, {"logup fraction tree", 72.453106}, {"contraction sumcheck", 72.508147},
           {"instance batching", 71.771181}, {"evaluation points", 72.034216}, {"claims ledger", 71.356144},
           {"limb sumcheck", 77.415037}, {"limb agreement W", 73.955606}, {"limb agreement X", 75.912537},
           {"round 0 queries", 127.511250}, {"round 1 combination", 70.768779}, {"round 1 sumcheck", 77.415037},
           {"round 1 agreement", 73.385290}, {"round 1 queries", 205.421572}, {"round 2 combination", 71.766380},
           {"round 2 sumcheck", 78.415037}, {"round 2 agreement", 77.678072}, {"round 2 queries", 124.511250},
           {"final sumcheck", 78}},
          68.620622};
}

/// Lists instead of a unique codeword: here the pin and the out-of-domain samples are visible in the sum.
Instance toy_johnson_instance() {
  return {opening(Regime::kJohnson, kToyShape,
                  {{2, 4, 5, 300, 3, 0, 3}, {2, 3, 4, 300, 2, 1, 3}, {1, 2, 3, 300, 0, 1, 3}}),
          {},
          80,
          {{"pin of W", 70.385290}, {"limb sumcheck", 72.800328}, {"limb agreement W", 62.046870},
           {"limb agreement X", 64.046814}, {"round 1 out-of-domain", 71.385290}, {"round 0 queries", 86.282274},
           {"round 1 combination", 68.461424}, {"round 1 sumcheck", 75.107683}, {"round 1 agreement", 63.046814},
           {"round 2 out-of-domain", 73.385290}, {"round 1 queries", 85.282274}, {"round 2 combination", 69.459025},
           {"round 2 sumcheck", 76.107683}, {"round 2 agreement", 66.046476}, {"round 2 queries", 83.282274},
           {"final sumcheck", 78}},
          61.170358};
}

std::vector<Instance> instances() { return {real_instance(), toy_unique_instance(), toy_johnson_instance()}; }

TEST(SecurityReport, ListsExactlyTheTermsOfTheReferenceWithTheirBits) {
  for (const Instance& instance : instances()) {
    SecurityReport report = instance.report();
    ASSERT_EQ(report.terms.size(), instance.terms.size());
    for (std::size_t i = 0; i < report.terms.size(); ++i) {
      EXPECT_EQ(report.terms[i].name, instance.terms[i].name);
      EXPECT_NEAR(report.terms[i].bits, instance.terms[i].bits, 1e-5) << report.terms[i].name;
    }
  }
}

TEST(SecurityReport, SumsAllTermsOfTheReference) {
  for (const Instance& instance : instances()) EXPECT_NEAR(instance.report().sum_bits, instance.sum_bits, 1e-5);
}

// Which terms are visible in a sum is a property of the reference numbers alone: with it, the test above fails for a
// calculator that forgets any one of them.
TEST(SecurityReport, NoTermCanBeDroppedUnnoticed) {
  std::set<std::string> names, visible;
  for (const Instance& instance : instances()) {
    for (const Golden& dropped : instance.terms) {
      names.insert(dropped.name);
      std::vector<double> rest;
      for (const Golden& kept : instance.terms)
        if (kept.name != dropped.name) rest.push_back(-kept.bits);
      if (-log2_sum(rest) - instance.sum_bits > 2e-4) visible.insert(dropped.name);
    }
  }
  EXPECT_EQ(visible, names);
}

TEST(SecurityReport, NamesAreUnique) {
  std::set<std::string> names;
  for (const SecurityTerm& term : real_instance().report().terms) EXPECT_TRUE(names.insert(term.name).second);
}

TEST(SecurityReport, TextShowsEveryTerm) {
  SecurityReport report = real_instance().report();
  std::string text = report.text();
  for (const SecurityTerm& term : report.terms) EXPECT_NE(text.find("  " + term.name + "\n"), std::string::npos);
  EXPECT_NE(text.find("129.19"), std::string::npos);
}

TEST(SecurityReport, MultipliesTermsBeforeTheFoldByTheListsOfBothOracles) {
  Instance both = real_instance();
  double list = std::log2((57 + 0.5) * std::sqrt(8.0));
  EXPECT_NEAR(term_of(both.report(), "claims ledger").list_bits, 2 * list, 1e-9);
  EXPECT_NEAR(term_of(both.report(), "limb sumcheck").list_bits, 2 * list, 1e-9);

  Instance one = both;
  one.params.shape = {0, 1 << 19, 15, 0, 32, 0, 0};
  one.params.rounds[1].log_limbs = 2;  // v' has half the length
  ASSERT_TRUE(check_form(one.params).ok());
  EXPECT_NEAR(term_of(one.report(), "claims ledger").list_bits, list, 1e-9);
  EXPECT_EQ(one.report().find("pin of W"), nullptr);
}

TEST(SecurityReport, WorstMessageAddsTheTermsOfOneMessage) {
  Instance i = toy_unique_instance();
  EXPECT_NEAR(term_of(i.report(), "limb sumcheck").challenge_bits, 78.415037, 1e-5);  // two rounds
  // Queries into round 0 and their combination share a message; so do the terms of each fold.
  double combination = std::exp2(-70.768779) + std::exp2(-127.511250);
  EXPECT_NEAR(i.report().worst_message_bits, -std::log2(combination), 1e-5);
  i.params.rounds[0].queries = 150;  // 65.255625 with its grind of 3
  double halved = std::exp2(-(150 * query_bits({Regime::kUniqueDecoding, 1, 0}) + 3)) + 301 * std::exp2(-80.0);
  EXPECT_NEAR(i.report().worst_message_bits, -std::log2(halved), 1e-9);
}

TEST(SecurityReport, WorstMessageContainsTheListsOfBothOracles) {
  // One fold challenge of W and X: its sumcheck and one agreement each; the reference totals are over 2, 2 and 1.
  double fold = std::exp2(-73.800328) + std::exp2(-63.046870) + std::exp2(-64.046814);
  EXPECT_NEAR(toy_johnson_instance().report().worst_message_bits, -std::log2(fold), 1e-5);
}

TEST(SecurityReport, GrindsCountOnceAndOnlyWhereTheyStand) {
  Instance i = real_instance();
  SecurityReport before = i.report();
  i.params.rounds[1].grind_bits += 4;
  SecurityReport after = i.report();
  for (std::size_t k = 0; k < before.terms.size(); ++k) {
    double gain = before.terms[k].name == "round 1 queries" ? 4 : 0;
    EXPECT_NEAR(after.terms[k].bits - before.terms[k].bits, gain, 1e-9) << before.terms[k].name;
  }
  i.params.initial_grind_bits += 3;
  EXPECT_NEAR(term_of(i.report(), "logup fingerprint").bits - term_of(after, "logup fingerprint").bits, 3, 1e-9);
}

TEST(SecurityReport, ForgeryGrowsWithLuckThenWithCollisions) {
  SecurityReport report = real_instance().report();
  EXPECT_NEAR(report.forgery_bits(64), report.worst_message_bits - 64, 0.01);
  EXPECT_NEAR(report.forgery_bits(125), -std::log2(std::exp2(125 - report.worst_message_bits) + 4.5 * std::exp2(-6.0)),
              1e-9);
  EXPECT_EQ(report.forgery_bits(128), 0);  // a collision of a 256-bit hash is certain
}

TEST(SecurityReport, MoreOfWhatHelpsHelpsAndMoreOfWhatHurtsHurts) {
  const Instance base = real_instance();
  auto bits = [&](const char* name, auto change) {
    Instance i = base;
    change(i);
    return term_of(i.report(), name).bits - term_of(base.report(), name).bits;
  };
  EXPECT_GT(bits("round 0 queries", [](Instance& i) { ++i.params.rounds[0].queries; }), 0);
  EXPECT_GT(bits("round 0 queries", [](Instance& i) { ++i.params.rounds[0].log_domain; }), 0);
  EXPECT_GT(bits("round 0 queries", [](Instance& i) { ++i.params.rounds[0].multiplicity; }), 0);
  EXPECT_LT(bits("limb agreement W", [](Instance& i) { ++i.params.rounds[0].multiplicity; }), 0);
  EXPECT_LT(bits("limb agreement W", [](Instance& i) { ++i.params.rounds[0].log_domain; }), 0);
  EXPECT_GT(bits("limb agreement W", [](Instance& i) { i.field_bits += 1; }), 0);
  EXPECT_GT(bits("round 1 out-of-domain", [](Instance& i) { ++i.params.rounds[1].ood; }), 100);
  EXPECT_LT(bits("round 1 combination", [](Instance& i) { i.params.rounds[0].queries *= 2; }), 0);
  EXPECT_LT(bits("logup fingerprint", [](Instance& i) { i.argument.lookup_rows *= 2; }), -0.9);
  EXPECT_LT(bits("logup fingerprint", [](Instance& i) { ++i.argument.tuple_width; }), 0);
  EXPECT_LT(bits("logup fraction tree", [](Instance& i) { i.argument.table_rows *= 2; }), 0);
  EXPECT_LT(bits("contraction sumcheck", [](Instance& i) { ++i.argument.sumcheck_degree; }), 0);
  EXPECT_LT(bits("claims ledger", [](Instance& i) { ++i.argument.claims; }), 0);
}

TEST(SecurityReport, MeetsNeedsTheMarginOfEveryTermAndTheSum) {
  SecurityReport report = real_instance().report();
  EXPECT_TRUE(report.meets(128));
  EXPECT_FALSE(report.meets(129));
  Instance short_term = real_instance();
  --short_term.params.rounds[2].grind_bits;  // 130.003: the sum still has 128
  EXPECT_GT(short_term.report().sum_bits, 128);
  EXPECT_FALSE(short_term.report().meets(128));
  EXPECT_EQ(short_term.report().weakest, "round 2 queries");
  SecurityReport many = report;  // sixteen terms of exactly 131 bits: each is fine, their sum is 127
  many.terms.assign(16, SecurityTerm{"t", 131, 131, 0, 0, 0, Regime::kJohnson, 3});
  many.sum_bits = 127;
  EXPECT_FALSE(many.meets(128));
  EXPECT_FALSE(SecurityReport{}.meets(1));
}

TEST(CheckSecurity, AcceptsTheTruthAndNamesTheWeakTerm) {
  Instance i = real_instance();
  EXPECT_TRUE(check_security(i.params, i.argument, 128).ok());
  EXPECT_TRUE(check_security(i.params, i.argument, 100).ok());
  i.params.rounds[1].queries -= 1;
  Status status = check_security(i.params, i.argument, 100);  // even 100 would do, but the key's claim is false
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().text().find("round 1 queries"), std::string::npos);
  i.params.lambda = 100;
  EXPECT_TRUE(check_security(i.params, i.argument, 100).ok());
  EXPECT_FALSE(check_security(i.params, i.argument, 128).ok());
}

TEST(CheckSecurity, TrustsNoField) {
  const Instance good = real_instance();
  auto refused = [&](auto change) {
    OpeningParams p = good.params;
    change(p);
    return check_form(p).ok() && !check_security(p, good.argument, 128).ok();
  };
  EXPECT_TRUE(refused([](OpeningParams& p) { p.rounds[0].queries = 1; }));
  EXPECT_TRUE(refused([](OpeningParams& p) { p.rounds[0].grind_bits = 0; }));
  EXPECT_TRUE(refused([](OpeningParams& p) { p.rounds[0].multiplicity = 3; }));
  EXPECT_TRUE(refused([](OpeningParams& p) { p.rounds[0].multiplicity = 128; }));
  EXPECT_TRUE(refused([](OpeningParams& p) { p.rounds[0].log_domain = 16; }));
  EXPECT_TRUE(refused([](OpeningParams& p) { p.rounds[2].log_domain = 10; }));
  EXPECT_TRUE(refused([](OpeningParams& p) { p.rounds[2].queries = 46; }));
}

TEST(CheckSecurity, RefusesAnArgumentTooLargeForTheField) {
  Instance i = real_instance();
  i.argument.lookup_rows = std::uint64_t{1} << 63;
  i.argument.claims = std::uint64_t{1} << 62;
  EXPECT_FALSE(check_security(i.params, i.argument, 128).ok());
}

TEST(CheckSecurity, NoticesThatALongerRowHalvedTheRedundancy) {
  Instance i = real_instance();  // rate 1/8
  OpeningShape& s = i.params.shape;
  s.random_slots_w = s.random_slots_x = 1;  // the rows are full: they must grow, the domain is forgotten
  EXPECT_FALSE(check_form(i.params).ok());
  s.log_n = i.params.rounds[0].log_n = 16;
  i.params.rounds[1].log_n = 14;
  i.params.rounds[2].log_n = 10;
  i.params.final_log = 10;
  ASSERT_TRUE(check_form(i.params).ok());
  EXPECT_NEAR(term_of(i.report(), "round 0 queries").bits, 131.017 - 78 * 0.5, 0.1);
  EXPECT_FALSE(check_security(i.params, i.argument, 128).ok());
}

TEST(Log2Sum, StaysExactFarOutsideTheRangeOfDoubles) {
  EXPECT_NEAR(log2_sum({-4000, -4000}), -3999, 1e-12);
  EXPECT_NEAR(log2_sum({-4000, -4000, -3999, -9000}), -3998, 1e-12);
  EXPECT_TRUE(std::isinf(log2_sum({})));
}

}  // namespace
}  // namespace tacit
