// Cheats inside one step of the model: remainders, saturation, limbs, maxima. Each is tried with multiplicities that skip
// the false rows, and with honest lookups over a committed lie; both recompute all later layers.
#include "soundness/world.h"

namespace tacit {
namespace {

class Requantisation : public InBothModes {};
INSTANTIATE_TEST_SUITE_P(Both, Requantisation, kBothModes, mode_name);
class Maxima : public InBothModes {};
INSTANTIATE_TEST_SUITE_P(Both, Maxima, kBothModes, mode_name);

/// One requantised cell: acc + half = 2^shift q + r, q = y + f + 2^limb (g_1 + 2^limb g_2 ...).
struct Cell {
  std::size_t step = 0, at = 0;
  Requantise rule;
  std::int64_t acc = 0;

  std::int64_t unit() const { return std::int64_t{1} << rule.shift; }
  std::int64_t limb() const { return std::int64_t{1} << rule.limb_bits; }
  std::int64_t shifted() const { return acc + unit() / 2; }
  std::int64_t quotient() const { return shifted() >> rule.shift; }
};

/// What a prover commits for a cell; `excess` is g_1, the further limbs are 0. The lowest limb f is virtual.
struct Filling {
  std::int64_t y = 0, remainder = 0, excess = 0;
};

std::int64_t first_limb(const World& world, const Cell& cell) {
  return cell.rule.excess.empty() ? 0 : world.honest.columns[cell.rule.excess[0]][cell.at];
}

void expect_cell_refused(const World& world, const Cell& cell, const Filling& filling, const char* what) {
  SCOPED_TRACE(what);
  Assignment lie = world.honest;
  lie.columns[cell.rule.y][cell.at] = static_cast<std::int32_t>(filling.y);
  lie.columns[cell.rule.remainder][cell.at] = static_cast<std::int32_t>(filling.remainder);
  for (const ColumnId limb : cell.rule.excess) lie.columns[limb][cell.at] = 0;
  if (!cell.rule.excess.empty()) lie.columns[cell.rule.excess[0]][cell.at] = static_cast<std::int32_t>(filling.excess);
  ASSERT_NE(lie.columns, world.honest.columns);
  world.recompute_after(cell.step, lie);
  expect_refused(world.verdict(lie), world.owed(kSumCheck));
  Cheat honest_lookups;
  honest_lookups.looked_up = &world.honest;
  expect_refused(world.verdict(lie, honest_lookups), kFinalCheck);
}

/// The first cell of a step with `fits`.
template <class F> std::optional<Cell> find_cell(const World& world, F&& fits) {
  const std::vector<Step>& steps = world.model.theorem.steps;
  for (std::size_t s = 0; s < steps.size(); ++s) {
    if (steps[s].kind != StepKind::kRequantise) continue;
    const Requantise& rule = steps[s].requantise;
    const std::vector<std::int64_t>& acc = world.honest.accumulators[rule.acc];
    for (std::size_t i = 0; i < acc.size(); ++i) {
      const Cell cell{s, i, rule, acc[i]};
      if (fits(cell)) return cell;
    }
  }
  return std::nullopt;
}

/// Weights so large that every layer has cells that saturate on both sides, and cells that do not.
const World& saturating_world(Mode mode) {
  return world_of(mode, [] {
    TestNetwork net = make_test_network(5, {1, 1, 1, Visibility::kPrivate, Visibility::kPublic, 511});
    for (ColumnId id = 0; id < net.weights.size(); ++id)
      for (std::int32_t& v : net.weights[id])
        if (net.theorem.columns[id].name == "depthwise.weight") v = v >= 0 ? 511 : -512;
    return net;
  });
}

TEST_P(Requantisation, N20_AShiftedQuotientWithTheRemainderCompensatedIsRefused) {
  const World& world = network_world(GetParam());
  ASSERT_TRUE(world.verdict(world.honest).accepted);
  const auto cell = find_cell(world, [](const Cell& c) { return c.quotient() > c.rule.lo + 3 && c.quotient() < c.rule.hi - 3; });
  ASSERT_TRUE(cell);
  const std::int64_t q = cell->quotient(), r = cell->shifted() - q * cell->unit();
  for (std::int64_t delta : {-2, -1, 1, 2})
    expect_cell_refused(world, *cell, {q + delta, r - delta * cell->unit(), 0}, "remainder shifted by units");
}

TEST_P(Requantisation, N21_TheRemainderStopsAtItsEndsOnBothSides) {
  const World& world = network_world(GetParam());
  const auto low = find_cell(world, [](const Cell& c) {
    return (c.shifted() & (c.unit() - 1)) <= c.unit() / 16 && c.quotient() > c.rule.lo + 1 && c.quotient() < c.rule.hi - 1;
  });
  ASSERT_TRUE(low);
  const std::int64_t r = low->shifted() & (low->unit() - 1);
  expect_cell_refused(world, *low, {low->quotient() - 1, r + low->unit(), 0}, "remainder just above its range");
  const auto high = find_cell(world, [](const Cell& c) {
    return (c.shifted() & (c.unit() - 1)) >= c.unit() - c.unit() / 16 - 1 && c.quotient() > c.rule.lo + 1 && c.quotient() < c.rule.hi - 1;
  });
  ASSERT_TRUE(high);
  const std::int64_t top = high->shifted() & (high->unit() - 1);
  expect_cell_refused(world, *high, {high->quotient() + 1, top - high->unit(), 0}, "remainder just below zero");
}

TEST_P(Requantisation, N21_RoundingDownInsteadOfHalfUpIsRefused) {
  const World& world = network_world(GetParam());
  const auto cell = find_cell(world, [](const Cell& c) {
    return (c.acc >> c.rule.shift) != c.quotient() && c.quotient() > c.rule.lo + 1 && c.quotient() < c.rule.hi;
  });
  ASSERT_TRUE(cell);
  const std::int64_t floor = cell->acc >> cell->rule.shift;
  expect_cell_refused(world, *cell, {floor, cell->shifted() - floor * cell->unit(), 0}, "floor");
}

TEST_P(Requantisation, N21_AValueInsideTheRangeHasNoExcess) {
  const World& world = network_world(GetParam());
  const auto cell = find_cell(world, [](const Cell& c) { return c.quotient() > c.rule.lo + 3 && c.quotient() < c.rule.hi - 3; });
  ASSERT_TRUE(cell);
  const std::int64_t r = cell->shifted() & (cell->unit() - 1), q = cell->quotient();
  for (std::int64_t delta : {-1, 1}) expect_cell_refused(world, *cell, {q + delta, r, 0}, "low limb takes the difference");
  expect_cell_refused(world, *cell, {cell->rule.lo, r, 0}, "(lo, g = 0, f > 0)");
  expect_cell_refused(world, *cell, {cell->rule.hi, r, 0}, "(hi, g = 0, f < 0)");
  expect_cell_refused(world, *cell, {cell->rule.lo, r, 1}, "(lo, g > 0, f < 0)");
  expect_cell_refused(world, *cell, {cell->rule.hi, r, -1}, "(hi, g < 0, f > 0)");
  expect_cell_refused(world, *cell, {q, r, 1}, "(y, g = 1, f = -limb)");
}

TEST_P(Requantisation, N44_SaturationIsExactOnBothSides) {
  const World& world = saturating_world(GetParam());
  ASSERT_TRUE(world.verdict(world.honest).accepted);
  const auto above = find_cell(world, [](const Cell& c) { return c.quotient() > c.rule.hi + 2; });
  const auto below = find_cell(world, [](const Cell& c) { return c.quotient() < c.rule.lo - 2; });
  ASSERT_TRUE(above);
  ASSERT_TRUE(below);
  for (const Cell* cell : {&*above, &*below}) {
    const bool up = cell == &*above;
    const Requantise& rule = cell->rule;
    const std::int64_t end = up ? rule.hi : rule.lo, sign = up ? 1 : -1, r = cell->shifted() & (cell->unit() - 1);
    const std::int64_t excess = first_limb(world, *cell);
    expect_cell_refused(world, *cell, {end - sign, r, excess}, "one inside the end");
    expect_cell_refused(world, *cell, {end + sign, r, excess}, "one outside the end");
    expect_cell_refused(world, *cell, {up ? rule.lo : rule.hi, r, excess}, "the other end");
    expect_cell_refused(world, *cell, {end, r, excess + sign}, "high limb one more, low limb of the wrong sign");
    expect_cell_refused(world, *cell, {end, r + cell->unit(), excess}, "remainder one unit more");
  }
}

TEST_P(Requantisation, N44_TheWorstInputsOfEveryLayerSaturateAndCannotBeMoved) {
  TestNetwork net = make_test_network(6, {1, 1, 1, Visibility::kPublic, Visibility::kPublic, 511});
  for (IntColumn& column : net.weights)
    for (std::int32_t& v : column) v = v >= 0 ? (std::abs(v) > 511 ? 32767 : 511) : (std::abs(v) > 512 ? -32768 : -512);
  for (std::int32_t value : {-128, 127}) {
    net.inputs = {IntColumn(net.inputs[0].size(), value)};
    const World world(net, GetParam());
    ASSERT_TRUE(world.verdict(world.honest).accepted);
    const auto cell = find_cell(world, [](const Cell& c) { return c.quotient() > c.rule.hi || c.quotient() < c.rule.lo; });
    ASSERT_TRUE(cell);
    const std::int64_t sign = cell->quotient() > cell->rule.hi ? 1 : -1, end = sign > 0 ? cell->rule.hi : cell->rule.lo;
    const std::int64_t r = cell->shifted() & (cell->unit() - 1), excess = first_limb(world, *cell);
    expect_cell_refused(world, *cell, {end - sign, r, excess}, "one inside the end");
  }
}

void expect_maximum_refused(Mode mode, std::int32_t (*choose)(std::int32_t a, std::int32_t b), const char* what) {
  SCOPED_TRACE(what);
  const World& world = network_world(mode);
  const std::vector<Step>& steps = world.model.theorem.steps;
  const std::size_t step = static_cast<std::size_t>(std::find_if(steps.begin(), steps.end(), [](const Step& s) { return s.kind == StepKind::kMaximum; }) - steps.begin());
  const Maximum& m = steps[step].maximum;
  const Column& out = world.theorem().columns[m.out];
  Assignment lie = world.honest;
  bool changed = false;
  for (std::uint32_t s = 0; s < out.cols && !changed; ++s) {
    const std::int32_t a = lie.columns[m.a.column][m.a.window.source(0, s)], b = lie.columns[m.b.column][m.b.window.source(0, s)];
    if (a == b || choose(a, b) == std::max(a, b)) continue;
    lie.columns[m.out][s] = choose(a, b);
    changed = true;
  }
  ASSERT_TRUE(changed);
  world.recompute_after(step, lie);
  expect_refused(world.verdict(lie), world.owed(kSumCheck));
  Cheat honest_lookups;
  honest_lookups.looked_up = &world.honest;
  expect_refused(world.verdict(lie, honest_lookups), kFinalCheck);
}

TEST_P(Maxima, N25_AnUpperBoundThatIsNotAttainedIsRefused) {
  expect_maximum_refused(GetParam(), [](std::int32_t a, std::int32_t b) { return std::max(a, b) + 1; }, "one above");
}
TEST_P(Maxima, N25_AnAttainedValueThatIsNoUpperBoundIsRefused) {
  expect_maximum_refused(GetParam(), [](std::int32_t a, std::int32_t b) { return std::min(a, b); }, "the smaller one");
}
TEST_P(Maxima, N18_AValueBetweenTheTwoIsRefused) {
  expect_maximum_refused(GetParam(), [](std::int32_t a, std::int32_t b) { return std::abs(a - b) > 1 ? (a + b) / 2 : std::min(a, b) - 1; }, "between");
}

}  // namespace
}  // namespace tacit
