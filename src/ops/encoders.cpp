// Operators of ai.onnx.ml on categories and thresholds, as nodes of matches.h:
//
//   Binarizer              1 where x is above the threshold
//   OneHotEncoder          a 1 at the category; floats are cut to integers first, and what is no category has no 1
//   LabelEncoder           a value for each key: floats are hidden, integers and strings are public names
//   CategoryMapper         strings for integers
//   ArrayFeatureExtractor  some columns, by constant numbers; or elements of one constant row, by computed numbers
//
// Keys and inputs that are strings are refused: text is no input of a proof.
#include <algorithm>

#include "ops/call.h"
#include "ops/classes.h"
#include "ops/expansion.h"
#include "ops/matches.h"

namespace tacit {
namespace {

using Ints = std::vector<std::int64_t>;
using Floats = std::vector<float>;
using Doubles = std::vector<double>;

Result<Expansion> expand_binarizer(const Call& call) {
  Expansion to(call);
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_TRY(const float threshold, float_attribute(*call.node, "threshold", 0));
  to.give(0, to.add_own("Above", {to.input(0)}, {{"threshold", threshold}}));
  return to;
}

Status check_keys(const Node& node, const Doubles& keys) {
  if (keys.empty()) return refuse(node, "has no numbers as keys; text is no input of a proof");
  if (static_cast<std::int64_t>(keys.size()) > kMostKeys) return refuse(node, "has more than " + std::to_string(kMostKeys) + " keys");
  for (const double key : keys)
    if (key > 0x1p53 || key < -0x1p53) return refuse(node, "has a key beyond 2^53");
  return Unit{};
}

Result<Expansion> expand_one_hot(const Call& call) {
  Expansion to(call);
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_TRY(const Ints categories, ints_attribute(*call.node, "cats_int64s", {}));
  const Doubles keys(categories.begin(), categories.end());
  TACIT_OK(check_keys(*call.node, keys));
  const std::int64_t truncates = call.operand(0).type.dtype == DType::kFloat ? 1 : 0;
  to.give(0, to.add_own("Matches", {to.input(0)}, {{"keys", keys_attribute(keys)}, {"truncates", truncates}}));
  return to;
}

/// keys_NAME, as numbers of whatever type.
Result<Doubles> read_keys(const Node& node) {
  TACIT_TRY(const Ints integers, ints_attribute(node, "keys_int64s", {}));
  if (!integers.empty()) return Doubles(integers.begin(), integers.end());
  if (auto found = node.attributes.find("keys_floats"); found != node.attributes.end()) {
    if (const auto* floats = std::get_if<Floats>(&found->second)) return Doubles(floats->begin(), floats->end());  // one may be NaN
  }
  if (auto found = node.attributes.find("keys_tensor"); found != node.attributes.end()) {
    const auto* tensor = std::get_if<Tensor>(&found->second);
    if (tensor == nullptr) return refuse(node, "its keys are no numbers; text is no input of a proof");
    if (tensor->dtype == DType::kFloat) return Doubles(tensor->f.begin(), tensor->f.end());
    return Doubles(tensor->i.begin(), tensor->i.end());
  }
  return Doubles{};
}

/// What the keys stand for: one of the three, and the value of everything else behind them.
struct Values {
  Ints integers;
  Floats floats;
  std::vector<std::string> strings;
  std::size_t size() const { return std::max({integers.size(), floats.size(), strings.size()}); }
};

Result<Values> read_tensor_values(const Node& node, const Attribute& attribute) {
  const auto* tensor = std::get_if<Tensor>(&attribute);
  if (tensor == nullptr) return refuse(node, "values_tensor is no tensor of numbers");
  const auto found = node.attributes.find("default_tensor");
  const Tensor* other = found == node.attributes.end() ? nullptr : std::get_if<Tensor>(&found->second);
  if (other != nullptr && (other->dtype != tensor->dtype || other->size() != 1)) return malformed(node, "default_tensor does not fit values_tensor");
  Values values{tensor->i, tensor->f, {}};
  if (tensor->dtype == DType::kFloat) values.floats.push_back(other == nullptr ? 0.0f : other->f[0]);
  else values.integers.push_back(other == nullptr ? -1 : other->i[0]);
  return values;
}

Result<Values> read_values(const Node& node) {
  if (auto found = node.attributes.find("values_tensor"); found != node.attributes.end()) return read_tensor_values(node, found->second);
  Values values;
  TACIT_TRY(values.integers, ints_attribute(node, "values_int64s", {}));
  TACIT_TRY(values.strings, strings_attribute(node, "values_strings"));
  if (values.integers.empty() && values.strings.empty()) {
    TACIT_TRY(values.floats, floats_attribute(node, "values_floats"));
    TACIT_TRY(const float other, float_attribute(node, "default_float", 0));
    values.floats.push_back(other);
  } else if (values.strings.empty()) {
    TACIT_TRY(const std::int64_t other, int_attribute(node, "default_int64", -1));
    values.integers.push_back(other);
  } else {
    TACIT_TRY(std::string other, string_attribute(node, "default_string", "_Unused"));
    values.strings.push_back(std::move(other));
  }
  return values;
}

/// The first of equal keys counts.
void drop_repeated(Doubles& keys, Values& values) {
  for (std::size_t k = keys.size(); k-- > 0;) {
    const bool repeated = std::any_of(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(k), [&](double key) { return is_key(keys[k], key); });
    if (!repeated) continue;
    const auto at = static_cast<std::ptrdiff_t>(k);
    keys.erase(keys.begin() + at);
    if (!values.integers.empty()) values.integers.erase(values.integers.begin() + at);
    if (!values.floats.empty()) values.floats.erase(values.floats.begin() + at);
    if (!values.strings.empty()) values.strings.erase(values.strings.begin() + at);
  }
}

/// The value of each element's key, which is hidden.
std::string add_hidden_values(Expansion& to, const std::string& matches, Floats values) {
  const float other = values.back();
  values.pop_back();
  for (float& v : values) v -= other;
  const auto count = static_cast<std::int64_t>(values.size());
  std::string sum = to.add("MatMul", {matches, to.constant(make_float({count, 1}, std::move(values)))});
  if (other != 0) sum = to.add("Add", {sum, to.floats({other})});
  return sum;
}

Status give_values(Expansion& to, const std::string& x, const Doubles& keys, Values values) {
  const auto other = static_cast<std::int64_t>(keys.size());
  if (!values.floats.empty()) {
    const std::string matches = to.add_own("Matches", {x}, {{"keys", keys_attribute(keys)}, {"truncates", std::int64_t{0}}});
    to.give(0, to.add("Squeeze", {add_hidden_values(to, matches, std::move(values.floats)), to.integers({-1})}));
    return Unit{};
  }
  const std::string places = to.add_own("Places", {x}, {{"keys", keys_attribute(keys)}, {"other", other}});
  to.give(0, add_labels(to, places, {std::move(values.integers), std::move(values.strings)}));
  return Unit{};
}

Result<Expansion> expand_label_encoder(const Call& call) {
  Expansion to(call);
  TACIT_OK(check_arity(call, 1, 1));
  const Node& node = *call.node;
  TACIT_TRY(Doubles keys, read_keys(node));
  TACIT_TRY(Values values, read_values(node));
  TACIT_TRY(const std::vector<std::string> classes, strings_attribute(node, "classes_strings"));
  if (!classes.empty()) {  // opset 1: names by their places
    keys.clear();
    for (std::size_t k = 0; k < classes.size(); ++k) keys.push_back(static_cast<double>(k));
    TACIT_TRY(std::string other, string_attribute(node, "default_string", "_Unused"));
    values = {{}, {}, classes};
    values.strings.push_back(std::move(other));
  }
  TACIT_OK(check_keys(node, keys));
  if (values.size() != keys.size() + 1) return malformed(node, "has " + std::to_string(keys.size()) + " keys and " + std::to_string(values.size() - 1) + " values");
  drop_repeated(keys, values);
  TACIT_OK(give_values(to, to.input(0), keys, std::move(values)));
  return to;
}

Result<Expansion> expand_category_mapper(const Call& call) {
  Expansion to(call);
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_TRY(const Ints integers, ints_attribute(*call.node, "cats_int64s", {}));
  Values values;
  TACIT_TRY(values.strings, strings_attribute(*call.node, "cats_strings"));
  TACIT_TRY(std::string other, string_attribute(*call.node, "default_string", "_Unused"));
  Doubles keys(integers.begin(), integers.end());
  TACIT_OK(check_keys(*call.node, keys));
  if (keys.size() != values.strings.size()) return malformed(*call.node, "has " + std::to_string(keys.size()) + " integers and " + std::to_string(values.strings.size()) + " strings");
  values.strings.push_back(std::move(other));
  drop_repeated(keys, values);
  TACIT_OK(give_values(to, to.input(0), keys, std::move(values)));
  return to;
}

/// Columns of operand 0 by constant numbers: neighbours as slices.
Result<Expansion> expand_columns(const Call& call, const Ints& places) {
  Expansion to(call);
  const Shape& dims = call.operand(0).type.dims;
  if (dims.empty() || places.empty()) return malformed(*call.node, "takes no columns");
  std::string x = to.input(0);
  if (dims.size() == 1) x = to.add("Reshape", {x, to.integers({1, dims[0]})});
  for (const std::int64_t place : places)
    if (place < 0 || place >= dims.back()) return malformed(*call.node, "there is no column " + std::to_string(place));
  to.give(0, to.add("Gather", {x, to.integers(places)}, {{"axis", std::int64_t{-1}}}));
  return to;
}

/// Elements of a constant row by computed numbers.
Result<Expansion> expand_lookup(const Call& call) {
  Expansion to(call);
  const Tensor& row = *call.operand(0).value;
  const TensorType& type = call.operand(1).type;
  if (row.size() == 0 || (row.dims.size() > 1 && static_cast<std::int64_t>(row.size()) != row.dims.back())) return refuse(*call.node, "takes computed columns of several rows");
  if (type.dtype != DType::kInt64) return malformed(*call.node, "its columns are no integers");
  if (static_cast<std::int64_t>(row.size()) > kMostKeys) return refuse(*call.node, "has more than " + std::to_string(kMostKeys) + " columns");
  std::string out;
  if (row.dtype == DType::kInt64) {
    out = add_labels(to, to.input(1), {row.i, {}});
  } else {
    Doubles keys;
    for (std::size_t k = 0; k < row.size(); ++k) keys.push_back(static_cast<double>(k));
    Floats values = row.f;
    values.push_back(0);
    out = add_hidden_values(to, to.add_own("Matches", {to.input(1)}, {{"keys", keys_attribute(keys)}, {"truncates", std::int64_t{0}}}), std::move(values));
  }
  to.give(0, to.add("Reshape", {out, to.integers({1, *element_count(type.dims)})}));
  return to;
}

Result<Expansion> expand_extractor(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  const Tensor* places = call.operand(1).value;
  if (places != nullptr && places->dtype == DType::kInt64) return expand_columns(call, places->i);
  if (call.operand(0).value != nullptr) return expand_lookup(call);
  return refuse(*call.node, "both its rows and its columns depend on the model's input");
}

}  // namespace

constexpr OperatorText kBinarizerText = {
    "a comparison with an attribute; of an input of the model by its float32 bits, exactly"};
constexpr OperatorText kOneHotEncoderText = {
    "exact comparisons with hidden keys; of an input of the model by its float32 bits",
    "keys and inputs are numbers, values may be text; 4096 keys; an unknown category has no 1"};
constexpr OperatorText kArrayFeatureExtractorText = {
    "moved elements",
    "columns constant, or elements of one constant row"};
extern const Operator kBinarizer, kOneHotEncoder, kLabelEncoder, kCategoryMapper, kArrayFeatureExtractor;
const Operator kBinarizer = {.op = "Binarizer", .domain = kMlDomain, .text = kBinarizerText, .expand = expand_binarizer};
const Operator kOneHotEncoder = {.op = "OneHotEncoder", .domain = kMlDomain, .text = kOneHotEncoderText, .expand = expand_one_hot};
const Operator kLabelEncoder = {.op = "LabelEncoder", .domain = kMlDomain, .text = kOneHotEncoderText, .expand = expand_label_encoder};
const Operator kCategoryMapper = {.op = "CategoryMapper", .domain = kMlDomain, .text = kOneHotEncoderText, .expand = expand_category_mapper};
const Operator kArrayFeatureExtractor = {.op = "ArrayFeatureExtractor", .domain = kMlDomain, .text = kArrayFeatureExtractorText, .expand = expand_extractor};

}  // namespace tacit
