// Weights that are not what they are said to be: outside their range, or two vectors under one root.
#include "soundness/forged_key.h"

namespace tacit {
namespace {

class Weights : public InBothModes {};
INSTANTIATE_TEST_SUITE_P(Both, Weights, kBothModes, mode_name);

constexpr std::int32_t kInput = 3, kLie = 5;

/// The smallest model with a weight w such that 3 w = 10 in the field: it is about p/3, no integer of the declared range,
/// and makes the output 5 for the input 3. `registration` chooses how the prover lies about the range.
struct FieldFraction {
  const World& honest;
  VerifierKey key = honest.model.key;
  const ColumnId w = column_named(key.core.theorem, "w");
  Fp weight = Fp(10) * Fp(3).inverse();
  std::optional<Oracle> oracle;
  Theorem ranges;

  explicit FieldFraction(Mode mode) : honest(smallest_world(mode)), ranges(*registration_theorem(key.core.theorem)) {
    const OpeningShape& s = key.core.params.shape;
    FpVector message(std::size_t{s.limbs_w} << s.log_n);
    message[0] = weight;
    oracle.emplace(commit_as_weights(key.core.params, std::move(message)));
    bind_weights(key, *oracle);
  }

  Relation registration() const { return registration_relation(key.core, ranges, key.registration_params); }
  std::string_view label() const { return registration_label(honest.mode == Mode::kMasked); }

  Bytes prove_registration(bool honest_looking_leaves, bool absorb) const {
    Assignment a;
    a.columns.resize(ranges.columns.size());
    a.columns[0] = {0};
    count_leniently(ranges, a);
    const Relation relation = registration();
    Cheat cheat;
    cheat.leaves = [&](FractionLeaves& leaves, const LookupChallenges& c) {
      if (honest_looking_leaves) return;
      for (const RowBlock& b : relation.rows.blocks)
        if (!b.is_table) leaves.q[b.base] = c.alpha - kOne - c.beta * (weight + Fp(8));
    };
    // The contraction sum cannot be computed from integers: it is what the true weight leaves of the leaf claim.
    cheat.total = [&, absorb](const LeafClaims& leaf, const Fe& value) {
      Fe total = value;
      for (const RankOne& f : leaf.columns) total -= f.factor * (*f.u)[0] * (*f.v)[0] * weight;
      return absorb ? total : kZero;
    };
    return cheating_proof(relation, label(), a, &*oracle, honest.commit(relation, a), cheat).stream;
  }

  /// A true run of the model with that weight, in the field.
  Bytes prove_inference(std::vector<IntColumn>& publics) const {
    const Requantise& r = honest.model.theorem.steps[0].requantise;
    Assignment a;
    a.columns.resize(key.core.theorem.columns.size());
    a.columns[honest.net.ports.inputs[0].column] = {kInput};
    a.columns[w] = {0};
    a.columns[r.y] = {kLie}, a.columns[r.remainder] = {1};
    for (const ColumnId limb : r.excess) a.columns[limb] = {0};
    a.accumulators = {{10}};  // 2 * 5 + 1 = 10 + 1
    TACIT_EXPECTS(count_multiplicities(key.core.theorem, a).ok(), "the lie is consistent");
    publics = honest.publics_of(a);
    const Relation relation = inference_relation(key, publics);
    Cheat cheat;
    cheat.tables = [&](ProductTables& tables, const std::vector<ContractionUse>& uses) {
      for (std::size_t i = 0; i < uses.size(); ++i) tables.instances[i].a[0] = uses[i].use->u[0] * weight;
    };
    return cheating_proof(relation, honest.label(), a, &*oracle, honest.commit(relation, a), cheat).stream;
  }
};

TEST_P(Weights, N22_AWeightOfTheSizeOfTheFieldProvesAFalseOutputUnlessItsRangeIsProven) {
  FieldFraction lie(GetParam());
  std::vector<IntColumn> publics;
  const Bytes stream = lie.prove_inference(publics);
  // Without the registration this is a fine proof: that is what the registration is for.
  ASSERT_TRUE(verify_relation(inference_relation(lie.key, publics), lie.honest.label(), stream).accepted);
  lie.key.registration_proof = lie.prove_registration(false, false);
  auto key = read_key(lie.key.encode());
  EXPECT_FALSE(key.ok());
  if (key.ok()) {
    const auto mode = static_cast<std::uint8_t>(GetParam() == Mode::kMasked);
    EXPECT_FALSE(verify(*key, {mode, key->statement, publics, {}, stream}).accepted) << kBelieved;
  }
  ASSERT_TRUE(read_key(lie.honest.model.key.encode()).ok());
}

TEST_P(Weights, N35_EveryLieAboutTheRangeOfAWeightIsRefused) {
  FieldFraction lie(GetParam());
  const auto verdict = [&](const Bytes& stream) { return verify_relation(lie.registration(), lie.label(), stream); };
  expect_refused(verdict(lie.prove_registration(false, false)), lie.honest.owed(kSumCheck));
  expect_refused(verdict(lie.prove_registration(true, false)), kFinalCheck);
  expect_refused(verdict(lie.prove_registration(true, true)), lie.honest.owed(kEmptyCheck));
}

TEST_P(Weights, N35_AWeightOneOutsideItsRangeIsRefusedAtRegistration) {
  for (const std::int32_t weight : {-9, 8, 7}) {
    const World& honest = smallest_world(GetParam());
    VerifierKey key = honest.model.key;
    ProverModel model = honest.model;
    model.weights[column_named(key.core.theorem, "w")] = {weight};
    const Oracle oracle = commit_weights(model);
    bind_weights(key, oracle);
    register_again(key, model.weights, oracle);
    auto read = read_key(key.encode());
    EXPECT_EQ(read.ok(), weight == 7) << kBelieved << " " << weight;
    if (weight == 7) continue;
    const Theorem ranges = *registration_theorem(key.core.theorem);
    const Relation relation = registration_relation(key.core, ranges, key.registration_params);
    expect_refused(verify_relation(relation, registration_label(relation.masked()), key.registration_proof), honest.owed(kSumCheck));
  }
}

/// A word of which half the rows belong to the weight 2 and half to the weight -3, under toy parameters with one query.
struct TwoWeights {
  const World& world = smallest_world(Mode::kOpen);
  OpeningParams params;
  std::uint64_t size_x = oracle_sizes(world.theorem(), false).x;
  std::optional<Oracle> oracles[2];
  FpVector messages[2];

