// What hiding costs in soundness: the terms of the masks against formulas by hand, the messages they stand in, and
// random slots that lengthen a row without anybody noticing.
#include <gtest/gtest.h>

#include <cmath>

#include "pcs/security_test_support.h"

namespace tacit {
namespace {

using namespace security_testing;

/// The masked twin of the real instance: 116 random slots in X, enough of them in W for two openings more.
Instance masked_instance() {
  Instance i = real_instance();
  OpeningShape& s = i.params.shape;
  s.random_slots_x = 116;
  s.random_slots_w = 5 * 78 + 3;
  s.size_w = s.limbs_w * s.statement_slots_w();
  s.size_x = s.limbs_x * s.statement_slots_x();
  i.argument.pad_products = 700;
  return i;
}

double agreement(const Instance& i, double log_length) {
  const WhirRound& r = i.params.rounds[0];
  return agreement_bits({i.params.regime, double(r.log_domain) - r.log_n, r.multiplicity}, log_length, i.field_bits);
}

double lists(const Instance& i, int oracles) {
  const WhirRound& r = i.params.rounds[0];
  return oracles * std::log2((r.multiplicity + 0.5) * std::sqrt(std::exp2(r.log_domain - r.log_n)));
}

TEST(SecurityOfMasks, HasItsTermsExactlyWhenTheOpeningIsMasked) {
  Instance plain = real_instance(), masked = masked_instance();
  ASSERT_TRUE(check_form(masked.params).ok());
  for (const char* name : {"mask line", "mask line agreement W", "mask line agreement X"}) {
    EXPECT_EQ(plain.report().find(name), nullptr) << name;
    EXPECT_NE(masked.report().find(name), nullptr) << name;
  }
  EXPECT_EQ(plain.report().find("pad products"), nullptr);
  EXPECT_NE(masked.report().find("pad products"), nullptr);
  masked.params.shape.random_slots_w = 0;  // public weights: W's fold is masked all the same
  EXPECT_NE(masked.report().find("mask line agreement W"), nullptr);
  EXPECT_EQ(masked.report().terms.size(), plain.report().terms.size() + 4);
}

TEST(SecurityOfMasks, ChargesTheLineOneFoldOfEachOracleAtItsFullLength) {
  Instance i = masked_instance();  // k_W = 5, k_X = 4, domain 2^18
  SecurityReport report = i.report();
  EXPECT_NEAR(term_of(report, "limb agreement W").bits, agreement(i, 23) - std::log2(5.0), 1e-9);
  EXPECT_NEAR(term_of(report, "limb agreement X").bits, agreement(i, 22) - std::log2(4.0), 1e-9);
  EXPECT_NEAR(term_of(report, "mask line agreement W").bits, agreement(i, 23), 1e-9);
  EXPECT_NEAR(term_of(report, "mask line agreement X").bits, agreement(i, 22), 1e-9);
  EXPECT_NEAR(term_of(report, "mask line").bits, i.field_bits - lists(i, 2), 1e-9);
}

TEST(SecurityOfMasks, ChargesTheLineToAnOracleOfOneLimbToo) {
  Instance i = masked_instance();
  i.params.shape.limbs_x = 1;
  i.params.shape.size_x = 1000;
  ASSERT_TRUE(check_form(i.params).ok());
  EXPECT_EQ(i.report().find("limb agreement X"), nullptr);
  EXPECT_NEAR(term_of(i.report(), "mask line agreement X").bits, agreement(i, 18), 1e-9);
}

TEST(SecurityOfMasks, KeepsTheListsOfTheOraclesWithoutMasks) {
  Instance plain = real_instance(), masked = masked_instance();
  for (const SecurityTerm& term : plain.report().terms)
    EXPECT_EQ(term_of(masked.report(), term.name).bits, term.bits) << term.name;
  EXPECT_NEAR(term_of(masked.report(), "mask line").list_bits, lists(masked, 2), 1e-9);
  EXPECT_NEAR(term_of(masked.report(), "pad products").list_bits, lists(masked, 2), 1e-9);

  masked.params.shape = {0, 1000, 15, 0, 32, 0, 116};
  masked.params.rounds[1].log_limbs = 2;
  ASSERT_TRUE(check_form(masked.params).ok());
  EXPECT_NEAR(term_of(masked.report(), "mask line").list_bits, lists(masked, 1), 1e-9);
  EXPECT_EQ(masked.report().find("mask line agreement W"), nullptr);
}

TEST(SecurityOfMasks, PutsEveryErrorIntoTheMessageThatCausesIt) {
  SecurityReport report = masked_instance().report();
  auto message = [&](const char* name) { return term_of(report, name).message; };
  EXPECT_EQ(message("pad products"), message("contraction sumcheck") + 1);
  EXPECT_LT(message("pad products"), message("claims ledger"));
  EXPECT_EQ(message("mask line"), message("limb sumcheck") + 1);
  EXPECT_EQ(message("mask line agreement W"), message("mask line"));
  EXPECT_EQ(message("mask line agreement X"), message("mask line"));
  EXPECT_EQ(message("limb agreement X"), message("limb sumcheck"));
  EXPECT_EQ(message("round 1 out-of-domain"), message("mask line") + 1);
}

TEST(SecurityOfMasks, CountsThePointAndTheRoundsOfThePadCheck) {
  Instance i = masked_instance();
  auto expect = [&](std::uint64_t rows, double point_and_rounds, double one_message) {
    i.argument.pad_products = rows;
    SecurityTerm term = term_of(i.report(), "pad products");
    EXPECT_NEAR(term.bits, i.field_bits - lists(i, 2) - std::log2(point_and_rounds), 1e-9) << rows;
    EXPECT_NEAR(term.challenge_bits, i.field_bits - lists(i, 2) - std::log2(one_message), 1e-9) << rows;
  };
  expect(1, 4, 3);  // a pad check has one variable at least
  expect(2, 4, 3);
  expect(3, 8, 3);
  expect(512, 36, 9);  // tau is one message of nine challenges, a round has degree 3
  expect(513, 40, 10);
}

TEST(SecurityOfMasks, WorstMessageContainsTheMaskLine) {
  Instance i = toy_masked_instance();
  i.params.rounds[0].log_domain = 20;  // now the agreement of W's line and fold outweighs all else
  i.params.rounds[0].multiplicity = 0;
  double w = -agreement(i, 21), x = -agreement(i, 20), sumcheck = std::log2(3.0) - i.field_bits, line = -i.field_bits;
  double fold = log2_sum({w, sumcheck}), mask = log2_sum({w, x, line});
  ASSERT_GT(mask, fold);
  EXPECT_NEAR(i.report().worst_message_bits, -mask, 1e-9);
}

TEST(CheckSecurity, NoticesThatALongerRowHalvedTheRedundancy) {
  Instance i = real_instance();  // rate 1/8
  OpeningShape& s = i.params.shape;
  s.random_slots_x = 78;
  s.random_slots_w = 81;  // the rows are full: they must grow, the domain is forgotten
  EXPECT_FALSE(check_form(i.params).ok());
  s.log_n = i.params.rounds[0].log_n = 16;
  i.params.rounds[1].log_n = 14;
  i.params.rounds[2].log_n = 10;
  i.params.final_log = 10;
  ASSERT_TRUE(check_form(i.params).ok());
  EXPECT_NEAR(term_of(i.report(), "round 0 queries").bits, 131.017 - 78 * 0.5, 0.1);
  EXPECT_FALSE(check_security(i.params, i.argument, 128).ok());
}

}  // namespace
}  // namespace tacit
