// Lies in the lookups and in the ledger: errors that cancel, rows of the wrong table, rows that nobody asked for, values that
// are not the public ones.
#include "soundness/world.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

class Rows : public InBothModes {};
INSTANTIATE_TEST_SUITE_P(Both, Rows, kBothModes, mode_name);

TEST_P(Rows, N14_ErrorsThatCancelInTheSumOfTwoClaimsDoNotCancelInTheLedger) {
  // The last layer's ends are all moved by the d that keeps their check: q1 u + p1 q0, u = p0 + lambda q0, has a second
  // root. The claims on the multiplicities and on the columns are then wrong by -d and +d, whatever mu is.
  const World& world = network_world(GetParam());
  const std::size_t last = static_cast<std::size_t>(world.relation().rows.log_rows);
  std::size_t layer = 0;
  Fe lambda, moved;
  Cheat cheat;
  cheat.lies.drawn = [&](const std::string& label, const Fe& r) { if (label == "fraction lambda") lambda = r; };
  cheat.lies.elements = [&](const std::string& label, std::size_t, FeVector& v) {
    if (label != "fraction ends" || ++layer != last) return;
    moved = -(v[0] + v[3] * (kOne + lambda) + v[1] + v[2]) * (kOne + kOne + lambda).inverse();
    for (Fe& end : v) end += moved;
    v[0] += lambda * moved;
  };
  expect_refused(world.verdict(world.honest, cheat), kFinalCheck);
  EXPECT_FALSE(moved.is_zero());
}

TEST_P(Rows, N14_NoClaimHasCoefficientOne) {
  const World& world = network_world(GetParam());
  const Relation relation = world.relation();
  const bool masked = relation.masked();
  const ColumnId y = world.net.ports.outputs[0].column, x = world.net.ports.inputs[0].column;
  const auto ones = [&](ColumnId id) { return std::make_shared<const FeVector>(world.theorem().columns[id].size(), kOne); };
  // With masks the first value has pad 2 and the check pad 5; without them the check is gone before.
  const Scalar five = masked ? Scalar::sent(Fe(5), 2) : Scalar(Fe(5));
  const std::vector<Claim> claims{{"first", {{x, {kOne}, ones(x)}}, five}, {"second", {{y, {kOne}, ones(y)}}, Fe(7)}};
  std::vector<OwedCheck> checks;
  if (masked) checks.push_back({"check", Scalar::of_pad(5) * Fe(2) + Scalar(Fe(13))});
  const Fe gamma(Fp(3), Fp(4), Fp(5)), last = gamma.pow(masked ? 4 : 3);
  const Opening o = combine(relation.columns, claims, checks, relation.publics, Pin{kOne, Fe(11)}, gamma);
  EXPECT_EQ((*o.witness[0].u)[0] * o.witness[0].factor, gamma);
  EXPECT_EQ(o.pin_scale, last);
  Fe expected = gamma * Fp(5) + gamma.pow(2) * (Fe(7) - evaluate_covector(claims[1].form[0], relation.publics[y])) + last * Fp(11);
  if (masked) expected -= gamma.pow(3) * Fp(13);
  EXPECT_EQ(o.value, expected);
  ASSERT_EQ(o.witness.size(), masked ? 2u : 1u);
  if (!masked) return;
  const RankOne& pads = o.witness[1];
  EXPECT_EQ(pads.column, world.theorem().columns.size());
  const Fe w = kExtensionGenerator;
  Fe first = -gamma, check = gamma.pow(3) * Fe(2);
  for (std::size_t limb = 0; limb < 3; ++limb, first *= w, check *= w) {
    EXPECT_EQ((*pads.v)[6 + limb], first);
    EXPECT_EQ((*pads.v)[15 + limb], check);
  }
}

TEST_P(Rows, N19_ARowOfAnotherTableDoesNotCount) {
  // The first layer clamps to [0, 127], the second to [-128, 127]: a negative value is a row of the second table alone.
  TestNetwork small = make_test_network(4, {1, 1, 1, Visibility::kPrivate, Visibility::kPublic, 8});
  for (std::int32_t& b : small.weights[column_named(small.theorem, "conv.bias")]) b /= 100;
  const World world(small, GetParam());
  ASSERT_TRUE(world.verdict(world.honest).accepted);
  Theorem changed = world.theorem();
  TableId wide = kNone, narrow = kNone;
  for (TableId t = 0; t < changed.tables.size(); ++t)
    if (changed.tables[t].kind == TableKind::kSaturate) (changed.tables[t].lo < 0 ? wide : narrow) = t;
  ASSERT_NE(wide, kNone);
  ASSERT_NE(narrow, kNone);
  for (Lookup& l : changed.lookups)
    if (l.table == narrow) l.table = wide;
  ProverModel unclamped = world.model;
  for (Step& s : unclamped.theorem.steps)
    if (s.kind == StepKind::kRequantise && s.requantise.lo == 0) s.requantise.lo = -128;
  Assignment lie = execute(unclamped, world.net.inputs);
  ASSERT_TRUE(count_multiplicities(changed, lie).ok());
  const Relation other = Relation::make(changed, world.model.key.core.params, world.publics_of(lie));
  Cheat cheat;
  cheat.leaves = [&](FractionLeaves& leaves, const LookupChallenges& c) { leaves = view_of(other, lie).leaves(c); };
  expect_refused(world.verdict(lie, cheat), kFinalCheck);
  expect_refused(world.verdict(lie), world.owed(kSumCheck));
}

