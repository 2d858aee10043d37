// The library as its users see it: only include/tacit, on the smallest model there is.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "api/tiny_model.h"
#include "tacit/tacit.h"

namespace tacit::api {
namespace {

/// The ledgers of all tests of this program stand in a directory of their own.
class StateDirectory : public testing::Environment {
  void SetUp() override {
    std::string path = (std::filesystem::temp_directory_path() / "tacit_api_XXXXXX").string();
    ASSERT_NE(mkdtemp(path.data()), nullptr);
    folder_ = path;
    setenv("TACIT_STATE_DIR", path.c_str(), 1);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
};
const testing::Environment* const kState = testing::AddGlobalTestEnvironment(new StateDirectory);

const std::vector<float> kExamples = {0.0f, 0.25f, 0.5f, -0.5f, 1.0f, -1.0f, 0.75f, 0.125f};
const std::vector<float> kInput = {0.5f, -0.25f};

Calibration calibration(std::vector<std::int64_t> labels = {}) { return {{kExamples}, std::move(labels)}; }

const Compiled& compiled() {
  static const Compiled c = std::move(*compile(tiny_model(), calibration({0, 1, 0, 1})));
  return c;
}

CompileOptions with_budget(unsigned openings) {
  CompileOptions options;
  options.openings = openings;
  return options;
}

TEST(Library, CompilesProvesAndVerifies) {
  auto proof = prove(compiled().model, {kInput});
  ASSERT_TRUE(proof.ok()) << proof.error().text;
  auto verifier = Verifier::load(compiled().model.key());
  ASSERT_TRUE(verifier.ok()) << verifier.error().text;
  auto verdict = verifier->verify(proof->bytes);
  ASSERT_TRUE(verdict.ok()) << verdict.error().text;
  EXPECT_TRUE(verdict->accepted) << verdict->reason;
  const Statement& said = verdict->statement;
  EXPECT_TRUE(said.inputs.empty());
  ASSERT_EQ(said.outputs.size(), 1u);
  EXPECT_EQ(said.outputs[0].integers, proof->outputs[0].integers);
  EXPECT_NEAR(said.outputs[0].values[0], 0.5 * 2 - 0.25, 1e-3);
  EXPECT_EQ(said.key_digest, compiled().report.key_digest);
  EXPECT_GE(said.proven_bits, 128.0);
  EXPECT_TRUE(said.zero_knowledge);
  EXPECT_EQ(said.weights, Visibility::kPrivate);
  EXPECT_TRUE(compiled().report.zero_knowledge);
  EXPECT_EQ(compiled().report.openings, 256u);
}

TEST(Library, PrivateWeightsServeAsManyProofsAsTheirBudgetSays) {
  auto c = compile(tiny_model(), calibration(), with_budget(2));
  ASSERT_TRUE(c.ok()) << c.error().text;
  for (std::uint32_t left : {1u, 0u}) {
    auto proof = prove(c->model, {kInput});
    ASSERT_TRUE(proof.ok()) << proof.error().text;
    EXPECT_EQ(proof->openings_left, std::optional<std::uint32_t>(left));
  }
  auto more = prove(c->model, {kInput});
  ASSERT_FALSE(more.ok());
  EXPECT_EQ(more.error().code, ErrorCode::kBadInput);
  EXPECT_EQ(compile(tiny_model(), calibration(), with_budget(0)).error().code, ErrorCode::kUsage);
}

TEST(Library, TwoProofsOfOneInferenceDiffer) {
  auto first = prove(compiled().model, {kInput}), second = prove(compiled().model, {kInput});
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_NE(first->bytes, second->bytes);
}

TEST(Library, WithNothingPrivateNothingIsHiddenAndNothingIsCounted) {
  CompileOptions options;
  options.input = options.output = options.weights = Visibility::kPublic;
  auto c = compile(tiny_model(), calibration(), options);
  ASSERT_TRUE(c.ok()) << c.error().text;
  EXPECT_FALSE(c->report.zero_knowledge);
  EXPECT_EQ(c->report.openings, 0u);
  auto proof = prove(c->model, {kInput});
  ASSERT_TRUE(proof.ok()) << proof.error().text;
  EXPECT_FALSE(proof->openings_left.has_value());
  const Verdict verdict = *Verifier::load(c->model.key())->verify(proof->bytes);
  EXPECT_TRUE(verdict.accepted) << verdict.reason;
  EXPECT_FALSE(verdict.statement.zero_knowledge);
  EXPECT_EQ(verdict.statement.weights, Visibility::kPublic);
  EXPECT_EQ(verdict.statement.inputs.size(), 1u);
}

TEST(Library, RunGivesWhatAProofStates) {
  auto outputs = compiled().model.run({kInput});
  ASSERT_TRUE(outputs.ok());
  EXPECT_EQ((*outputs)[0].integers, prove(compiled().model, {kInput}, 1)->outputs[0].integers);
}

TEST(Library, AChangedProofIsAVerdictWithoutValuesAndForeignBytesAreAnError) {
  auto proof = prove(compiled().model, {kInput});
  auto verifier = Verifier::load(compiled().model.key());
  Bytes changed = proof->bytes;
  changed[changed.size() / 2] ^= 1;
  auto verdict = verifier->verify(changed);
  ASSERT_TRUE(verdict.ok());
  EXPECT_FALSE(verdict->accepted);
  EXPECT_FALSE(verdict->reason.empty());
  EXPECT_TRUE(verdict->statement.outputs.empty());
  auto foreign = verifier->verify(Bytes{1, 2, 3});
  ASSERT_FALSE(foreign.ok());
  EXPECT_EQ(foreign.error().code, ErrorCode::kBadInput);
}

TEST(Library, AProofOfAnotherModelIsRejected) {
  auto other = compile(tiny_model(), Range{-4, 4});
  ASSERT_TRUE(other.ok()) << other.error().text;
  EXPECT_TRUE(other->report.samples_are_random);
  auto verdict = Verifier::load(other->model.key())->verify(prove(compiled().model, {kInput})->bytes);
  ASSERT_TRUE(verdict.ok());
  EXPECT_FALSE(verdict->accepted);
}

TEST(Library, ASavedModelIsTheSameModel) {
  auto loaded = Model::load(compiled().model.save());
  ASSERT_TRUE(loaded.ok()) << loaded.error().text;
  EXPECT_EQ(loaded->key(), compiled().model.key());
  EXPECT_EQ(loaded->inputs()[0].name, "x");
  EXPECT_EQ(loaded->run({kInput})->at(0).integers, compiled().model.run({kInput})->at(0).integers);
  Bytes cut = compiled().model.save();
  cut.pop_back();
  EXPECT_FALSE(Model::load(cut).ok());
}

TEST(Library, PublicInputsStandInTheStatement) {
  CompileOptions options;
  options.input = Visibility::kPublic;
  options.output = Visibility::kPrivate;
  auto c = compile(tiny_model(), calibration(), options);
  ASSERT_TRUE(c.ok()) << c.error().text;
  auto proof = prove(c->model, {kInput});
  const Statement said = Verifier::load(c->model.key())->verify(proof->bytes)->statement;
  ASSERT_EQ(said.inputs.size(), 1u);
  EXPECT_NEAR(said.inputs[0].values[1], -0.25, 1e-3);
  EXPECT_TRUE(said.outputs.empty());
  EXPECT_EQ(proof->outputs.size(), 1u);
}

TEST(Library, ReportsErrorsAndBothAccuracies) {
  const CompileReport& r = compiled().report;
  EXPECT_EQ(r.samples, 4u);
  ASSERT_EQ(r.errors.size(), 1u);
  EXPECT_LE(r.errors[0].mean, r.errors[0].max);
  EXPECT_LT(r.errors[0].max, 1e-3);
  ASSERT_TRUE(r.accuracy.has_value());
  EXPECT_EQ(r.accuracy->samples, 4u);
  EXPECT_EQ(r.accuracy->agreeing, 4u);
  EXPECT_EQ(r.accuracy->float_correct, r.accuracy->quantised_correct);
}

TEST(Library, RefusesInputsThatDoNotFit) {
  const std::vector<float> longer = {1, 2, 3};
  const std::vector<float> nan = {std::numeric_limits<float>::quiet_NaN(), 0}, infinite = {0, INFINITY};
  for (const std::vector<FloatSpan>& bad : std::vector<std::vector<FloatSpan>>{{}, {longer}, {kInput, kInput}, {nan}, {infinite}}) {
    auto proof = prove(compiled().model, bad);
    ASSERT_FALSE(proof.ok());
    EXPECT_EQ(proof.error().code, ErrorCode::kBadInput);
    EXPECT_FALSE(compiled().model.run(bad).ok());
  }
  EXPECT_FALSE(compile(tiny_model(), Calibration{{longer}, {}}).ok());
  EXPECT_FALSE(compile(tiny_model(), Calibration{{nan}, {}}).ok());
  EXPECT_FALSE(compile(tiny_model(), calibration({0, 1})).ok());
}

TEST(Library, RefusesWhatItCannotProveAndWhatIsNoModel) {
  auto det = compile(tiny_model("Det"), calibration());
  ASSERT_FALSE(det.ok());
  EXPECT_EQ(det.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(det.error().text.find("Det"), std::string::npos);
  EXPECT_EQ(compile(Bytes{1, 2, 3}, calibration()).error().code, ErrorCode::kBadInput);
  EXPECT_FALSE(Verifier::load({}).ok());
  CompileOptions weak;
  weak.security_bits = 64;
  EXPECT_EQ(compile(tiny_model(), calibration(), weak).error().code, ErrorCode::kUsage);
}

}  // namespace
}  // namespace tacit::api
