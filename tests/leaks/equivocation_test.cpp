// Theorem 1 without statistics: what one secret says, the other could have said. For every proof of A there is randomness with
// which the product's prover, at the same challenges, sends the same words for B. The randomness is the guess's explanation, so
// the two secrets' randomness correspond one to one. Roots and paths differ: these are the hash's part.
#include <gtest/gtest.h>

#include "leaks/exhibits.h"

namespace tacit::leaks {
namespace {

struct Story {
  std::vector<Explanation> proofs;
  FpVector w_message;
};

/// How `guess` tells the exhibit; nothing if a position was drawn twice, since some randomness is not determined then.
std::optional<Story> tell(const Exhibit& exhibit, const Assignment& guess) {
  Story out;
  std::vector<std::size_t> positions;
  FpVector rest;
  const FpVector weights = world().weights_message(guess);
  for (const Tape& tape : exhibit.tapes) {
    out.proofs.push_back(explain(world(), exhibit.relation, guess, tape));
    const Explanation& e = out.proofs.back();
    for (std::size_t j = 0; j < e.positions.size(); ++j) {
      if (std::count(positions.begin(), positions.end(), e.positions[j]) != 0) return std::nullopt;
      positions.push_back(e.positions[j]);
      rest.push_back(e.rows_w[j] - value_at(weights, domain_point(world(), e.positions[j])));
    }
    if (!e.solved) return std::nullopt;
  }
  const Pin& pin = *exhibit.relation.pin;
  const Fe rest_y = pin.y - evaluate_powers(FeVector(weights.begin(), weights.end()), pin.z);
  const auto slots = solve_w(world(), positions, rest, pin.z, rest_y, world().shape().random_slots_w);
  if (!slots) return std::nullopt;
  out.w_message = weights;
  std::copy(slots->begin(), slots->end(), out.w_message.end() - world().shape().random_slots_w);
  return out;
}

/// row2, row1, mu_W and X with its random slots, as the story has them.
CommittedWitness witness_of(const Story& story, const Explanation& e, const std::vector<Salt>& salts) {
  const OpeningShape& s = world().shape();
  const std::size_t n = s.n(), random = n - s.random_slots_x;
  OpeningMasks masks;
  masks.row2.resize(n);
  const FpVector xi = words_of(e.xi);
  std::copy(xi.begin(), xi.end(), masks.row2.begin() + static_cast<std::ptrdiff_t>(s.statement_slots_x()));
  std::copy(e.r_2.begin(), e.r_2.end(), masks.row2.begin() + static_cast<std::ptrdiff_t>(random));
  FpVector x = e.x_message;
  for (std::size_t i = 0; i < s.limbs_x; ++i) std::copy(e.r_x[i].begin(), e.r_x[i].end(), x.begin() + static_cast<std::ptrdiff_t>(i * n + random));
  for (std::size_t slot = 0; slot < n; ++slot) {
    Fe folded = Fe(masks.row2[slot]);
    for (std::size_t i = 0; i < s.limbs_x; ++i) folded += e.limb_weights[i] * x[i * n + slot];
    masks.row1.push_back(e.v_prime[n + slot] - e.rho * folded);
    masks.mu_w.push_back(e.v_prime[slot] - e.rho * story.w_message[slot]);
  }
  Oracle oracle = Oracle::commit(std::move(x), s.log_n, s.limbs_x, world().log_domain(), mask_limbs(masks), salts);
  return {e.pads, std::move(masks), std::move(oracle)};
}

/// Salts that show what the tape shows where it was opened.
std::vector<Salt> salts_of(const Tape& tape, const Explanation& e, std::size_t tree) {
  std::vector<Salt> out(std::size_t{1} << world().log_domain());
  for (std::size_t j = 0; j < e.positions.size(); ++j) out[e.positions[j]] = tape.message("salts", tree).digests[j];
  return out;
}

bool is_hash_of_all(const Tape& tape, std::size_t m) {
  return m == 0 || &tape.messages[m] == &tape.message("siblings", 0) || &tape.messages[m] == &tape.message("siblings", 1);
}

void expect_same_words(const Tape& a, const Tape& b) {
  ASSERT_EQ(a.messages.size(), b.messages.size());
  for (std::size_t m = 0; m < a.messages.size(); ++m) {
    if (!is_hash_of_all(a, m)) { EXPECT_EQ(a.messages[m], b.messages[m]) << a.messages[m].label; }
  }
}

TEST(Equivocation, EveryProofOfOneSecretIsAProofOfTheOther) {
  std::size_t told = 0;
  for (std::uint64_t i = 0; i < 24; ++i) {
    Random random = seeded("equivocation", i);
    const std::size_t truth = i % 2;
    const Assignment& other = world().secrets[1 - truth];
    const Exhibit exhibit = make_exhibit(world(), {truth}, random);
    const std::optional<Story> story = tell(exhibit, other);
    if (!story) continue;
    for (std::size_t k = 0; k < exhibit.tapes.size(); ++k) {
      const Explanation& e = story->proofs[k];
      const Oracle w = Oracle::commit(story->w_message, world().shape().log_n, 1, world().log_domain(), {}, salts_of(exhibit.tapes[k], e, 0));
      const CommittedWitness x = witness_of(*story, e, salts_of(exhibit.tapes[k], e, 1));
      const RecordedProof retold = record(exhibit.relation, other, w, x, [&](auto& party) { party.follow(exhibit.tapes[k]); });
      expect_same_words(exhibit.tapes[k], retold.tape);
      ++told;
    }
  }
  EXPECT_GT(told, 60u);
}

TEST(Equivocation, WhatIsNeverSentWouldContradictIt) {
  std::size_t told = 0;
  for (std::uint64_t i = 0; i < 10; ++i) {
    Random random = seeded("contradiction", i);
    const Exhibit exhibit = make_exhibit(world(), {0, Spoil::kNothing, kOpenings, false, true}, random);
    const std::optional<Story> a = tell(exhibit, world().secrets[0]), b = tell(exhibit, world().secrets[1]);
    if (!a || !b) continue;
    // S~ of the pad check; an out-of-domain answer on W.
    EXPECT_EQ(*exhibit.third_end, a->proofs[0].claimed_end[0]);
    EXPECT_NE(*exhibit.third_end, b->proofs[0].claimed_end[0]);
    const Fe z = random.element();
    auto answer = [&](const FpVector& w) { return evaluate_powers(FeVector(w.begin(), w.end()), z); };
    EXPECT_NE(answer(a->w_message), answer(b->w_message));
    ++told;
  }
  EXPECT_GT(told, 3u);
}

}  // namespace
}  // namespace tacit::leaks
