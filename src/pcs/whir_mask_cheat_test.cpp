// Provers that lie with their masks: claims, lines and mask rows that do not fit, pads that depend on the challenges
// that they must precede, and a row2 that is not zero on the statement.
#include <gtest/gtest.h>

#include "pcs/whir_test_cheater.h"

namespace tacit {
namespace {

using namespace testing_support;

constexpr const char* kFinalClaim = "final claim is the folded vector times the covector";
constexpr const char* kRowsW = "opened rows of W match its root";
constexpr const char* kRowsX = "opened rows of X match its root";
constexpr int kX = static_cast<int>(Block::kX), kW = static_cast<int>(Block::kW);

/// Enough queries that luck has probability below 2^-38: 20 at agreement about 1/4.
OpeningParams firm_params(std::uint32_t limbs_w = 4, std::uint32_t limbs_x = 3) {
  return toy_params(6, limbs_w, limbs_x, {{0, 2, 20}, {2, 2, 20}, {2, 2, 20}}, {23, 20});
}

std::string reason(const Instance& instance, const Fe& claim, std::unique_ptr<WhirProver> prover) {
  return verify(instance, claim, prove(instance, claim, std::move(prover))).reason;
}

FpVector message_of(const Oracle& oracle) { return {oracle.message().begin(), oracle.message().end()}; }

OpeningMasks copy_of(const OpeningMasks& masks) {
  OpeningMasks out;
  out.row2 = masks.row2;
  out.row1 = masks.row1;
  out.mu_w = masks.mu_w;
  return out;
}

TEST(WhirMaskCheats, TheHookedProverIsHonestWithoutHooks) {
  Random random(70);
  const Instance instance(firm_params(), random);
  EXPECT_EQ(prove(instance, instance.claim, cheater(instance)), prove_honestly(instance, instance.claim));
}

TEST(WhirMaskCheats, WrongMaskClaimWithATrueOrAFalseClaim) {
  Random random(71);
  const Instance instance(firm_params(), random);
  for (const Fe& error : {kZero, kOne, random.fe()}) {
    auto prover = cheater(instance);
    prover->mask_claim_error = error.is_zero() ? kOne : -error;  // would repair the claim if the line were drawn at one
    EXPECT_EQ(reason(instance, instance.claim + error, std::move(prover)), kFinalClaim);
  }
}

TEST(WhirMaskCheats, FalseClaimSteeredInTheMaskedVector) {
  Random random(72);
  const Instance instance(firm_params(), random);
  const Fe claim = instance.claim + random.fe();
  auto prover = cheater(instance);
  prover->running_claim = claim;
  prover->after_mask = [&](Cheater& c) { steer(c.tables_, random.fes(c.tables_.v.size()), c.running_claim); };
  EXPECT_EQ(reason(instance, claim, std::move(prover)), kFinalClaim);
}

TEST(WhirMaskCheats, VectorThatIsNotOnTheLine) {
  Random random(73);
  const Instance instance(firm_params(), random);
  auto prover = cheater(instance);
  prover->after_mask = [&](Cheater& c) { add_orthogonal(c.tables_, random); };  // the claim stays true
  EXPECT_EQ(reason(instance, instance.claim, std::move(prover)), kFinalClaim);
  // Nothing, or another point of the space, with the claim steered back.
  for (const Fe& at : {kZero, random.fe()}) {
    prover = cheater(instance);
    prover->running_claim = instance.claim;
    prover->after_mask = [&](Cheater& c) {
      for (Fe& x : c.tables_.v) x *= at;
      steer(c.tables_, random.fes(c.tables_.v.size()), c.running_claim);
    };
    EXPECT_EQ(reason(instance, instance.claim, std::move(prover)), kFinalClaim);
  }
}

TEST(WhirMaskCheats, MaskRowsThatAreNotThoseOfTheLine) {
  Random random(74);
  for (int row = 0; row < 4; ++row) {
    Instance instance(firm_params(), random);
    OpeningMasks other = copy_of(*instance.masks);
    if (row == 0) other.row1[5] += kOne;
    if (row == 1) other.mu_w[5] += kOne;
    if (row == 2) other.row2[instance.params.shape.n() - 1] += Fp(1);           // a random slot
    if (row == 3) other.row2[instance.params.shape.statement_slots_x()] += Fp(1);  // a pad
    instance.commit_x(message_of(*instance.x), &other, random);
    EXPECT_EQ(reason(instance, instance.claim, cheater(instance)), kFinalClaim) << row;
  }
}

TEST(WhirMaskCheats, RowsWithTheSaltsOfAnotherTree) {
  Random random(75);
  const Instance instance(firm_params(), random);
  for (const auto& [block, oracle, check] :
       {std::tuple{kW, instance.w.get(), kRowsW}, {kX, instance.x.get(), kRowsX}}) {
    const FpVector rows(oracle->all_rows().begin(), oracle->all_rows().end());
    const std::size_t leaves = std::size_t{1} << oracle->log_domain();
    const Oracle other = Oracle::from_rows(message_of(*oracle), rows, oracle->words(), oracle->log_n(),
                                           oracle->log_domain(), make_salts(leaves, random.source()));
    auto prover = cheater(instance);
    prover->salts_from[block] = &other;
    EXPECT_EQ(reason(instance, instance.claim, std::move(prover)), check);
    prover = cheater(instance);
    prover->path_from[block] = prover->salts_from[block] = &other;  // an opening of another root
    EXPECT_EQ(reason(instance, instance.claim, std::move(prover)), check);
  }
}

// Pads that depend on the challenges. A cheat may put h_i into the pad slots of limb i of X, since these share the code
// with row2: the pad of a message becomes xi + sum_i eq(alpha, i) h_i. With b the first own bit of i, d b in the
// constant's slot and 2 d in the leading coefficient's absorb an error d of the claim; before that, d / 2 in the
// constant's slot of a round in which X is late halves it. So a false claim passes if its error is known when X is
// committed.
class PlantedPads {
 public:
  PlantedPads(const OpeningShape& shape, FpVector message) : shape_(shape), message_(std::move(message)) {}

