#include "ops/forest.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "base/contract.h"
#include "ops/call.h"

namespace tacit {
namespace {

constexpr std::int64_t kMostDepth = 512, kMostRecords = std::int64_t{1} << 20, kMostLeafNumbers = std::int64_t{1} << 26;

/// A test of one threshold: what a node of any mode is made of. Children are places in the list of tests, and leaves ~place.
struct Test {
  std::int64_t feature = 0, threshold = kTop;
  bool below = false;
  std::int64_t not_above = -1, above = -1;  ///< where x <= threshold, and where it is not
};

std::int64_t leaf(std::size_t node) { return -static_cast<std::int64_t>(node) - 1; }

/// Nodes as tests. Children are nodes first; node k's first test has number first[k].
class Tests {
 public:
  explicit Tests(const std::vector<TreeNode>& nodes) : nodes_(nodes) {
    std::int64_t next = 0;
    for (const TreeNode& node : nodes) {
      first_.push_back(next);
      next += count(node);
    }
    for (const TreeNode& node : nodes) add(node);
  }
  std::int64_t of(std::int64_t node) const {
    const auto at = static_cast<std::size_t>(node);
    return nodes_[at].mode == TreeNode::Mode::kLeaf ? leaf(at) : first_[at];
  }
  const std::vector<Test>& all() const { return tests_; }

 private:
  static std::int64_t count(const TreeNode& node) {
    switch (node.mode) {
      case TreeNode::Mode::kLeaf: return 0;
      case TreeNode::Mode::kEq:
      case TreeNode::Mode::kNeq: return 2;
      case TreeNode::Mode::kMember: return std::max<std::int64_t>(1, 2 * static_cast<std::int64_t>(node.members.size()));
      default: return 1;
    }
  }

  void add(const TreeNode& node) {
    if (node.mode == TreeNode::Mode::kLeaf) return;
    const std::int64_t yes = of(node.on_true), no = of(node.on_false);
    const bool nan = node.missing_is_true;
    switch (node.mode) {
      case TreeNode::Mode::kLeq: return add_least(node, float_order(node.value), nan, yes, no);
      case TreeNode::Mode::kLt: return add_least(node, float_order(node.value) - 1, nan, yes, no);
      case TreeNode::Mode::kGt: return add_least(node, float_order(node.value), !nan, no, yes);
      case TreeNode::Mode::kGte: return add_least(node, float_order(node.value) - 1, !nan, no, yes);
      case TreeNode::Mode::kEq: return add_equal(node, node.value, nan, yes, no);
      case TreeNode::Mode::kNeq: return add_equal(node, node.value, false, no, yes);
      case TreeNode::Mode::kMember: break;
      case TreeNode::Mode::kLeaf: return;
    }
    if (node.members.empty()) return add_constant(node, no, nan ? yes : no);
    for (std::size_t k = 0; k < node.members.size(); ++k) {
      const bool last = k + 1 == node.members.size();
      add_equal(node, node.members[k], nan && k == 0, yes, last ? no : static_cast<std::int64_t>(tests_.size()) + 2);
    }
  }

  // No number compares with NaN, and every one is above the order of -infinity less one.
  void add_least(const TreeNode& node, std::int64_t order, bool below, std::int64_t not_above, std::int64_t above) {
    const std::int64_t missing = below ? not_above : above;
    if (std::isnan(node.value)) return add_constant(node, of(node.on_false), missing);
    if (order < float_order(-INFINITY)) return add_constant(node, above, missing);
    tests_.push_back({node.feature, order, below, not_above, above});
  }
  void add_equal(const TreeNode& node, float value, bool nan_is_equal, std::int64_t equal, std::int64_t other) {
    if (std::isnan(value)) {
      add_constant(node, other, nan_is_equal ? equal : other);
      return add_constant(node, other, other);
    }
    const auto second = static_cast<std::int64_t>(tests_.size()) + 1;
    tests_.push_back({node.feature, float_order(value), nan_is_equal, second, other});
    tests_.push_back({node.feature, float_order(value) - 1, false, other, equal});
  }
  void add_constant(const TreeNode& node, std::int64_t number, std::int64_t missing) { tests_.push_back({node.feature, float_order(INFINITY), false, number, missing}); }

