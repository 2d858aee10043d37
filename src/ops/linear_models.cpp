// LinearRegressor and LinearClassifier (ai.onnx.ml): one product with hidden weights, then classes.h.
//
//   scores = x * coefficients^T + intercepts
//
// A classifier with one score s gives, as onnxruntime does, the second label where s > 0, and the outputs 1 - p and p, where p is
// the logistic of s for LOGISTIC and s itself for every other transform.
#include "ops/call.h"
#include "ops/classes.h"
#include "ops/expansion.h"

namespace tacit {
namespace {

using Floats = std::vector<float>;

/// [N, targets]
Result<std::string> add_scores(const Call& call, Expansion& to, std::int64_t targets) {
  TACIT_TRY(const FeatureRows x, feature_rows(call, to));
  TACIT_TRY(Floats coefficients, floats_attribute(*call.node, "coefficients"));
  TACIT_TRY(Floats intercepts, floats_attribute(*call.node, "intercepts"));
  if (static_cast<std::int64_t>(coefficients.size()) < targets * x.features) {
    return malformed(*call.node, "has " + std::to_string(coefficients.size()) + " coefficients for " + std::to_string(targets) + " scores of " +
                                     std::to_string(x.features) + " features");
  }
  coefficients.resize(static_cast<std::size_t>(targets * x.features));  // onnxruntime does not look at what is too many
  if (intercepts.empty()) intercepts.resize(static_cast<std::size_t>(targets));
  if (static_cast<std::int64_t>(intercepts.size()) != targets) return malformed(*call.node, "has " + std::to_string(intercepts.size()) + " intercepts for " + std::to_string(targets) + " scores");
  const std::string weights = to.constant(make_float({targets, x.features}, std::move(coefficients)));
  return to.add("Gemm", {x.name, weights, to.floats(std::move(intercepts))}, {{"transB", std::int64_t{1}}});
}

Result<Expansion> expand_regressor(const Call& call) {
  Expansion to(call);
  TACIT_TRY(const std::int64_t targets, int_attribute(*call.node, "targets", 1));
  if (targets < 1 || targets > kMostClasses) return refuse(*call.node, "targets must lie between 1 and " + std::to_string(kMostClasses));
  TACIT_TRY(const Transform transform, transform_of(*call.node));
  TACIT_TRY(const std::string scores, add_scores(call, to, targets));
  TACIT_TRY(const std::string out, add_regression(call, to, scores, targets, transform));
  to.give(0, out);
  return to;
}

Status give_one_score(const Call& call, Expansion& to, const std::string& score, const ClassLabels& labels, Transform transform) {
  if (transform == Transform::kProbit) return refuse(*call.node, "post_transform PROBIT of one score for two classes is not defined");
  if (to.wants(0)) to.give(0, add_labels(to, to.add_own("SecondClass", {score}, {{"above", 0.0f}}), labels));
  if (!to.wants(1)) return Unit{};
  const std::string second = transform == Transform::kLogistic ? to.add("Sigmoid", {score}) : score;
  to.give(1, to.add("Concat", {to.add("Sub", {to.floats({1.0f}), second}), second}, {{"axis", std::int64_t{1}}}));
  return Unit{};
}

Result<Expansion> expand_classifier(const Call& call) {
  Expansion to(call);
  TACIT_TRY(const ClassLabels labels, class_labels_of(*call.node));
  TACIT_TRY(const Floats intercepts, floats_attribute(*call.node, "intercepts"));
  const auto targets = intercepts.empty() ? labels.size() : static_cast<std::int64_t>(intercepts.size());
  const bool one_score = targets == 1 && labels.size() == 2;
  if (!one_score && targets != labels.size()) return malformed(*call.node, "has " + std::to_string(targets) + " scores for " + std::to_string(labels.size()) + " classes");
  if (targets == 1 && !one_score) return refuse(*call.node, "has one class only");
  TACIT_TRY(const Transform transform, transform_of(*call.node));
  TACIT_TRY(const std::string scores, add_scores(call, to, targets));
  TACIT_OK(one_score ? give_one_score(call, to, scores, labels, transform) : give_classes(call, to, scores, labels, transform));
  return to;
}

}  // namespace

constexpr OperatorText kText = {"one contraction with hidden weights"};
extern const Operator kLinearRegressor, kLinearClassifier;
const Operator kLinearRegressor = {.op = "LinearRegressor", .domain = kMlDomain, .text = kText, .expand = expand_regressor};
const Operator kLinearClassifier = {.op = "LinearClassifier", .domain = kMlDomain, .text = kText, .expand = expand_classifier};

}  // namespace tacit
