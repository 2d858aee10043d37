// The sum of products with masks on: the same proof length, one owed check, which holds under the pads for true sums only.
#include <gtest/gtest.h>

#include <chrono>

#include "sumcheck/products_naive_test.h"
#include "transcript/masked_test.h"

namespace tacit::test {
namespace {

using Shape = std::vector<int>;
constexpr const char* kEndsCheck = "products ends match their sumcheck";
const std::vector<std::string> kBroken{kEndsCheck};
const std::vector<Shape> kShapes = {{0}, {3}, {0, 0, 0}, {6, 0}, {2, 5, 1}, {0, 7, 3, 7, 5}, {8, 4, 6, 5}};

int rounds_of(const Shape& shape) { return *std::max_element(shape.begin(), shape.end()); }

PadPlan plan_for(const Shape& shape) {
  return plan_of([&](auto& party) { sum_of_products(party, shape, Scalar(), Sealed{}); });
}

struct Checked {
  MaskedCheck check;
  ProductsResult<Role::kVerifier> result;
};

Checked check(const Shape& shape, const Fe& claim, ByteSpan proof) {
  Checked out;
  out.check = check_masked("masked products", proof, [&](auto& party) {
    out.result = sum_of_products(party, shape, Scalar(claim), Sealed{});
  });
  return out;
}

MaskedProof prove(const Shape& shape, const Fe& claim, const ProductTables& tables, const FeVector& pads) {
  return prove_masked("masked products", pads, [&](auto& party) { sum_of_products(party, shape, Scalar(claim), Known(tables)); });
}

Bytes cheat(const Shape& shape, const Fe& claim, const ProductTables& tables, const FeVector& pads, const NaiveDeviation& deviation) {
  return prove_masked("masked products", pads, [&](auto& party) { run_naively(party, shape, claim, tables, deviation, pads); }).bytes;
}

TEST(MaskedProducts, ATrueSumOwesOneCheckThatHoldsAndTrueClaims) {
  for (const Shape& shape : kShapes) {
    const PadPlan plan = plan_for(shape);
    const FeVector pads = pads_for(plan, shape.size());
    const ProductTables tables = random_tables(shape, shape.size());
    const MaskedProof proof = prove(shape, sum_of(tables), tables, pads);
    const Checked checked = check(shape, sum_of(tables), proof.bytes);
    EXPECT_EQ(proof.bytes.size(), 48 * (static_cast<std::size_t>(rounds_of(shape)) + shape.size()));
    EXPECT_TRUE(checked.check.holds(pads));
    EXPECT_TRUE(owed_hold(checked.result, shape, tables, pads));
    EXPECT_EQ(checked.check.next, proof.next);
    EXPECT_EQ(checked.check.owed.size(), plan.checks);
    EXPECT_EQ(checked.check.used, plan.pads);
    EXPECT_EQ(plan.checks, 1u);
    EXPECT_EQ(plan.products.size(), shape.size());
    EXPECT_EQ(plan.pads, 2 * static_cast<std::uint32_t>(rounds_of(shape)) + 3 * shape.size());
  }
}

TEST(MaskedProducts, TheNaiveProverSendsTheSame) {
  for (const Shape& shape : kShapes) {
    const FeVector pads = pads_for(plan_for(shape), 2);
    const ProductTables tables = random_tables(shape, 2);
    EXPECT_EQ(prove(shape, sum_of(tables), tables, pads).bytes, cheat(shape, sum_of(tables), tables, pads, {}));
  }
}

TEST(MaskedProducts, AWrongSumOwesACheckThatDoesNotHold) {
  for (const Shape& shape : kShapes) {
    const FeVector pads = pads_for(plan_for(shape), 3);
    const ProductTables tables = random_tables(shape, 3);
    const Fe wrong = sum_of(tables) + kOne;
    const Checked checked = check(shape, wrong, prove(shape, wrong, tables, pads).bytes);
    EXPECT_TRUE(checked.check.verdict.accepted);
    EXPECT_EQ(broken(checked.check.owed, pads), kBroken);
  }
}

TEST(MaskedProducts, AMaskedClaimOfNoInstancesIsOwed) {
  const auto script = [](const Fe& value) {
    return [value](auto& party) {
      constexpr Role R = std::decay_t<decltype(party)>::kRole;
      const Scalar claim = party.send("claim", Known(value), [](const Fe& x) { return x; });
      sum_of_products<R>(party, {}, claim, Secret<R, ProductTables>(ProductTables{}));
    };
  };
  const FeVector pads(1, Fe(77));
  for (const Fe& value : {kZero, kOne}) {
    const Bytes proof = prove_masked("empty", pads, script(value)).bytes;
    const MaskedCheck checked = check_masked("empty", proof, [](auto& party) {
      sum_of_products<Role::kVerifier>(party, {}, party.send("claim", Sealed{}, [](const Fe& x) { return x; }), Sealed{});
    });
    EXPECT_EQ(checked.holds(pads), value.is_zero());
    EXPECT_EQ(checked.owed.size(), 1u);
  }
}

TEST(MaskedProducts, AFalseClaimHiddenInTheDummyRoundsOfAShortInstanceDoesNotHold) {
  const Shape shape = {6, 3};
  const FeVector pads = pads_for(plan_for(shape), 4);
  const ProductTables tables = random_tables(shape, 4);
  const Fe error(7);
  NaiveDeviation hide;
  hide.round = [&](int round, RoundMessage& m) {
    if (round < 3) m.constant += error * Fp(2).inverse().pow(static_cast<std::uint64_t>(round) + 1);
  };
  const Fe wrong = sum_of(tables) + error;
  EXPECT_EQ(broken(check(shape, wrong, cheat(shape, wrong, tables, pads, hide)).check.owed, pads), kBroken);
}

TEST(MaskedProducts, EndsFittedToAFalseClaimLeaveAFalseClaimAboutTheTables) {
  const Shape shape = {5, 5};
  const FeVector pads = pads_for(plan_for(shape), 5);
  const ProductTables tables = random_tables(shape, 5);
  NaiveDeviation fit;
  fit.ends = [](const Fe& left, FeVector& e) { e[0] = (left - e[2] * e[3]) * e[1].inverse(); };
  const Fe wrong = sum_of(tables) + kOne;
  // The product pads were committed for the pads of the ends, not for the ends: they fit these as well.
  const Checked checked = check(shape, wrong, cheat(shape, wrong, tables, pads, fit));
  EXPECT_TRUE(checked.check.holds(pads));
  EXPECT_FALSE(owed_hold(checked.result, shape, tables, pads));
}

TEST(MaskedProducts, AWrongProductPadBreaksTheCheck) {
  const Shape shape = {4, 2};
  const PadPlan plan = plan_for(shape);
  const ProductTables tables = random_tables(shape, 6);
  for (const PadProduct& product : plan.products) {
    FeVector pads = pads_for(plan, 6);
    pads[product.ab] += kOne;
    const Bytes proof = prove(shape, sum_of(tables), tables, pads).bytes;
    EXPECT_EQ(broken(check(shape, sum_of(tables), proof).check.owed, pads), kBroken);
  }
}

TEST(MaskedProducts, OtherPadsThanTheCommittedOnesBreakTheCheck) {
  const Shape shape = {4, 2, 0};
  const PadPlan plan = plan_for(shape);
  const FeVector committed = pads_for(plan, 7);
  const ProductTables tables = random_tables(shape, 7);
  for (std::uint32_t k = 0; k < plan.pads; ++k) {
    FeVector used = committed;
    used[k] += kOne;
    const Checked checked = check(shape, sum_of(tables), prove(shape, sum_of(tables), tables, used).bytes);
    const bool is_product = std::any_of(plan.products.begin(), plan.products.end(), [&](const PadProduct& p) { return p.ab == k; });
    EXPECT_EQ(checked.check.holds(committed), is_product) << k;  // a product pad masks no message
  }
}

TEST(MaskedProducts, ThousandsOfInstancesDoNotCostTheirSquare) {
  const Shape shape(1 << 15, 0);  // a key may ask for twice as many; each takes three pads
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(plan_for(shape).pads, 3u << 15);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
}

TEST(MaskedProducts, EveryChangedElementBreaksTheCheck) {
  const Shape shape = {4, 2, 0};
  const FeVector pads = pads_for(plan_for(shape), 8);
  const ProductTables tables = random_tables(shape, 8);
  const Bytes proof = prove(shape, sum_of(tables), tables, pads).bytes;
  ASSERT_TRUE(check(shape, sum_of(tables), proof).check.holds(pads));
  for (std::size_t word = 0; word < proof.size() / 8; ++word) {
    Bytes changed = proof;
    changed[8 * word] ^= 1;
    EXPECT_FALSE(check(shape, sum_of(tables), changed).check.holds(pads)) << "word " << word;
  }
}

}  // namespace
}  // namespace tacit::test
