// Cheats against tables of columns (18, 22, 32): a value that stands elsewhere in the table, an address one step on, counts of
// another row, a table row read from other weights; and against comparisons of many limbs. All later steps are recomputed.
#include <algorithm>

#include "soundness/world.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

class Fetches : public InBothModes {};
INSTANTIATE_TEST_SUITE_P(Both, Fetches, kBothModes, mode_name);

/// A decision tree of two levels over x [4, 3] (features, batch): node -> (feature, threshold, first child); child + [x > threshold].
///
///   nodes  0: root   1, 2: its children   3 .. 6: leaves of weight "leaf"          place of x: 3 feature + batch
TestNetwork make_tree() {
  TestNetwork net;
  Book book;
  const ColumnId x = book.input("x", Home::kWitness, 4, 3, -16, 15);
  const ColumnId feature = book.weights("feature", 1, 7, 0, 3), threshold = book.weights("threshold", 1, 7, -16, 15);
  const ColumnId child = book.weights("child", 1, 7, 0, 5), leaf = book.weights("leaf", 1, 7, -100, 100);
  auto whole = [](ColumnId id, std::uint32_t cols, std::int64_t by = 1) { return Linear::whole(id, cols, by); };
  auto alone = [&](ColumnId id) { return Expr{kNone, {whole(id, 7)}, 0, 0}; };
  const TableId nodes = book.columns_table(1, 7, {alone(feature), alone(threshold), alone(child)});
  const TableId leaves = book.columns_table(1, 7, {alone(leaf)});
  const TableId values = book.columns_table(4, 3, {{kNone, {whole(x, 3)}, 0, 0}});
  Expr node;  // the root, by its constant
  for (int level = 0; level < 2; ++level) {
    const std::string name = "level" + std::to_string(level);
    const std::vector<ColumnId> n = book.fetch(name, 1, 3, node, nodes);
    const ColumnId v = book.fetch(name + ".value", 1, 3, {kNone, {whole(n[0], 3, 3)}, 0, 0, 0, 1}, values)[0];
    const AccId above = book.accumulator(name + ".above", 1, 3);
    book.adds(above, whole(v, 3));
    book.adds(above, whole(n[1], 3, -1));
    node = {kNone, {whole(n[2], 3), whole(book.is_positive(above), 3)}, 0, 0};
  }
  const ColumnId out = book.fetch("out", 1, 3, node, leaves)[0];
  book.set_home(out, Home::kPublic);
  auto theorem = book.finish();
  TACIT_EXPECTS(theorem.ok(), "the tree is a theorem");
  net.theorem = *theorem;
  net.ports.inputs = {{"x", {3, 4}, x, 3, 4, 1, 1.0, Visibility::kPrivate}};
  net.ports.outputs = {{"out", {3, 1}, out, 3, 1, 1, 1.0, Visibility::kPublic}};
  net.weights.resize(net.theorem.columns.size());
  net.weights[feature] = {2, 0, 3, 0, 0, 0, 0};
  net.weights[threshold] = {5, -3, 15, 0, 0, 0, 0};
  net.weights[child] = {1, 3, 5, 3, 4, 5, 5};
  net.weights[leaf] = {0, 0, 0, 11, 22, 33, 44};
  net.inputs = {{1, -4, 7, 9, 9, 9, 5, 6, -16, 15, 15, 0}};  // x[feature][batch]
  return net;
}

const World& tree_world(Mode mode) {
  return world_of(mode, [] { return make_tree(); });  // worlds are kept by the type of what makes them
}

std::size_t step_of(const World& world, ColumnId column) {
  const std::vector<Step>& steps = world.model.theorem.steps;
  for (std::size_t s = 0; s < steps.size(); ++s) {
    const std::vector<ColumnId>& out = steps[s].fetch.out;
    if (steps[s].kind == StepKind::kFetch ? std::count(out.begin(), out.end(), column) != 0 : steps[s].requantise.y == column) return s;
  }
  return steps.size();
}

void expect_both_refused(const World& world, const Assignment& lie) {
  expect_refused(world.verdict(lie), world.owed(kSumCheck));
  Cheat honest_lookups;
  honest_lookups.looked_up = &world.honest;
  expect_refused(world.verdict(lie, honest_lookups), kFinalCheck);
}

