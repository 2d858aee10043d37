#include "api/audit.h"

#include <gtest/gtest.h>

#include "api/audit_fixture.h"
#include "secret/sha256.h"

namespace tacit::api {
namespace {

const Built& built() {
  static const Built b = built_from(dense_model());
  return b;
}

Bytes key_of(const Built& b) { return b.model.key.encode(); }

Built built_public() {
  CompileOptions options;
  options.weights = Visibility::kPublic;
  return built_from(dense_model(), options);
}

TEST(Audit, ConfirmsTheModelThatTheKeyWasMadeFrom) {
  const Bytes onnx = dense_model(), key = key_of(built());
  auto found = audit({onnx, key, recipe_in(built().model), &built().model}, {}, kTestTime);
  ASSERT_TRUE(found.ok()) << found.error().text();
  EXPECT_TRUE(only(found->differences, {}));
  const AuditStatement& said = found->statement;
  EXPECT_EQ(said.identity, identity_of(built().model.key.core));
  EXPECT_EQ(said.onnx, sha256(onnx));
  EXPECT_EQ(said.time, kTestTime);
  ASSERT_EQ(said.inputs.size(), 1u);
  EXPECT_EQ(said.inputs[0].scale, built().model.key.core.ports.inputs[0].scale);
  EXPECT_EQ(said.outputs[0].name, "y");
  EXPECT_FALSE(said.measured_by_auditor);
  ASSERT_TRUE(said.measured);
  EXPECT_TRUE(said.measured->random);
}

TEST(Audit, ConfirmsABundleThatWasSavedAndLoaded) {
  auto loaded = read_model(built().model.encode());
  ASSERT_TRUE(loaded.ok());
  EXPECT_TRUE(only(audited(dense_model(), key_of(built()), *loaded), {}));
}

TEST(Audit, NamesTheOneWeightThatDiffers) {
  DenseNumbers n;
  n.weights[3] = 0.7501f;
  const auto lines = audited(dense_model(n), key_of(built()), built().model);
  EXPECT_TRUE(only(lines, {"ONNX file: its SHA-256 is ", "weights \"Gemm_0.weight\": 1 of 4 integers differ, first at [1, 1]: "})) << lines[0];
}

TEST(Audit, NamesTheOneBiasThatDiffers) {
  DenseNumbers n;
  n.bias[0] = 0.500001f;   // moves the low limb alone
  const auto lines = audited(dense_model(n), key_of(built()), built().model);
  EXPECT_TRUE(only(lines, {"ONNX file: ", "weights \"Gemm_0.bias_low\": 1 of 2 integers differ, first at [0, 0]: "})) << lines[0];
}

// The recipe says which file it is for, and is not believed.
TEST(Audit, AWeightThatDiffersIsFoundUnderAForgedDigest) {
  DenseNumbers n;
  n.weights[0] = 1.5f;
  const Bytes onnx = dense_model(n);
  ProverModel forged = built().model;
  ModelRecipe recipe = recipe_in(forged);
  recipe.onnx = sha256(onnx);
  forged.recipe = write_recipe(recipe);
  EXPECT_TRUE(only(audited(onnx, key_of(built()), forged), {"weights \"Gemm_0.weight\": 1 of 4"}));
}

// A liar puts the weights of the file into the bundle of another commitment.
TEST(Audit, BundleWeightsThatAreNotTheCommittedOnesAreFoundByRootAndPin) {
  DenseNumbers n;
  n.weights[0] = 1.5f;
  const Bytes onnx = dense_model(n);
  ProverModel forged = built().model;
  ModelRecipe recipe = recipe_in(forged);
  recipe.onnx = sha256(onnx);
  forged.recipe = write_recipe(recipe);
  auto ours = recompile(onnx, nullptr, recipe);
  ASSERT_TRUE(ours.ok()) << ours.error().text();
  forged.weights = by_column(ours->compiled.theorem, ours->compiled.weights);
  EXPECT_TRUE(only(audited(onnx, key_of(built()), forged), {"root: the bundle's weights and secret give ", "pin: "}));
}

TEST(Audit, TheSameWeightsUnderAnotherSecretAreAnotherCommitment) {
  const Built again = built_from(dense_model());
  EXPECT_TRUE(only(audited(dense_model(), key_of(built()), again.model), {"bundle: it is of the key ", "root: ", "pin: "}));
  ProverModel forged = again.model;
  forged.key = built().model.key;
  EXPECT_TRUE(only(audited(dense_model(), key_of(built()), forged), {"root: ", "pin: "}));
}

TEST(Audit, AnotherRecipeIsSaidWithEveryNumberThatItChanges) {
  ProverModel other = built().model;
  ModelRecipe recipe = recipe_in(other);
  recipe.numbers.ranges.at("y").hi *= 2;
  other.recipe = write_recipe(recipe);
  const auto lines = audited(dense_model(), key_of(built()), other);
  ASSERT_FALSE(lines.empty());
  auto says = [&](const std::string& text) {
    return std::any_of(lines.begin(), lines.end(), [&](const std::string& l) { return l.find(text) != std::string::npos; });
  };
  EXPECT_TRUE(says("output 0: the ONNX file and the recipe give \"y\", float32 1 x 2, scale "));
  EXPECT_TRUE(says("weights \"Gemm_0.weight\"") || says("theorem, "));
  recipe = recipe_in(built().model);
  recipe.numbers.quant.weight_bits = 12;
  recipe.security = 100;
  recipe.regime = Regime::kUniqueDecoding;
  other.recipe = write_recipe(recipe);
  const auto more = audited(dense_model(), key_of(built()), other);
  for (const char* what : {"setting weight bits: ", "setting security: ", "setting regime: "}) {
    EXPECT_EQ(std::count_if(more.begin(), more.end(), [&](const std::string& l) { return l.starts_with(what); }), 1) << what;
  }
}

TEST(Audit, ARecipeThatCannotBeAppliedIsADifference) {
  ProverModel other = built().model;
  ModelRecipe recipe = recipe_in(other);
  recipe.numbers.ranges.erase("y");
  other.recipe = write_recipe(recipe);
  EXPECT_TRUE(only(audited(dense_model(), key_of(built()), other), {"recipe: it cannot be applied to the ONNX file: value \"y\""}));
  EXPECT_TRUE(only(audited(dense_model({}, "z"), key_of(built()), built().model), {"ONNX file: ", "recipe: it cannot be applied"}));
  EXPECT_TRUE(only(audited(Bytes{1, 2, 3}, key_of(built()), built().model), {"ONNX file: ", "recipe: it cannot be applied"}));
}

TEST(Audit, AnotherKeyIsSaid) {
  CompileOptions eight;
  eight.activation_bits = 8;
  const auto lines = audited(dense_model(), key_of(built_from(dense_model(), eight)), built().model);
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(), [](const std::string& l) { return l.starts_with("bundle: it is of the key "); }), 1);
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(), [](const std::string& l) { return l.starts_with("root: "); }), 1);
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(), [](const std::string& l) { return l.starts_with("setting activation bits: "); }), 1);
}

