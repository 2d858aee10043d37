// Commitments and renewals as users of the library see them.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cmath>
#include <filesystem>

#include "api/tiny_model.h"
#include "secret/signature.h"
#include "tacit/grid.h"
#include "tacit/tacit.h"

namespace tacit::api {
namespace {

constexpr const char* kPrivate =
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
constexpr const char* kPublic =
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n";
constexpr const char* kOtherPublic =
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=\n-----END PUBLIC KEY-----\n";

const std::vector<double> kValues = {0.5, -0.25};

Compiled compiled(Visibility input, Visibility output, double range = 1, int grid = -16) {
  CompileOptions options;
  options.grid = grid;
  options.input = input;
  options.output = output;
  options.openings = 2;
  options.security_bits = 100;
  auto c = compile(tiny_model(), Range{-range, range}, options);
  EXPECT_TRUE(c.ok()) << c.error().text;
  return std::move(*c);
}

Statement verified(const Model& model, ByteSpan proof) {
  auto verifier = Verifier::load(model.key());
  EXPECT_TRUE(verifier.ok()) << verifier.error().text;
  auto verdict = verifier->verify(proof);
  EXPECT_TRUE(verdict.ok());
  EXPECT_TRUE(verdict->accepted) << verdict->reason;
  return verdict->statement;
}

/// A state directory of its own for each test.
class Links : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ("tacit_links_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(folder_);
    if (const char* set = getenv("TACIT_STATE_DIR")) before_ = set;
    setenv("TACIT_STATE_DIR", folder_.c_str(), 1);
  }
  void TearDown() override {
    if (before_.empty()) unsetenv("TACIT_STATE_DIR");
    else setenv("TACIT_STATE_DIR", before_.c_str(), 1);
    std::filesystem::remove_all(folder_);
  }
  std::filesystem::path folder_;
  std::string before_;
};

TEST_F(Links, OneCommitmentServesTwoModelsAndItsBudgetEnds) {
  auto committed = commit(kValues, {.openings = 2, .security_bits = 100});
  ASSERT_TRUE(committed.ok()) << committed.error().text;
  for (double range : {1.0, 3.0}) {
    const Compiled model = compiled(Visibility::kCommitted, Visibility::kPublic, range);
    auto proof = prove(model.model, {{}}, {.openings = {committed->opening}});
    ASSERT_TRUE(proof.ok()) << proof.error().text;
    const Statement said = verified(model.model, proof->bytes);
    EXPECT_EQ(said.input, Visibility::kCommitted);
    EXPECT_EQ(said.input_commitments, std::vector<std::string>{committed->digest});
    EXPECT_TRUE(said.inputs.empty());
    EXPECT_NEAR(said.outputs.at(0).values[0], 0.5 * 2 - 0.25, 1e-3);
  }
  const Compiled model = compiled(Visibility::kCommitted, Visibility::kPublic);
  auto third = prove(model.model, {{}}, {.openings = {committed->opening}});
  ASSERT_FALSE(third.ok());
  EXPECT_EQ(third.error().code, ErrorCode::kBadInput);
  auto weights = prove(model.model, {{}}, {.openings = {commit(kValues, {.security_bits = 100})->opening}});
  EXPECT_TRUE(weights.ok()) << "a refused commitment costs no opening of the weights";
  EXPECT_EQ(weights->openings_left, 1u);
}

TEST_F(Links, OneFloat32CommitmentServesTwoModelsOfDifferentScales) {
  const auto values = commit(kValues, {.grid = kFloat32Grid, .openings = 3, .security_bits = 100});
  ASSERT_TRUE(values.ok()) << values.error().text;
  const Bytes file = sign_commitment(values->commitment, kPrivate).value();
  EXPECT_TRUE(is_signed_by(file, kPublic).value());
  EXPECT_EQ(describe_commitment(file)->grid, kFloat32Grid);
  for (double range : {1.0, 300.0}) {
    const Compiled model = compiled(Visibility::kCommitted, Visibility::kPublic, range, kFloat32Grid);
    const auto proof = prove(model.model, {{}}, {.openings = {values->opening}});
    ASSERT_TRUE(proof.ok()) << proof.error().text;
    const Statement said = verified(model.model, proof->bytes);
    EXPECT_EQ(objection_to(said, {{file}, {}, kPublic}).value(), "");
    EXPECT_NEAR(said.outputs.at(0).values[0], 0.5 * 2 - 0.25, 1e-3 * range);
  }
  const auto grid = commit(kValues, {.security_bits = 100});
  const Compiled of_float32 = compiled(Visibility::kCommitted, Visibility::kPublic, 1, kFloat32Grid), of_grid = compiled(Visibility::kCommitted, Visibility::kPublic);
  EXPECT_FALSE(prove(of_float32.model, {{}}, {.openings = {grid->opening}}).ok());
  EXPECT_FALSE(prove(of_grid.model, {{}}, {.openings = {values->opening}}).ok());
}

TEST_F(Links, Float32ValuesAreFiniteAndOfInputsAlone) {
  for (double x : {std::numeric_limits<double>::infinity(), std::nan(""), 1e39})
    EXPECT_EQ(commit(std::vector<double>{x}, {.grid = kFloat32Grid}).error().code, ErrorCode::kBadInput) << x;
  CompileOptions options;
  options.output = Visibility::kCommitted;
  options.grid = kFloat32Grid;
  const auto refused = compile(tiny_model(), Range{-1, 1}, options);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(refused.error().text.find("output \"y\""), std::string::npos) << refused.error().text;
}

TEST_F(Links, TheOutputOfOneModelIsTheInputOfTheNext) {
  auto committed = commit(kValues, {.openings = 1, .security_bits = 100});
  ASSERT_TRUE(committed.ok());
  const Compiled first = compiled(Visibility::kCommitted, Visibility::kCommitted), second = compiled(Visibility::kCommitted, Visibility::kPublic, 3);
  auto one = prove(first.model, {{}}, {.openings = {committed->opening}, .outputs = {.openings = 2, .security_bits = 100}});
  ASSERT_TRUE(one.ok()) << one.error().text;
  ASSERT_EQ(one->commitments.size(), 1u);
  const Committed& between = one->commitments[0];
  auto two = prove(second.model, {{}}, {.openings = {between.opening}});
  ASSERT_TRUE(two.ok()) << two.error().text;
  const Statement a = verified(first.model, one->bytes), b = verified(second.model, two->bytes);
  EXPECT_EQ(a.output_commitments, std::vector<std::string>{between.digest});
  EXPECT_EQ(b.input_commitments, a.output_commitments);
  const double h0 = 0.5 * 2 - 0.25, h1 = 0;  // the first model's Relu
  EXPECT_NEAR(b.outputs.at(0).values[0], 2 * h0 + h1, 2e-3);
  EXPECT_FALSE(prove(second.model, {{}}, {.openings = {between.opening}}).ok()) << "the proof that made it was the first of its two";
}

TEST_F(Links, ACommittedInputNeedsItsOpeningAndNothingElse) {
  const Compiled model = compiled(Visibility::kCommitted, Visibility::kPublic);
  const std::vector<float> block = {0.5f, -0.25f};
  EXPECT_EQ(prove(model.model, {block}).error().code, ErrorCode::kUsage);
  const auto grid = commit(kValues, {.grid = -12}), size = commit(std::vector<double>{1}, {}), good = commit(kValues);
  ASSERT_TRUE(grid.ok() && size.ok() && good.ok());
  for (const Committed* c : {&*grid, &*size}) EXPECT_EQ(prove(model.model, {{}}, {.openings = {c->opening}}).error().code, ErrorCode::kBadInput);
  EXPECT_FALSE(prove(model.model, {{}}, {.openings = {good->opening, good->opening}}).ok());
  EXPECT_FALSE(prove(model.model, {block}, {.openings = {good->opening}}).ok());
  EXPECT_TRUE(model.model.run({block}).ok());
  EXPECT_FALSE(model.model.run({{}}).ok());
}

TEST_F(Links, AnIssuersSignatureIsOfThisCommitmentAndThisIssuer) {
  const auto a = commit(kValues), b = commit(kValues);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_NE(a->digest, b->digest);
  const auto signed_a = sign_commitment(a->commitment, kPrivate);
  ASSERT_TRUE(signed_a.ok()) << signed_a.error().text;
  EXPECT_TRUE(is_signed_by(*signed_a, kPublic).value());
  EXPECT_FALSE(is_signed_by(*signed_a, kOtherPublic).value());
  EXPECT_FALSE(is_signed_by(a->commitment, kPublic).value());
  Bytes swapped = b->commitment;  // b's body under a's signature
  swapped.resize(swapped.size() - 4);
  swapped.insert(swapped.end(), signed_a->end() - 68, signed_a->end());
  ASSERT_TRUE(describe_commitment(swapped).ok());
  EXPECT_FALSE(is_signed_by(swapped, kPublic).value());
  const auto facts = describe_commitment(*signed_a);
  EXPECT_EQ(facts->digest, a->digest);
  EXPECT_EQ(facts->count, 2u);
  EXPECT_TRUE(facts->is_signed);
}

TEST_F(Links, ASignatureIsOfTheMarkAndTheDigest) {
  const auto a = commit(kValues);
  ASSERT_TRUE(a.ok());
  const Bytes file = sign_commitment(a->commitment, kPrivate).value();
  Bytes message(std::string_view("tacit commitment v1").begin(), std::string_view("tacit commitment v1").end());
  message.push_back(0);
  for (std::size_t i = 0; i < a->digest.size(); i += 2) message.push_back(static_cast<std::uint8_t>(std::stoi(a->digest.substr(i, 2), nullptr, 16)));
  const ByteSpan signature = ByteSpan(file).last(kEd25519Bytes);
  EXPECT_TRUE(verify_ed25519(kPublic, message, signature).value());
  EXPECT_FALSE(verify_ed25519(kPublic, ByteSpan(message).subspan(20), signature).value()) << "the digest alone";
}

TEST_F(Links, APolicyNamesEveryCommittedInput) {
  const auto a = commit(kValues), b = commit(kValues), c = commit(kValues);
  ASSERT_TRUE(a.ok() && b.ok() && c.ok());
  Statement said;
  said.input_commitments = {a->digest, b->digest};
  said.committed_inputs = {"image", "record"};
  said.output_commitments = {c->digest};
  said.committed_outputs = {"score"};
  const Bytes signed_a = sign_commitment(a->commitment, kPrivate).value(), signed_b = sign_commitment(b->commitment, kPrivate).value();
  const Bytes signed_c = sign_commitment(c->commitment, kPrivate).value();
  auto objection = [&](const CommitmentPolicy& policy) {
    const auto found = objection_to(said, policy);
    return found.ok() ? *found : "usage: " + found.error().text;
  };
  EXPECT_EQ(objection({}), "");
  EXPECT_EQ(objection({{a->commitment, b->commitment}, {}, ""}), "");
  EXPECT_EQ(objection({{a->commitment, b->commitment}, {c->commitment}, ""}), "");
  EXPECT_NE(objection({{b->commitment, a->commitment}, {}, ""}), "");
  EXPECT_NE(objection({{a->commitment, b->commitment}, {a->commitment}, ""}), "");
  EXPECT_EQ(objection({{a->commitment}, {}, ""}), "usage: no commitment is given for input \"record\"");
  EXPECT_EQ(objection({{signed_a}, {}, kPublic}), "usage: no commitment is given for input \"record\"");
  EXPECT_EQ(objection({{}, {signed_c}, kPublic}), "usage: no commitment is given for input \"image\"");
  EXPECT_EQ(objection({{signed_a, signed_b}, {c->commitment}, kPublic}), "");
  EXPECT_EQ(objection({{signed_a, b->commitment}, {}, kPublic}), "the commitment given for input \"record\" is not signed by the issuer");
  EXPECT_NE(objection({{signed_a, signed_b}, {}, kOtherPublic}), "");
  EXPECT_NE(objection({{a->commitment, b->commitment, c->commitment}, {}, ""}), "");
  said.input_commitments.clear();
  said.committed_inputs.clear();
  EXPECT_EQ(objection({{}, {signed_c}, kPublic}), "");
  EXPECT_EQ(objection({{}, {c->commitment}, kPublic}), "the commitment given for output \"score\" is not signed by the issuer");
  EXPECT_EQ(objection({{}, {}, kPublic}), "usage: no commitment is given for output \"score\"");
  EXPECT_FALSE(objection_to({}, {{}, {}, kPublic}).ok());
}

TEST_F(Links, WhatIsWrongWithAnOpeningIsFoundBeforeAnythingIsCounted) {
  const Compiled model = compiled(Visibility::kCommitted, Visibility::kPublic);
  const auto good = commit(kValues, {.openings = 1, .security_bits = 100});
  ASSERT_TRUE(good.ok());
  const Bytes secret_tail(32 + 16), opening = good->opening;
  const std::size_t pin = opening.size() - secret_tail.size() - 4 - 8, root = pin - 16 - 32;   // behind them: the empty signature
  const std::size_t secret = opening.size() - secret_tail.size();
  for (std::size_t at : {pin, root + 16, secret, opening.size() - 8}) {
    Bytes damaged = opening;
    damaged[at] ^= 1;
    const auto refused = prove(model.model, {{}}, {.openings = {damaged}});
    ASSERT_FALSE(refused.ok()) << at;
    EXPECT_EQ(refused.error().code, ErrorCode::kBadInput) << refused.error().text;
    EXPECT_EQ(refused.error().text.find(".cpp"), std::string::npos) << refused.error().text;
  }
  const auto proof = prove(model.model, {{}}, {.openings = {opening}});
  ASSERT_TRUE(proof.ok()) << proof.error().text;
  EXPECT_EQ(proof->openings_left, 1u) << "of two: no refusal cost one";
}

TEST_F(Links, NothingOfTheCommitmentIsTakenWhenTheWeightsHaveNothingLeft) {
  const Compiled model = compiled(Visibility::kCommitted, Visibility::kPublic);
  const auto a = commit(kValues, {.openings = 3, .security_bits = 100});
  ASSERT_TRUE(a.ok());
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(prove(model.model, {{}}, {.openings = {a->opening}}).ok());
  ASSERT_FALSE(prove(model.model, {{}}, {.openings = {a->opening}}).ok()) << "the weights have two openings";
  const Compiled other = compiled(Visibility::kCommitted, Visibility::kPublic);
  EXPECT_TRUE(prove(other.model, {{}}, {.openings = {a->opening}}).ok()) << "the third was not taken";
  EXPECT_FALSE(prove(other.model, {{}}, {.openings = {a->opening}}).ok());
}

TEST_F(Links, RenewedWeightsAreLinkedToTheOldKeyAndHaveABudgetOfTheirOwn) {
  const Compiled old = compiled(Visibility::kPrivate, Visibility::kPublic);
  const std::vector<float> block = {0.5f, -0.25f};
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(prove(old.model, {block}).ok());
  ASSERT_FALSE(prove(old.model, {block}).ok());
  auto renewed = renew(old.model);
  ASSERT_TRUE(renewed.ok()) << renewed.error().text;
  auto from = Verifier::load(old.model.key()), to = Verifier::load(renewed->model.key());
  ASSERT_TRUE(from.ok() && to.ok());
  auto link = to->renews(*from, renewed->link);
  ASSERT_TRUE(link.ok());
  EXPECT_TRUE(link->accepted) << link->reason;
  EXPECT_FALSE(from->renews(*to, renewed->link)->accepted);
  EXPECT_FALSE(to->renews(*from, Bytes{1, 2}).ok());
  auto proof = prove(renewed->model, {block});
  ASSERT_TRUE(proof.ok()) << proof.error().text;
  EXPECT_EQ(proof->openings_left, 1u);
  verified(renewed->model, proof->bytes);
  EXPECT_FALSE(renew(old.model).ok()) << "the opening kept for a renewal and the budget are used up";
  EXPECT_TRUE(renew(renewed->model).ok());
}

TEST_F(Links, WeightsAreNotCommittedInThisSense) {
  CompileOptions options;
  options.weights = Visibility::kCommitted;
  EXPECT_EQ(compile(tiny_model(), Range{-1, 1}, options).error().code, ErrorCode::kUsage);
}

}  // namespace
}  // namespace tacit::api