void expect_entry_refused(const World& world, const char* column, std::size_t at, std::int32_t to) {
  SCOPED_TRACE(std::string(column) + " " + std::to_string(at) + " becomes " + std::to_string(to));
  const ColumnId id = column_named(world.theorem(), column);
  ASSERT_NE(id, kNone);
  ASSERT_NE(world.honest.columns[id][at], to);
  Assignment lie = world.honest;
  lie.columns[id][at] = to;
  world.recompute_after(step_of(world, id), lie);
  expect_both_refused(world, lie);
}

TEST_P(Fetches, TheHonestRunIsAcceptedAndTakesTheRightLeaves) {
  const World& world = tree_world(GetParam());
  const Verdict verdict = world.verdict(world.honest);
  EXPECT_TRUE(verdict.accepted) << verdict.reason;
  // batch 0: 5 <= 5, 1 > -3 -> node 4; batch 1: 6 > 5, 15 <= 15 -> node 5; batch 2: -16 <= 5, 7 > -3 -> node 4.
  EXPECT_EQ(world.honest.columns[column_named(world.theorem(), "out.0")], (IntColumn{22, 33, 22}));
}

TEST_P(Fetches, N18_AFeatureOrThresholdOfAnotherNodeIsRefused) {
  const World& world = tree_world(GetParam());
  expect_entry_refused(world, "level0.0", 0, 0);   // another feature than the root's
  expect_entry_refused(world, "level0.1", 0, -3);  // the threshold of node 1
  expect_entry_refused(world, "level1.1", 1, 14);  // a threshold of no node
}

TEST_P(Fetches, N18_AValueOfAnotherFeatureOrAnotherRowOfTheBatchIsRefused) {
  const World& world = tree_world(GetParam());
  expect_entry_refused(world, "level0.value.0", 0, 6);  // of the next batch entry
  expect_entry_refused(world, "level0.value.0", 2, 7);  // of another feature
  expect_entry_refused(world, "level1.value.0", 1, 16); // in no place
}

TEST_P(Fetches, N20_TheOtherBranchIsRefused) {
  const World& world = tree_world(GetParam());
  for (const std::size_t at : {0u, 1u, 2u}) {
    const ColumnId id = column_named(world.theorem(), "level0.above");
    expect_entry_refused(world, "level0.above", at, 1 - world.honest.columns[id][at]);
  }
  expect_entry_refused(world, "level1.above", 1, 1);  // 15 > 15
  expect_entry_refused(world, "level1.above", 1, 2);  // no bit
}

TEST_P(Fetches, N32_ALeafThatThePathDoesNotReachIsRefused) {
  const World& world = tree_world(GetParam());
  expect_entry_refused(world, "out.0", 0, 11);
  expect_entry_refused(world, "out.0", 0, 44);
  expect_entry_refused(world, "out.0", 0, 23);
}

TEST_P(Fetches, N18_CountsOfAnotherRowAreRefused) {
  const World& world = tree_world(GetParam());
  const Theorem& t = world.theorem();
  for (TableId id = 0; id < t.tables.size(); ++id) {
    if (t.tables[id].kind != TableKind::kColumns) continue;
    Assignment lie = world.honest;
    IntColumn& counts = lie.columns[t.multiplicities[id]];
    const auto used = static_cast<std::size_t>(std::find_if(counts.begin(), counts.end(), [](int c) { return c > 0; }) - counts.begin());
    --counts[used];
    ++counts[(used + 1) % counts.size()];
    expect_refused(world.verdict(lie), world.owed(kSumCheck));
  }
}

TEST_P(Fetches, N22_ATableOfOtherWeightsThanTheCommittedOnesIsRefused) {
  const World& world = tree_world(GetParam());
  Assignment other = world.honest;
  other.columns[column_named(world.theorem(), "leaf")][4] = 99;
  world.recompute_after(step_of(world, column_named(world.theorem(), "level1.above")), other);
  Cheat cheat;
  cheat.looked_up = &other;  // the honest columns are committed, the other table is looked up
  expect_refused(world.verdict(world.honest, cheat), kFinalCheck);
}

}  // namespace
}  // namespace tacit