/// Where a prover may want to hide the fractions that cancel its false lookups.
enum class Slot { kTablePadding, kColumnPadding, kTail };

/// Rows beyond what `slot` names, in the row space of the world.
std::vector<std::uint64_t> slots_of(const Theorem& theorem, const RowSpace& rows, Slot slot) {
  std::vector<std::uint64_t> out;
  for (const RowBlock& b : rows.blocks) {
    if (slot == Slot::kTablePadding && b.is_table) {
      const Table& table = theorem.tables[b.index];
      const Segment last = table_segments(table).back();
      const bool is_padding = last.step == std::array<std::int64_t, 2>{0, 0};
      for (std::uint64_t i = 0; is_padding && i < last.length; ++i) out.push_back(b.base + last.start + i);
    }
    if (slot == Slot::kColumnPadding && !b.is_table)
      for (std::uint64_t s = b.cols; s < std::uint64_t{1} << b.log_cols; ++s) out.push_back(b.base + s);
  }
  if (slot == Slot::kTail)
    for (std::uint64_t i = rows.rows; i < std::uint64_t{1} << rows.log_rows; ++i) out.push_back(i);
  return out;
}

void hide_false_rows(Mode mode, Slot slot) {
  const World& world = network_world(mode);
  Assignment lie = world.honest;
  lie.columns[world.net.ports.outputs[0].column][1] ^= 1;  // with the honest multiplicities
  const Relation relation = world.relation(world.publics_of(lie));
  const std::vector<std::uint64_t> free_slots = slots_of(world.theorem(), relation.rows, slot);
  bool cancelled = false;
  Cheat cheat;
  cheat.leaves = [&](FractionLeaves& leaves, const LookupChallenges& c) {
    leaves.p.resize(std::size_t{1} << relation.rows.log_rows);
    leaves.q.resize(leaves.p.size(), kOne);
    const FractionLeaves good = view_of(relation, world.honest).leaves(c);
    std::size_t next = 0;
    for (const RowBlock& b : relation.rows.blocks)
      for (std::uint64_t i = b.base; !b.is_table && i < b.base + (std::uint64_t{b.rows} << b.log_cols); ++i) {
        if (leaves.q[i] == good.q[i]) continue;
        ASSERT_LT(next + 1, free_slots.size());
        leaves.q[free_slots[next]] = leaves.q[i];
        leaves.p[free_slots[next++]] = -Fp(1);
        leaves.q[free_slots[next]] = good.q[i];
        leaves.p[free_slots[next++]] = Fp(1);
      }
    Fe sum;
    for (std::size_t i = 0; i < leaves.p.size(); ++i) sum += leaves.q[i].inverse() * leaves.p[i];
    cancelled = next > 0 && sum.is_zero();
  };
  expect_refused(world.verdict(lie, cheat), kFinalCheck);
  EXPECT_TRUE(cancelled);
  expect_refused(world.verdict(lie), world.owed(kSumCheck));
}

TEST_P(Rows, N17_RowsInTheTablesPaddingAreTheTables) { hide_false_rows(GetParam(), Slot::kTablePadding); }
TEST_P(Rows, N24_RowsBeyondALookupsColumnsAreNeutral) { hide_false_rows(GetParam(), Slot::kColumnPadding); }
TEST_P(Rows, N24_RowsBehindTheLastBlockAreNeutral) { hide_false_rows(GetParam(), Slot::kTail); }

TEST_P(Rows, N24_ThePaddingOfTheWitnessOracleHasNoInfluence) {
  const World& world = network_world(GetParam());
  const Relation relation = world.relation();
  const OpeningShape& shape = relation.params->shape;
  std::size_t filled = 0;
  WitnessChange fill;
  fill.message = [&](FpVector& message) {
    std::vector<bool> taken(message.size());
    for (const Tile& t : relation.witness.tiles) std::fill_n(taken.begin() + static_cast<std::ptrdiff_t>(t.address), t.size(), true);
    for (std::size_t i = 0; i < message.size(); ++i)
      if (!taken[i] && i % shape.n() < shape.statement_slots_x()) message[i] = Fp(i * i + 12345), ++filled;
  };
  EXPECT_TRUE(world.verdict(world.honest, {}, fill).accepted);
  EXPECT_GT(filled, 0u);
  Assignment lie = world.honest;  // what is committed and what is argued differ in one cell
  lie.columns[world.net.ports.inputs[0].column][0] ^= 1;
  Cheat cheat;
  cheat.looked_up = cheat.contracted = &world.honest;
  EXPECT_FALSE(world.verdict(lie, cheat, fill).accepted) << kBelieved;
}

TEST_P(Rows, N26_APrivateValueInThePlaceOfThePublicOneIsRefused) {
  const World& world = public_world(GetParam());
  const Assignment other = assignment_for(world, 99);
  const std::vector<IntColumn> publics = world.publics_of(world.honest);
  const ColumnId x = world.net.ports.inputs[0].column, y = world.net.ports.outputs[0].column;
  std::vector<IntColumn> mixed = publics;  // the true input beside the output of another one
  mixed[y] = other.columns[y];
  expect_refused(world.verify(mixed, world.prove(world.relation(mixed), other).stream), kFinalCheck);
  mixed[x] = other.columns[x];
  EXPECT_TRUE(world.verify(mixed, world.prove(world.relation(mixed), other).stream).accepted);
}

}  // namespace
}  // namespace tacit
