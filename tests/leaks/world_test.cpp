// The tools of this folder are what they claim: the product's proofs, the product's checks, and guesses that find the truth.
#include <gtest/gtest.h>

#include "argue/verify_relation.h"
#include "leaks/exhibits.h"

namespace tacit::leaks {
namespace {

TEST(Toy, ItsProofsAreThoseOfTheProductAndAreAccepted) {
  for (std::uint64_t i = 0; i < 4; ++i) {
    const Assignment& secret = world().secrets[i % 2];
    Random random = seeded("toy", i), first = seeded("toy x", i), second = seeded("toy x", i);
    const WeightsCommitment w = world().commit_w(secret, random);
    // What leaves out some other mask than those of X is otherwise what the product does.
    const CommittedWitness ours = world().commit_x(w.relation, secret, first, Spoil::kWSlots), theirs = commit_witness(w.relation, secret, second);
    EXPECT_EQ(ours.oracle.root(), theirs.oracle.root());
    const RecordedProof proof = record(w.relation, secret, w.oracle, ours);
    EXPECT_EQ(proof.stream, prove_relation(w.relation, kLabel, secret, &w.oracle, theirs));
    EXPECT_EQ(proof.stream.size(), expected_length(world(), proof.tape));
    const Verdict verdict = verify_relation(w.relation, kLabel, proof.stream);
    EXPECT_TRUE(verdict.accepted) << verdict.reason;
  }
}

TEST(Toy, EveryProofWithAPieceOfRandomnessMissingIsAccepted) {
  for (int spoil = 0; spoil <= static_cast<int>(Spoil::kSecondNonce); ++spoil) {
    Random random = seeded("spoiled", static_cast<std::uint64_t>(spoil));
    const Assignment& secret = world().secrets[0];
    const WeightsCommitment w = world().commit_w(secret, random, static_cast<Spoil>(spoil));
    const CommittedWitness x = world().commit_x(w.relation, secret, random, static_cast<Spoil>(spoil));
    const Verdict verdict = verify_relation(w.relation, kLabel, record(w.relation, secret, w.oracle, x).stream);
    EXPECT_TRUE(verdict.accepted) << verdict.reason << " without " << spoil;
  }
}

TEST(Toy, TheRightGuessInfersWhatWasDrawn) {
  Random random = seeded("inferred", 0);
  const OpeningShape& s = world().shape();
  const Assignment& secret = world().secrets[1];
  const WeightsCommitment w = world().commit_w(secret, random);
  const CommittedWitness x = world().commit_x(w.relation, secret, random);
  const RecordedProof proof = record(w.relation, secret, w.oracle, x);
  const Explanation right = explain(world(), w.relation, secret, proof.tape);
  EXPECT_EQ(right.reason, "");
  EXPECT_EQ(right.pads, x.pads);
  EXPECT_EQ(right.xi, pads_of(s, x.masks.row2));
  ASSERT_TRUE(right.solved);
  EXPECT_TRUE(std::equal(right.r_2.begin(), right.r_2.end(), x.masks.row2.end() - s.random_slots_x));
  for (std::size_t i = 0; i < s.limbs_x; ++i) {
    const std::span<const Fp> slots = x.oracle.message().subspan((i + 1) * s.n() - s.random_slots_x, s.random_slots_x);
    EXPECT_TRUE(std::equal(slots.begin(), slots.end(), right.r_x[i].begin()));
  }
  const Explanation wrong = explain(world(), w.relation, world().secrets[0], proof.tape);
  EXPECT_EQ(wrong.reason, "") << "the verifier's checks do not depend on a guess";
  EXPECT_NE(wrong.pads, x.pads);
}

TEST(Simulator, ItsProofsPassEveryCheckOfTheVerifierAndChangedOnesDoNot) {
  Random random = seeded("simulated", 0);
  const Exhibit exhibit = simulate(world(), 2, random);
  std::size_t changes = 0;
  for (const Tape& tape : exhibit.tapes) {
    EXPECT_EQ(explain(world(), exhibit.relation, world().secrets[0], tape).reason, "");
    for (std::size_t m = 0; m < tape.messages.size(); m += 3) {
      if (tape.messages[m].words.empty() && tape.messages[m].digests.empty()) continue;
      Tape changed = tape;
      TapeMessage& message = changed.messages[m];
      if (message.words.empty()) message.digests[0][7] ^= 1;
      else message.words[0] += Fp(1);
      EXPECT_NE(explain(world(), exhibit.relation, world().secrets[0], changed).reason, "") << message.label;
      ++changes;
    }
  }
  EXPECT_GT(changes, 40u);
}

}  // namespace
}  // namespace tacit::leaks
