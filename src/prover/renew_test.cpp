#include "prover/renew.h"

#include <gtest/gtest.h>

#include "prover/test_network.h"

namespace tacit {
namespace {

constexpr const char* kBelieved = "CHEAT ACCEPTED";
constexpr const char* kFinalCheck = "final claim is the folded vector times the covector";

struct Epochs {
  ProverModel first;
  Renewed second, third;
};

const Epochs& epochs() {
  static const Epochs all = [] {
    Epochs out{make_test_network(31).compile(), {}, {}};
    auto second = renew(out.first, test_secret(2), {});
    TACIT_EXPECTS(second.ok(), "a model is renewed");
    out.second = std::move(*second);
    auto third = renew(out.second.model, test_secret(3), {});
    TACIT_EXPECTS(third.ok(), "a renewed model is renewed");
    out.third = std::move(*third);
    return out;
  }();
  return all;
}

RenewalFile read_back(const RenewalFile& link) {
  auto back = read_renewal(link.encode());
  EXPECT_TRUE(back.ok());
  return std::move(*back);
}

void expect_refused(const Verdict& verdict, std::string_view reason) {
  EXPECT_FALSE(verdict.accepted) << kBelieved;
  if (!verdict.accepted) { EXPECT_EQ(verdict.reason, reason); }
}

TEST(Renewal, TheSameWeightsUnderAFreshCommitmentAreAcceptedInAChainOfEpochs) {
  const Epochs& e = epochs();
  std::vector<VerifierKey> keys;
  for (const ProverModel* m : {&e.first, &e.second.model, &e.third.model}) {
    auto key = read_key(m->key.encode());
    ASSERT_TRUE(key.ok()) << key.error().text();
    keys.push_back(std::move(*key));
  }
  EXPECT_NE(keys[0].core.root_w, keys[1].core.root_w);
  EXPECT_NE(keys[0].core.pin_y, keys[1].core.pin_y);
  EXPECT_EQ(e.second.model.weights, e.first.weights);
  const std::vector<RenewalFile> links{read_back(e.second.link), read_back(e.third.link)};
  const Verdict verdict = verify_renewals(keys, links);
  EXPECT_TRUE(verdict.accepted) << verdict.reason;
  expect_refused(verify_renewals(std::vector{keys[0], keys[2], keys[1]}, links), "renewal is of these keys");
}

TEST(Renewal, ARenewedModelProvesUnderItsOwnKey) {
  const Epochs& e = epochs();
  auto proof = prove(e.second.model, make_test_network(31).inputs, {});
  ASSERT_TRUE(proof.ok()) << proof.error().text();
  auto parsed = read_proof(e.second.model.key, proof->file);
  ASSERT_TRUE(parsed.ok());
  EXPECT_TRUE(verify(e.second.model.key, *parsed).accepted);
  EXPECT_FALSE(verify(e.first.key, *read_proof(e.first.key, proof->file)).accepted);
}

TEST(Renewal, OtherWeightsUnderTheNewRootAreRefused) {
  const Epochs& e = epochs();
  TestNetwork net = make_test_network(31);
  for (IntColumn& w : net.weights)
    if (!w.empty()) { w[0] += w[0] > 0 ? -1 : 1; break; }
  const ProverModel other = net.compile(100, Regime::kJohnson, 2);
  const Fe pad(Fp(7), Fp(8), Fp(9));
  auto link = prove_renewal(e.first, other, pad, pad);
  ASSERT_TRUE(link.ok());
  expect_refused(verify_renewal(e.first.key, other.key, *link), kFinalCheck);
}

TEST(Renewal, PadsThatDifferAreRefused) {
  const Epochs& e = epochs();
  auto link = prove_renewal(e.first, e.second.model, Fe(Fp(1), Fp(2), Fp(3)), Fe(Fp(1), Fp(2), Fp(4)));
  ASSERT_TRUE(link.ok());
  expect_refused(verify_renewal(e.first.key, e.second.model.key, *link), kFinalCheck);
}

TEST(Renewal, TheLinkOfAnotherPairIsRefused) {
  const Epochs& e = epochs();
  RenewalFile link = e.third.link;  // second to third
  expect_refused(verify_renewal(e.first.key, e.third.model.key, link), "renewal is of these keys");
  link.old_statement = e.first.key.statement;
  EXPECT_FALSE(verify_renewal(e.first.key, e.third.model.key, link).accepted) << kBelieved;
  RenewalFile turned = e.second.link;
  std::swap(turned.old_statement, turned.new_statement);
  std::swap(turned.old_params, turned.new_params);
  EXPECT_FALSE(verify_renewal(e.second.model.key, e.first.key, turned).accepted) << kBelieved;
}

TEST(Renewal, AModelThatDiffersElsewhereIsNoRenewal) {
  const Epochs& e = epochs();
  ProverModel other = e.second.model;
  other.key.core.ports.outputs[0].scale *= 2;
  ASSERT_TRUE(commit_model(other, {}).ok());
  const Fe pad(Fp(7), Fp(8), Fp(9));
  auto link = prove_renewal(e.first, other, pad, pad);
  ASSERT_TRUE(link.ok());
  expect_refused(verify_renewal(e.first.key, other.key, *link), "renewed key differs in its commitment alone");
}

TEST(Renewal, AChangedByteATruncationOrATrailingByteIsRefused) {
  const Epochs& e = epochs();
  const Bytes file = e.second.link.encode();
  auto accepted = [&](const Bytes& bytes) {
    auto link = read_renewal(bytes);
    return link.ok() && verify_renewal(e.first.key, e.second.model.key, *link).accepted;
  };
  ASSERT_TRUE(accepted(file));
  for (std::size_t n = 0; n < file.size(); n += 1 + file.size() / 150) {
    Bytes changed = file;
    changed[n] ^= 1;
    EXPECT_FALSE(accepted(changed)) << n << " " << kBelieved;
    EXPECT_FALSE(accepted(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(n)))) << n;
  }
  Bytes other_version = file;
  other_version[8] += 1;
  EXPECT_FALSE(accepted(other_version)) << kBelieved;
  Bytes longer = file;
  longer.push_back(0);
  EXPECT_FALSE(accepted(longer));
}

TEST(Renewal, ParametersOfAnotherOracleOrOfLessSecurityAreRefused) {
  const Epochs& e = epochs();
  auto verdict_on = [&](auto&& change) {
    RenewalFile link = e.second.link;
    change(link.new_params);
    return verify_renewal(e.first.key, e.second.model.key, link);
  };
  expect_refused(verdict_on([](OpeningParams& p) { p.shape.size_x = 6; }), "renewal opens the commitments of its keys");
  expect_refused(verdict_on([](OpeningParams& p) { p.shape.random_slots_w -= 1; }), "renewal opens the commitments of its keys");
  expect_refused(verdict_on([](OpeningParams& p) { p.rounds[0].queries = 4096; }), "renewal opens the commitments of its keys");
  expect_refused(verdict_on([](OpeningParams& p) { p.rounds[1].queries -= 8; }), "renewal is as secure as its keys say");
}

TEST(Renewal, PublicWeightsHaveNoBudgetToRenew) {
  const ProverModel model = make_test_network(7, {1, 1, 1, Visibility::kPrivate, Visibility::kPublic, 300, Visibility::kPublic}).compile();
  EXPECT_EQ(renew(model, test_secret(2), {}).error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace tacit
