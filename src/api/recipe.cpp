#include "api/recipe.h"

#include "graph/claims.h"
#include "theorem/float32.h"

namespace tacit::api {
namespace {

constexpr const char* kKind = "tacit recipe v1";
constexpr std::size_t kMaxBytes = std::size_t{16} << 20;
constexpr const char* kRegimes[] = {"unique decoding", "Johnson"};
constexpr const char* kProfiles[] = {"fast", "small", "chain"};

Json json_of(const std::map<std::string, tacit::Visibility>& visibilities) {
  Json out = Json::object();
  for (const auto& [name, visibility] : visibilities) out[json_text(name)] = text_of(visibility);
  return out;
}

Json json_of(const std::map<std::string, ValueRange>& ranges) {
  Json out = Json::object();
  for (const auto& [name, range] : ranges) out[json_text(name)] = {range.lo, range.hi};
  return out;
}

tacit::Result<tacit::Visibility> visibility_of(const Json& value) {
  for (const auto v : {tacit::Visibility::kPublic, tacit::Visibility::kPrivate, tacit::Visibility::kCommitted})
    if (value == text_of(v)) return v;
  return bad_input("a visibility must be public, private or committed");
}

tacit::Result<std::map<std::string, tacit::Visibility>> visibilities_of(const Json& object) {
  std::map<std::string, tacit::Visibility> out;
  for (const auto& [key, value] : object.items()) {
    TACIT_TRY(const std::string name, name_of(key));
    TACIT_TRY(out[name], visibility_of(value));
  }
  return out;
}

tacit::Result<std::map<std::string, ValueRange>> ranges_of(const Json& object) {
  std::map<std::string, ValueRange> out;
  for (const auto& [key, value] : object.items()) {
    TACIT_TRY(const std::string name, name_of(key));
    const bool pair = value.is_array() && value.size() == 2 && value[0].is_number() && value[1].is_number();
    if (!pair) return bad_input("a range must be two numbers", "\"" + key + "\"");
    out[name] = {value[0].get<double>(), value[1].get<double>()};
  }
  return out;
}

tacit::Result<std::map<std::string, std::vector<std::uint8_t>>> row_shifts_of(const Json& object) {
  std::map<std::string, std::vector<std::uint8_t>> out;
  for (const auto& [key, list] : object.items()) {
    TACIT_TRY(const std::string name, name_of(key));
    if (!list.is_array() || list.empty()) return bad_input("scales of features must be a list", "\"" + key + "\"");
    for (const Json& item : list) {
      const bool small = item.is_number_unsigned() && item.get<std::uint64_t>() <= kMaxRowShift;
      if (!small) return bad_input("scales of features must be small powers of two", "\"" + key + "\"");
      out[name].push_back(item.get<std::uint8_t>());
    }
  }
  return out;
}

tacit::Result<std::map<std::string, Shape>> shapes_of(const Json& object) {
  std::map<std::string, Shape> out;
  for (const auto& [key, list] : object.items()) {
    TACIT_TRY(const std::string name, name_of(key));
    if (!list.is_array()) return bad_input("a shape must be a list of extents", "\"" + key + "\"");
    Shape& dims = out[name];
    for (const Json& item : list) {
      if (!item.is_number_unsigned() || item.get<std::uint64_t>() > INT32_MAX) return bad_input("a shape must be a list of extents", "\"" + key + "\"");
      dims.push_back(item.get<std::int64_t>());
    }
  }
  return out;
}

tacit::Result<std::vector<std::string>> names_of(const Json& list) {
  std::vector<std::string> out;
  for (const Json& item : list) {
    if (!item.is_string()) return bad_input("a name must be a text");
    TACIT_TRY(std::string name, name_of(item.get<std::string>()));
    out.push_back(std::move(name));
  }
  return out;
}

Json json_of(const std::vector<std::string>& names) {
  Json out = Json::array();
  for (const std::string& name : names) out.push_back(json_text(name));
  return out;
}

Status read_numbers(JsonFields& in, tacit::Recipe& out) {
  out.quant.activation_bits = static_cast<std::uint32_t>(in.whole("activation_bits", 2, 16));
  out.quant.weight_bits = static_cast<std::uint32_t>(in.whole("weight_bits", 2, kMostWeightBits));
  out.quant.most_weight_bits = static_cast<std::uint32_t>(in.whole("most_weight_bits", out.quant.weight_bits, kMostWeightBits));
  out.quant.headroom = in.real("headroom");
  out.input_headroom = in.real("input_headroom");
  out.grid = static_cast<int>(in.whole("grid", kMinGrid, kFloat32Grid));
  if (out.grid > kMaxGrid && out.grid != kFloat32Grid) return bad_input("the grid is no power of two in range, nor float32", "recipe");
  TACIT_TRY(out.inputs, visibilities_of(in.object("inputs")));
  TACIT_TRY(out.outputs, visibilities_of(in.object("outputs")));
  TACIT_TRY(out.ranges, ranges_of(in.object("ranges")));
  if (in.has("row_shifts")) {
    TACIT_TRY(out.row_shifts, row_shifts_of(in.object("row_shifts")));
  }
  return Unit{};
}

tacit::Result<ModelRecipe> recipe_of(const Json& object) {
  JsonFields in(object);
  ModelRecipe out;
  in.choice("kind", {kKind});
  out.onnx = in.digest("onnx_sha256");
  out.batch = static_cast<std::uint64_t>(in.whole("batch", 1, std::int64_t{1} << 20));
  if (in.has("shapes")) {
    TACIT_TRY(out.shapes, shapes_of(in.object("shapes")));
  }
  TACIT_TRY(out.until, names_of(in.list("until")));
  if (in.has("claim")) {
    in.choice("claim", {kAccuracyClaim});
    out.claim = kAccuracyClaim;
  }
  TACIT_TRY([[maybe_unused]] Unit numbers, read_numbers(in, out.numbers));
  out.weights = static_cast<tacit::Visibility>(in.choice("weights", {"public", "private"}));
  out.security = static_cast<std::uint32_t>(in.whole("security", 100, 128));
  out.openings = static_cast<std::uint32_t>(in.whole("openings", 0, UINT32_MAX));
  out.regime = static_cast<Regime>(in.choice("regime", {kRegimes[0], kRegimes[1]}));
  if (in.has("profile")) out.profile = static_cast<tacit::Profile>(in.choice("profile", {kProfiles[0], kProfiles[1], kProfiles[2]}));
  if (in.has("measured")) {
    TACIT_TRY(out.measured, measured_of(in.object("measured")));
  }
  TACIT_TRY([[maybe_unused]] Unit done, in.done());
  return out;
}

}  // namespace

const char* text_of(tacit::Visibility visibility) {
  switch (visibility) {
    case tacit::Visibility::kPublic: return "public";
    case tacit::Visibility::kPrivate: return "private";
    case tacit::Visibility::kCommitted: return "committed";
  }
  return "";
}

Json json_of(const Measured& measured) {
  Json errors = Json::array();
  for (const tacit::OutputError& e : measured.errors) {
    errors.push_back({{"output", json_text(e.name)}, {"max", e.max}, {"mean", e.mean}, {"span", e.range}});
    if (e.bound) errors.back()["bound"] = *e.bound;
  }
  return {{"samples", measured.samples}, {"random", measured.random}, {"errors", errors}};
}

tacit::Result<Measured> measured_of(const Json& object) {
  JsonFields in(object);
  Measured out;
  out.samples = static_cast<std::uint64_t>(in.whole("samples", 0, INT64_MAX));
  out.random = in.flag("random");
  for (const Json& item : in.list("errors")) {
    JsonFields fields(item);
    TACIT_TRY(const std::string name, name_of(fields.text("output")));
    out.errors.push_back({name, fields.real("max"), fields.real("mean"), fields.real("span")});
    if (fields.has("bound")) out.errors.back().bound = fields.real("bound");
    TACIT_TRY([[maybe_unused]] Unit one, fields.done());
  }
  TACIT_TRY([[maybe_unused]] Unit done, in.done());
  return out;
}

Bytes write_recipe(const ModelRecipe& recipe) {
  const tacit::Recipe& n = recipe.numbers;
  Json object{{"kind", kKind}, {"onnx_sha256", hex_of(recipe.onnx)}, {"batch", recipe.batch}, {"until", json_of(recipe.until)},
              {"activation_bits", n.quant.activation_bits}, {"weight_bits", n.quant.weight_bits}, {"most_weight_bits", n.quant.widest_weight()},
              {"headroom", n.quant.headroom},
              {"input_headroom", n.input_headroom}, {"grid", n.grid}, {"inputs", json_of(n.inputs)}, {"outputs", json_of(n.outputs)},
              {"ranges", json_of(n.ranges)}, {"weights", text_of(recipe.weights)}, {"security", recipe.security},
              {"openings", recipe.openings}, {"regime", kRegimes[static_cast<int>(recipe.regime)]}};
  if (recipe.profile != tacit::Profile::kFast) object["profile"] = kProfiles[static_cast<int>(recipe.profile)];
  if (!recipe.shapes.empty()) {
    Json shapes = Json::object();
    for (const auto& [name, dims] : recipe.shapes) shapes[json_text(name)] = dims;
    object["shapes"] = std::move(shapes);
  }
  if (!n.row_shifts.empty()) {
    Json shifts = Json::object();
    for (const auto& [name, list] : n.row_shifts) shifts[json_text(name)] = list;
    object["row_shifts"] = std::move(shifts);
  }
  if (!recipe.claim.empty()) object["claim"] = recipe.claim;
  if (recipe.measured) object["measured"] = json_of(*recipe.measured);
  const std::string text = object.dump(1) + "\n";
  return {text.begin(), text.end()};
}

tacit::Result<ModelRecipe> read_recipe(ByteSpan text) {
  const std::string where = "recipe";
  if (text.size() > kMaxBytes) return bad_input("is too long", where);
  auto object = parse_object(text);
  if (!object.ok()) return bad_input(object.error().text(), where);
  auto recipe = recipe_of(*object);
  if (!recipe.ok()) return bad_input(recipe.error().text(), where);
  return recipe;
}

}  // namespace tacit::api
