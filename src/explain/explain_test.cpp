#include "explain/explain.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "prover/test_network.h"

namespace tacit {
namespace {

TestNetwork small(Visibility input, Visibility weights = Visibility::kPublic) {
  TestNetworkOptions options;
  options.input = input;
  options.weights = weights;
  return make_test_network(7, options);
}

Account account_of_network(const TestNetwork& net, const ProverModel& model) {
  auto account = account_of(model, net.inputs);
  EXPECT_TRUE(account.ok()) << (account.ok() ? "" : account.error().text());
  return std::move(*account);
}

TEST(Explain, TheListenerHearsEveryByteOfTheProof) {
  for (const Visibility input : {Visibility::kPublic, Visibility::kPrivate}) {
    const TestNetwork net = small(input);
    const Account account = account_of_network(net, net.compile());
    std::size_t bytes = 0;
    for (const HeardMessage& m : account.heard.messages) bytes += m.bytes;
    EXPECT_EQ(bytes, account.stream);
    EXPECT_TRUE(account.verdict.accepted);
    EXPECT_EQ(account.heard.differences, 0u);
  }
}

TEST(Explain, WithoutMasksTheProofHoldsTheValuesAndWithMasksItDoesNot) {
  const auto equal = [](Visibility input) {
    const TestNetwork net = small(input);
    const Account account = account_of_network(net, net.compile());
    const HeardMessage* m = account.heard.message("contraction sum");
    return m->values == m->sent;
  };
  EXPECT_TRUE(equal(Visibility::kPublic));
  EXPECT_FALSE(equal(Visibility::kPrivate));
}

TEST(Explain, ClaimsAreTheSameWithMasksAsWithoutUpToTheChallenges) {
  // Pads are filled in, so rounds follow from each other by the verifier's own formula whether values are masked or not.
  for (const Visibility input : {Visibility::kPublic, Visibility::kPrivate}) {
    const TestNetwork net = small(input, Visibility::kPrivate);
    const Account account = account_of_network(net, net.compile());
    std::size_t plain = 0;
    for (const HeardRound& r : account.heard.rounds) {
      const Fe one = r.at ? (r.claim - (kOne - *r.at) * r.constant) * r.at->inverse() : r.claim - r.constant;
      EXPECT_EQ(r.next, r.constant + (one - r.constant - r.leading) * r.challenge + r.leading * r.challenge * r.challenge) << r.label;
      plain += r.label == "products round";
    }
    EXPECT_GT(plain, 3u);
  }
}

TEST(Explain, FactorsGiveTheTotalAndTheirFirstHalfTheFirstMessage) {
  const TestNetwork net = small(Visibility::kPublic);
  const Account account = account_of_network(net, net.compile());
  Fe total;
  for (const HeardProduct& p : account.heard.products)
    for (std::size_t k = 0; k < p.a.size(); ++k) total += p.a[k] * p.b[k];
  EXPECT_EQ(total, account.heard.total);
  EXPECT_EQ(account.heard.message("contraction sum")->sent[0], total);
  EXPECT_EQ(account.heard.products.size(), 3u);
}

TEST(Explain, TheTextShowsTheNumbersOfTheInferenceAndSaysThatTheyAreSecret) {
  const TestNetwork net = small(Visibility::kPublic), secret = small(Visibility::kPrivate);
  const ProverModel model = net.compile();
  const Account account = account_of_network(net, model), hidden = account_of_network(secret, secret.compile());
  RealNumbers real;
  for (const Port& port : model.key.core.ports.inputs) real.inputs.push_back(dequantise(port, account.assignment.columns));
  real.outputs = {{}};
  const std::vector<Section> sections = explain(model, real, account, &hidden);
  ASSERT_EQ(sections.size(), 8u);
  EXPECT_NE(sections[0].lines[0].find("do not publish"), std::string::npos);
  const auto numbers = [&](std::size_t section, const std::string& name) {
    for (const NamedNumbers& n : sections[section].numbers)
      if (n.name == name) return n.values;
    return std::vector<std::string>{};
  };
  const auto texts = [](const auto& list) {
    std::vector<std::string> out;
    for (const auto v : list) out.push_back(std::to_string(v));
    return out;
  };
  EXPECT_EQ(numbers(1, "weights dense.weight"), texts(account.assignment.columns[model.theorem.accumulators[2].contractions[0].weights]));
  EXPECT_EQ(numbers(2, "output y"), texts(to_logical(model.key.core.ports.outputs[0], account.assignment.columns)));
  EXPECT_EQ(numbers(5, "claim"), std::vector<std::string>{text_of(account.heard.total)});
  EXPECT_EQ(numbers(7, "what is sent")[0], text_of(hidden.heard.message("contraction sum")->sent[0]));
}

TEST(Explain, AModelTooLargeToPrintIsRefusedWithItsNumbers) {
  TestNetworkOptions options;
  options.input = Visibility::kPublic;
  options.weights = Visibility::kPublic;
  options.batch = 40;
  const TestNetwork net = make_test_network(7, options);
  const auto account = account_of(net.compile(), net.inputs);
  ASSERT_FALSE(account.ok());
  EXPECT_NE(account.error().text().find("too large to be explained"), std::string::npos);
}

}  // namespace
}  // namespace tacit