  FpVector absorb(Fe error) && {
    const std::uint32_t bits = shape_.log_limbs_x(), late = shape_.log_limbs() - bits;
    for (std::uint32_t round = 0; round < late; ++round) {
      error *= Fp(2).inverse();
      for (std::uint32_t limb = 0; limb < shape_.limbs_x; ++limb) plant(limb, 2 * round, error);
    }
    for (std::uint32_t limb = 0; limb < shape_.limbs_x; ++limb) {
      if (limb >> (bits - 1) == 1) plant(limb, 2 * late, error);
      plant(limb, 2 * late + 1, error + error);
    }
    return std::move(message_);
  }

 private:
  void plant(std::uint32_t limb, std::uint32_t pad, const Fe& value) {
    for (std::uint32_t t = 0; t < 3; ++t)
      message_[limb * shape_.n() + shape_.statement_slots_x() + 3 * pad + t] += value.c[t];
  }
  const OpeningShape& shape_;
  FpVector message_;
};

/// Opens the sum of a false claim and a true one, on the same oracles, with gamma^first and gamma^(first + 1).
Verdict open_two_claims(Instance& instance, Fe error, std::uint64_t first, bool planted, Random& random) {
  const FeVector a_w = instance.a_w.values, a_x = instance.a_x.values;
  DenseCovector b_w = instance.a_w, b_x = instance.a_x;
  for (DenseCovector* b : {&b_w, &b_x})
    for (Fe& x : b->values) x *= x;
  const FpVector x = message_of(*instance.x);
  const Fe other = Instance::inner(instance.w->message(), b_w) + Instance::inner(x, b_x);
  if (planted)
    instance.commit_x(PlantedPads(instance.params.shape, x).absorb(error), instance.masks.get(), random);
  auto combine = [&](auto& party) {
    party.bind("root", instance.root_w());
    party.bind("root", instance.root_x());
    const Fe gamma = party.draw("gamma"), power = gamma.pow(first);
    for (std::size_t i = 0; i < a_w.size(); ++i) instance.a_w.values[i] = power * (a_w[i] + gamma * b_w.values[i]);
    for (std::size_t i = 0; i < a_x.size(); ++i) instance.a_x.values[i] = power * (a_x[i] + gamma * b_x.values[i]);
    return power * (instance.claim + error + gamma * other);
  };
  Party<Role::kProver> prover("claims");
  const Fe claim = combine(prover);
  open<Role::kProver>(prover, instance.params, instance.root_w(), instance.root_x(),
                      Known<OpeningWitness>(instance.witness()), claim, instance.evaluator());
  const Bytes proof = prover.take_proof();
  Party<Role::kVerifier> verifier("claims", proof);
  EXPECT_EQ(combine(verifier), claim);
  open<Role::kVerifier>(verifier, instance.params, instance.root_w(), instance.root_x(), Sealed{}, claim,
                        instance.evaluator());
  return verifier.verdict();
}

TEST(WhirMaskCheats, PadsPlantedInLimbsForgeAClaimOfCoefficientOneAndNoOther) {
  Random random(76);
  for (const auto& [limbs_w, limbs_x] : {std::pair{4, 4}, {2, 2}, {3, 8}, {8, 2}, {16, 4}}) {
    auto run = [&](std::uint64_t first_power, bool planted) {
      Instance instance(toy_params(7, limbs_w, limbs_x, {{0, 2, 20}, {2, 2, 20}, {2, 2, 20}}, {23, 20}), random);
      return open_two_claims(instance, random.fe(), first_power, planted, random);
    };
    EXPECT_TRUE(run(0, true).accepted) << "the forgery is what the rule of coefficients is there for";
    EXPECT_EQ(run(0, false).reason, kFinalClaim);
    EXPECT_EQ(run(1, true).reason, kFinalClaim);
  }
}

/// A prover who folds `shifted`, an oracle of the shape of `params`, in the place of what the instance has committed.
std::unique_ptr<Cheater> with_shift(const Instance& instance, const OpeningParams& params, Block block,
                                    const Oracle& shifted) {
  OpeningWitness witness = instance.witness();
  (block == Block::kW ? witness.w : witness.x) = &shifted;
  auto prover = std::make_unique<Cheater>(params, witness);
  const int at = static_cast<int>(block);
  prover->rows_from[at] = prover->salts_from[at] = prover->path_from[at] =
      block == Block::kW ? instance.w.get() : instance.x.get();
  return prover;
}

TEST(WhirMaskCheats, Row2OnStatementSlotsMovesXByOneVectorAndNeverW) {
  Random random(77);
  for (const std::uint32_t limbs_x : {1u, 3u, 4u}) {
    Instance instance(firm_params(4, limbs_x), random);
    const OpeningShape& shape = instance.params.shape;
    const std::size_t n = shape.n();
    FpVector e(n);
    for (std::size_t i = 0; i < shape.statement_slots_x(); ++i) e[i] = random.fp();
    FpVector w = message_of(*instance.w), x = message_of(*instance.x);
    OpeningMasks moved = copy_of(*instance.masks);
    for (std::size_t i = 0; i < n; ++i) moved.row2[i] += e[i];
    instance.commit_x(x, &moved, random);
    // Limbs past the last are e as well, so what is folded has all 2^k of them.
    OpeningParams full = instance.params;
    full.shape.limbs_x = 1u << shape.log_limbs_x();
    x.resize(full.shape.limbs_x * n);
    Fe claim_w = instance.claim, claim_x = instance.claim;
    for (std::size_t i = 0; i < w.size(); ++i) w[i] += e[i % n], claim_w += instance.a_w.values[i] * e[i % n];
    for (std::size_t i = 0; i < x.size(); ++i) x[i] += e[i % n];
    for (std::size_t i = 0; i < instance.a_x.values.size(); ++i) claim_x += instance.a_x.values[i] * e[i % n];
    const std::size_t log_domain = instance.params.rounds[0].log_domain;
    const Oracle w_shifted = Oracle::commit(w, shape.log_n, shape.limbs_w, log_domain);
    const Oracle x_shifted =
        Oracle::commit(x, shape.log_n, full.shape.limbs_x, log_domain, mask_limbs(*instance.masks));
    // What is accepted is X + e: the same vector in every limb, fixed by the root.
    EXPECT_EQ(reason(instance, claim_x, with_shift(instance, full, Block::kX, x_shifted)), "") << limbs_x;
    EXPECT_EQ(reason(instance, instance.claim, with_shift(instance, full, Block::kX, x_shifted)), kFinalClaim);
    for (const Fe& claim : {claim_w, instance.claim})
      EXPECT_EQ(reason(instance, claim, with_shift(instance, instance.params, Block::kW, w_shifted)), kFinalClaim);
    EXPECT_EQ(reason(instance, instance.claim, cheater(instance)), kFinalClaim);
  }
}

}  // namespace
}  // namespace tacit
