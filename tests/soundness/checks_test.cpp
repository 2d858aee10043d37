// Cheats against the party itself: encodings, lengths, proofs of work, the zero coordinate of a round.
#include "soundness/world.h"
#include "transcript/grind.h"

namespace tacit {
namespace {

Bytes little_endian(std::uint64_t v) {
  Bytes out;
  for (int i = 0; i < 8; ++i) out.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
  return out;
}

/// A script whose only statement is that the one element it receives is zero.
Verdict receive_zero(ByteSpan proof) {
  Party<Role::kVerifier> party("checks", proof);
  const Scalar value = party.send("value", Sealed{}, [](const auto&) { return kZero; });
  party.require_zero(value, "the value is zero");
  return party.verdict();
}

TEST(Checks, N5_ZeroHasOneEncoding) {
  ASSERT_TRUE(receive_zero(Bytes(24)).accepted);
  Bytes modulus(24);
  const Bytes limb = little_endian(Fp::kModulus);
  std::copy(limb.begin(), limb.end(), modulus.begin() + 8);
  expect_refused(receive_zero(modulus), "field elements are canonical");
}

TEST(Checks, N4_AMissingMessageIsNotAMessageOfZeros) {
  expect_refused(receive_zero({}), "proof is long enough");
}

TEST(Checks, N4_ALeftoverByteIsRefused) {
  expect_refused(receive_zero(Bytes(25)), "proof has exactly the expected length");
}

TEST(Checks, N5_TranscriptsOfDifferentMessagesDiffer) {
  const auto challenge = [](std::initializer_list<std::pair<std::string_view, Bytes>> messages) {
    Transcript t("checks");
    for (const auto& [label, data] : messages) t.absorb(label, data);
    return t.draw("r");
  };
  const Fe base = challenge({{"a", {1, 2}}, {"b", {3}}});
  EXPECT_FALSE(base == challenge({{"a", {1}}, {"b", {2, 3}}}));
  EXPECT_FALSE(base == challenge({{"a", {1, 2, 3}}, {"b", {}}}));
  EXPECT_FALSE(base == challenge({{"a", {1, 2}}, {"b", {3, 0}}}));
  EXPECT_FALSE(base == challenge({{"ab", {1, 2, 3}}}));
  EXPECT_FALSE(base == challenge({{"b", {3}}, {"a", {1, 2}}}));
}

TEST(Checks, N6_AProofWithoutItsWorkIsRefused) {
  for (const Mode mode : {Mode::kOpen, Mode::kMasked}) {
    const World& world = smallest_world(mode);
    OpeningParams params = world.model.key.core.params;
    params.initial_grind_bits = 6;
    Relation relation = world.relation();
    relation.params = &params;
    Cheat cheat;
    ASSERT_TRUE(world.verify(relation, world.prove(relation, world.honest, cheat).stream).accepted);
    cheat.lies.without_work = true;
    expect_refused(world.verify(relation, world.prove(relation, world.honest, cheat).stream), "proof of work");
  }
}

TEST(Checks, N11_ARoundAtAZeroCoordinateProvesNothing) {
  // (1-at) h(0) + at h(1) = claim does not determine h(1) at at = 0, and h(0) = claim is not checked there.
  const auto sent = [] {
    Party<Role::kProver> prover("checks");
    const Known<int> secret(0);
    eq_round(prover, "round", Fe(7), kZero, kZero, secret, [](const auto&) { return RoundMessage{Fe(5), Fe(3)}; });
    return prover.take_proof();
  }();
  Party<Role::kVerifier> party("checks", sent);
  eq_round(party, "round", Fe(7), kZero, kZero, Sealed{}, [](const auto&) { return RoundMessage{}; });
  expect_refused(party.verdict(), "eq round has a non-zero coordinate");
}

}  // namespace
}  // namespace tacit
