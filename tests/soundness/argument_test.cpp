// Lies between the witness and the opening: wrong statement, skipped or altered layers, claims that are not true.
// Numbers in the names are those of the list in README.md.
#include "soundness/world.h"

namespace tacit {
namespace {

class Argument : public InBothModes {};
INSTANTIATE_TEST_SUITE_P(Both, Argument, kBothModes, mode_name);

TEST_P(Argument, TheHookedProverWithoutLiesWritesTheHonestProof) {
  const World& world = network_world(GetParam());
  const Relation relation = world.relation();
  Random one = test_random(), same = test_random();
  const CommittedWitness x = commit_witness(relation, world.honest, one);
  EXPECT_EQ(x.oracle.root(), commit_changed(relation, world.honest, same, {}).oracle.root());
  const Bytes stream = prove_relation(relation, world.label(), world.honest, world.weights(), x);
  EXPECT_EQ(cheating_proof(relation, world.label(), world.honest, world.weights(), x).stream, stream);
  EXPECT_TRUE(world.verify(relation, stream).accepted);
  EXPECT_TRUE(world.verdict(world.honest).accepted);
}

TEST_P(Argument, N1_AProofForOtherPublicValuesIsRefused) {
  const World& world = public_world(GetParam());
  const Assignment other = assignment_for(world, 17);
  ASSERT_TRUE(world.verdict(other).accepted);
  const Bytes stream = world.prove(world.relation(world.publics_of(other)), other).stream;
  EXPECT_FALSE(world.verify(world.publics_of(world.honest), stream).accepted) << kBelieved;
}

TEST_P(Argument, N1_EveryPartOfTheStatementIsBound) {
  const World& world = public_world(GetParam());
  const std::vector<IntColumn> publics = world.publics_of(world.honest);
  const Bytes stream = world.prove(world.relation(publics), world.honest).stream;
  ASSERT_TRUE(world.verify(publics, stream).accepted);
  Relation other = world.relation(publics);
  other.statement[5] ^= 1;
  EXPECT_FALSE(verify_relation(other, world.label(), stream).accepted) << kBelieved;
  EXPECT_FALSE(verify_relation(world.relation(publics), "tacit inference v1", stream).accepted) << kBelieved;
  EXPECT_FALSE(verify_relation(world.relation(publics), inference_label(GetParam() == Mode::kOpen), stream).accepted) << kBelieved;
  for (ColumnId id = 0; id < publics.size(); ++id) {
    if (publics[id].empty()) continue;
    std::vector<IntColumn> changed = publics;
    changed[id].back() ^= 1;
    EXPECT_FALSE(world.verify(changed, stream).accepted) << kBelieved;
  }
}

TEST_P(Argument, N2_EveryMessageChangedBeforeSendingIsRefused) {
  const World& world = smallest_world(GetParam());
  const std::vector<IntColumn> publics = world.publics_of(world.honest);
  const Relation relation = world.relation(publics);
  const CheatingProof honest = world.prove(relation, world.honest);
  ASSERT_TRUE(world.verify(publics, honest.stream).accepted);
  for (std::size_t at = 0; at < honest.messages.size(); ++at) {
    Cheat cheat;
    cheat.lies.elements = [at](const std::string&, std::size_t i, FeVector& v) { if (i == at && !v.empty()) v.back() += kOne; };
    cheat.lies.rows = [at](const std::string&, std::size_t i, FpVector& v) { if (i == at) v.front() += Fp(1); };
    cheat.lies.digests = [at](const std::string&, std::size_t i, std::vector<Digest>& v) { if (i == at && !v.empty()) v[0][0] ^= 1; };
    const CheatingProof lied = world.prove(relation, world.honest, cheat);
    if (lied.stream == honest.stream) continue;  // an empty message or a nonce
    EXPECT_FALSE(world.verify(publics, lied.stream).accepted) << kBelieved << " " << at << " " << honest.messages[at].label;
  }
}

TEST_P(Argument, N6_TheFirstChallengeFollowsStatementPublicValuesRootAndWork) {
  const World& world = public_world(GetParam());
  const Relation relation = world.relation();
  const CommittedWitness x = world.commit(relation, world.honest);
  std::optional<Fe> first;
  Cheat cheat;
  cheat.lies.drawn = [&](const std::string&, const Fe& challenge) { if (!first) first = challenge; };
  world.prove(relation, world.honest, cheat);
  Transcript expected(world.label());
  expected.absorb("statement", relation.statement);
  ByteWriter params;
  write_params(params, *relation.params);
  expected.absorb("parameters", params.data());
  expected.absorb("public values", public_bytes(relation));
  expected.absorb("witness root", x.oracle.root());
  if (const auto bits = static_cast<int>(relation.params->initial_grind_bits); bits != 0) {
    const std::uint64_t nonce = search_nonce(expected.draw_seed("first proof of work"), bits);
    ByteWriter message;
    message.u64(nonce);
    expected.absorb("first proof of work", message.data());
  }
  EXPECT_EQ(*first, expected.draw("lookup alpha"));
}

TEST_P(Argument, N8_AWrongContractionSumWithHonestRoundsIsRefused) {
  const World& world = network_world(GetParam());
  Cheat cheat;
  cheat.total_is_off_by_one = true;
  expect_refused(world.verdict(world.honest, cheat), world.owed(kProductsCheck));
}

TEST_P(Argument, N8_AWrongContractionSumWithFittedEndsIsRefusedByTheOpening) {
  const World& world = network_world(GetParam());
  Cheat cheat;
  cheat.total_is_off_by_one = cheat.fitted_ends = true;
  expect_refused(world.verdict(world.honest, cheat), kFinalCheck);
}

TEST_P(Argument, N8_EveryOwedClaimReachesTheOpening) {
  const World& world = network_world(GetParam());
  ASSERT_TRUE(world.verdict(world.honest).accepted);
  Cheat honest_lookups;
  honest_lookups.looked_up = &world.honest;
  for (ColumnId id : world.theorem().multiplicities) {
    Assignment lie = world.honest;
    lie.columns[id][7] += 1;
    expect_refused(world.verdict(lie, honest_lookups), kFinalCheck);
    expect_refused(world.verdict(lie), world.owed(kSumCheck));
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
      expect_refused(world.verdict(world.honest, cheat), world.owed(kProductsCheck));
      if (i == 0 && end == 0) continue;  // the end that makes up for the others
      cheat.fitted_ends = true;
      expect_refused(world.verdict(world.honest, cheat), kFinalCheck);
    }
  }
}

TEST_P(Argument, N8_AFalseOutputBackedByTrueLookupsIsRefused) {
  const World& world = network_world(GetParam());
  Assignment lie = world.honest;
  const ColumnId y = world.net.ports.outputs[0].column;
  lie.columns[y][0] += lie.columns[y][0] < 100 ? 1 : -1;
  Cheat cheat;
  cheat.looked_up = &world.honest;
  expect_refused(world.verdict(lie, cheat), kFinalCheck);
  cheat.total_absorbs_the_error = true;  // the leaf claim becomes true, the contraction sum false
  expect_refused(world.verdict(lie, cheat), world.owed(kProductsCheck));
  cheat.fitted_ends = true;
  expect_refused(world.verdict(lie, cheat), kFinalCheck);
}

TEST_P(Argument, N8_WithoutContractionsTheErrorHasNowhereToGo) {
  const World& world = weightless_world(GetParam());
  ASSERT_TRUE(world.verdict(world.honest).accepted);
  Assignment lie = world.honest;
  lie.columns[world.net.ports.outputs[0].column][0] += 1;
  Cheat cheat;
  cheat.looked_up = &world.honest;
  cheat.total_absorbs_the_error = true;
  expect_refused(world.verdict(lie, cheat), world.owed(kEmptyCheck));
  expect_refused(world.verdict(lie), world.owed(kSumCheck));
}

TEST_P(Argument, N41_AFalseSumHiddenInTheDummyRoundsOfAShortContractionIsRefused) {
  const World& world = network_world(GetParam());
  int longest = 0, shortest = 99;
  for (const Accumulator& acc : world.theorem().accumulators)
    for (const Contraction& c : acc.contractions) {
      const int size = ceil_log2(c.groups * c.in_rows) + ceil_log2(c.window.taps());
      longest = std::max(longest, size), shortest = std::min(shortest, size);
    }
  ASSERT_LT(shortest, longest);
  int round = 0;
  Cheat cheat;
  cheat.total_is_off_by_one = true;
  cheat.lies.elements = [&](const std::string& label, std::size_t, FeVector& v) {
    if (label != "products round") return;
    if (++round <= longest - shortest) v[0] += Fe(Fp(2).inverse().pow(static_cast<std::uint64_t>(round)));
  };
  expect_refused(world.verdict(world.honest, cheat), world.owed(kProductsCheck));
  EXPECT_EQ(round, longest);
}

TEST_P(Argument, N9_ColumnsCommittedInAnotherOrderAreRefused) {
  const World& world = network_world(GetParam());
  Relation permuted = world.relation();
  std::vector<Tile>& tiles = permuted.witness.tiles;
  for (std::size_t i = 1; i < tiles.size(); ++i)
    if (tiles[i].size() == tiles[i - 1].size()) {
      std::swap(tiles[i], tiles[i - 1]);
      std::swap(tiles[i].address, tiles[i - 1].address);
      break;
    }
  const Bytes stream = world.prove(permuted, world.honest).stream;
  ASSERT_TRUE(world.verify(permuted, stream).accepted);  // consistent in itself
  expect_refused(world.verify(world.relation(), stream), kFinalCheck);
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
  ASSERT_TRUE(verify_relation(relation, world.label(), stream).accepted);  // a fine proof of the other theorem
  expect_refused(world.verify(publics, stream), kFinalCheck);
}

TEST_P(Argument, N10_AModelWithAChangedLayerIsRefused) {
  const World& world = network_world(GetParam());
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

TEST_P(Argument, N10_ALayerReplacedByTheIdentityIsRefused) {
  const World& world = network_world(GetParam());
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
    leaves = view_of(other, lie).leaves(c);
  };
  expect_refused(world.verdict(lie, cheat), kFinalCheck);
  cheat.total_absorbs_the_error = true;
  expect_refused(world.verdict(lie, cheat), world.owed(kProductsCheck));
  cheat.fitted_ends = true;
  expect_refused(world.verdict(lie, cheat), kFinalCheck);
}

}  // namespace
}  // namespace tacit
