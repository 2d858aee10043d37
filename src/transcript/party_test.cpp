// One script in three roles, with masks and without: who sends, takes, owes and counts what.
#include "transcript/party.h"

#include <gtest/gtest.h>

#include "transcript/masked_test.h"

namespace tacit::test {
namespace {

struct Secrets {
  Fe a = Fe(Fp(3), Fp(5), Fp(7)), b = Fe(Fp(11), Fp(13), Fp(17)), error;
  Fe clear = Fe(Fp(19), Fp(23), Fp(29));
};

struct Outcome {
  std::vector<Scalar> sent;
  Scalar product;
  Fe clear;
};

/// a, b masked | something in clear | c masked | a b - c = 0, which is owed with masks | 0 = 0, which is public
template <class P> Outcome script(P& party, const Secret<P::kRole, Secrets>& secret) {
  Outcome out;
  out.sent = party.send_many("pair", 2, secret, [](const Secrets& s) { return FeVector{s.a, s.b}; });
  out.product = party.product(out.sent[0], out.sent[1]);
  const FeVector clear = party.send_clear_many("clear", 1, secret, [](const Secrets& s) { return FeVector{s.clear}; });
  out.clear = clear[0];
  out.sent.push_back(party.send("product", secret, [](const Secrets& s) { return s.a * s.b + s.error; }));
  const Fe r = party.draw("challenge");
  party.require_zero((out.product - out.sent[2]) * r, "the product is right");
  party.require_zero(Scalar(), "zero is zero");
  return out;
}

const PadPlan& plan() {
  static const PadPlan plan = plan_of([](auto& party) { script(party, Sealed{}); });
  return plan;
}

Bytes proof_of(const Secrets& secrets, const FeVector* pads) {
  Party<Role::kProver> party("party");
  if (pads != nullptr) party.begin_masks(Known(*pads));
  script(party, Known(secrets));
  EXPECT_FALSE(party.failed());
  return party.take_proof();
}

Fe element_at(const Bytes& proof, std::size_t index) {
  Fe out;
  for (std::size_t limb = 0; limb < 3; ++limb) {
    std::uint64_t word = 0;
    for (std::size_t b = 0; b < 8; ++b) word |= std::uint64_t{proof[24 * index + 8 * limb + b]} << (8 * b);
    out.c[limb] = Fp(word);
  }
  return out;
}

TEST(Party, ThePlannerCountsPadsProductsAndOwedChecks) {
  EXPECT_EQ(plan().pads, 4u);  // a, b, their product, c
  EXPECT_EQ(plan().checks, 1u);
  ASSERT_EQ(plan().products.size(), 1u);
  EXPECT_EQ(plan().products[0].a, 0u);
  EXPECT_EQ(plan().products[0].b, 1u);
  EXPECT_EQ(plan().products[0].ab, 2u);
}

TEST(Party, MaskedMessagesAreValuesMinusPadsAndClearOnesAreValues) {
  const FeVector pads = pads_for(plan(), 1);
  const Secrets s;
  const Bytes proof = proof_of(s, &pads);
  ASSERT_EQ(proof.size(), 4 * 24u);
  EXPECT_EQ(element_at(proof, 0), s.a - pads[0]);
  EXPECT_EQ(element_at(proof, 1), s.b - pads[1]);
  EXPECT_EQ(element_at(proof, 2), s.clear);
  EXPECT_EQ(element_at(proof, 3), s.a * s.b - pads[3]);
}

TEST(Party, TheVerifierHoldsTheValuesUnderThePads) {
  const FeVector pads = pads_for(plan(), 2);
  const Secrets s;
  const Bytes proof = proof_of(s, &pads);
  Outcome seen;
  const MaskedCheck check = check_masked("party", proof, [&](auto& party) { seen = script(party, Sealed{}); });
  EXPECT_TRUE(check.holds(pads));
  EXPECT_EQ(seen.sent[0].under(pads), s.a);
  EXPECT_EQ(seen.sent[1].under(pads), s.b);
  EXPECT_EQ(seen.sent[2].under(pads), s.a * s.b);
  EXPECT_EQ(seen.product.under(pads), s.a * s.b);
  EXPECT_EQ(seen.clear, s.clear);
  EXPECT_EQ(check.used, plan().pads);
  EXPECT_EQ(check.owed.size(), plan().checks);
  EXPECT_EQ(check.products.size(), plan().products.size());
}

TEST(Party, BothRolesEndInOneTranscript) {
  const FeVector pads = pads_for(plan(), 3);
  const MaskedProof proof = prove_masked("party", pads, [](auto& party) { script(party, Known(Secrets{})); });
  const MaskedCheck check = check_masked("party", proof.bytes, [](auto& party) { script(party, Sealed{}); });
  EXPECT_EQ(proof.next, check.next);
}

TEST(Party, AFalseValueIsOwedAndDoesNotHold) {
  const FeVector pads = pads_for(plan(), 4);
  Secrets lie;
  lie.error = kOne;
  const MaskedCheck check = check_masked("party", proof_of(lie, &pads), [](auto& party) { script(party, Sealed{}); });
  EXPECT_TRUE(check.verdict.accepted);  // nothing can be tested before the ledger
  EXPECT_EQ(broken(check.owed, pads), std::vector<std::string>{"the product is right"});
}

TEST(Party, AProductPadThatIsNotTheProductBreaksWhatUsesIt) {
  FeVector pads = pads_for(plan(), 5);
  pads[plan().products[0].ab] += kOne;
  const MaskedCheck check = check_masked("party", proof_of({}, &pads), [](auto& party) { script(party, Sealed{}); });
  EXPECT_FALSE(check.holds(pads));
}

TEST(Party, WithoutMasksValuesArePublicAndChecksAreTestedAtOnce) {
  const Secrets s;
  const Bytes proof = proof_of(s, nullptr);
  EXPECT_EQ(element_at(proof, 3), s.a * s.b);
  Party<Role::kVerifier> party("party", proof);
  const Outcome seen = script(party, Sealed{});
  EXPECT_TRUE(party.verdict().accepted);
  EXPECT_TRUE(seen.product.is_public());
  EXPECT_EQ(seen.product.constant(), s.a * s.b);
  EXPECT_EQ(party.masks().used(), 0u);
  EXPECT_TRUE(party.masks().owed().empty());
  EXPECT_TRUE(party.masks().products().empty());

  Secrets lie;
  lie.error = kOne;
  Party<Role::kProver> liar("party");
  script(liar, Known(lie));
  const Bytes lied = liar.take_proof();
  Party<Role::kVerifier> check("party", lied);
  script(check, Sealed{});
  EXPECT_EQ(check.verdict().reason, "the product is right");
}

TEST(Party, AProductWithAPublicFactorTakesNoPad) {
  const FeVector pads(1, Fe(9));
  Party<Role::kProver> party("party");
  party.begin_masks(Known(pads));
  const Scalar a = party.send("a", Known(Fe(4)), [](const Fe& x) { return x; });
  EXPECT_EQ(party.product(a, Scalar(Fe(5))).under(pads), Fe(20));
  EXPECT_EQ(party.product(Scalar(Fe(5)), a).under(pads), Fe(20));
  EXPECT_EQ(party.masks().used(), 1u);
}

TEST(Party, ASecondStretchOfMasksHasANumberingOfItsOwnAndForgetsNoDebt) {
  const FeVector first = pads_for(plan(), 6), second(1, Fe(8));
  Party<Role::kProver> party("party");
  party.begin_masks(Known(first));
  script(party, Known(Secrets{}));
  party.end_masks();
  const Scalar between = party.send("open", Known(Fe(4)), [](const Fe& x) { return x; });
  EXPECT_TRUE(between.is_public());
  party.begin_masks(Known(second));
  const Scalar masked = party.send("again", Known(Fe(4)), [](const Fe& x) { return x; });
  party.end_masks();
  EXPECT_EQ(masked.own_pad(), 0u);
  EXPECT_EQ(masked.constant(), Fe(4) - Fe(8));
  EXPECT_EQ(party.masks().owed().size(), 1u);
  EXPECT_EQ(party.masks().products().size(), 1u);
}

TEST(Party, AMessageWithoutAPadIsOurOwnBug) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const FeVector too_few(3);
  Party<Role::kProver> party("party");
  party.begin_masks(Known(too_few));
  EXPECT_EXIT(script(party, Known(Secrets{})), testing::ExitedWithCode(3), "a pad for every masked element");
}

}  // namespace
}  // namespace tacit::test
