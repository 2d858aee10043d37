// The pad check: product pads that are not the product, ends that are not the factors', and what is never sent.
#include "sumcheck/pad_check.h"

#include <gtest/gtest.h>

#include <functional>

#include "transcript/masked_test.h"

namespace tacit::test {
namespace {

constexpr const char* kFirst = "pad check: first factors";
constexpr const char* kSecond = "pad check: second factors";
constexpr const char* kProducts = "pad check: products";
using Names = std::vector<std::string>;

/// `count` products of sent values, each owed to be what is sent as third; then the pad check.
template <Role R> void script(Party<R>& party, std::size_t count, const Secret<R, FeVector>& pads) {
  const std::vector<Fe> values{Fe(5), Fe(Fp(7), Fp(8), Fp(9))};
  const auto secret = pads.map([&](const FeVector&) { return values; });
  for (std::size_t k = 0; k < count; ++k) {
    const auto sent = party.send_many("factors", 2, secret, [](const auto& v) { return FeVector{v[0], v[1]}; });
    const Scalar product = party.send("product", secret, [](const auto& v) { return v[0] * v[1]; });
    party.require_zero(party.product(sent[0], sent[1]) - product, "products");
  }
  check_pad_products<R>(party, pads);
}

PadPlan plan_for(std::size_t count) {
  return plan_of([&](auto& party) { script<Role::kPlanner>(party, count, Sealed{}); });
}
Bytes prove(std::size_t count, const FeVector& pads) {
  return prove_masked("pads", pads, [&](auto& party) { script<Role::kProver>(party, count, Known(pads)); }).bytes;
}
MaskedCheck check(std::size_t count, ByteSpan proof) {
  return check_masked("pads", proof, [&](auto& party) { script<Role::kVerifier>(party, count, Sealed{}); });
}
std::size_t rounds_of(std::size_t products) {
  std::size_t rounds = 0;
  while (std::size_t{1} << rounds < products) ++rounds;
  return rounds;
}

TEST(PadCheck, TrueProductsOfEveryNumberHoldAndTheRunUsesWhatIsPlanned) {
  for (std::size_t count = 0; count <= 17; ++count) {
    const PadPlan plan = plan_for(count);
    const FeVector pads = pads_for(plan, count);
    const Bytes proof = prove(count, pads);
    const MaskedCheck checked = check(count, proof);
    const std::size_t rounds = rounds_of(count + 1);
    EXPECT_TRUE(checked.verdict.accepted) << checked.verdict.reason;
    EXPECT_EQ(broken(checked.owed, pads), Names{}) << count;
    EXPECT_EQ(checked.used, plan.pads);
    EXPECT_EQ(plan.pads, 4 * count + 3 + 2 * rounds);
    EXPECT_EQ(checked.owed.size(), plan.checks);
    EXPECT_EQ(plan.checks, count + 3);
    EXPECT_EQ(plan.products.size(), count + 1);
    EXPECT_EQ(proof.size(), 72 * count + 48 * rounds + 48);  // the ends are two elements, there is no third
  }
}

TEST(PadCheck, EveryWrongProductPadIsFoundTheRandomTriplesToo) {
  for (std::size_t count : {0u, 1u, 2u, 5u, 8u}) {
    const PadPlan plan = plan_for(count);
    for (std::size_t wrong = 0; wrong <= count; ++wrong) {
      FeVector pads = pads_for(plan, 20 + count);
      pads[plan.products[wrong].ab] += Fe(3);
      const Names found = broken(check(count, prove(count, pads)).owed, pads);
      const Names expected = wrong == count ? Names{kProducts} : Names{"products", kProducts};
      EXPECT_EQ(found, expected) << wrong << " of " << count;
    }
  }
}

TEST(PadCheck, ErrorsThatCancelInTheSumOfAllProductsAreFound) {
  const std::size_t count = 6;
  const PadPlan plan = plan_for(count);
  FeVector pads = pads_for(plan, 30);
  pads[plan.products[1].ab] += kOne;
  pads[plan.products[4].ab] -= kOne;
  EXPECT_EQ(broken(check(count, prove(count, pads)).owed, pads), (Names{"products", "products", kProducts}));
}

/// The script's prover with every message of the check under a hook, and its true tables.
struct Liar {
  std::size_t count;
  FeVector pads;
  std::vector<PadProduct> products;
  std::function<void(std::size_t round, RoundMessage&)> round = [](std::size_t, RoundMessage&) {};
  /// Told what S~ must be for the ends to pass.
  std::function<void(FeVector& ends, const Fe& claim, const Fe& s)> ends = [](FeVector&, const Fe&, const Fe&) {};

  Bytes run() {
    return prove_masked("pads", pads, [&](auto& party) { play(party); }).bytes;
  }