  static constexpr std::uint32_t kLogN = 9, kLogDomain = 11;

  TwoWeights() {
    params.shape.log_n = kLogN;
    params.shape.size_w = 1;
    params.shape.size_x = size_x;
    params.shape.limbs_w = 1;
    params.shape.limbs_x = static_cast<std::uint32_t>((size_x + 511) / 512);
    const std::uint32_t fold = params.shape.log_limbs_x();
    params.rounds = {{fold, kLogN, kLogDomain, 1, 0, 0, 3}, {4, 6, 10, 20, 0, 1, 3}};
    params.final_log = 6;
    TACIT_EXPECTS(check_form(params).ok(), "the toy has the right form");
    const std::int32_t weights[2] = {2, -3};
    FpVector mixed(std::size_t{1} << kLogDomain);
    for (int k : {0, 1}) {
      messages[k].assign(std::size_t{1} << kLogN, Fp());
      messages[k][0] = Fp::from_signed(weights[k]);
      const Oracle whole = Oracle::commit(messages[k], kLogN, 1, kLogDomain);
      for (std::size_t j = static_cast<std::size_t>(k); j < mixed.size(); j += 2) mixed[j] = whole.all_rows()[j];
    }
    for (int k : {0, 1}) oracles[k].emplace(Oracle::from_rows(messages[k], mixed, 1, kLogN, kLogDomain));
  }

  /// Proves with weight k; the padding of X is turned until the one query falls on a row of k, or for ever in vain.
  std::string attempt(int k, std::uint64_t nonce, const std::optional<Pin>& pin) const {
    Assignment a;
    a.columns.resize(world.theorem().columns.size());
    a.columns[world.net.ports.inputs[0].column] = {kInput};
    a.columns[column_named(world.theorem(), "w")] = {static_cast<std::int32_t>(messages[k][0].to_signed())};
    run_steps(world.model.theorem, a);
    TACIT_EXPECTS(count_multiplicities(world.model.theorem, a).ok(), "an honest run");
    Relation relation = Relation::make(world.theorem(), params, world.publics_of(a));
    relation.statement = world.model.key.statement;
    relation.root_w = oracles[k]->root();
    relation.pin = pin;
    const Tile& last = relation.witness.tiles.back();
    TACIT_EXPECTS(last.address + last.size() < std::uint64_t{params.shape.limbs_x} << kLogN, "the last slot is free");
    WitnessChange turn;
    turn.message = [&](FpVector& message) { message.back() = Fp(nonce); };
    const CommittedWitness x = world.commit(relation, a, turn);
    const Bytes stream = cheating_proof(relation, world.label(), a, &*oracles[k], x).stream;
    return world.verify(relation, stream).reason;
  }
};

TEST(WeightsPin, N7b_TwoModelsUnderOneRootAreToldApartByThePin) {
  const TwoWeights two;
  ASSERT_EQ(two.oracles[0]->root(), two.oracles[1]->root());
  ASSERT_NE(two.size_x % 512, 0u);
  const Pin pin{Fe(Fp(3), Fp(4), Fp(5)), Fe(Fp(2))};  // the constant polynomial 2
  for (int k : {0, 1}) {
    int accepted = 0, accepted_with_pin = 0;
    for (std::uint64_t nonce = 0; nonce < 24; ++nonce) {
      accepted += two.attempt(k, nonce, std::nullopt).empty();
      accepted_with_pin += two.attempt(k, nonce, pin).empty();
    }
    EXPECT_GT(accepted, 0) << "without a pin both models are proven under one root";
    if (k == 0) { EXPECT_GT(accepted_with_pin, 0); }
    else { EXPECT_EQ(accepted_with_pin, 0) << kBelieved; }
  }
}

}  // namespace
}  // namespace tacit
