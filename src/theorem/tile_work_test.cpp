#include "theorem/tile_work.h"

#include <gtest/gtest.h>

namespace tacit {
namespace {

using Work = unsigned __int128;

Theorem with_columns(std::initializer_list<Column> columns) {
  Theorem t;
  t.columns = columns;
  return t;
}

OracleLayout layout(const Theorem& t, Home home, const LimbRoom& room) { return oracle_layout(t.columns, home, room); }

TEST(TileWork, CountsTheSidesOfEveryTileForEveryRead) {
  // [6, 5] is cut into [4, 4], [2, 4], [4, 1] and [2, 1]: sides 8 + 6 + 5 + 3 = 22.
  Theorem t = with_columns({{"x", Home::kWitness, 6, 5, 0, 1}});
  const LimbRoom room{5, 1, 32};
  const auto work = [&] { return tile_work(t, {}, layout(t, Home::kWitness, room)); };
  EXPECT_EQ(work(), Work{22});
  const Linear x = Linear::whole(0, 5, 1);
  t.accumulators.push_back({"acc", 6, 5, {}, {x, x}});
  EXPECT_EQ(work(), Work{22 * 3});
  t.lookups.push_back({"lookup", 0, 6, 5, {Expr{kNone, {x}, 0, 0}}});
  EXPECT_EQ(work(), Work{22 * 4});
}

TEST(TileWork, WeightsAreReadOnceForEachGroup) {
  // Two groups of two inputs, one tap; then depthwise, where all groups share one covector.
  for (const std::uint32_t in_rows : {2u, 1u}) {
    Theorem t = with_columns({{"w", Home::kWeights, 4, in_rows, 0, 1}, {"x", Home::kWitness, 4, 8, 0, 1}});
    t.accumulators.push_back({"acc", 4, 8, {{0, 1, 4 / in_rows, in_rows, Window::identity(8)}}, {}});
    ASSERT_TRUE(check_theorem(t).ok());
    const Work weights_sides = 4 + in_rows, x_sides = 4 + 8, weights_reads = in_rows == 2 ? 3 : 2;
    EXPECT_EQ(tile_work(t, layout(t, Home::kWeights, {4, 1, 16}), layout(t, Home::kWitness, {5, 1, 32})),
              weights_reads * weights_sides + 2 * x_sides);
  }
}

TEST(TileWork, ColumnsBehindTheTheoremsHaveOneRead) {
  const Theorem t = with_columns({{"x", Home::kWitness, 1, 8, 0, 1}});
  std::vector<Column> argued = t.columns;
  argued.push_back({"pads", Home::kWitness, 1, 6, 0, 0});
  EXPECT_EQ(tile_work(t, {}, oracle_layout(argued, Home::kWitness, {4, 1, 16})), Work{(1 + 8) + (1 + 4) + (1 + 2)});
}

TEST(TileWork, LimbsThatCutAColumnIntoManyTilesAreRefused) {
  Theorem t = with_columns({{"x", Home::kWitness, 2048, 2048, 0, 1}});
  t.accumulators.push_back({"acc", 2048, 2048, {}, std::vector<Linear>(8000, Linear::whole(0, 2048, 1))});
  ASSERT_TRUE(check_theorem(t).ok());
  EXPECT_TRUE(check_tile_work(t, {}, layout(t, Home::kWitness, {22, 1, 1u << 22})).ok());
  const OracleLayout narrow = layout(t, Home::kWitness, {12, 4096, 1024});
  EXPECT_EQ(tile_work(t, {}, narrow), Work{8001} * 4096 * (1 + 1024));
  const Status status = check_tile_work(t, {}, narrow);
  ASSERT_FALSE(status.ok()) << "CHEAT ACCEPTED";
  EXPECT_EQ(status.error().what, "too much work on the tiles of the oracles");
}

TEST(TileWork, TheLargestWorkIsTwoToThe28) {
  // One tile of sides 2^8 and 2^8, so each read costs 2^9: 2^19 reads are the most.
  Theorem t = with_columns({{"w", Home::kWeights, 256, 256, 0, 1}});
  t.accumulators.push_back({"acc", 256, 1, {{0, 0, (1u << 19) - 2, 2, Window::identity(1)}}, {}});
  const OracleLayout one = layout(t, Home::kWeights, {16, 1, 1 << 16});
  EXPECT_EQ(tile_work(t, one, {}), Work{1} << 28);  // groups, the input, and the one more
  EXPECT_TRUE(check_tile_work(t, one, {}).ok());
  t.accumulators[0].contractions[0].groups += 1;
  EXPECT_FALSE(check_tile_work(t, one, {}).ok()) << "CHEAT ACCEPTED";
}

TEST(TileWork, ColumnsInTooManyPiecesAreRefused) {
  // 255 has eight pieces, so each of these columns falls into 64.
  Theorem t;
  t.columns.assign(4096, {"c", Home::kWitness, 255, 255, 0, 1});
  t.columns.push_back({"public", Home::kPublic, 255, 255, 0, 1});
  ASSERT_TRUE(check_theorem(t).ok());
  EXPECT_TRUE(check_pieces(t).ok());
  t.columns.push_back({"one more", Home::kWeights, 1, 1, 0, 1});
  ASSERT_TRUE(check_theorem(t).ok());
  const Status status = check_pieces(t);
  ASSERT_FALSE(status.ok()) << "CHEAT ACCEPTED";
  EXPECT_EQ(status.error().what, "columns fall into too many pieces");
}

}  // namespace
}  // namespace tacit
