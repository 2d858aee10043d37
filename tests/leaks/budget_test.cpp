// Many proofs of one W, and one mask twice: the dangers are real, and the budget ends before the first of them.
#include <gtest/gtest.h>

#include <cstdio>
#include <map>

#include "leaks/exhibits.h"

namespace tacit::leaks {
namespace {

/// Linear equations over F by elimination.
class Equations {
 public:
  /// True if the equation says something new. Its last entry is the right-hand side.
  bool add(FpVector row) {
    for (const auto& [pivot, known] : rows_) {
      const Fp factor = row[pivot];
      if (!factor.is_zero())
        for (std::size_t i = 0; i < row.size(); ++i) row[i] -= factor * known[i];
    }
    std::size_t pivot = 0;
    while (pivot + 1 < row.size() && row[pivot].is_zero()) ++pivot;
    if (pivot + 1 == row.size()) {
      EXPECT_TRUE(row.back().is_zero()) << "honest rows do not contradict each other";
      return false;
    }
    const Fp scale = row[pivot].inverse();
    for (Fp& x : row) x *= scale;
    for (auto& [other, known] : rows_) {
      const Fp factor = known[pivot];
      if (!factor.is_zero())
        for (std::size_t i = 0; i < row.size(); ++i) known[i] -= factor * row[i];
    }
    rows_.emplace(pivot, std::move(row));
    return true;
  }
  /// Independent equations on the last `count` unknowns alone.
  std::size_t about_last(std::size_t count) const {
    std::size_t out = 0;
    for (const auto& [pivot, row] : rows_) out += pivot + 1 + count >= row.size() ? 1 : 0;
    return out;
  }
  /// The last `count` unknowns, once they are determined.
  FpVector last(std::size_t count) const {
    FpVector out;
    for (const auto& [pivot, row] : rows_)
      if (pivot + 1 + count >= row.size()) out.push_back(row.back());
    return out;
  }

 private:
  std::map<std::size_t, FpVector> rows_;
};

FpVector weights_in_field(std::size_t secret) {
  FpVector out;
  for (std::int32_t w : world().secrets[secret].columns[0]) out.push_back(Fp::from_signed(w));
  return out;
}

/// Proofs under one commitment, one after the other.
class Openings {
 public:
  explicit Openings(std::uint64_t seed) : random_(seeded("budget", seed)), w(world().commit_w(world().secrets[0], random_)) {}
  Tape next() {
    const CommittedWitness x = world().commit_x(w.relation, world().secrets[0], random_);
    return record(w.relation, world().secrets[0], w.oracle, x).tape;
  }

 private:
  Random random_;

 public:
  const WeightsCommitment w;
};

constexpr std::size_t kWeights = 4;

/// Slots of W: the random ones, then those of the weights. All others are known to be zero.
std::vector<std::uint64_t> unknown_slots() {
  std::vector<std::uint64_t> out;
  for (std::uint64_t i = world().shape().statement_slots_w(); i < world().shape().n(); ++i) out.push_back(i);
  for (const Tile& t : world().base.weights.tiles)
    for (std::size_t i = 0; i < t.size(); ++i) out.push_back(t.address + i);
  return out;
}

/// What the pin says; three equations.
std::size_t add_pin(Equations& known, const Pin& pin) {
  std::size_t out = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    FpVector row;
    for (std::uint64_t i : unknown_slots()) row.push_back(pin.z.pow(i).c[c]);
    row.push_back(pin.y.c[c]);
    out += known.add(std::move(row)) ? 1 : 0;
  }
  return out;
}

/// What one proof's rows say. Returns the equations that are new.
std::size_t add_rows(Equations& known, const Tape& tape) {
  std::size_t out = 0;
  const std::vector<std::size_t> positions = tape.sorted_positions(0);
  for (std::size_t j = 0; j < positions.size(); ++j) {
    FpVector row;
    const Fp at = domain_point(world(), positions[j]);
    for (std::uint64_t i : unknown_slots()) row.push_back(at.pow(i));
    row.push_back(tape.message("rows", 0).words[j]);
    out += known.add(std::move(row)) ? 1 : 0;
  }
  return out;
}

TEST(Budget, UpToTheLastOpeningThatIsPaidForNothingIsSaidOfTheWeightsAndTwoLaterTheyAreKnown) {
  const std::size_t slots = world().shape().random_slots_w;
  std::size_t complete = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Openings openings(seed);
    Equations known;
    std::size_t equations = add_pin(known, *openings.w.relation.pin);
    EXPECT_EQ(equations, 3u);
    for (std::size_t proof = 1; proof <= kOpenings + 2; ++proof) {
      equations += add_rows(known, openings.next());
      const std::size_t leaked = known.about_last(kWeights);
      EXPECT_EQ(leaked, equations <= slots ? 0 : equations - slots) << proof << " proofs";
      if (proof <= kOpenings) { EXPECT_EQ(leaked, 0u) << "within the budget"; }
      if (seed == 0) std::printf("%zu openings: %zu equations on weights and random slots, %zu on weights alone\n", proof, equations, leaked);
    }
    if (known.about_last(kWeights) != kWeights) continue;  // a position was drawn twice
    ++complete;
    EXPECT_EQ(known.last(kWeights), weights_in_field(0));
  }
  EXPECT_GE(complete, 10u);
}

