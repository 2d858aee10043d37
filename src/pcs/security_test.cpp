// The report against numbers computed apart (exact decimals, 80 digits, straight from the published formulas), and the
// promise that no term can be lost without a test noticing.
#include "pcs/security.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "pcs/security_test_support.h"

namespace tacit {
namespace {

using namespace security_testing;

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

TEST(Log2Sum, StaysExactFarOutsideTheRangeOfDoubles) {
  EXPECT_NEAR(log2_sum({-4000, -4000}), -3999, 1e-12);
  EXPECT_NEAR(log2_sum({-4000, -4000, -3999, -9000}), -3998, 1e-12);
  EXPECT_TRUE(std::isinf(log2_sum({})));
}

}  // namespace
}  // namespace tacit
