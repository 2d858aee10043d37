// The tools of links are what they claim: the product's proofs, the product's checks, and guesses that find the truth.
#include <gtest/gtest.h>

#include "argue/verify_relation.h"
#include "leaks/link_exhibits.h"

namespace tacit::leaks {
namespace {

struct LinkedProof {
  WeightsCommitment w, b;
  Relation relation;
  CommittedWitness x, other;

  LinkedProof(std::size_t secret_number, Random& random, Spoil of_argument = Spoil::kNothing, Spoil of_link = Spoil::kNothing)
      : w(world().commit_w(secret(secret_number), random)), b(side().commit(linked_world().committed(secret(secret_number)), random, of_link)),
        relation(linked_world().relation(w.relation, b.relation)), x(world().commit_x(relation, secret(secret_number), random, of_argument)),
        other(side().commit_x(b.relation, x.pads[relation.plan.links[0]], random, of_link)) {}

  static const World& world() { return linked_world().world; }
  static const LinkSide& side() { return linked_world().side; }
  static const Assignment& secret(std::size_t number) { return world().secrets[number]; }
  RecordedProof recorded(std::size_t number) const { return record(relation, secret(number), w.oracle, x, {}, {{&b.oracle, &other}}); }
};

Verdict verdict_on(const RenewalRelation& relation, const Bytes& stream) {
  Party<Role::kVerifier> party(kRenewalLabel, stream);
  argue_renewal<Role::kVerifier>(party, relation, Sealed{});
  return party.verdict();
}

TEST(LinkToy, ItsProofsAreThoseOfTheProductAndAreAccepted) {
  for (std::uint64_t i = 0; i < 4; ++i) {
    Random random = seeded("link toy", i);
    LinkedProof proof(i % 2, random);
    const RecordedProof recorded = proof.recorded(i % 2);
    const Verdict verdict = verify_relation(proof.relation, kLabel, recorded.stream);
    EXPECT_TRUE(verdict.accepted) << verdict.reason;
    std::vector<LinkWitness> links;
    links.push_back({std::move(proof.b.oracle), std::move(proof.other)});
    EXPECT_EQ(recorded.stream, prove_relation(proof.relation, kLabel, LinkedProof::secret(i % 2), &proof.w.oracle, proof.x, {}, links));
  }
}

TEST(LinkToy, EveryProofWithAPieceOfRandomnessMissingIsAccepted) {
  for (int spoil = 1; spoil < static_cast<int>(Spoil::kSecondNonce); ++spoil)
    for (const bool of_link : {false, true}) {
      Random random = seeded("spoiled link", static_cast<std::uint64_t>(spoil));
      const Spoil what = static_cast<Spoil>(spoil);
      const LinkedProof proof(0, random, of_link ? Spoil::kNothing : what, of_link ? what : Spoil::kNothing);
      const Verdict verdict = verify_relation(proof.relation, kLabel, proof.recorded(0).stream);
      EXPECT_TRUE(verdict.accepted) << verdict.reason << " without " << spoil;
    }
}

TEST(LinkToy, APadThatIsInOneOfTheTwoOraclesOnlyIsNoProof) {
  Random random = seeded("one pad", 0);
  const LinkedProof proof(0, random);
  const CommittedWitness without = LinkedProof::side().commit_x(proof.b.relation, kZero, random);
  const RecordedProof recorded = record(proof.relation, LinkedProof::secret(0), proof.w.oracle, proof.x, {}, {{&proof.b.oracle, &without}});
  EXPECT_FALSE(verify_relation(proof.relation, kLabel, recorded.stream).accepted);
}

TEST(LinkToy, TheRightGuessInfersWhatWasDrawn) {
  Random random = seeded("inferred link", 1);
  const LinkedProof proof(1, random);
  const Tape tape = proof.recorded(1).tape;
  const LinkSide& side = LinkedProof::side();
  const auto explained = [&](std::size_t number) {
    const Assignment& guess = LinkedProof::secret(number);
    const Explanation argument = explain(LinkedProof::world(), proof.relation, guess, tape.part(0));
    EXPECT_EQ(argument.reason, "");
    Assignment committed;
    committed.columns = linked_world().committed(guess);
    const Form form = flat_fingerprint_form(proof.relation.links[0].columns, argument.links[0].point);
    const Fe fingerprint = WitnessView(proof.b.relation, side.zeros(&committed)).value_of(form);
    const Explanation out = explain_link(side, proof.b.relation, side.message(committed.columns), fingerprint, form, argument.links[0].m,
                                         argument.link_roots[0], tape.part(1));
    EXPECT_EQ(out.reason, "") << "the verifier's checks do not depend on a guess";
    return std::pair{argument.pads, out};
  };
  const auto [pads, right] = explained(1);
  EXPECT_EQ(pads, proof.x.pads);
  EXPECT_EQ(right.pads, proof.other.pads);
  EXPECT_EQ(right.xi, pads_of(side.shape(), proof.other.masks.row2));
  ASSERT_TRUE(right.solved);
  for (std::size_t i = 0; i < side.shape().limbs_x; ++i) {
    const std::span<const Fp> slots = proof.other.oracle.message().subspan((i + 1) * side.shape().n() - kQueries, kQueries);
    EXPECT_TRUE(std::equal(slots.begin(), slots.end(), right.r_x[i].begin()));
  }
  EXPECT_NE(explained(0).second.pads, proof.other.pads);
}

TEST(LinkToy, RenewalsAreAcceptedAndThoseOfTwoSecretsAreNot) {
  const RenewalWorld& world = renewal_world();
  for (const std::size_t of_newer : {0u, 1u}) {
    Random random = seeded("renewal toy", 0);
    const WeightsCommitment older = world.older.commit(world.secrets[0].columns, random);
    const WeightsCommitment newer = world.newer.commit(world.secrets[of_newer].columns, random);
    const RenewalRelation relation = world.relation(older.relation, newer.relation);
    const Fe pad = random.element();
    const CommittedWitness old_x = world.older.commit_x(older.relation, pad, random);
    const CommittedWitness new_x = world.newer.commit_x(newer.relation, pad, random);
    const WitnessData old_data{&world.secrets[0], &older.oracle, &old_x.oracle, &old_x.pads, &old_x.masks, {}};
    const WitnessData new_data{&world.secrets[of_newer], &newer.oracle, &new_x.oracle, &new_x.pads, &new_x.masks, {}};
    Party<kRecorder> party(kRenewalLabel);
    argue_renewal<kRecorder>(party, relation, Known<RenewalWitness>({{relation.older, old_data}, {relation.newer, new_data}, pad}));
    EXPECT_EQ(verdict_on(relation, party.take_proof()).accepted, of_newer == 0);
  }
}

/// A tape in which message number `m` is changed; nothing if it is empty.
std::optional<Tape> changed(const Tape& tape, std::size_t m) {
  Tape out = tape;
  TapeMessage& message = out.messages[m];
  if (message.words.empty() && message.digests.empty()) return std::nullopt;
  if (message.words.empty()) message.digests[0][7] ^= 1;
  else message.words[0] += Fp(1);
  return out;
}

TEST(LinkSimulator, ItsProofsPassEveryCheckOfTheVerifierAndChangedOnesDoNot) {
  Random random = seeded("simulated link", 0);
  const LinkedWorld& linked = linked_world();
  const RenewalWorld& renewals = renewal_world();
  const LinkedExhibit proofs = simulate_linked(linked, random);
  const RenewalExhibit renewal = simulate_renewal(renewals, random);
  LinkTally tally;
  EXPECT_EQ(distinguish_linked(linked, proofs, linked.world.secrets[0], tally), "");
  EXPECT_EQ(distinguish_renewal(renewals, renewal, renewals.secrets[0], tally), "");
  std::size_t changes = 0;
  for (std::size_t m = 0; m < proofs.openings[0].messages.size(); ++m) {
    const std::optional<Tape> tape = changed(proofs.openings[0], m);
    if (!tape) continue;
    LinkedExhibit other = proofs;
    other.openings[0] = *tape;
    EXPECT_NE(distinguish_linked(linked, other, linked.world.secrets[0], tally), "") << tape->messages[m].label;
    ++changes;
  }
  for (std::size_t m = 0; m < renewal.tape.messages.size(); ++m) {
    const std::optional<Tape> tape = changed(renewal.tape, m);
    if (!tape) continue;
    EXPECT_NE(distinguish_renewal(renewals, {renewal.relation, *tape}, renewals.secrets[0], tally), "") << tape->messages[m].label;
    ++changes;
  }
  EXPECT_GT(changes, 40u);
}

}  // namespace
}  // namespace tacit::leaks
