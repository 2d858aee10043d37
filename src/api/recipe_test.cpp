#include "api/recipe.h"

#include <gtest/gtest.h>

#include <limits>

#include "api/audit_fixture.h"

namespace tacit::api {
namespace {

ModelRecipe example() {
  ModelRecipe r;
  r.onnx.fill(0xab);
  r.batch = 4;
  r.shapes = {{"x", {4, 7}}, {"scalar", {}}};
  r.until = {"h", "hex:", "\xff\xfe"};
  r.numbers.quant = {8, 10, 13, 1.25};
  r.numbers.input_headroom = 1;
  r.numbers.grid = -20;
  r.numbers.inputs = {{"x", tacit::Visibility::kCommitted}, {std::string("a\0b", 3), tacit::Visibility::kPrivate}};
  r.numbers.outputs = {{"y \"quoted\"\n", tacit::Visibility::kPublic}};
  r.numbers.ranges = {{"x", {-0.1, 1.0 / 3}}, {"\x80", {0, std::numeric_limits<float>::max()}}, {"z", {-5e-324, 0.0}}};
  r.weights = tacit::Visibility::kPublic;
  r.security = 100;
  r.openings = 0;
  r.regime = Regime::kUniqueDecoding;
  r.profile = tacit::Profile::kChain;
  r.measured = Measured{17, false, {{"y \"quoted\"\n", 0.1, 1e-9, 53.900747299194336, false, 0.4}, {"label", 0, 0, 1}}};
  return r;
}

std::string text_of(const ModelRecipe& r) {
  const Bytes bytes = write_recipe(r);
  return {bytes.begin(), bytes.end()};
}

tacit::Result<ModelRecipe> read(const std::string& text) { return read_recipe(Bytes(text.begin(), text.end())); }

TEST(RecipeFile, KeepsEveryBitOfEveryMember) {
  const ModelRecipe made = example();
  auto back = read(text_of(made));
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(text_of(*back), text_of(made));
  EXPECT_EQ(back->onnx, made.onnx);
  EXPECT_EQ(back->until, made.until);
  EXPECT_EQ(back->numbers.inputs, made.numbers.inputs);
  EXPECT_EQ(back->numbers.outputs, made.numbers.outputs);
  ASSERT_EQ(back->numbers.ranges.size(), made.numbers.ranges.size());
  for (const auto& [name, range] : made.numbers.ranges) {
    ASSERT_TRUE(back->numbers.ranges.contains(name));
    EXPECT_EQ(back->numbers.ranges.at(name).lo, range.lo);
    EXPECT_EQ(back->numbers.ranges.at(name).hi, range.hi);
  }
  EXPECT_EQ(back->numbers.quant.headroom, 1.25);
  EXPECT_EQ(back->numbers.grid, -20);
  EXPECT_EQ(back->regime, Regime::kUniqueDecoding);
  EXPECT_EQ(back->measured->errors[0].range, 53.900747299194336);
  ModelRecipe bare = example();
  bare.measured.reset();
  EXPECT_FALSE(read(text_of(bare))->measured.has_value());
}

TEST(RecipeFile, EveryMissingUnknownOrMisshapenMemberIsOneLine) {
  const Json good = Json::parse(text_of(example()));
  for (const auto& [key, value] : good.items()) {
    const bool may_be_missing = key == "measured" || key == "shapes" || key == "profile";
    Json bad = good;
    bad.erase(key);
    EXPECT_EQ(read(bad.dump()).ok(), may_be_missing) << key;
    for (const Json& wrong : {Json(nullptr), Json(true), Json(-7), Json(1.5), Json("?"), Json({1}), Json({{"a", 1}})}) {
      bad = good;
      bad[key] = wrong;
      const bool fine = (key == "grid" && wrong == -7) || ((key == "headroom" || key == "input_headroom") && wrong.is_number());
      auto found = read(bad.dump());
      EXPECT_EQ(found.ok(), fine) << key << " " << wrong.dump();
      if (found.ok()) continue;
      EXPECT_EQ(found.error().text().rfind("recipe: ", 0), 0u);
      EXPECT_EQ(found.error().text().find('\n'), std::string::npos) << found.error().text();
    }
  }
  Json more = good;
  more["also"] = 1;
  EXPECT_NE(read(more.dump()).error().text().find("\"also\" is not known"), std::string::npos);
}

TEST(RecipeFile, TextsThatAreNoRecipeAreRefused) {
  for (const std::string& text : std::vector<std::string>{"", "{", "[]", "null", "{}", "recipe", "{\"ranges\": 1e999}", std::string(100000, '['),
                                                          text_of(example()) + "x", std::string("{\"a\xff\": 1}")}) {
    EXPECT_FALSE(read(text).ok()) << text.substr(0, 20);
  }
  const std::string good = text_of(example());
  for (std::size_t n = 0; n + 2 < good.size(); n += 7) EXPECT_FALSE(read(good.substr(0, n)).ok()) << n;
}

TEST(RecipeFile, OfACompiledModelSaysHowItWasCompiled) {
  CompileOptions options;
  options.activation_bits = 12;
  options.security_bits = 100;
  options.openings = 7;
  options.unique_decoding = true;
  options.profile = Profile::kSmall;
  const Built built = built_from(dense_model(), options);
  const ModelRecipe r = recipe_in(built.model);
  EXPECT_EQ(r.numbers.quant.activation_bits, 12u);
  EXPECT_EQ(r.security, 100u);
  EXPECT_EQ(r.openings, 7u);
  EXPECT_EQ(r.regime, Regime::kUniqueDecoding);
  EXPECT_EQ(r.profile, tacit::Profile::kSmall);
  EXPECT_EQ(hex_of(r.onnx), built.report.onnx_sha256);
  EXPECT_EQ(r.numbers.ranges.at("x").lo, -1);
  EXPECT_EQ(r.numbers.inputs.at("x"), tacit::Visibility::kPrivate);
}

}  // namespace
}  // namespace tacit::api
