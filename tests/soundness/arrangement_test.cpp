// Cheats against functions, maps and products of computed columns (18, 20, 22): a value that is not the function's, an element
// that moved elsewhere, an absent element that is not zero, a product of other factors. All later steps are recomputed.
#include <algorithm>

#include "soundness/world.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

class Arrangement : public InBothModes {};
INSTANTIATE_TEST_SUITE_P(Both, Arrangement, kBothModes, mode_name);

/// y = x^2 / 2 - 3 for -32 <= x < 224, in one piece.
Table half_parabola() {
  constexpr std::int64_t kOne = std::int64_t{1} << 32;
  Table t{TableKind::kFunction, 8, 0, 0, -32, {{(512 - 3) * kOne, -32 * kOne, kOne / 2, 0}}};
  const std::vector<std::int32_t> values = function_values(t);
  t.lo = *std::min_element(values.begin(), values.end());
  t.hi = *std::max_element(values.begin(), values.end());
  return t;
}

/// x [2, 3] -> moved [3, 4] (transposed, a zero before and after each row) -> value = f(moved reversed) -> out = value * moved * w
TestNetwork make_network() {
  TestNetwork net;
  Book book;
  const ColumnId x = book.input("x", Home::kWitness, 2, 3, -16, 15);
  const AccId copy = book.accumulator("moved", 3, 4);
  book.adds(copy, Linear::mapped(x, {{{1, {{0, 1, 3}}}, {3, {{-1, 0, 1}, {0, 1, 2}, {-1, 0, 1}}}}}, 4));
  const ColumnId moved = book.requantise(copy, -16, 15, 2);
  const ColumnId value = book.apply("value", 3, 4, {kNone, {Linear::mapped(moved, {{{4, {{2, -1, 3}}}, {1, {{0, 1, 4}}}}}, 1)}, 2, 0}, half_parabola());
  const AccId product = book.accumulator("product", 12, 1);
  book.contracts(product, {value, moved, 12, 1, Window::identity(1)});
  const ColumnId p = book.requantise(product, -128, 127, 4);
  const AccId last = book.accumulator("out", 2, 1);
  const ColumnId w = book.weights("w", 2, 12, -64, 63);
  book.contracts(last, {w, p, 1, 12, Window::identity(1)});
  const ColumnId out = book.requantise(last, -128, 127, 6);
  book.set_home(out, Home::kPublic);
  auto theorem = book.finish();
  TACIT_EXPECTS(theorem.ok(), "the network is a theorem");
  net.theorem = *theorem;
  net.ports.inputs = {{"x", {2, 3}, x, 1, 2, 3, 1.0, Visibility::kPrivate}};
  net.ports.outputs = {{"out", {2, 1}, out, 1, 2, 1, 1.0, Visibility::kPublic}};
  net.weights.resize(net.theorem.columns.size());
  for (int i = 0; i < 24; ++i) net.weights[w].push_back(i * 37 % 127 - 63);
  net.inputs = {{3, -5, 7, 11, 13, -2}};
  return net;
}

const World& arranged_world(Mode mode) {
  return world_of(mode, [] { return make_network(); });  // worlds are kept by the type of what makes them
}

std::size_t step_of(const World& world, ColumnId column) {
  const std::vector<Step>& steps = world.model.theorem.steps;
  for (std::size_t s = 0; s < steps.size(); ++s)
    if (steps[s].kind == StepKind::kApply ? steps[s].apply.out == column : steps[s].requantise.y == column) return s;
  return steps.size();
}

/// Commits another entry, and everything after it that follows; then the same with the looked-up columns honest.
void expect_entry_refused(const World& world, const char* column, std::size_t at, std::int32_t by) {
  SCOPED_TRACE(std::string(column) + " " + std::to_string(at) + " by " + std::to_string(by));
  const ColumnId id = column_named(world.theorem(), column);
  ASSERT_NE(id, kNone);
  Assignment lie = world.honest;
  lie.columns[id][at] += by;
  world.recompute_after(step_of(world, id), lie);
  expect_refused(world.verdict(lie), world.owed(kSumCheck));
  Cheat honest_lookups;
  honest_lookups.looked_up = &world.honest;
  expect_refused(world.verdict(lie, honest_lookups), kFinalCheck);
}

TEST_P(Arrangement, TheHonestRunIsAccepted) {
  const World& world = arranged_world(GetParam());
  const Verdict verdict = world.verdict(world.honest);
  EXPECT_TRUE(verdict.accepted) << verdict.reason;
  const IntColumn& moved = world.honest.columns[column_named(world.theorem(), "moved")];
  EXPECT_EQ(moved, (IntColumn{0, 3, 11, 0, 0, -5, 13, 0, 0, 7, -2, 0}));
  const IntColumn& value = world.honest.columns[column_named(world.theorem(), "value")];
  EXPECT_EQ(value[1], 9 * 9 / 2 - 3) << "f(7 + 2), rounded down";
}

TEST_P(Arrangement, N18_AValueThatIsNotTheFunctionsIsRefused) {
  const World& world = arranged_world(GetParam());
  for (const std::int32_t by : {-1, 1, 40}) expect_entry_refused(world, "value", 1, by);
}

TEST_P(Arrangement, N18_TheFunctionOfAnotherArgumentIsRefused) {
  const World& world = arranged_world(GetParam());
  const ColumnId id = column_named(world.theorem(), "value");
  expect_entry_refused(world, "value", 1, world.honest.columns[id][2] - world.honest.columns[id][1]);
}

TEST_P(Arrangement, N22_AnAbsentElementIsZero) { expect_entry_refused(arranged_world(GetParam()), "moved", 0, 1); }

TEST_P(Arrangement, N22_ElementsThatMovedElsewhereAreRefused) {
  const World& world = arranged_world(GetParam());
  const ColumnId id = column_named(world.theorem(), "moved");
  Assignment lie = world.honest;
  std::swap(lie.columns[id][1], lie.columns[id][2]);  // the same elements, not transposed
  world.recompute_after(step_of(world, id), lie);
  expect_refused(world.verdict(lie), world.owed(kSumCheck));
  Cheat honest_lookups;
  honest_lookups.looked_up = &world.honest;
  expect_refused(world.verdict(lie, honest_lookups), kFinalCheck);
}

TEST_P(Arrangement, N20_AProductOfOtherFactorsIsRefused) {
  const World& world = arranged_world(GetParam());
  expect_entry_refused(world, "product", 1, 1);
  Assignment other = world.honest;  // contracted with other factors than those that are committed
  other.columns[column_named(world.theorem(), "value")][1] += 16;
  world.recompute_after(step_of(world, column_named(world.theorem(), "value")), other);
  Cheat cheat;
  cheat.contracted = &other;
  expect_refused(world.verdict(world.honest, cheat), kFinalCheck);
}

TEST_P(Arrangement, N18_CountsOfAnotherFunctionAreRefused) {
  const World& world = arranged_world(GetParam());
  const Theorem& t = world.theorem();
  for (TableId id = 0; id < t.tables.size(); ++id) {
    if (t.tables[id].kind != TableKind::kFunction) continue;
    Assignment lie = world.honest;
    IntColumn& counts = lie.columns[t.multiplicities[id]];
    const auto used = static_cast<std::size_t>(std::find_if(counts.begin(), counts.end(), [](int c) { return c > 0; }) - counts.begin());
    --counts[used];
    ++counts[used + 1];
    expect_refused(world.verdict(lie), world.owed(kSumCheck));
  }
}

}  // namespace
}  // namespace tacit
