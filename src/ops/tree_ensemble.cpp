// TreeEnsembleClassifier, TreeEnsembleRegressor (ai.onnx.ml) and TreeEnsemble (opset 5): read into a Forest, then
//
//   scores = Forest(x) + base values          label = the class of the largest score          output = transform(scores)
//
// Two classes whose leaves all name one of them have one score s. As onnxruntime has it: where no weight is negative, the
// outputs are 1 - s and s, and the label is the second class where s > 1/2; otherwise they are transform(-s) and transform(s)
// (-s and s without a transform), and the label is the second class where s > 0.
// That is so where the leaves name the first class and there is one base value at most. Where they name the second one, or there
// are two base values, the outputs are a transform of both scores, the other one being 0; the label follows the same rule.
// Two classes that leaves both name are as three or more: the label is that of the larger score, the first one of equals.
#include <algorithm>
#include <cmath>
#include <map>

#include "ops/call.h"
#include "ops/classes.h"
#include "ops/expansion.h"
#include "ops/forest.h"

namespace tacit {
namespace {

using Ints = std::vector<std::int64_t>;
using Floats = std::vector<float>;

Result<Floats> floats_of(const Node& node, const std::string& name) {
  for (const std::string& key : {name, name + "_as_tensor"}) {
    auto found = node.attributes.find(key);
    if (found == node.attributes.end()) continue;
    if (const auto* list = std::get_if<Floats>(&found->second)) return *list;
    if (const auto* tensor = std::get_if<Tensor>(&found->second); tensor != nullptr && tensor->dtype == DType::kFloat) return tensor->f;
    if (const auto* none = std::get_if<Ints>(&found->second); none != nullptr && none->empty()) return Floats{};
    return malformed(node, "attribute " + key + " must be a list of floats");
  }
  return Floats{};
}

Result<Ints> ints_of(const Node& node, const char* name, std::size_t size) {
  TACIT_TRY(Ints list, ints_attribute(node, name, {}));
  if (list.empty()) list.resize(size);
  if (list.size() != size) return malformed(node, "attribute " + std::string(name) + " has " + std::to_string(list.size()) + " entries, " + std::to_string(size) + " expected");
  return list;
}

Result<TreeNode::Mode> mode_of(const Node& node, const std::string& text) {
  using Mode = TreeNode::Mode;
  static const std::map<std::string, Mode> kModes = {{"BRANCH_LEQ", Mode::kLeq}, {"BRANCH_LT", Mode::kLt}, {"BRANCH_GTE", Mode::kGte}, {"BRANCH_GT", Mode::kGt},
                                                     {"BRANCH_EQ", Mode::kEq}, {"BRANCH_NEQ", Mode::kNeq}, {"LEAF", Mode::kLeaf}};
  auto found = kModes.find(text);
  if (found == kModes.end()) return malformed(node, "a node has the mode \"" + text + "\"");
  return found->second;
}

struct Read {
  std::vector<TreeNode> nodes;
  Ints roots;
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> place;  ///< of (tree, node)
};

// Children of one tree's node belong to it. Before opset 3 no node says so if it is no leaf's child: roots are those of no parent.
Status link_children(const Node& node, const Ints& trees, const Ints& on_true, const Ints& on_false, Read& read) {
  std::vector<bool> has_parent(read.nodes.size(), false);
  for (std::size_t k = 0; k < read.nodes.size(); ++k) {
    if (read.nodes[k].mode == TreeNode::Mode::kLeaf) continue;
    for (const bool yes : {true, false}) {
      auto found = read.place.find({trees[k], yes ? on_true[k] : on_false[k]});
      if (found == read.place.end()) return malformed(node, "a node's child does not exist");
      (yes ? read.nodes[k].on_true : read.nodes[k].on_false) = found->second;
      has_parent[static_cast<std::size_t>(found->second)] = true;
    }
  }
  std::map<std::int64_t, std::int64_t> roots;
  for (std::size_t k = 0; k < read.nodes.size(); ++k)
    if (!has_parent[k] && !roots.emplace(trees[k], static_cast<std::int64_t>(k)).second) return malformed(node, "tree " + std::to_string(trees[k]) + " has two roots");
  for (const std::int64_t tree : trees)
    if (!roots.contains(tree)) return malformed(node, "its nodes go round in a circle");
  for (const auto& [tree, root] : roots) read.roots.push_back(root);
  return Unit{};
}

Result<Read> read_nodes(const Node& node) {
  TACIT_TRY(const Ints trees, ints_attribute(node, "nodes_treeids", {}));
  const std::size_t count = trees.size();
  TACIT_TRY(const Ints ids, ints_of(node, "nodes_nodeids", count));
  TACIT_TRY(const Ints features, ints_of(node, "nodes_featureids", count));
  TACIT_TRY(const Ints on_true, ints_of(node, "nodes_truenodeids", count));
  TACIT_TRY(const Ints on_false, ints_of(node, "nodes_falsenodeids", count));
  TACIT_TRY(const Ints missing, ints_of(node, "nodes_missing_value_tracks_true", count));
  TACIT_TRY(Floats values, floats_of(node, "nodes_values"));
  auto modes = node.attributes.find("nodes_modes");
  const auto* texts = modes == node.attributes.end() ? nullptr : std::get_if<std::vector<std::string>>(&modes->second);
  if (texts == nullptr || texts->size() != count || values.size() != count) return malformed(node, "its lists of nodes have different lengths");
  Read read;
  for (std::size_t k = 0; k < count; ++k) {
    TreeNode n;
    TACIT_TRY(n.mode, mode_of(node, (*texts)[k]));
    n.feature = features[k];
    n.value = values[k];
    n.missing_is_true = missing[k] != 0;
    read.nodes.push_back(std::move(n));
    if (!read.place.emplace(std::pair(trees[k], ids[k]), static_cast<std::int64_t>(k)).second) {
      return malformed(node, "node " + std::to_string(ids[k]) + " of tree " + std::to_string(trees[k]) + " is given twice");
    }
  }
  TACIT_OK(link_children(node, trees, on_true, on_false, read));
  return read;
}

struct Weights {
  Ints targets;
  Floats values;
};

/// The weights of leaves, `prefix` target or class.
Result<Weights> read_weights(const Node& node, const std::string& prefix, Read& read) {
  TACIT_TRY(const Ints trees, ints_attribute(node, (prefix + "_treeids").c_str(), {}));
  TACIT_TRY(const Ints ids, ints_of(node, (prefix + "_nodeids").c_str(), trees.size()));
  Weights weights;
  TACIT_TRY(weights.targets, ints_of(node, (prefix + "_ids").c_str(), trees.size()));
  TACIT_TRY(weights.values, floats_of(node, prefix + "_weights"));
  if (weights.values.size() != trees.size()) return malformed(node, "its lists of weights have different lengths");
  for (std::size_t k = 0; k < trees.size(); ++k) {
    auto found = read.place.find({trees[k], ids[k]});
    if (found == read.place.end()) return malformed(node, "a weight's node does not exist");
    read.nodes[static_cast<std::size_t>(found->second)].weights[weights.targets[k]] += weights.values[k];
  }
  return weights;
}

Result<std::int64_t> features_of(const Call& call) {
  TACIT_OK(check_constant_free(call));
  const Shape& dims = call.operand(0).type.dims;
  if (dims.size() != 1 && dims.size() != 2) return refuse(*call.node, "its input has " + std::to_string(dims.size()) + " axes; rows of features are expected");
  return dims.back();
}

Result<std::string> add_forest(const Call& call, Expansion& to, const std::vector<TreeNode>& nodes, const Ints& roots, std::int64_t targets,
                               Aggregate aggregate, Floats bases) {
  TACIT_TRY(const std::int64_t features, features_of(call));
  TACIT_TRY(Forest forest, make_forest(*call.node, nodes, roots, features, targets, aggregate));
  if (std::any_of(bases.begin(), bases.end(), [](float v) { return v != 0; })) forest.bases = std::move(bases);
  if (!forest.bases.empty() && static_cast<std::int64_t>(forest.bases.size()) != targets) {
    return malformed(*call.node, "base_values has " + std::to_string(forest.bases.size()) + " entries for " + std::to_string(targets) + " scores");
  }
  if (!std::all_of(forest.bases.begin(), forest.bases.end(), [](float v) { return std::isfinite(v); })) return malformed(*call.node, "base_values are not finite");
  return to.add_own("Forest", {to.input(0)}, attributes_of(forest));
}

Result<Aggregate> aggregate_of(const Node& node) {
  TACIT_TRY(const std::string text, string_attribute(node, "aggregate_function", "SUM"));
  static const std::map<std::string, Aggregate> kNames = {{"SUM", Aggregate::kSum}, {"AVERAGE", Aggregate::kAverage}, {"MIN", Aggregate::kMin}, {"MAX", Aggregate::kMax}};
  auto found = kNames.find(text);
  if (found == kNames.end()) return malformed(node, "aggregate_function is \"" + text + "\"");
  return found->second;
}

Result<Expansion> expand_regressor(const Call& call) {
  Expansion to(call);
  TACIT_TRY(Read read, read_nodes(*call.node));
  TACIT_TRY([[maybe_unused]] const Weights weights, read_weights(*call.node, "target", read));
  TACIT_TRY(const std::int64_t targets, int_attribute(*call.node, "n_targets", 1));
  if (targets < 1 || targets > kMostClasses) return refuse(*call.node, "n_targets must lie between 1 and " + std::to_string(kMostClasses));
  TACIT_TRY(const Aggregate aggregate, aggregate_of(*call.node));
  TACIT_TRY(Floats bases, floats_of(*call.node, "base_values"));
  TACIT_TRY(const std::string scores, add_forest(call, to, read.nodes, read.roots, targets, aggregate, std::move(bases)));
  TACIT_TRY(const Transform transform, transform_of(*call.node));
  TACIT_TRY(const std::string out, add_regression(call, to, scores, targets, transform));
  to.give(0, out);
  return to;
}

/// Leaves that name the second class only.
Status check_second_alone(const Node& node, const Read& read, const Floats& bases) {
  if (bases.size() == 2) return refuse(node, "has two base values where its leaves name the second class only, so that its scores would not depend on its input");
  const bool all = std::all_of(read.nodes.begin(), read.nodes.end(), [](const TreeNode& n) { return n.mode != TreeNode::Mode::kLeaf || !n.weights.empty(); });
  return all ? Status(Unit{}) : refuse(node, "has leaves that name no class, and others that name the second one only");
}

/// The score is of class `named`, and the other one's is 0.
Status give_beside_zero(const Call& call, Expansion& to, const std::string& score, std::int64_t named, bool is_probability, const ClassLabels& labels, Transform transform) {
  if (transform == Transform::kProbit) return refuse(*call.node, "post_transform PROBIT is not supported");
  if (to.wants(0)) to.give(0, add_labels(to, to.add_own("SecondClass", {score}, {{"above", is_probability ? 0.5f : 0.0f}}), labels));
  if (!to.wants(1)) return Unit{};
  const Shape& dims = call.operand(0).type.dims;
  const std::int64_t rows = dims.size() == 1 ? 1 : dims[0];
  const std::string zero = to.constant(make_float({rows, 1}, Floats(static_cast<std::size_t>(rows), 0)));
  const std::string both = to.add("Concat", {named == 0 ? score : zero, named == 0 ? zero : score}, {{"axis", std::int64_t{1}}});
  TACIT_TRY(const std::string out, add_transform(call, to, both, transform));
  to.give(1, out);
  return Unit{};
}

Result<Expansion> expand_classifier(const Call& call) {
  Expansion to(call);
  TACIT_TRY(Read read, read_nodes(*call.node));
  TACIT_TRY(const Weights weights, read_weights(*call.node, "class", read));
  TACIT_TRY(const ClassLabels labels, class_labels_of(*call.node));
  TACIT_TRY(const Transform transform, transform_of(*call.node));
  const std::int64_t classes = labels.size();
  if (classes == 1) return refuse(*call.node, "has one class only");
  const bool one = classes == 2 && !weights.targets.empty() &&
                   std::all_of(weights.targets.begin(), weights.targets.end(), [&](std::int64_t id) { return id == weights.targets[0]; });
  TACIT_TRY(Floats bases, floats_of(*call.node, "base_values"));
  if (!one) {
    TACIT_TRY(const std::string scores, add_forest(call, to, read.nodes, read.roots, classes, Aggregate::kSum, std::move(bases)));
    TACIT_OK(give_classes(call, to, scores, labels, transform));
    return to;
  }
  const std::int64_t named = weights.targets[0];
  if (named == 1) TACIT_OK(check_second_alone(*call.node, read, bases));
  const bool has_other = named == 1 || bases.size() == 2;
  if (bases.size() == 2) bases = {bases[0]};  // the first class is the one that counts
  if (named == 1) bases.clear();              // no base value is of the second one
  for (TreeNode& node : read.nodes) {
    if (node.weights.empty()) continue;
    const float weight = node.weights.begin()->second;
    node.weights = {{0, weight}};
  }
  TACIT_TRY(const std::string score, add_forest(call, to, read.nodes, read.roots, 1, Aggregate::kSum, std::move(bases)));
  const bool no_negative = std::all_of(weights.values.begin(), weights.values.end(), [](float w) { return w >= 0; });
  TACIT_OK(has_other ? give_beside_zero(call, to, score, named, no_negative, labels, transform)
                     : give_two_classes(call, to, score, no_negative, labels, transform));
  return to;
}

// --- TreeEnsemble of opset 5: leaves stand apart from nodes, and all lists are tensors.

Result<const Tensor*> tensor_of(const Node& node, const char* name) {
  auto found = node.attributes.find(name);
  if (found == node.attributes.end()) return malformed(node, "has no attribute " + std::string(name));
  if (const auto* tensor = std::get_if<Tensor>(&found->second)) return tensor;
  return malformed(node, "attribute " + std::string(name) + " must be a tensor");
}

// The sets of values follow each other, a NaN behind each.
Status take_members(const Node& node, std::vector<TreeNode>& nodes) {
  const auto found = node.attributes.find("membership_values");
  const Tensor* values = found == node.attributes.end() ? nullptr : std::get_if<Tensor>(&found->second);
  std::size_t at = 0;
  for (TreeNode& n : nodes) {
    if (n.mode != TreeNode::Mode::kMember) continue;
    while (values != nullptr && at < values->f.size() && values->f[at] == values->f[at]) n.members.push_back(values->f[at++]);
    if (values == nullptr || at == values->f.size()) return malformed(node, "membership_values has too few sets");
    ++at;
  }
  return Unit{};
}

Result<Read> read_joint_nodes(const Node& node) {
  TACIT_TRY(const Ints features, ints_attribute(node, "nodes_featureids", {}));
  const std::size_t count = features.size();
  TACIT_TRY(const Tensor* modes, tensor_of(node, "nodes_modes"));
  TACIT_TRY(const Tensor* splits, tensor_of(node, "nodes_splits"));
  TACIT_TRY(const Ints on_true, ints_of(node, "nodes_truenodeids", count));
  TACIT_TRY(const Ints on_false, ints_of(node, "nodes_falsenodeids", count));
  TACIT_TRY(const Ints true_leafs, ints_of(node, "nodes_trueleafs", count));
  TACIT_TRY(const Ints false_leafs, ints_of(node, "nodes_falseleafs", count));
  TACIT_TRY(const Ints missing, ints_of(node, "nodes_missing_value_tracks_true", count));
  TACIT_TRY(const Ints targets, ints_attribute(node, "leaf_targetids", {}));
  TACIT_TRY(const Tensor* weights, tensor_of(node, "leaf_weights"));
  if (modes->i.size() != count || splits->f.size() != count || weights->f.size() != targets.size()) return malformed(node, "its lists have different lengths");
  Read read;
  for (std::size_t k = 0; k < count; ++k) {
    if (modes->i[k] < 0 || modes->i[k] > 6) return malformed(node, "a node has mode " + std::to_string(modes->i[k]));
    const auto child = [&](bool is_leaf, std::int64_t id) { return id < 0 ? -1 : id + (is_leaf ? static_cast<std::int64_t>(count) : 0); };
    read.nodes.push_back({static_cast<TreeNode::Mode>(1 + modes->i[k]), features[k], splits->f[k], {}, missing[k] != 0,
                          child(true_leafs[k] != 0, on_true[k]), child(false_leafs[k] != 0, on_false[k]), {}});
    const bool in_range = (true_leafs[k] != 0 || on_true[k] < static_cast<std::int64_t>(count)) && (false_leafs[k] != 0 || on_false[k] < static_cast<std::int64_t>(count));
    if (!in_range) return malformed(node, "a node's child does not exist");
  }
  TACIT_OK(take_members(node, read.nodes));
  for (std::size_t k = 0; k < targets.size(); ++k) {
    read.nodes.emplace_back();
    read.nodes.back().weights[targets[k]] = weights->f[k];
  }
  TACIT_TRY(read.roots, ints_attribute(node, "tree_roots", {}));
  return read;
}

Result<Expansion> expand_ensemble(const Call& call) {
  Expansion to(call);
  TACIT_TRY(const Read read, read_joint_nodes(*call.node));
  TACIT_TRY(const std::int64_t targets, int_attribute(*call.node, "n_targets", 1));
  TACIT_TRY(const std::int64_t aggregate, int_attribute(*call.node, "aggregate_function", 1));
  TACIT_TRY(const std::int64_t transform, int_attribute(*call.node, "post_transform", 0));
  if (targets < 1 || targets > kMostClasses) return refuse(*call.node, "n_targets must lie between 1 and " + std::to_string(kMostClasses));
  if (aggregate < 0 || aggregate > 3 || transform < 0 || transform > 4) return malformed(*call.node, "aggregate_function or post_transform is no known number");
  constexpr Aggregate kAggregates[] = {Aggregate::kAverage, Aggregate::kSum, Aggregate::kMin, Aggregate::kMax};
  TACIT_TRY(const std::string scores, add_forest(call, to, read.nodes, read.roots, targets, kAggregates[aggregate], {}));
  TACIT_TRY(const std::string out, add_regression(call, to, scores, targets, static_cast<Transform>(transform)));
  to.give(0, out);
  return to;
}

}  // namespace

constexpr OperatorText kText = {
    "paths through hidden records; inputs of the model are compared by their float32 values, exactly, NaN included, also behind moves, "
    "joins, casts, Imputers, shifts and positive factors",
    "every branch mode, SUM, AVERAGE, MIN, MAX; public: how many trees and levels, records to an eighth"};
extern const Operator kTreeEnsembleClassifier, kTreeEnsembleRegressor, kTreeEnsemble;
const Operator kTreeEnsembleClassifier = {.op = "TreeEnsembleClassifier", .domain = kMlDomain, .text = kText, .expand = expand_classifier};
const Operator kTreeEnsembleRegressor = {.op = "TreeEnsembleRegressor", .domain = kMlDomain, .text = kText, .expand = expand_regressor};
const Operator kTreeEnsemble = {.op = "TreeEnsemble", .domain = kMlDomain, .text = kText, .expand = expand_ensemble};

}  // namespace tacit
