// Lies between the witness and the opening: wrong statement, skipped or altered layers, claims that are not true.
// Numbers in the names are those of the list in README.md.
#include "soundness/world.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

/// A true assignment for other inputs than the world's.
Assignment assignment_for(const World& world, std::int32_t change) {
  std::vector<IntColumn> inputs = world.net.inputs;
  inputs[0][0] = inputs[0][0] == change ? change + 1 : change;
  Assignment a = execute(world.model, inputs);
  count_leniently(world.model.theorem, a);
  return a;
}

const World& public_world() {
  static const World world(make_test_network(3, {1, 2, 1, Visibility::kPublic, Visibility::kPublic, 300}));
  return world;
}

TEST(Argument, TheHookedProverWithoutLiesWritesTheHonestProof) {
  const World& world = network_world();
  auto proof = prove(world.model, world.net.inputs, {});
  ASSERT_TRUE(proof.ok());
  auto file = read_proof(world.model.key, proof->file);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(world.prove(world.relation(world.publics_of(world.honest)), world.honest).stream, file->stream);
  EXPECT_TRUE(world.verdict(world.honest).accepted);
}

TEST(Argument, N1_AProofForOtherPublicValuesIsRefused) {
  const World& world = public_world();
  const Assignment other = assignment_for(world, 17);
  ASSERT_TRUE(world.verdict(other).accepted);
  const Bytes stream = world.prove(world.relation(world.publics_of(other)), other).stream;
  EXPECT_FALSE(world.verify(world.publics_of(world.honest), stream).accepted) << kBelieved;
}

TEST(Argument, N1_EveryPartOfTheStatementIsBound) {
  const World& world = public_world();
  const std::vector<IntColumn> publics = world.publics_of(world.honest);
  const Bytes stream = world.prove(world.relation(publics), world.honest).stream;
  ASSERT_TRUE(world.verify(publics, stream).accepted);
  Relation other = world.relation(publics);
  other.statement[5] ^= 1;
  EXPECT_FALSE(verify_relation(other, kInferenceLabel, stream).accepted) << kBelieved;
  EXPECT_FALSE(verify_relation(world.relation(publics), "tacit inference v2", stream).accepted) << kBelieved;
  for (ColumnId id = 0; id < publics.size(); ++id) {
    if (publics[id].empty()) continue;
    std::vector<IntColumn> changed = publics;
    changed[id].back() ^= 1;
    EXPECT_FALSE(world.verify(changed, stream).accepted) << kBelieved;
  }
}

TEST(Argument, N2_EveryMessageChangedBeforeSendingIsRefused) {
  const World& world = smallest_world();
  const std::vector<IntColumn> publics = world.publics_of(world.honest);
  const Relation relation = world.relation(publics);
  const CheatingProof honest = world.prove(relation, world.honest);
  ASSERT_TRUE(world.verify(publics, honest.stream).accepted);
  for (std::size_t at = 0; at < honest.messages.size(); ++at) {
    Cheat cheat;
    cheat.lies.elements = [at](const std::string&, std::size_t i, FeVector& v) { if (i == at) v.back() += kOne; };
    cheat.lies.rows = [at](const std::string&, std::size_t i, FpVector& v) { if (i == at) v.front() += Fp(1); };
    cheat.lies.digests = [at](const std::string&, std::size_t i, std::vector<Digest>& v) { if (i == at && !v.empty()) v[0][0] ^= 1; };
    const CheatingProof lied = world.prove(relation, world.honest, cheat);
    if (lied.stream == honest.stream) continue;  // an empty message or a nonce
    EXPECT_FALSE(world.verify(publics, lied.stream).accepted) << kBelieved << " " << at << " " << honest.messages[at].label;
  }
}

TEST(Argument, N6_TheFirstChallengeFollowsStatementPublicValuesAndRootAlone) {
  const World& world = public_world();
  const Relation relation = world.relation(world.publics_of(world.honest));
  const Oracle x = world.commit(world.honest);
  std::optional<Fe> first;
  Cheat cheat;
  cheat.lies.drawn = [&](const std::string&, const Fe& challenge) { if (!first) first = challenge; };
  world.prove(relation, world.honest, cheat);
  Transcript expected(kInferenceLabel);
  expected.absorb("statement", relation.statement);
  expected.absorb("public values", public_bytes(relation));
  expected.absorb("witness root", x.root());
  ASSERT_EQ(relation.params->initial_grind_bits, 0u);
  EXPECT_EQ(*first, expected.draw("lookup alpha"));
}

