#include "ops/classes.h"

#include <cmath>
#include <numeric>

#include "ops/matches.h"

namespace tacit {

bool ClassLabels::are_places() const {
  if (!strings.empty()) return false;
  for (std::size_t i = 0; i < integers.size(); ++i)
    if (integers[i] != static_cast<std::int64_t>(i)) return false;
  return true;
}

Status check_constant_free(const Call& call) {
  if (call.operands.size() != 1 || !call.operand(0).present) return malformed(*call.node, "has " + std::to_string(call.operands.size()) + " inputs, 1 expected");
  return Unit{};
}

Result<FeatureRows> feature_rows(const Call& call, Expansion& to) {
  TACIT_OK(check_constant_free(call));
  const TensorType& type = call.operand(0).type;
  if (type.dims.empty() || type.dims.size() > 2) {
    return refuse(*call.node, "its input has " + std::to_string(type.dims.size()) + " axes; rows of features are expected");
  }
  FeatureRows out{to.input(0), type.dims.size() == 1 ? 1 : type.dims[0], type.dims.back()};
  if (type.dtype != DType::kFloat) out.name = to.add("Cast", {out.name}, {{"to", std::int64_t{1}}});
  if (type.dims.size() == 1) out.name = to.add("Reshape", {out.name, to.integers({1, out.features})});
  return out;
}

Result<std::vector<float>> floats_attribute(const Node& node, const char* name) {
  std::vector<float> out;
  auto found = node.attributes.find(name);
  if (found == node.attributes.end()) return out;
  if (const auto* list = std::get_if<std::vector<float>>(&found->second)) out = *list;
  else if (const auto* none = std::get_if<std::vector<std::int64_t>>(&found->second); none == nullptr || !none->empty()) {
    return malformed(node, "attribute " + std::string(name) + " must be a list of floats");
  }
  for (const float v : out)
    if (!std::isfinite(v)) return malformed(node, "attribute " + std::string(name) + " holds a number that is not finite");
  return out;
}

Result<std::vector<std::string>> strings_attribute(const Node& node, const char* name) {
  auto found = node.attributes.find(name);
  if (found == node.attributes.end()) return std::vector<std::string>{};
  if (const auto* list = std::get_if<std::vector<std::string>>(&found->second)) return *list;
  if (const auto* none = std::get_if<std::vector<std::int64_t>>(&found->second); none != nullptr && none->empty()) return std::vector<std::string>{};
  return malformed(node, "attribute " + std::string(name) + " must be a list of strings");
}

Result<ClassLabels> class_labels_of(const Node& node) {
  ClassLabels labels;
  for (const char* name : {"classlabels_int64s", "classlabels_ints"}) {
    TACIT_TRY(std::vector<std::int64_t> list, ints_attribute(node, name, {}));
    if (!list.empty()) labels.integers = std::move(list);
  }
  TACIT_TRY(labels.strings, strings_attribute(node, "classlabels_strings"));
  if (labels.integers.empty() == labels.strings.empty()) return malformed(node, "must have either integers or strings as class labels");
  if (labels.size() > kMostClasses) return refuse(node, "has more than " + std::to_string(kMostClasses) + " classes");
  return labels;
}

Result<Transform> transform_of(const Node& node) {
  TACIT_TRY(const std::string text, string_attribute(node, "post_transform", "NONE"));
  const char* const names[] = {"NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"};
  for (std::int64_t i = 0; i < 5; ++i)
    if (text == names[i]) return static_cast<Transform>(i);
  return malformed(node, "post_transform is \"" + text + "\"");
}

namespace {

// Scores that are 0 get no part. kFarBelow beneath it their exponential counts as 0 where some other score is above -20, and
// scores up to about as far keep a step of 2^-10.
constexpr float kFarBelow = 32;

std::string add_softmax_zero(Expansion& to, const std::string& scores) {
  const std::string zero = to.add_own("Matches", {scores}, {{"keys", keys_attribute({0})}, {"truncates", std::int64_t{0}}});
  const std::string masked = to.add("Sub", {scores, to.add("Mul", {to.add("Squeeze", {zero, to.integers({-1})}), to.floats({kFarBelow})})});
  return to.add("Softmax", {masked}, {{"axis", std::int64_t{-1}}});
}

}  // namespace

Result<std::string> add_transform(const Call&, Expansion& to, const std::string& scores, Transform transform) {
  switch (transform) {
    case Transform::kNone: return scores;
    case Transform::kSoftmax: return to.add("Softmax", {scores}, {{"axis", std::int64_t{-1}}});
    case Transform::kLogistic: return to.add("Sigmoid", {scores});
    case Transform::kSoftmaxZero: return add_softmax_zero(to, scores);
    case Transform::kProbit: return to.add_own("Probit", {scores});
  }
  return scores;
}

std::string add_labels(Expansion& to, const std::string& places, const ClassLabels& labels) {
  if (labels.are_places()) return places;
  Expansion::Attributes attributes;
  if (labels.strings.empty()) attributes["integers"] = labels.integers;
  else attributes["strings"] = labels.strings;
  return to.add_own("ClassLabels", {places}, std::move(attributes));
}

Result<std::string> add_regression(const Call& call, Expansion& to, const std::string& scores, std::int64_t targets, Transform transform) {
  if (targets == 1 && transform != Transform::kProbit) return scores;
  return add_transform(call, to, scores, transform);
}

Status give_classes(const Call& call, Expansion& to, const std::string& scores, const ClassLabels& labels, Transform transform) {
  return give_class_at(call, to, to.wants(0) ? to.add_own("BestClass", {scores}) : "", scores, labels, transform);
}

Status give_class_at(const Call& call, Expansion& to, const std::string& places, const std::string& scores, const ClassLabels& labels, Transform transform) {
  if (to.wants(0)) to.give(0, add_labels(to, places, labels));
  if (!to.wants(1)) return Unit{};
  TACIT_TRY(const std::string out, add_transform(call, to, scores, transform));
  to.give(1, out);
  return Unit{};
}

Status give_two_classes(const Call& call, Expansion& to, const std::string& score, bool is_probability, const ClassLabels& labels, Transform transform) {
  if (to.wants(0)) to.give(0, add_labels(to, to.add_own("SecondClass", {score}, {{"above", is_probability ? 0.5f : 0.0f}}), labels));
  if (!to.wants(1)) return Unit{};
  std::string first, second = score;
  if (is_probability) {
    if (transform == Transform::kProbit) return refuse(*call.node, "post_transform PROBIT is not supported");
    first = to.add("Sub", {to.floats({1.0f}), score});
  } else {
    if (transform == Transform::kProbit) return refuse(*call.node, "post_transform PROBIT is not supported");
    if (transform == Transform::kLogistic) second = to.add("Sigmoid", {score});
    first = transform == Transform::kLogistic ? to.add("Sub", {to.floats({1.0f}), second}) : to.add("Mul", {score, to.floats({-1.0f})});
  }
  to.give(1, to.add("Concat", {first, second}, {{"axis", std::int64_t{1}}}));
  return Unit{};
}

}  // namespace tacit
