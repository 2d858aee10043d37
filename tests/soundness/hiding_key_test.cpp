// Keys that say one thing of what they hide and do another. Everything else of them is right: parameters are secure, the
// registration is proven for the key as it is.
#include "soundness/forged_key.h"

namespace tacit {
namespace {

constexpr const char* kModes = "masks and visibilities do not agree";
constexpr const char* kHiddenWeights = "random slots and a budget of openings belong to private weights";

void register_honestly(VerifierKey& key, const World& world, const Oracle& w) {
  bind_weights(key, w);
  register_again(key, world.model.weights, w);
}

OpeningParams inference_params_for(const Theorem& theorem, bool masked, std::uint32_t openings = 0, DeriveOptions options = {}) {
  options.hide_x = masked;
  options.openings = openings;
  options.sum_margin_bits = 1.02;
  const OracleSizes sizes = oracle_sizes(theorem, masked);
  return *derive_params(sizes.w, sizes.x, 100, options);
}

/// Secure parameters of the registration of a key whose model has `model` parameters.
OpeningParams registration_params_for(const Theorem& theorem, const OpeningParams& model, bool masked, std::uint32_t openings = 0) {
  DeriveOptions options;
  options.hide_x = masked;
  options.fixed_log_n = model.shape.log_n;
  options.fixed_log_domain = model.rounds[0].log_domain;
  options.fixed_limbs_w = model.shape.limbs_w;
  options.fixed_random_slots_w = model.shape.random_slots_w;
  options.openings = openings;
  options.sum_margin_bits = 1.02;
  const OracleSizes sizes = oracle_sizes(*registration_theorem(theorem), masked);
  return *derive_params(sizes.w, sizes.x, 100, options);
}

TEST(HidingKey, TheHelpersMakeHonestKeys) {
  for (const Mode mode : {Mode::kOpen, Mode::kMasked}) {
    const World& world = smallest_world(mode);
    const bool masked = mode == Mode::kMasked;
    VerifierKey key = world.model.key;
    key.core.params = inference_params_for(key.core.theorem, masked, masked ? 1 : 0);
    key.registration_params = registration_params_for(key.core.theorem, key.core.params, masked, masked ? 1 : 0);
    const Oracle w = commit_as_weights(key.core.params, weights_message(key.core.theorem, key.core.params, world.model.weights));
    register_honestly(key, world, w);
    auto read = read_key(key.encode());
    EXPECT_TRUE(read.ok()) << read.error().text();
  }
}

TEST(HidingKey, N29_MasksOffWithAPrivatePortAreRefused) {
  VerifierKey key = weightless_world(Mode::kMasked).model.key;
  ASSERT_TRUE(read_key(key.encode()).ok());
  ASSERT_EQ(key.core.ports.inputs[0].visibility, Visibility::kPrivate);
  key.core.params = inference_params_for(key.core.theorem, false);
  expect_refused(read_key(key.encode()), kModes);
}

TEST(HidingKey, N29_MasksOffWithPrivateWeightsAreRefused) {
  const World& world = smallest_world(Mode::kOpen);
  VerifierKey key = world.model.key;
  key.core.settings.weights = Visibility::kPrivate;
  key.core.settings.openings = 1;
  register_again(key, world.model.weights, *world.w);
  expect_refused(read_key(key.encode()), kModes);
}

TEST(HidingKey, N29_MasksOnWithNothingPrivateAreRefused) {
  VerifierKey key = weightless_world(Mode::kOpen).model.key;
  key.core.params = inference_params_for(key.core.theorem, true);
  expect_refused(read_key(key.encode()), kModes);
}

TEST(HidingKey, PrivateWeightsWithoutRandomSlotsAreRefused) {
  const World& world = smallest_world(Mode::kMasked);
  VerifierKey key = world.model.key;
  key.core.params = inference_params_for(key.core.theorem, true);
  key.registration_params = registration_params_for(key.core.theorem, key.core.params, true);
  ASSERT_EQ(key.core.params.shape.random_slots_w, 0u);
  register_honestly(key, world, commit_as_weights(key.core.params, weights_message(key.core.theorem, key.core.params, world.model.weights)));
  expect_refused(read_key(key.encode()), kHiddenWeights);
}

TEST(HidingKey, PublicWeightsWithRandomSlotsAreRefused) {
  const World world(smallest_network(true, 3, Visibility::kPrivate), Mode::kMasked);
  VerifierKey key = world.model.key;
  ASSERT_TRUE(read_key(key.encode()).ok());
  key.core.settings.weights = Visibility::kPublic;
  key.core.settings.openings = 0;
  register_again(key, world.model.weights, *world.w);
  expect_refused(read_key(key.encode()), kHiddenWeights);
}

TEST(HidingKey, N30_ABudgetBelongsToPrivateWeightsAndOnlyToThem) {
  const World &open = smallest_world(Mode::kOpen), &masked = smallest_world(Mode::kMasked);
  VerifierKey key = open.model.key;
  key.core.settings.openings = 1;
  register_again(key, open.model.weights, *open.w);
  expect_refused(read_key(key.encode()), kHiddenWeights);
  key = masked.model.key;
  key.core.settings.openings = 0;
  register_again(key, masked.model.weights, *masked.w);
  expect_refused(read_key(key.encode()), kHiddenWeights);
  key = weightless_world(Mode::kMasked).model.key;
  key.core.settings.openings = 1;
  expect_refused(read_key(key.encode()), kHiddenWeights);
}

TEST(HidingKey, N30_ABudgetThatTheCommitmentCannotPayIsRefused) {
  const World& world = smallest_world(Mode::kMasked);
  VerifierKey key = world.model.key;
  const std::uint64_t slots = key.core.params.shape.random_slots_w, queries = key.core.params.rounds[0].queries;
  ASSERT_GE(slots, random_slots_for(1, queries));
  const auto affordable = static_cast<std::uint32_t>((slots - kPinSlots) / queries - kSpareOpenings);
  for (const std::uint32_t openings : {affordable, affordable + 1, UINT32_MAX}) {
    key.core.settings.openings = openings;
    register_again(key, world.model.weights, *world.w);
    if (openings == affordable) { EXPECT_TRUE(read_key(key.encode()).ok()); }
    else expect_refused(read_key(key.encode()), "the commitment has too few random slots for its budget");
  }
}

TEST(HidingKey, N30_ARegistrationThatOpensMorePositionsThanTheBudgetCountsIsRefused) {
  const World& world = smallest_world(Mode::kMasked);
  VerifierKey key = world.model.key;
  const std::uint64_t slots = key.core.params.shape.random_slots_w;
  OpeningParams& own = key.registration_params;
  const auto queries = static_cast<std::uint32_t>((slots - kPinSlots) / (kSpareOpenings + 1)) + 1;
  own.rounds[0].queries = own.shape.random_slots_x = queries;
  own.shape.limbs_x = static_cast<std::uint32_t>((own.shape.size_x + own.shape.statement_slots_x() - 12) / (own.shape.statement_slots_x() - 12));
  own.rounds[0].log_limbs = own.shape.log_limbs();
  const Status form = check_form(own);
  ASSERT_TRUE(form.ok()) << form.error().text();
  register_again(key, world.model.weights, *world.w);
  expect_refused(read_key(key.encode()), "the commitment has too few random slots for its budget");
}

TEST(HidingKey, N29_AMaskedRegistrationOfPublicWeightsIsRefused) {
  const World& world = smallest_world(Mode::kOpen);
  VerifierKey key = world.model.key;
  DeriveOptions roomy;  // limbs in which masks find room, too
  roomy.fixed_log_n = smallest_world(Mode::kMasked).model.key.core.params.shape.log_n;
  roomy.fixed_log_domain = smallest_world(Mode::kMasked).model.key.core.params.rounds[0].log_domain;
  key.core.params = inference_params_for(key.core.theorem, false, 0, roomy);
  const Oracle w = commit_as_weights(key.core.params, weights_message(key.core.theorem, key.core.params, world.model.weights));
  key.registration_params = registration_params_for(key.core.theorem, key.core.params, false);
  register_honestly(key, world, w);
  ASSERT_TRUE(read_key(key.encode()).ok());
  key.registration_params = registration_params_for(key.core.theorem, key.core.params, true);
  register_honestly(key, world, w);
  expect_refused(read_key(key.encode()), "the registration is masked exactly if weights are private");
}

TEST(HidingKey, N29_AnOpenRegistrationOfPrivateWeightsIsRefused) {
  const World& world = smallest_world(Mode::kMasked);
  VerifierKey key = world.model.key;
  OpeningShape& shape = key.registration_params.shape;
  shape.random_slots_x = 0;
  expect_refused(read_key(key.encode()), "W has random slots but X, which has to mask it, has none");
}

TEST(HidingKey, N33_FewerRandomSlotsThanPositionsAreRefused) {
  for (const bool of_model : {true, false}) {
    VerifierKey key = smallest_world(Mode::kMasked).model.key;
    OpeningParams& params = of_model ? key.core.params : key.registration_params;
    params.shape.random_slots_x = params.rounds[0].queries - 1;
    expect_refused(read_key(key.encode()), "random slots of X is");
    key = smallest_world(Mode::kMasked).model.key;
    OpeningParams& other = of_model ? key.core.params : key.registration_params;
    other.shape.random_slots_w = other.rounds[0].queries + kPinSlots - 1;
    expect_refused(read_key(key.encode()), "random slots of W is");
  }
}

TEST(HidingKey, N4_AnUnknownVisibilityOfTheWeightsIsRefused) {
  for (const int unknown : {2, 255}) {
    VerifierKey key = weightless_world(Mode::kOpen).model.key;
    key.core.settings.weights = static_cast<Visibility>(unknown);
    expect_refused(read_key(key.encode()), "the visibility of the weights is unknown");
  }
}

}  // namespace
}  // namespace tacit