TEST(Budget, EnoughRowsAreTheWholeCommitmentWithoutAnyOtherKnowledge) {
  Openings openings(1000);
  const std::size_t n = world().shape().n();
  std::map<std::size_t, Fp> rows;
  std::size_t proofs = 0;
  for (; rows.size() < n; ++proofs) {
    const Tape tape = openings.next();
    const std::vector<std::size_t> positions = tape.sorted_positions(0);
    for (std::size_t j = 0; j < positions.size(); ++j) rows.emplace(positions[j], tape.message("rows", 0).words[j]);
  }
  std::vector<FpVector> system;
  for (const auto& [position, value] : rows) {
    if (system.size() == n) break;
    FpVector row;
    const Fp at = domain_point(world(), position);
    for (Fp power(1); row.size() < n; power *= at) row.push_back(power);
    row.push_back(value);
    system.push_back(std::move(row));
  }
  const auto message = solve(std::move(system));
  ASSERT_TRUE(message);
  EXPECT_EQ(*message, openings.w.message);
  for (const Tile& t : world().base.weights.tiles)
    for (std::size_t i = 0; i < t.size(); ++i) EXPECT_EQ((*message)[t.address + i], weights_in_field(0)[t.col + i]);
  std::printf("%zu proofs of one commitment of %zu coefficients: all of it recovered\n", proofs, n);
}

/// v' of two runs that differ from rho on.
std::array<Explanation, 2> fork_at_rho(const WeightsCommitment& w, const std::array<const CommittedWitness*, 2>& x) {
  const Assignment& secret = world().secrets[0];
  const RecordedProof first = record(w.relation, secret, w.oracle, *x[0]);
  const RecordedProof second = record(w.relation, secret, w.oracle, *x[1], [&](auto& party) {
    party.on_draw = [&, at = std::size_t{0}](std::string_view label, Fe& challenge) mutable {
      challenge = first.tape.draws[at++].challenge;
      if (label == "mask line") challenge += kOne;
    };
  });
  return {explain(world(), w.relation, secret, first.tape), explain(world(), w.relation, secret, second.tape)};
}

TEST(Reuse, OneMaskUnderTwoLinesGivesTheWeightsInClear) {
  Random random = seeded("reuse", 0);
  const WeightsCommitment w = world().commit_w(world().secrets[0], random);
  const CommittedWitness x = world().commit_x(w.relation, world().secrets[0], random);
  const CommittedWitness fresh = world().commit_x(w.relation, world().secrets[0], random);
  for (const bool reused : {true, false}) {
    const auto [a, b] = fork_at_rho(w, {&x, reused ? &x : &fresh});
    const Fe scale = (b.rho - a.rho).inverse();
    FeVector difference;
    for (std::size_t i = 0; i < world().shape().n(); ++i) difference.push_back((b.v_prime[i] - a.v_prime[i]) * scale);
    EXPECT_EQ(difference == FeVector(w.message.begin(), w.message.end()), reused);
    for (const Tile& t : world().base.weights.tiles)
      for (std::size_t i = 0; i < t.size(); ++i) EXPECT_EQ(difference[t.address + i] == Fe(weights_in_field(0)[t.col + i]), reused);
  }
}

/// Every word that the right guess infers to have been drawn for these proofs.
FpVector drawn_words(const Exhibit& exhibit, const Assignment& secret) {
  FpVector out;
  auto append = [&](const FpVector& words) { out.insert(out.end(), words.begin(), words.end()); };
  for (const Tape& tape : exhibit.tapes) {
    const Explanation e = explain(world(), exhibit.relation, secret, tape);
    append(words_of(e.pads));
    append(words_of(e.xi));
    append(e.r_2);
    for (const FpVector& slots : e.r_x) append(slots);
    for (const Digest& salt : tape.message("salts", 1).digests)
      for (std::size_t k = 0; k < 4; ++k) {
        std::uint64_t word = 0;
        for (std::size_t b = 0; b < 8; ++b) word |= std::uint64_t{salt[8 * k + b]} << (8 * b);
        out.push_back(Fp(word));
      }
    FeVector line;
    for (std::size_t i = 0; i < world().shape().statement_slots_x(); ++i)
      line.push_back(e.v_prime[world().shape().n() + i] - e.rho * e.v_x[i]);
    append(words_of(line));
  }
  return out;
}

std::size_t repeated_words(const Recipe& recipe) {
  std::vector<std::uint64_t> all;
  for (std::uint64_t i = 0; i < 10; ++i) {
    Random random = seeded("words", i);
    for (Fp word : drawn_words(make_exhibit(world(), recipe, random), world().secrets[recipe.secret])) all.push_back(word.value());
  }
  EXPECT_GT(all.size(), 40000u);
  std::sort(all.begin(), all.end());
  std::size_t out = 0;
  for (std::size_t i = 1; i < all.size(); ++i) out += all[i] == all[i - 1] ? 1 : 0;
  return out;
}

TEST(Reuse, NoWordOfRandomnessServesTwiceInOneProofOrInTwo) {
  for (const std::size_t secret : {0u, 1u}) EXPECT_EQ(repeated_words({secret}), 0u);
  EXPECT_EQ(repeated_words({0, Spoil::kRepeatedPad}), 10u * kOpenings * 3);
  EXPECT_GE(repeated_words({0, Spoil::kNothing, kOpenings, true, false}), 10u * kOpenings / 2 * 1000);
}

}  // namespace
}  // namespace tacit::leaks