  const std::vector<TreeNode>& nodes_;
  std::vector<std::int64_t> first_;
  std::vector<Test> tests_;
};

/// The longest way from each test to a leaf; -1 for all if some way goes round in a circle.
std::vector<std::int64_t> depths_of(const std::vector<Test>& tests) {
  enum : std::uint8_t { kNew, kOpen, kDone };
  std::vector<std::uint8_t> state(tests.size(), kNew);
  std::vector<std::int64_t> depth(tests.size(), 0), stack;
  for (std::size_t start = 0; start < tests.size(); ++start) {
    if (state[start] == kNew) stack.push_back(static_cast<std::int64_t>(start));
    while (!stack.empty()) {
      const auto at = static_cast<std::size_t>(stack.back());
      const std::int64_t children[] = {tests[at].not_above, tests[at].above};
      if (state[at] == kNew) {
        state[at] = kOpen;
        for (const std::int64_t child : children) {
          if (child < 0) continue;
          if (state[static_cast<std::size_t>(child)] == kOpen) return {};
          if (state[static_cast<std::size_t>(child)] == kNew) stack.push_back(child);
        }
        continue;
      }
      stack.pop_back();
      if (state[at] == kDone) continue;
      state[at] = kDone;
      for (const std::int64_t child : children) depth[at] = std::max(depth[at], 1 + (child < 0 ? 0 : depth[static_cast<std::size_t>(child)]));
    }
  }
  return depth;
}

/// Room that tells the number of records to an eighth only.
std::int64_t rounded_up(std::int64_t count) {
  std::int64_t unit = 1;
  while (unit * 16 <= count) unit *= 2;
  return (count + unit - 1) / unit * unit;
}

Status check_nodes(const Node& node, const std::vector<TreeNode>& nodes, const std::vector<std::int64_t>& roots, std::int64_t features, std::int64_t targets) {
  const auto count = static_cast<std::int64_t>(nodes.size());
  if (roots.empty()) return malformed(node, "has no trees");
  for (const std::int64_t root : roots)
    if (root < 0 || root >= count) return malformed(node, "a tree's root does not exist");
  for (const TreeNode& n : nodes) {
    for (const auto& [target, weight] : n.weights) {
      if (target < 0 || target >= targets) return malformed(node, "a leaf has a weight for target " + std::to_string(target) + " of " + std::to_string(targets));
      if (!std::isfinite(weight)) return malformed(node, "a leaf's weight is not finite");
    }
    if (n.mode == TreeNode::Mode::kLeaf) continue;
    if (n.on_true < 0 || n.on_true >= count || n.on_false < 0 || n.on_false >= count) return malformed(node, "a node's child does not exist");
    if (n.feature < 0 || n.feature >= features) {
      return malformed(node, "a node tests feature " + std::to_string(n.feature) + " of " + std::to_string(features));
    }
  }
  return Unit{};
}

/// Gives every test that a tree reaches a pair of records for its children.
class Layout {
 public:
  Layout(const std::vector<TreeNode>& nodes, const std::vector<Test>& tests, Forest& forest) : nodes_(nodes), tests_(tests), forest_(forest), pairs_(tests.size(), -1) {}

  bool run(const std::vector<std::int64_t>& roots) {
    for (const std::int64_t root : roots) what_.push_back(root);
    for (std::size_t at = 0; at < what_.size(); ++at) {
      if (static_cast<std::int64_t>(what_.size()) > kMostRecords) return false;
      if (what_[at] >= 0) place_children(static_cast<std::size_t>(what_[at]));
    }
    const std::int64_t size = rounded_up(static_cast<std::int64_t>(what_.size()) + 1);  // one behind every record
    if (size * forest_.targets > kMostLeafNumbers) return false;
    forest_.records.resize(static_cast<std::size_t>(size));
    forest_.leaves.assign(static_cast<std::size_t>(size * forest_.targets), 0.0f);
    for (std::size_t at = 0; at < what_.size(); ++at) fill(at);
    return true;
  }

 private:
  void place_children(std::size_t test) {
    if (pairs_[test] >= 0) return;
    pairs_[test] = static_cast<std::int64_t>(what_.size());
    what_.push_back(tests_[test].not_above);
    what_.push_back(tests_[test].above);
  }
  void fill(std::size_t at) {
    Record& record = forest_.records[at];
    if (what_[at] >= 0) {
      const auto test = static_cast<std::size_t>(what_[at]);
      record = {pairs_[test], tests_[test].feature, tests_[test].threshold, tests_[test].below};
      return;
    }
    record.base = static_cast<std::int64_t>(at);
    for (const auto& [target, weight] : nodes_[static_cast<std::size_t>(-what_[at] - 1)].weights)
      forest_.leaves[at * static_cast<std::size_t>(forest_.targets) + static_cast<std::size_t>(target)] += weight;
  }