TEST(Argument, N8_AWrongContractionSumWithHonestRoundsIsRefused) {
  const World& world = network_world();
  Cheat cheat;
  cheat.total_is_off_by_one = true;
  expect_refused(world.verdict(world.honest, cheat), kProductsCheck);
}

TEST(Argument, N8_AWrongContractionSumWithFittedEndsIsRefusedByTheOpening) {
  const World& world = network_world();
  Cheat cheat;
  cheat.total_is_off_by_one = cheat.fitted_ends = true;
  expect_refused(world.verdict(world.honest, cheat), kFinalCheck);
}

TEST(Argument, N8_EveryOwedClaimReachesTheOpening) {
  const World& world = network_world();
  ASSERT_TRUE(world.verdict(world.honest).accepted);
  Cheat honest_lookups;
  honest_lookups.looked_up = &world.honest;
  for (ColumnId id : world.theorem().multiplicities) {
    Assignment lie = world.honest;
    lie.columns[id][7] += 1;
    expect_refused(world.verdict(lie, honest_lookups), kFinalCheck);
    expect_refused(world.verdict(lie), kSumCheck);
  }
  for (std::size_t i = 0; i < 3; ++i) {  // of each contraction both claims, then the weights' of two, then the inputs'
    const auto refuse_ends = [&](auto&& change) {
      Cheat cheat;
      cheat.lies.elements = [&](const std::string& label, std::size_t, FeVector& v) { if (label == "products ends") change(v); };
      expect_refused(world.verdict(world.honest, cheat), kFinalCheck);
    };
    refuse_ends([i](FeVector& v) { v[2 * i] *= Fp(2), v[2 * i + 1] *= Fp(2).inverse(); });
    for (const std::size_t end : {std::size_t{0}, std::size_t{1}}) {
      Cheat cheat;
      cheat.lies.elements = [&](const std::string& label, std::size_t, FeVector& v) { if (label == "products ends") v[2 * i + end] += kOne; };
      expect_refused(world.verdict(world.honest, cheat), kProductsCheck);
      if (i == 0 && end == 0) continue;  // the end that makes up for the others
      cheat.fitted_ends = true;
      expect_refused(world.verdict(world.honest, cheat), kFinalCheck);
    }
  }
}

TEST(Argument, N8_AFalseOutputBackedByTrueLookupsIsRefused) {
  const World& world = network_world();
  Assignment lie = world.honest;
  const ColumnId y = world.net.ports.outputs[0].column;
  lie.columns[y][0] += lie.columns[y][0] < 100 ? 1 : -1;
  Cheat cheat;
  cheat.looked_up = &world.honest;
  expect_refused(world.verdict(lie, cheat), kFinalCheck);
  cheat.total_absorbs_the_error = true;  // the leaf claim becomes true, the contraction sum false
  expect_refused(world.verdict(lie, cheat), kProductsCheck);
  cheat.fitted_ends = true;
  expect_refused(world.verdict(lie, cheat), kFinalCheck);
}

TEST(Argument, N8_WithoutContractionsTheErrorHasNowhereToGo) {
  const World& world = weightless_world();
  ASSERT_TRUE(world.verdict(world.honest).accepted);
  Assignment lie = world.honest;
  lie.columns[world.net.ports.outputs[0].column][0] += 1;
  Cheat cheat;
  cheat.looked_up = &world.honest;
  cheat.total_absorbs_the_error = true;
  expect_refused(world.verdict(lie, cheat), kEmptyCheck);
  expect_refused(world.verdict(lie), kSumCheck);
}

TEST(Argument, N9_ColumnsCommittedInAnotherOrderAreRefused) {
  const World& world = network_world();
  const std::vector<IntColumn> publics = world.publics_of(world.honest);
  Relation permuted = world.relation(publics);
  std::vector<Tile>& tiles = permuted.witness.tiles;
  for (std::size_t i = 1; i < tiles.size(); ++i)
    if (tiles[i].size() == tiles[i - 1].size()) {
      std::swap(tiles[i], tiles[i - 1]);
      std::swap(tiles[i].address, tiles[i - 1].address);
      break;
    }
  FpVector message = oracle_message(world.theorem(), permuted.witness, world.honest.columns,
                                    std::uint64_t{permuted.params->shape.limbs_x} << permuted.params->shape.log_n);
  const OpeningParams& params = *permuted.params;
  const Oracle x = Oracle::commit(std::move(message), params.shape.log_n, params.shape.limbs_x, params.rounds[0].log_domain);
  const CheatingProof proof = cheating_proof(permuted, kInferenceLabel, world.honest, world.weights(), x);
  ASSERT_TRUE(verify_relation(permuted, kInferenceLabel, proof.stream).accepted);  // consistent in itself
  expect_refused(world.verify(publics, proof.stream), kFinalCheck);
}

