// What a key tells of the weights: two models of one architecture under one recipe give keys that differ in the commitment,
// and otherwise only where docs/protocol.md, section 14, says so.
#include <gtest/gtest.h>

#include <regex>

#include "api/build.h"
#include "api/key_fields_test.h"
#include "graph/numbers_fixture.h"

namespace tacit::api {
namespace {

const std::set<std::string> kCommitment = {"core.root_w", "core.pin_y[0]", "core.pin_y[1]", "core.pin_y[2]", "registration_proof", "statement"};

tacit::Recipe shared_recipe() {
  auto made = tacit::compile(model_of(random_numbers(1)), samples_of_numbers(), {}, {});
  EXPECT_TRUE(made.ok());
  return made->recipe;
}

/// As published and read again.
VerifierKey key_of(const Numbers& numbers, const tacit::Recipe& recipe, tacit::Visibility weights = tacit::Visibility::kPrivate) {
  auto compiled = tacit::compile(model_of(numbers), recipe);
  EXPECT_TRUE(compiled.ok()) << compiled.error().text();
  Settings settings;
  settings.model_name = "numbers";
  settings.openings = 4;
  settings.weights = weights;
  std::vector<IntColumn> columns = by_column(compiled->theorem, compiled->weights);
  auto model = register_model(compiled->theorem, compiled->ports, settings, std::move(columns), ModelSecret::fresh().value(), {});
  EXPECT_TRUE(model.ok()) << model.error().text();
  auto key = read_key(model->key.encode());
  EXPECT_TRUE(key.ok()) << key.error().text();
  return std::move(*key);
}

/// A declared range of weights, of 16 bits or two or four more.
bool is_width(const Column& c) {
  for (const int bits : {16, 18, 20})
    if (c.lo == -(std::int64_t{1} << (bits - 1)) && c.hi == -c.lo - 1) return true;
  return false;
}

/// Section 14: shifts, widths of weights, what follows from them (ranges of remainders and excesses, tables, sizes), coefficients of linear terms.
bool is_listed(const std::string& path, const VerifierKey& a, const VerifierKey& b) {
  static const std::regex kShifts(R"(core\.theorem\.lookups\[\d+\]\.tuple\[\d+\]\.(shift|constant|linears\[\d+\]\.coefficient))");
  static const std::regex kTables(R"(core\.theorem\.(tables\[\d+\]\.[\w.]+|tables\.size|multiplicities.*|columns\.size|lookups\[\d+\]\.table))");
  static const std::regex kCoefficients(R"(core\.theorem\.accumulators\[\d+\]\.linears\[\d+\]\.coefficient)");
  static const std::regex kSizes(R"((core\.params|registration_params)\..*)");   // follow from the theorem
  static const std::regex kColumn(R"(core\.theorem\.columns\[(\d+)\]\.(\w+))");
  for (const std::regex* listed : {&kShifts, &kTables, &kCoefficients, &kSizes})
    if (std::regex_match(path, *listed)) return true;
  std::smatch match;
  if (!std::regex_match(path, match, kColumn)) return false;
  const std::size_t id = std::stoul(match[1]);
  for (const VerifierKey* key : {&a, &b}) {
    if (id >= key->core.theorem.columns.size()) continue;
    const Column& column = key->core.theorem.columns[id];
    const std::string& name = column.name;
    const bool is_bound = match[2] == "lo" || match[2] == "hi";
    const bool is_rest = name.ends_with(".remainder") || name.find(".excess") != std::string::npos;
    const bool is_weight = column.home == Home::kWeights && name.find(".weight") != std::string::npos && is_width(column);
    const bool range = is_bound && (is_rest || is_weight);
    if (!range && name != "multiplicities") return false;
  }
  return true;
}

/// Differences that neither the commitment nor the list explains.
std::set<std::string> unexplained(const VerifierKey& a, const VerifierKey& b) {
  std::set<std::string> out;
  for (const std::string& path : differing_fields(a, b))
    if (!kCommitment.contains(path) && !is_listed(path, a, b)) out.insert(path);
  return out;
}

TEST(KeySecrecy, KeysOfOtherWeightsOfTheSameSizeDifferInTheCommitmentAlone) {
  const tacit::Recipe recipe = shared_recipe();
  const Numbers one = random_numbers(1);
  Numbers flat = moved(one);
  flat.places.f.assign(3, 0.0f);                                            // constants that all are equal,
  std::fill(flat.kernel.f.begin(), flat.kernel.f.begin() + 18, 0.0f);       // and a channel that is dead
  for (const auto weights : {tacit::Visibility::kPrivate, tacit::Visibility::kPublic}) {
    VerifierKey a = key_of(one, recipe, weights);
    for (const Numbers& other : {moved(one), flat}) {
      const VerifierKey b = key_of(other, recipe, weights);
      EXPECT_EQ(differing_fields(a, b), kCommitment);
      // Nothing was overlooked: with these fields exchanged the files are equal byte for byte.
      VerifierKey exchanged = a;
      exchanged.core.root_w = b.core.root_w;
      exchanged.core.pin_y = b.core.pin_y;
      exchanged.registration_proof = b.registration_proof;
      EXPECT_EQ(exchanged.encode(), b.encode());
    }
  }
}

TEST(KeySecrecy, TheSameWeightsUnderAnotherSecretAreAsFarApartAsOtherWeights) {
  const tacit::Recipe recipe = shared_recipe();
  EXPECT_EQ(differing_fields(key_of(random_numbers(1), recipe), key_of(random_numbers(1), recipe)), kCommitment);
}

TEST(KeySecrecy, KeysOfWeightsOfAnotherSizeDifferInTheListedFieldsToo) {
  const tacit::Recipe recipe = shared_recipe();
  const VerifierKey a = key_of(random_numbers(1), recipe);
  for (const float factor : {512.0f, 8.0f, 0.01f, 0.0f}) {
    Numbers larger = random_numbers(2);
    for (Tensor* t : {&larger.kernel, &larger.dense}) for (float& v : t->f) v *= factor;
    const VerifierKey b = key_of(larger, recipe);
    EXPECT_EQ(unexplained(a, b), std::set<std::string>{}) << factor;
    const std::set<std::string> paths = differing_fields(a, b);
    const auto differs = [&](const char* end) {
      return std::any_of(paths.begin(), paths.end(), [&](const std::string& p) { return p.ends_with(end); });
    };
    if (factor == 8) { EXPECT_TRUE(differs(".lo")); }  // wider weights
    if (factor == 512) { EXPECT_TRUE(differs(".shift")); }
  }
}

// Weights so large that no shift would do raise their layer's scale, and so the scale of an output.
TEST(KeySecrecy, KeysOfWeightsBeyondEveryShiftDifferInTheOutputsScaleToo) {
  const tacit::Recipe recipe = shared_recipe();
  Numbers huge = random_numbers(2);
  for (float& v : huge.dense.f) v *= 0x1p24f;
  const VerifierKey a = key_of(random_numbers(1), recipe), b = key_of(huge, recipe);
  EXPECT_EQ(unexplained(a, b), std::set<std::string>{"core.ports.outputs[0].scale"});
}

// The comparison has eyes.
TEST(KeySecrecy, AnyOtherDifferenceIsFound) {
  const VerifierKey a = key_of(random_numbers(1), shared_recipe());
  auto found = [&](auto change) {
    VerifierKey b = a;
    change(b.core);
    return unexplained(a, b);
  };
  using Paths = std::set<std::string>;
  EXPECT_EQ(found([](KeyCore&) {}), Paths{});
  EXPECT_EQ(found([](KeyCore& c) { c.settings.model_name += "1"; }), Paths{"core.settings.model_name"});
  EXPECT_EQ(found([](KeyCore& c) { c.ports.outputs[0].scale *= 2; }), Paths{"core.ports.outputs[0].scale"});
  EXPECT_EQ(found([](KeyCore& c) { c.ports.inputs[0].dims[1] = 3; }), Paths{"core.ports.inputs[0].dims[1]"});
  EXPECT_EQ(found([](KeyCore& c) { c.theorem.accumulators[0].contractions[0].window.pad_h = 2; }), Paths{"core.theorem.accumulators[0].contractions[0].window"});
  EXPECT_EQ(found([](KeyCore& c) { c.theorem.lookups[0].rows = 9; }), Paths{"core.theorem.lookups[0].rows"});
  for (ColumnId id = 0; id < a.core.theorem.columns.size(); ++id) {
    if (a.core.theorem.columns[id].home != Home::kWeights) continue;
    const std::string path = "core.theorem.columns[" + std::to_string(id) + "].";
    EXPECT_EQ(found([&](KeyCore& c) { c.theorem.columns[id].hi = 5; }), Paths{path + "hi"});
    EXPECT_EQ(found([&](KeyCore& c) { c.theorem.columns[id].cols += 1; }), Paths{path + "cols"});
  }
  EXPECT_EQ(found([](KeyCore& c) { std::swap(c.theorem.accumulators[0], c.theorem.accumulators[1]); }).count("core.theorem.accumulators[0].name"), 1u);
}

}  // namespace
}  // namespace tacit::api