TEST(Audit, AKeyThatIsNotAcceptedIsADifferenceAndAForeignFileAnError) {
  Bytes key = key_of(built());
  key[key.size() - 100] ^= 1;   // in the registration proof
  EXPECT_TRUE(only(audited(dense_model(), key, built().model), {"key: it is not accepted: "}));
  const Bytes onnx = dense_model(), foreign = {'T', 'A', 'C', 'I', 'T'};
  EXPECT_FALSE(audit({onnx, foreign, recipe_in(built().model), &built().model}, {}, kTestTime).ok());
}

TEST(Audit, PublicWeightsNeedNoSecrets) {
  const Built open = built_public();
  const Bytes onnx = dense_model(), key = key_of(open);
  auto found = audit({onnx, key, recipe_in(open.model), nullptr}, {}, kTestTime);
  ASSERT_TRUE(found.ok()) << found.error().text();
  EXPECT_TRUE(only(found->differences, {}));
  EXPECT_EQ(open.model.key.core.root_w, built_public().model.key.core.root_w);   // nothing random
  DenseNumbers n;
  n.bias[1] = -0.2501f;
  const Bytes changed = dense_model(n);
  ModelRecipe recipe = recipe_in(open.model);
  found = audit({changed, key, recipe, nullptr}, {}, kTestTime);
  EXPECT_TRUE(only(found->differences, {"ONNX file: "}));
  recipe.onnx = sha256(changed);
  found = audit({changed, key, recipe, nullptr}, {}, kTestTime);
  EXPECT_TRUE(only(found->differences, {"root: the ONNX file and the recipe give ", "pin: "}));
}

TEST(Audit, PrivateWeightsNeedTheBundle) {
  const Bytes onnx = dense_model(), key = key_of(built());
  auto found = audit({onnx, key, recipe_in(built().model), nullptr}, {}, kTestTime);
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(only(found->differences, {"key: its weights are private"}));
}

TEST(Audit, MeasuresOnTheAuditorsData) {
  const Bytes onnx = dense_model(), key = key_of(built());
  auto data = [](const Graph& graph) -> tacit::Result<std::vector<TensorMap>> {
    return std::vector<TensorMap>{{{graph.inputs[0].name, make_float({1, 2}, {0.5f, -0.125f})}}};
  };
  auto found = audit({onnx, key, recipe_in(built().model), &built().model}, data, kTestTime);
  ASSERT_TRUE(found.ok() && found->confirmed());
  EXPECT_TRUE(found->statement.measured_by_auditor);
  EXPECT_EQ(found->statement.measured->samples, 1u);
  EXPECT_NEAR(found->statement.measured->errors[0].range, 2 * 0.5 - 0.125 + 0.5, 1e-6);
  auto bad = [](const Graph&) -> tacit::Result<std::vector<TensorMap>> { return bad_input("no data"); };
  EXPECT_FALSE(audit({onnx, key, recipe_in(built().model), &built().model}, bad, kTestTime).ok());
}

// The digest of the file tells whether a guess is right, and inner ranges are of trained values.
TEST(Audit, NothingOfTheRecipeStandsInAKeyWithPrivateWeights) {
  const Bytes key = key_of(built());
  auto holds = [&](const auto& bytes) { return std::search(key.begin(), key.end(), bytes.begin(), bytes.end()) != key.end(); };
  const Digest digest = sha256(dense_model());
  EXPECT_FALSE(holds(digest));
  EXPECT_FALSE(holds(hex_of(digest)));
  EXPECT_FALSE(holds(std::string("range")));
  EXPECT_TRUE(holds(built().model.key.core.root_w));   // the search finds what is there
  for (const auto& [name, range] : recipe_in(built().model).numbers.ranges) {
    ByteWriter number;
    number.f64(range.hi);
    if (name == "y") { EXPECT_FALSE(holds(number.data())); }
  }
}

}  // namespace
}  // namespace tacit::api