/// Proves another theorem of the same shapes under this model's statement.
void expect_other_theorem_refused(const World& world, const Theorem& other, const char* what) {
  SCOPED_TRACE(what);
  Assignment a;
  a.columns = world.model.weights;
  a.columns[world.net.ports.inputs[0].column] = world.net.inputs[0];
  Theorem with_steps = other;
  with_steps.steps = world.model.theorem.steps;
  run_steps(with_steps, a);
  ASSERT_TRUE(count_multiplicities(with_steps, a).ok());
  const std::vector<IntColumn> publics = world.publics_of(a);
  Relation relation = Relation::make(other, world.model.key.core.params, publics);
  const Relation honest = world.relation(publics);
  relation.statement = honest.statement;
  relation.root_w = honest.root_w;
  relation.pin = honest.pin;
  const Bytes stream = world.prove(relation, a).stream;
  ASSERT_TRUE(verify_relation(relation, kInferenceLabel, stream).accepted);  // a fine proof of the other theorem
  expect_refused(world.verify(publics, stream), kFinalCheck);
}

TEST(Argument, N10_AModelWithAChangedLayerIsRefused) {
  const World& world = network_world();
  Theorem changed = world.theorem();
  changed.accumulators[0].linears[0].coefficient = 4;
  expect_other_theorem_refused(world, changed, "another bias");
  changed = world.theorem();
  changed.accumulators[1].contractions[0].window.pad_w = 1;
  expect_other_theorem_refused(world, changed, "a shifted window");
  changed = world.theorem();
  changed.accumulators[1].linears[0].divide_by_taps = false;
  changed.accumulators[1].linears[0].coefficient = 1;
  expect_other_theorem_refused(world, changed, "a sum for an average");
}

TEST(Argument, N10_ALayerReplacedByTheIdentityIsRefused) {
  const World& world = network_world();
  Theorem changed = world.theorem();
  Accumulator& a = changed.accumulators[1];  // depthwise and average of y2: only one tap of y2 is left
  a.contractions.clear();
  a.linears[0].divide_by_taps = false;
  a.linears[0].coefficient = 128;
  a.linears[0].window.kernel_h = a.linears[0].window.kernel_w = 1;
  Assignment lie;
  lie.columns = world.model.weights;
  lie.columns[world.net.ports.inputs[0].column] = world.net.inputs[0];
  Theorem with_steps = changed;
  with_steps.steps = world.model.theorem.steps;
  run_steps(with_steps, lie);
  count_leniently(with_steps, lie);
  // Lookups follow the identity, contractions the true theorem; the error goes into the contraction sum.
  Cheat cheat;
  cheat.leaves = [&](FractionLeaves& leaves, const LookupChallenges& c) {
    const Relation other = Relation::make(changed, world.model.key.core.params, world.publics_of(lie));
    leaves = WitnessView(other, lie, nullptr, nullptr).leaves(c);
  };
  expect_refused(world.verdict(lie, cheat), kFinalCheck);
  cheat.total_absorbs_the_error = true;
  expect_refused(world.verdict(lie, cheat), kProductsCheck);
  cheat.fitted_ends = true;
  expect_refused(world.verdict(lie, cheat), kFinalCheck);
}

TEST(Argument, N14_ErrorsThatCancelInTheSumOfTwoClaimsDoNotCancelInTheLedger) {
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

TEST(Argument, N14_NoClaimHasCoefficientOne) {
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

TEST(Argument, N19_ARowOfAnotherTableDoesNotCount) {
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

TEST(Argument, N17_RowsInTheTablesPaddingAreTheTables) { hide_false_rows(Slot::kTablePadding); }
TEST(Argument, N24_RowsBeyondALookupsColumnsAreNeutral) { hide_false_rows(Slot::kColumnPadding); }
TEST(Argument, N24_RowsBehindTheLastBlockAreNeutral) { hide_false_rows(Slot::kTail); }

TEST(Argument, N24_ThePaddingOfTheWitnessOracleHasNoInfluence) {
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

TEST(Argument, N26_APrivateValueInThePlaceOfThePublicOneIsRefused) {
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