 private:
  void play(Party<Role::kProver>& party) {
    const FeVector values{Fe(5), Fe(Fp(7), Fp(8), Fp(9))};
    for (std::size_t k = 0; k < count; ++k) {
      const auto sent = party.send_many("factors", 2, Known(values), [](const auto& v) { return v; });
      party.send("product", Known(values), [](const auto& v) { return v[0] * v[1]; });
      party.product(sent[0], sent[1]);
    }
    Masks& masks = party.masks();
    const std::uint32_t u = masks.take(), v = masks.take();
    masks.multiply(u, v);
    const Point tau = party.draw_point("pad check point", rounds_of(products.size()));
    PadCheckProver prover(pads, products, tau);
    Scalar claim;
    Point at;
    for (std::size_t j = 0; j < tau.size(); ++j) {
      RoundMessage message = prover.message();
      round(j, message);
      const RoundResult step = eq_round(party, "pad check round", claim, tau[j], tau[j].inverse(), Known(message),
                                        [](const RoundMessage& m) { return m; });
      claim = step.claim;
      prover.bind(step.challenge);
      at.push_back(step.challenge);
    }
    FeVector s(std::size_t{1} << at.size()), out = prover.ends();
    for (std::size_t k = 0; k < products.size(); ++k) s[k] = pads[products[k].ab];
    Fe s_at;
    const FeVector weights = eq_table(at);
    for (std::size_t k = 0; k < s.size(); ++k) s_at += weights[k] * s[k];
    ends(out, claim.under(pads), s_at);
    party.send_clear_many("pad check ends", 2, Known(out), [](const FeVector& e) { return e; });
  }
};

Liar liar_with_a_wrong_triple(std::size_t count) {
  const PadPlan plan = plan_for(count);
  FeVector pads = pads_for(plan, 40);
  pads[plan.products.back().ab] += Fe(11);
  return {count, pads, plan.products};
}

TEST(PadCheck, TheHookedProverWithoutLiesSendsTheSame) {
  const PadPlan plan = plan_for(5);
  const FeVector pads = pads_for(plan, 41);
  EXPECT_EQ((Liar{5, pads, plan.products}.run()), prove(5, pads));
}

TEST(PadCheck, EndsMovedToFitAWrongProductAreNotTheFactors) {
  for (std::size_t which : {0u, 1u}) {
    Liar liar = liar_with_a_wrong_triple(5);
    liar.ends = [&](FeVector& ends, const Fe& claim, const Fe& s) { ends[which] = (s + claim) * ends[1 - which].inverse(); };
    EXPECT_EQ(broken(check(5, liar.run()).owed, liar.pads), Names{which == 0 ? kFirst : kSecond});
  }
}

TEST(PadCheck, RoundsMovedToFitAWrongProductDoNotHideIt) {
  for (std::size_t lie = 0; lie < 3; ++lie) {
    Liar liar = liar_with_a_wrong_triple(5);
    liar.round = [&](std::size_t round, RoundMessage& m) { if (round == lie) m.constant += Fe(5), m.leading -= Fe(2); };
    EXPECT_EQ(broken(check(5, liar.run()).owed, liar.pads), Names{kProducts}) << lie;
  }
}

TEST(PadCheck, EveryChangedElementIsFound) {
  const PadPlan plan = plan_for(4);
  const FeVector pads = pads_for(plan, 42);
  const Bytes proof = prove(4, pads);
  ASSERT_TRUE(check(4, proof).holds(pads));
  for (std::size_t word = 0; word < proof.size() / 8; ++word) {
    Bytes changed = proof;
    changed[8 * word] ^= 1;
    EXPECT_FALSE(check(4, changed).holds(pads)) << "word " << word;
  }
}

TEST(PadCheck, TheRandomTripleAloneMovesTheEndsByAnyAmount) {
  // With all other pads fixed, u -> P~(c) is a bijection, as eq(c, N) is not zero, and v -> Q~(c) is another.
  const PadPlan plan = plan_for(3);
  const FeVector pads = pads_for(plan, 43);
  const PadProduct& triple = plan.products.back();
  const Point at(2, Fe(Fp(3), Fp(4), Fp(5)));
  const auto ends = [&](const FeVector& p) {
    PadCheckProver prover(p, plan.products, at);
    for (const Fe& r : at) prover.bind(r);
    return prover.ends();
  };
  FeVector other = pads;
  other[triple.a] += kOne;
  other[triple.b] += Fe(2);
  const Fe weight = eq_table(at)[plan.products.size() - 1];
  EXPECT_EQ(ends(other)[0], ends(pads)[0] + weight);
  EXPECT_EQ(ends(other)[1], ends(pads)[1] + weight * Fe(2));
}

}  // namespace
}  // namespace tacit::test
