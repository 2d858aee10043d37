// Forest: an ensemble of decision trees as one array of records.
//
//   record   0 .. trees-1   the roots                      x = order of the float32 feature, a whole number that grows with it
//            ..             pairs of children               next = base          where x <= threshold
//            ..             records that nothing reaches           base + 1      otherwise
//
//   a leaf:  base = its own number, threshold = kTop, so it stays where it is; `leaves` holds its weights
//   NaN:     above every number, or below every number where `below` is set
//
// After `depth` steps every path stands at a leaf. The modes of ONNX (<, >=, ==, a set of values ...) become such records when
// a forest is read; a test for equality takes two. Nodes that a file shares are shared here.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "ops/node.h"
#include "theorem/float32.h"

namespace tacit {

enum class Aggregate : std::int64_t { kSum = 0, kAverage = 1, kMin = 2, kMax = 3 };

/// No feature is above it.
inline constexpr std::int64_t kTop = INT32_MAX;
struct Record {
  std::int64_t base = 0, feature = 0, threshold = kTop;
  bool below = false;
};

struct Forest {
  std::int64_t trees = 0, depth = 0, features = 0, targets = 0;
  Aggregate aggregate = Aggregate::kSum;
  std::vector<Record> records;
  std::vector<float> leaves;  ///< [records, targets]
  std::vector<float> bases = {};  ///< by target, added to the scores; empty: none

  /// The record at which the row's path through the tree ends.
  std::int64_t leaf_of(std::int64_t tree, const float* row) const;
  /// The weights of all trees put together, by target.
  std::vector<float> scores(const float* row) const;
  bool tells_missing_apart() const;
};

/// A node of a file. Children are places in the list; a leaf has none.
struct TreeNode {
  enum class Mode { kLeaf, kLeq, kLt, kGte, kGt, kEq, kNeq, kMember };
  Mode mode = Mode::kLeaf;
  std::int64_t feature = 0;
  float value = 0;
  std::vector<float> members;        ///< kMember
  bool missing_is_true = false;
  std::int64_t on_true = -1, on_false = -1;
  std::map<std::int64_t, float> weights;  ///< of a leaf, by target
};

/// Errors: bad_input naming the node of the graph, where children do not exist, go round in a circle or features are too many;
/// unsupported, where paths or tables are too long.
Result<Forest> make_forest(const Node& node, const std::vector<TreeNode>& nodes, const std::vector<std::int64_t>& roots, std::int64_t features,
                           std::int64_t targets, Aggregate aggregate);

/// As attributes of a node of our own, and back.
std::map<std::string, Attribute> attributes_of(const Forest& forest);
Forest forest_of(const Node& node);

}  // namespace tacit
