// Operators of ai.onnx.ml, on rows of features.
#include <utility>

#include "random_models/operands.h"
#include "random_models/operators.h"

namespace tacit::random_models {
namespace {

constexpr const char* kMl = "ai.onnx.ml";
using Floats = std::vector<float>;

Floats drawn_list(Builder& b, std::int64_t count, double lo, double hi) { return drawn_floats(b, {count}, lo, hi).f; }

std::optional<std::string> rows(Builder& b) {
  const auto x = b.operand(2, 2);
  return x && b.dims(*x)[1] <= 16 ? x : std::nullopt;
}

std::int64_t features(const Builder& b, const std::string& x) { return b.dims(x)[1]; }

bool scaler(Builder& b) {
  const auto x = rows(b);
  if (!x) return false;
  const auto count = [&] { return b.random.chance(60) ? features(b, *x) : std::int64_t{1}; };
  return b.add_ml("Scaler", {*x}, {{"offset", drawn_list(b, count(), -1, 1)}, {"scale", drawn_list(b, count(), 0.2, 2)}});
}

bool normalizer(Builder& b) {
  const auto x = rows(b);
  const auto spread = x ? b.helper("Add", {*x, b.floats(b.dims(*x), 0.5, 1)}) : std::nullopt;
  static const std::vector<std::string> kNorms = {"MAX", "L1", "L2"};
  return spread && b.add_ml("Normalizer", {*spread}, {{"norm", b.random.one_of(kNorms)}});
}

bool linear_regressor(Builder& b) {
  const auto x = rows(b);
  if (!x) return false;
  const std::int64_t targets = b.random.between(1, 3);
  Attributes attributes{{"coefficients", drawn_list(b, targets * features(b, *x), -1, 1)}, {"targets", targets}};
  if (b.random.chance(70)) attributes["intercepts"] = drawn_list(b, targets, -1, 1);
  return b.add_ml("LinearRegressor", {*x}, std::move(attributes));
}

bool linear_classifier(Builder& b) {
  const auto x = rows(b);
  if (!x) return false;
  const std::int64_t classes = b.random.between(2, 4);
  List labels;
  for (std::int64_t k = 0; k < classes; ++k) labels.push_back(10 * k + 3);
  static const std::vector<std::string> kTransforms = {"NONE", "SOFTMAX", "LOGISTIC"};
  return b.add_ml("LinearClassifier", {*x},
                  {{"coefficients", drawn_list(b, classes * features(b, *x), -1, 1)}, {"intercepts", drawn_list(b, classes, -1, 1)}, {"classlabels_ints", labels},
                   {"post_transform", b.random.one_of(kTransforms)}, {"multi_class", std::int64_t{1}}},
                  2);
}

bool svm_regressor(Builder& b) {
  const auto x = rows(b);
  if (!x) return false;
  const std::int64_t vectors = b.random.between(1, 5);
  static const std::vector<std::string> kKernels = {"LINEAR", "RBF", "POLY", "SIGMOID"};
  return b.add_ml("SVMRegressor", {*x},
                  {{"support_vectors", drawn_list(b, vectors * features(b, *x), -1, 1)}, {"coefficients", drawn_list(b, vectors, -1, 1)}, {"rho", drawn_list(b, 1, -1, 1)},
                   {"n_supports", vectors}, {"kernel_type", b.random.one_of(kKernels)}, {"kernel_params", Floats{drawn(b, 0.1, 0.5), drawn(b, -0.5, 0.5), 2}}});
}

/// Trees of one or two questions: a root, two children, two more below the first one.
bool tree_ensemble(Builder& b) {
  const auto x = rows(b);
  if (!x) return false;
  List trees, nodes, asked, yes, no, leaf_trees, leaf_nodes, targets, missing;
  Floats values;
  std::vector<std::string> modes;
  static const std::vector<std::string> kModes = {"BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT"};
  const std::int64_t count = b.random.between(1, 4), outputs = b.random.between(1, 2);
  for (std::int64_t t = 0; t < count; ++t) {
    const bool deep = b.random.chance(60);
    for (std::int64_t n = 0; n < (deep ? 5 : 3); ++n) {
      const bool asks = n == 0 || (deep && n == 1);
      trees.push_back(t), nodes.push_back(n), asked.push_back(asks ? b.random.between(0, features(b, *x) - 1) : 0);
      values.push_back(asks ? drawn(b, -0.8, 0.8) : 0), modes.push_back(asks ? b.random.one_of(kModes) : "LEAF");
      yes.push_back(asks ? (n == 0 ? 1 : 3) : 0), no.push_back(asks ? (n == 0 ? 2 : 4) : 0), missing.push_back(asks ? b.random.between(0, 1) : 0);
      if (!asks) leaf_trees.push_back(t), leaf_nodes.push_back(n), targets.push_back(b.random.between(0, outputs - 1));
    }
  }
  const auto leaves = static_cast<std::int64_t>(targets.size());
  return b.add_ml("TreeEnsembleRegressor", {*x},
                  {{"nodes_treeids", trees}, {"nodes_nodeids", nodes}, {"nodes_featureids", asked}, {"nodes_values", values}, {"nodes_modes", modes},
                   {"nodes_truenodeids", yes}, {"nodes_falsenodeids", no}, {"nodes_missing_value_tracks_true", missing}, {"target_treeids", leaf_trees},
                   {"target_nodeids", leaf_nodes}, {"target_ids", targets}, {"target_weights", drawn_list(b, leaves, -1, 1)}, {"n_targets", outputs}});
}

bool binarizer(Builder& b) {
  const auto x = rows(b);
  return x && b.add_ml("Binarizer", {*x}, {{"threshold", drawn(b, -0.5, 0.5)}});
}

bool label_encoder(Builder& b) {
  const auto x = b.integers(1);
  if (!x) return false;
  return b.add_ml("LabelEncoder", {*x}, {{"keys_int64s", List{-1, 0, 1, 2, 5}}, {"values_floats", drawn_list(b, 5, -2, 2)}, {"default_float", drawn(b, -1, 1)}});
}

bool one_hot_encoder(Builder& b) {
  const auto x = b.integers(1);
  return x && b.add_ml("OneHotEncoder", {*x}, {{"cats_int64s", List{0, 1, 3}}, {"zeros", std::int64_t{1}}});
}

bool pick_features(Builder& b) {
  const auto x = rows(b);
  return x && b.add_ml("ArrayFeatureExtractor", {*x, b.constant(drawn_integers(b, {b.random.between(1, 4)}, 0, features(b, *x) - 1))});
}

}  // namespace

std::vector<Kind> classical_kinds() {
  return {{"Scaler", "Scaler", scaler, kMl},
          {"Normalizer", "Normalizer", normalizer, kMl},
          {"LinearRegressor", "LinearRegressor", linear_regressor, kMl},
          {"LinearClassifier", "LinearClassifier", linear_classifier, kMl},
          {"SVMRegressor", "SVMRegressor", svm_regressor, kMl},
          {"TreeEnsembleRegressor", "TreeEnsembleRegressor", tree_ensemble, kMl},
          {"Binarizer", "Binarizer", binarizer, kMl},
          {"LabelEncoder", "LabelEncoder", label_encoder, kMl},
          {"OneHotEncoder", "OneHotEncoder", one_hot_encoder, kMl},
          {"ArrayFeatureExtractor", "ArrayFeatureExtractor", pick_features, kMl}};
}

}  // namespace tacit::random_models
