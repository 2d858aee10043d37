// Lies between the witness and the opening: wrong statement, skipped or altered layers, claims that are not true.
// Numbers in the names are those of the list in README.md.
#include "soundness/world.h"

namespace tacit {
namespace {

/// A true assignment for other inputs than the world's.
Assignment assignment_for(const World& world, std::int32_t change) {
  std::vector<IntColumn> inputs = world.net.inputs;
  inputs[0][0] = inputs[0][0] == change ? change + 1 : change;
  Assignment a = execute(world.model, inputs).assignment;
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
  EXPECT_FALSE(verify_relation(other, kInference, stream).accepted) << kBelieved;
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
  Transcript expected(kInference);
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
  const std::vector<IntColumn> publics = world.publics_of(world.honest);
  std::size_t count = 0;
  Cheat counting;
  counting.owed = [&](std::vector<Claim>& owed) { count = owed.size(); };
  ASSERT_TRUE(world.verdict(world.honest, counting).accepted);
  ASSERT_EQ(count, 2u + 2 * 3);
  for (std::size_t i = 0; i < count; ++i) {
    Cheat dropped, altered;
    dropped.owed = [i](std::vector<Claim>& owed) { owed[i].form.clear(), owed[i].value = kZero; };
    expect_refused(world.verdict(world.honest, dropped), kFinalCheck);
    altered.owed = [i](std::vector<Claim>& owed) { owed[i].value += kOne; };
    expect_refused(world.verdict(world.honest, altered), kFinalCheck);
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
  const CheatingProof proof = cheating_proof(permuted, kInference, world.honest, world.weights(), x);
  ASSERT_TRUE(verify_relation(permuted, kInference, proof.stream).accepted);  // consistent in itself
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
  ASSERT_TRUE(verify_relation(relation, kInference, stream).accepted);  // a fine proof of the other theorem
  expect_refused(world.verify(publics, stream), kFinalCheck);
}

TEST(Argument, N10_AModelWithAChangedLayerIsRefused) {
  const World& world = network_world();
  Theorem changed = world.theorem();
  changed.accumulators[0].linears[0].coefficient = 4;
  expect_other_theorem_refused(world, changed, "another bias");
  changed = world.theorem();
  changed.accumulators[1].contractions[0].window.pad_w = 1;
  changed.accumulators[1].contractions[0].window.in_w = world.theorem().accumulators[1].contractions[0].window.in_w;
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
  // The verifier expects two more ends than this proof has.
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

TEST(Argument, N14_ALedgerThatStartsAtAnotherPowerIsRefused) {
  const World& world = network_world();
  for (int shift : {-1, 1}) {
    Cheat cheat;
    cheat.ledger = [&](const std::vector<Claim>& owed, const Fe& gamma) {
      const Relation r = world.relation(world.publics_of(world.honest));
      Opening o = combine(world.theorem(), owed, r.publics, r.pin, gamma);
      const Fe factor = shift < 0 ? gamma.inverse() : gamma;  // gamma^0 for the first claim, or gamma^2
      for (auto* forms : {&o.weights, &o.witness})
        for (RankOne& f : *forms)
          for (Fe& u : f.u) u *= factor;
      o.pin_scale *= factor;
      o.value *= factor;
      return o;
    };
    EXPECT_FALSE(world.verdict(world.honest, cheat).accepted) << kBelieved;
  }
}

TEST(Argument, N14_ErrorsThatCancelInTheSumOfClaimsDoNotCancelInTheLedger) {
  const World& world = network_world();
  for (std::size_t i = 0; i + 1 < 8; ++i) {
    Cheat cheat;
    cheat.owed = [i](std::vector<Claim>& owed) { owed[i].value += kOne, owed[i + 1].value -= kOne; };
    expect_refused(world.verdict(world.honest, cheat), kFinalCheck);
  }
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
  // conv clamps to [0, 127], depthwise to [-128, 127]: a negative value is a row of the second table alone.
  const World& world = network_world();
  Theorem changed = world.theorem();
  TableId wide = kNone, narrow = kNone;
  for (TableId t = 0; t < changed.tables.size(); ++t)
    if (changed.tables[t].kind == TableKind::kSaturate) (changed.tables[t].lo < 0 ? wide : narrow) = t;
  ASSERT_NE(wide, kNone);
  ASSERT_NE(narrow, kNone);
  for (Lookup& l : changed.lookups)
    if (l.table == narrow) l.table = wide;
  World lie = world;
  for (Step& s : lie.model.theorem.steps)
    if (!s.is_maximum && s.requantise.lo == 0) s.requantise.lo = -128, s.requantise.limb_bits = changed.tables[wide].bits;
  // Only the two limb widths may differ, which the low limb's text contains.
  Assignment a = execute(lie.model, world.net.inputs).assignment;
  count_leniently(changed, a);
  Cheat cheat;
  cheat.leaves = [&](FractionLeaves& leaves, const LookupChallenges& c) {
    const Relation other = Relation::make(changed, world.model.key.core.params, world.publics_of(a));
    leaves = WitnessView(other, a, nullptr, nullptr).leaves(c);
  };
  EXPECT_FALSE(world.verdict(a, cheat).accepted) << kBelieved;
  cheat.leaves = nullptr;
  expect_refused(world.verdict(a, cheat), kSumCheck);
}

TEST(Argument, N17_TableRowsAndTheirPaddingAreTheVerifiers) {
  const World& world = smallest_world();
  Assignment lie = world.honest;
  const ColumnId y = world.net.ports.outputs[0].column;
  lie.columns[y][0] += 1;
  count_leniently(world.theorem(), lie);
  // Two lookup rows are now in no table; rows of the saturation table's padding, with multiplicity 1, are made equal to them.
  const Relation relation = world.relation(world.publics_of(lie));
  Cheat cheat;
  cheat.leaves = [&](FractionLeaves& leaves, const LookupChallenges&) {
    for (const RowBlock& block : relation.rows.blocks) {
      if (!block.is_table || world.theorem().tables[block.index].kind != TableKind::kSaturate) continue;
      std::uint64_t padding = block.base + kTableCols - 1;
      for (const RowBlock& l : relation.rows.blocks) {
        if (l.is_table || world.theorem().lookups[l.index].table != block.index) continue;
        leaves.q[padding] = leaves.q[l.base];
        leaves.p[padding--] = -Fp(1);
      }
    }
    Fe sum;
    for (std::size_t i = 0; i < leaves.p.size(); ++i) sum += leaves.q[i].inverse() * leaves.p[i];
    leaves_sum_ = sum;
  };
  world.prove(relation, lie, cheat);
  (void)0;
}

}  // namespace
}  // namespace tacit
