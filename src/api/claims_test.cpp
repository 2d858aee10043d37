// Claims about data sets as users of the library see them: one row here, many in tests/cli/claims.py.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "api/tiny_model.h"
#include "tacit/tacit.h"

namespace tacit::api {
namespace {

class ClaimsApi : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) / ("tacit_claims_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
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

CompileOptions claim_options(Visibility input) {
  CompileOptions options;
  options.claim = "accuracy";
  options.input = input;
  options.openings = 4;
  options.security_bits = 100;
  return options;
}

Committed committed(const std::vector<double>& values) {
  auto c = commit(values, {.openings = 4, .security_bits = 100});
  EXPECT_TRUE(c.ok()) << c.error().text;
  return std::move(*c);
}

TEST_F(ClaimsApi, AProofSaysWhetherTheCommittedLabelIsTheAnswer) {
  // y = relu(0.5 * (2, -1) - 0.25 * (1, 1)): class 0.
  const auto model = compile(tiny_model(), Range{-1, 1}, claim_options(Visibility::kCommitted));
  ASSERT_TRUE(model.ok()) << model.error().text;
  const auto verifier = Verifier::load(model->model.key());
  ASSERT_TRUE(verifier.ok()) << verifier.error().text;
  EXPECT_FALSE(verifier->statement().accuracy.has_value());   // of no proof yet
  const Committed row = committed({0.5, -0.25});
  for (const double label : {0.0, 1.0, 0.4, -3.0}) {
    const Committed of_label = committed({label});
    const auto proof = prove(model->model, {{}, {}}, {.openings = {row.opening, of_label.opening}});
    ASSERT_TRUE(proof.ok()) << proof.error().text;
    const auto verdict = verifier->verify(proof->bytes);
    ASSERT_TRUE(verdict.ok() && verdict->accepted);
    ASSERT_TRUE(verdict->statement.accuracy.has_value());
    EXPECT_EQ(verdict->statement.accuracy->rows, 1u);
    EXPECT_EQ(verdict->statement.accuracy->correct, label == 0.0 || label == 0.4 ? 1u : 0u) << label;   // 0.4 is read as 0
    EXPECT_EQ(verdict->statement.input_commitments, (std::vector<std::string>{row.digest, of_label.digest}));
    EXPECT_TRUE(verdict->statement.inputs.empty());
    const auto objection = objection_to(verdict->statement, {{row.commitment, committed({label}).commitment}, {}, ""});
    ASSERT_TRUE(objection.ok());
    EXPECT_NE(objection->find("claim.labels"), std::string::npos);   // the same label, but not that commitment
  }
}

TEST_F(ClaimsApi, RowsMustBeCommittedOrPublicAndTheClaimOneThatThereIs) {
  EXPECT_FALSE(compile(tiny_model(), Range{-1, 1}, claim_options(Visibility::kPrivate)).ok());
  CompileOptions other = claim_options(Visibility::kCommitted);
  other.claim = "fairness";
  const auto refused = compile(tiny_model(), Range{-1, 1}, other);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().text.find("accuracy"), std::string::npos);
  const auto open = compile(tiny_model(), Range{-1, 1}, claim_options(Visibility::kPublic));
  ASSERT_TRUE(open.ok()) << open.error().text;
  const std::vector<float> row{0.5f, -0.25f}, label{0};
  const auto proof = prove(open->model, {row, label});
  ASSERT_TRUE(proof.ok()) << proof.error().text;
  EXPECT_EQ(proof->statement.accuracy->correct, 1u);
}

TEST_F(ClaimsApi, AnInferencesKeyIsNoClaim) {
  CompileOptions options;
  options.security_bits = 100;
  options.openings = 2;
  const auto model = compile(tiny_model(), Range{-1, 1}, options);
  ASSERT_TRUE(model.ok());
  const std::vector<float> row{0.5f, -0.25f};
  const auto proof = prove(model->model, {row});
  ASSERT_TRUE(proof.ok());
  EXPECT_FALSE(proof->statement.accuracy.has_value());
}

}  // namespace
}  // namespace tacit::api