  const std::vector<TreeNode>& nodes_;
  const std::vector<Test>& tests_;
  Forest& forest_;
  std::vector<std::int64_t> pairs_;  // by test: the first record of its children
  std::vector<std::int64_t> what_;   // by record: a test, or a leaf
};

Tensor integers(std::vector<std::int64_t> values) {
  const auto size = static_cast<std::int64_t>(values.size());
  return make_int64({size}, std::move(values));
}

}  // namespace

Result<Forest> make_forest(const Node& node, const std::vector<TreeNode>& nodes, const std::vector<std::int64_t>& roots, std::int64_t features,
                           std::int64_t targets, Aggregate aggregate) {
  TACIT_OK(check_nodes(node, nodes, roots, features, targets));
  const Tests tests(nodes);
  const std::vector<std::int64_t> depths = depths_of(tests.all());
  if (depths.size() != tests.all().size()) return malformed(node, "its nodes go round in a circle");
  Forest forest{static_cast<std::int64_t>(roots.size()), 0, features, targets, aggregate, {}, {}};
  std::vector<std::int64_t> starts;
  for (const std::int64_t root : roots) {
    starts.push_back(tests.of(root));
    if (starts.back() >= 0) forest.depth = std::max(forest.depth, depths[static_cast<std::size_t>(starts.back())]);
  }
  if (forest.depth > kMostDepth) return refuse(node, "its trees are deeper than " + std::to_string(kMostDepth) + " tests");
  if (!Layout(nodes, tests.all(), forest).run(starts)) return refuse(node, "its trees have too many nodes or weights");
  return forest;
}

std::int64_t Forest::leaf_of(std::int64_t tree, const float* row) const {
  std::int64_t at = tree;
  for (std::int64_t step = 0; step < depth; ++step) {
    const Record& r = records[static_cast<std::size_t>(at)];
    const std::int64_t order = float_order(row[r.feature]);
    const bool above = order == kNanOrder && r.below ? false : order > r.threshold;
    at = r.base + (above ? 1 : 0);
  }
  return at;
}

std::vector<float> Forest::scores(const float* row) const {
  std::vector<double> sums(static_cast<std::size_t>(targets), 0.0);
  for (std::int64_t tree = 0; tree < trees; ++tree) {
    const float* leaf = leaves.data() + leaf_of(tree, row) * targets;
    for (std::size_t c = 0; c < sums.size(); ++c) {
      const double weight = leaf[c];
      if (aggregate == Aggregate::kMin) sums[c] = tree == 0 ? weight : std::min(sums[c], weight);
      else if (aggregate == Aggregate::kMax) sums[c] = tree == 0 ? weight : std::max(sums[c], weight);
      else sums[c] += weight;
    }
  }
  std::vector<float> out;
  for (std::size_t c = 0; c < sums.size(); ++c) {
    const double sum = aggregate == Aggregate::kAverage ? sums[c] / static_cast<double>(trees) : sums[c];
    out.push_back(static_cast<float>(sum + (bases.empty() ? 0 : bases[c])));
  }
  return out;
}

double Forest::largest_sum() const {
  std::vector<std::int64_t> order;  // children before their parents; trees may share them
  std::vector<bool> seen(records.size(), false);
  const std::function<void(std::int64_t)> visit = [&](std::int64_t at) {  // not deeper than the trees
    const std::int64_t base = records[static_cast<std::size_t>(at)].base;
    if (seen[static_cast<std::size_t>(at)]) return;
    seen[static_cast<std::size_t>(at)] = true;
    if (base != at) visit(base), visit(base + 1);
    order.push_back(at);
  };
  for (std::int64_t tree = 0; tree < trees; ++tree) visit(tree);
  double largest = 0;
  std::vector<double> most(records.size());  // of the leaves behind a record
  for (std::int64_t target = 0; target < targets; ++target) {
    for (const std::int64_t at : order) {
      const auto base = static_cast<std::size_t>(records[static_cast<std::size_t>(at)].base);
      most[static_cast<std::size_t>(at)] = base == static_cast<std::size_t>(at) ? std::abs(static_cast<double>(leaves[static_cast<std::size_t>(at * targets + target)]))
                                                                              : std::max(most[base], most[base + 1]);
    }
    largest = std::max(largest, std::accumulate(most.begin(), most.begin() + static_cast<std::ptrdiff_t>(trees), 0.0));
  }
  return largest;
}

bool Forest::tells_missing_apart() const {
  return std::any_of(records.begin(), records.end(), [](const Record& r) { return r.below; });
}

std::map<std::string, Attribute> attributes_of(const Forest& forest) {
  std::vector<std::int64_t> base, feature, threshold, below;
  for (const Record& r : forest.records) {
    base.push_back(r.base);
    feature.push_back(r.feature);
    threshold.push_back(r.threshold);
    below.push_back(r.below);
  }
  const auto size = static_cast<std::int64_t>(forest.records.size());
  return {{"shape", std::vector<std::int64_t>{forest.trees, forest.depth, forest.features, forest.targets}},
          {"aggregate", static_cast<std::int64_t>(forest.aggregate)},
          {"base", integers(std::move(base))},
          {"feature", integers(std::move(feature))},
          {"threshold", integers(std::move(threshold))},
          {"below", integers(std::move(below))},
          {"leaves", make_float({size, forest.targets}, forest.leaves)},
          {"bases", forest.bases}};
}

Forest forest_of(const Node& node) {
  const auto& shape = std::get<std::vector<std::int64_t>>(node.attributes.at("shape"));
  const auto list = [&](const char* name) -> const std::vector<std::int64_t>& { return std::get<Tensor>(node.attributes.at(name)).i; };
  Forest forest{shape[0], shape[1], shape[2], shape[3], static_cast<Aggregate>(std::get<std::int64_t>(node.attributes.at("aggregate"))), {}, {}};
  for (std::size_t i = 0; i < list("base").size(); ++i)
    forest.records.push_back({list("base")[i], list("feature")[i], list("threshold")[i], list("below")[i] != 0});
  forest.leaves = std::get<Tensor>(node.attributes.at("leaves")).f;
  forest.bases = std::get<std::vector<float>>(node.attributes.at("bases"));
  return forest;
}

}  // namespace tacit
