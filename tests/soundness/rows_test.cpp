// Lies in the lookups and in the ledger: errors that cancel, rows of the wrong table, rows that nobody asked for, values that
// are not the public ones.
#include "soundness/world.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

TEST(Rows, N14_ErrorsThatCancelInTheSumOfTwoClaimsDoNotCancelInTheLedger) {
  // The last layer's ends are all moved by the d that keeps their check: q1 (p0 + lambda q0) + p1 q0 has a second root.
  // The claims on the multiplicities and on the columns are then wrong by -d and +d, whatever mu is.
  const World& world = network_world();
  const std::size_t last = static_cast<std::size_t>(world.relation(world.publics_of(world.honest)).rows.log_rows);
  std::size_t layer = 0;
  Fe lambda, moved;
  Cheat cheat;
  cheat.lies.drawn = [&](const std::string& label, const Fe& r) { if (label == "fraction lambda") lambda = r; };
  cheat.lies.elements = [&](const std::string& label, std::size_t, FeVector& v) {
    if (label != "fraction ends" || ++layer != last) return;
    moved = -(v[0] + lambda * v[2] + v[3] * (kOne + lambda) + v[1] + v[2]) * (kOne + kOne + lambda).inverse();
    for (Fe& end : v) end += moved;
  };
  expect_refused(world.verdict(world.honest, cheat), kFinalCheck);
  EXPECT_FALSE(moved.is_zero());
}

TEST(Rows, N14_NoClaimHasCoefficientOne) {
  const World& world = network_world();
  const ColumnId y = world.net.ports.outputs[0].column, x = world.net.ports.inputs[0].column;
  const auto ones = [&](ColumnId id) { return std::make_shared<const FeVector>(world.theorem().columns[id].size(), kOne); };
  const std::vector<Claim> claims{{"first", {{x, {kOne}, ones(x)}}, Fe(5)}, {"second", {{y, {kOne}, ones(y)}}, Fe(7)}};
  const std::vector<IntColumn> publics = world.publics_of(world.honest);
  const Fe gamma(Fp(3), Fp(4), Fp(5));
  const Opening o = combine(world.theorem(), claims, publics, Pin{kOne, Fe(11)}, gamma);
  EXPECT_EQ(o.witness[0].u[0], gamma);
  EXPECT_EQ(o.pin_scale, gamma.pow(3));
  EXPECT_EQ(o.value, gamma * Fp(5) + gamma.pow(2) * (Fe(7) - evaluate_covector(claims[1].form[0], publics[y])) + gamma.pow(3) * Fp(11));
}

TEST(Rows, N19_ARowOfAnotherTableDoesNotCount) {
  // The first layer clamps to [0, 127], the second to [-128, 127]: a negative value is a row of the second table alone.
  TestNetwork small = make_test_network(4, {1, 1, 1, Visibility::kPrivate, Visibility::kPublic, 8});
  for (std::int32_t& b : small.weights[column_named(small.theorem, "conv.bias")]) b /= 100;
  const World world(small);
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
    if (!s.is_maximum && s.requantise.lo == 0) s.requantise.lo = -128;
  Assignment lie = execute(unclamped, world.net.inputs);
  ASSERT_TRUE(count_multiplicities(changed, lie).ok());
  const Relation other = Relation::make(changed, world.model.key.core.params, world.publics_of(lie));
  Cheat cheat;
  cheat.leaves = [&](FractionLeaves& leaves, const LookupChallenges& c) { leaves = WitnessView(other, lie, nullptr, nullptr).leaves(c); };
  expect_refused(world.verdict(lie, cheat), kFinalCheck);
  expect_refused(world.verdict(lie), kSumCheck);
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

void hide_false_rows(Slot slot) {
  const World& world = network_world();
  Assignment lie = world.honest;
  lie.columns[world.net.ports.outputs[0].column][1] ^= 1;  // with the honest multiplicities
  const Relation relation = world.relation(world.publics_of(lie));
  const std::vector<std::uint64_t> free_slots = slots_of(world.theorem(), relation.rows, slot);
  bool cancelled = false;
  Cheat cheat;
  cheat.leaves = [&](FractionLeaves& leaves, const LookupChallenges& c) {
    leaves.p.resize(std::size_t{1} << relation.rows.log_rows);
    leaves.q.resize(leaves.p.size(), kOne);
    const FractionLeaves good = WitnessView(relation, world.honest, nullptr, nullptr).leaves(c);
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
  expect_refused(world.verdict(lie), kSumCheck);
}

TEST(Rows, N17_RowsInTheTablesPaddingAreTheTables) { hide_false_rows(Slot::kTablePadding); }
TEST(Rows, N24_RowsBeyondALookupsColumnsAreNeutral) { hide_false_rows(Slot::kColumnPadding); }
TEST(Rows, N24_RowsBehindTheLastBlockAreNeutral) { hide_false_rows(Slot::kTail); }

TEST(Rows, N24_ThePaddingOfTheWitnessOracleHasNoInfluence) {
  const World& world = network_world();
  const OpeningParams& params = world.model.key.core.params;
  const std::vector<IntColumn> publics = world.publics_of(world.honest);
  const Relation relation = world.relation(publics);
  FpVector message = oracle_message(world.theorem(), relation.witness, world.honest.columns,
                                    std::uint64_t{params.shape.limbs_x} << params.shape.log_n);
  ASSERT_LT(relation.witness.size, message.size());
  for (std::size_t i = relation.witness.size; i < message.size(); ++i) message[i] = Fp(i * i + 12345);
  const Oracle x = Oracle::commit(std::move(message), params.shape.log_n, params.shape.limbs_x, params.rounds[0].log_domain);
  const auto stream = [&](const Assignment& a) { return cheating_proof(world.relation(world.publics_of(a)), kInferenceLabel, a, world.weights(), x).stream; };
  EXPECT_TRUE(world.verify(publics, stream(world.honest)).accepted);
  Assignment lie = world.honest;  // what is committed and what is argued differ in one cell
  lie.columns[world.net.ports.inputs[0].column][0] ^= 1;
  EXPECT_FALSE(world.verify(publics, stream(lie)).accepted) << kBelieved;
}

TEST(Rows, N26_APrivateValueInThePlaceOfThePublicOneIsRefused) {
  const World& world = public_world();
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
