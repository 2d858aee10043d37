// Classes: what the classifiers and regressors of ai.onnx.ml share: labels, transforms of scores, and how a label follows from
// scores.
//
//   scores [N, classes]  --transform-->  output 1                scores  --BestClass-->  place of the largest  --labels-->  output 0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ops/call.h"
#include "ops/expansion.h"

namespace tacit {

inline constexpr const char* kMlDomain = "ai.onnx.ml";
inline constexpr std::int64_t kMostClasses = 1 << 12;

/// post_transform, by its number in TreeEnsemble of opset 5.
enum class Transform : std::int64_t { kNone = 0, kSoftmax = 1, kLogistic = 2, kSoftmaxZero = 3, kProbit = 4 };

struct ClassLabels {
  std::vector<std::int64_t> integers;  ///< or
  std::vector<std::string> strings;

  std::int64_t size() const { return static_cast<std::int64_t>(strings.empty() ? integers.size() : strings.size()); }
  /// 0, 1, 2, ...
  bool are_places() const;
};

/// Operand 0 is computed from the model's input.
Status check_constant_free(const Call& call);
/// The attributes classlabels_int64s (or _ints) and classlabels_strings: exactly one of them.
Result<ClassLabels> class_labels_of(const Node& node);
Result<Transform> transform_of(const Node& node);
/// Operand 0 as rows of float features, [N, F]. Errors: it is a constant, or no list of rows.
struct FeatureRows {
  std::string name;
  std::int64_t rows = 0, features = 0;
};
Result<FeatureRows> feature_rows(const Call& call, Expansion& to);
/// An attribute that is a list of finite floats; empty where it is absent.
Result<std::vector<float>> floats_attribute(const Node& node, const char* name);
Result<std::vector<std::string>> strings_attribute(const Node& node, const char* name);

/// The transformed scores [N, classes].
Result<std::string> add_transform(const Call& call, Expansion& to, const std::string& scores, Transform transform);
/// Gives labels as output 0 and transformed scores as output 1, of scores [N, classes].
Status give_classes(const Call& call, Expansion& to, const std::string& scores, const ClassLabels& labels, Transform transform);
/// Gives the label of the class at `places` [N] as output 0, and these scores, transformed, as output 1.
Status give_class_at(const Call& call, Expansion& to, const std::string& places, const std::string& scores, const ClassLabels& labels, Transform transform);
/// The transformed scores of a regressor. One score alone stays as it is, except for PROBIT: so onnxruntime has it.
Result<std::string> add_regression(const Call& call, Expansion& to, const std::string& scores, std::int64_t targets, Transform transform);
/// The same of the second class's score [N, 1] alone (tree_ensemble.cpp).
Status give_two_classes(const Call& call, Expansion& to, const std::string& score, bool is_probability, const ClassLabels& labels, Transform transform);
/// The labels of places 0, 1, ...: an int64 tensor. Strings are kept as places and shown as labels.
std::string add_labels(Expansion& to, const std::string& places, const ClassLabels& labels);

}  // namespace tacit
