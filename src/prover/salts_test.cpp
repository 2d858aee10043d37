#include <gtest/gtest.h>

#include <set>

#include "prover/options.h"

namespace tacit {
namespace {

TEST(Salts, AreTheSameWheneverTheyAreMadeAndDifferentFromEachOther) {
  const std::size_t count = 4 * SaltSource::kPiece;
  Random random = Random::from_key(Digest{1}), again = Random::from_key(Digest{1});
  const SaltSource first = draw_salts(count, random), second = draw_salts(count, random), copy = draw_salts(count, again);
  const std::vector<Salt> salts = first.all(), others = second.all();
  EXPECT_EQ(first.all(), salts);
  EXPECT_EQ(copy.all(), salts);
  std::set<Salt> seen(salts.begin(), salts.end());
  seen.insert(others.begin(), others.end());
  EXPECT_EQ(seen.size(), 2 * count);
  const std::vector<std::size_t> rows{count - 1, 0, SaltSource::kPiece};
  EXPECT_EQ(first.at(rows), (std::vector<Salt>{salts[count - 1], salts[0], salts[SaltSource::kPiece]}));
}

}  // namespace
}  // namespace tacit
