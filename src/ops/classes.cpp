#include "ops/classes.h"

#include <numeric>

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

Result<ClassLabels> class_labels_of(const Node& node) {
  ClassLabels labels;
  for (const char* name : {"classlabels_int64s", "classlabels_ints"}) {
    TACIT_TRY(std::vector<std::int64_t> list, ints_attribute(node, name, {}));
    if (!list.empty()) labels.integers = std::move(list);
  }
  auto found = node.attributes.find("classlabels_strings");
  if (found != node.attributes.end()) {
    if (const auto* list = std::get_if<std::vector<std::string>>(&found->second)) labels.strings = *list;
  }
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

Result<std::string> add_transform(const Call& call, Expansion& to, const std::string& scores, Transform transform) {
  switch (transform) {
    case Transform::kNone: return scores;
    case Transform::kSoftmax: return to.add("Softmax", {scores}, {{"axis", std::int64_t{-1}}});
    case Transform::kLogistic: return to.add("Sigmoid", {scores});
    case Transform::kSoftmaxZero: return refuse(*call.node, "post_transform SOFTMAX_ZERO is not supported");
    case Transform::kProbit: return refuse(*call.node, "post_transform PROBIT is not supported");
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

Status give_classes(const Call& call, Expansion& to, const std::string& scores, const ClassLabels& labels, Transform transform) {
  if (to.wants(0)) to.give(0, add_labels(to, to.add_own("BestClass", {scores}), labels));
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
