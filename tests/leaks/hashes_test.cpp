// What hashes and products would tell: roots as functions of a secret, and the fingerprint of a whole trace.
#include <gtest/gtest.h>

#include "leaks/exhibits.h"

namespace tacit::leaks {
namespace {

Digest root_of_w(std::uint64_t seed, std::size_t secret, Spoil spoil) {
  Random random = seeded("roots", seed);
  return world().commit_w(world().secrets[secret], random, spoil).oracle.root();
}

TEST(Hashes, TheRootOfWIsAFunctionOfTheWeightsExactlyIfSaltsAndRandomSlotsAreBothMissing) {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    EXPECT_EQ(root_of_w(seed, 0, Spoil::kWSaltsAndSlots), root_of_w(seed + 1, 0, Spoil::kWSaltsAndSlots));
    EXPECT_NE(root_of_w(seed, 0, Spoil::kWSaltsAndSlots), root_of_w(seed, 1, Spoil::kWSaltsAndSlots)) << "a test of guessed weights";
    for (const Spoil spoil : {Spoil::kNothing, Spoil::kWSalts, Spoil::kWSlots})
      EXPECT_NE(root_of_w(seed, 0, spoil), root_of_w(seed + 1, 0, spoil));
  }
}

/// Digests that occur more than once.
std::size_t repeated(std::vector<Digest> all) {
  EXPECT_GT(all.size(), 200u);
  std::sort(all.begin(), all.end());
  std::size_t out = 0;
  for (std::size_t i = 1; i < all.size(); ++i) out += all[i] == all[i - 1] ? 1 : 0;
  return out;
}

TEST(Hashes, NoTwoLeavesAndNoTwoSaltsAreEqual) {
  for (const Spoil spoil : {Spoil::kNothing, Spoil::kOneSalt}) {
    Random random = seeded("leaves", 0);
    std::vector<Digest> paths, salts;
    for (std::size_t k = 0; k < 20; ++k) {
      const Exhibit exhibit = make_exhibit(world(), {k % 2, spoil}, random);
      for (const Tape& tape : exhibit.tapes) {
        const TapeMessage &path = tape.message("siblings", 1), &salt = tape.message("salts", 1);
        paths.insert(paths.end(), path.digests.begin(), path.digests.end());
        salts.insert(salts.end(), salt.digests.begin(), salt.digests.end());
      }
    }
    EXPECT_EQ(repeated(paths), 0u);
    EXPECT_EQ(repeated(salts) == 0, spoil == Spoil::kNothing);
  }
}

/// The product of all denominators of the guess at the proof's alpha and beta: the true denominator of the root.
Fe product_of_denominators(const Exhibit& exhibit, const Tape& tape, const Assignment& guess) {
  const WitnessView view(exhibit.relation, {&guess, &world().zero_w, &world().zero_x, &world().zero_pads, &world().zero_masks});
  const FractionLeaves leaves = view.leaves({tape.challenges("lookup alpha", 1)[0], tape.challenges("lookup beta", 1)[0]});
  Fe product = kOne;
  for (const Fe& q : leaves.q) product *= q;
  return product;
}

/// Elements, or products of the two denominators of one message of ends, that are the fingerprint of secret A.
std::size_t fingerprints(const Exhibit& exhibit) {
  std::size_t found = 0;
  for (const Tape& tape : exhibit.tapes) {
    const Fe product = product_of_denominators(exhibit, tape, world().secrets[0]);
    for (const TapeMessage& m : tape.messages) {
      const FeVector elements = elements_of(m.words);
      found += static_cast<std::size_t>(std::count(elements.begin(), elements.end(), product));
      if (m.label == "fraction ends") found += elements[2] * elements[3] == product ? 1 : 0;
    }
  }
  return found;
}

TEST(Hashes, NoMessageIsTheProductOfTheDenominators) {
  for (std::uint64_t i = 0; i < 40; ++i) {
    Random random = seeded("denominators", i);
    EXPECT_EQ(fingerprints(make_exhibit(world(), {i % 2}, random)), 0u);
    // Without the pads of ends it is there for whoever guesses the input, and for nobody else.
    EXPECT_EQ(fingerprints(make_exhibit(world(), {i % 2, Spoil::kFractionEndPads}, random)), i % 2 == 0 ? kOpenings : 0u);
  }
}

}  // namespace
}  // namespace tacit::leaks
