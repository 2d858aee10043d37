#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <list>
#include <map>
#include <random>
#include <tuple>

#include "theorem/layout.h"

namespace tacit {
namespace {

std::vector<Column> witness_columns(std::initializer_list<std::pair<std::uint32_t, std::uint32_t>> shapes) {
  std::vector<Column> out;
  for (auto [r, c] : shapes) out.push_back({"c", Home::kWitness, r, c, 0, 1});
  return out;
}

std::vector<Column> random_columns(std::mt19937_64& rng) {
  std::vector<Column> out(1 + rng() % 6);
  for (Column& c : out) {
    const Home home = rng() % 4 ? Home::kWitness : Home::kWeights;
    c = {"c", home, 1 + static_cast<std::uint32_t>(rng() % 40), 1 + static_cast<std::uint32_t>(rng() % 90), 0, 1};
  }
  return out;
}

using Flat = std::tuple<std::uint64_t, ColumnId, std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t>;

std::vector<Flat> flat(const std::vector<Tile>& tiles) {
  std::vector<Flat> out;
  for (const Tile& t : tiles) out.emplace_back(t.address, t.column, t.row, t.col, t.log_rows, t.log_cols);
  return out;
}

// The rule as the header tells it, on one list kept in the order of sizes, with a search through all limbs for each tile.
std::vector<Tile> naive_tiles(const std::vector<Column>& columns, Home home, const LimbRoom& room) {
  std::list<Tile> waiting;
  auto insert = [&](const Tile& t) {
    auto at = std::find_if(waiting.begin(), waiting.end(), [&](const Tile& o) { return o.size() < t.size(); });
    waiting.insert(at, t);
  };
  for (ColumnId id = 0; id < columns.size(); ++id) {
    if (columns[id].home != home) continue;
    std::uint32_t row = 0;
    for (std::uint32_t lr = 32; lr-- > 0;) {
      if (!(columns[id].rows >> lr & 1)) continue;
      std::uint32_t col = 0;
      for (std::uint32_t lc = 32; lc-- > 0;)
        if (columns[id].cols >> lc & 1) {
          insert({id, row, col, lr, lc, 0});
          col += 1u << lc;
        }
      row += 1u << lr;
    }
  }
  std::vector<std::uint64_t> used(room.limbs, 0);
  std::vector<Tile> out;
  while (!waiting.empty()) {
    Tile t = waiting.front();
    waiting.pop_front();
    auto limb = std::find_if(used.begin(), used.end(), [&](std::uint64_t u) { return u + t.size() <= room.statement_slots; });
    if (limb != used.end()) {
      t.address = static_cast<std::uint64_t>(limb - used.begin()) * (std::uint64_t{1} << room.log_n) + *limb;
      *limb += t.size();
      out.push_back(t);
    } else if (t.log_rows > 0) {
      insert({t.column, t.row, t.col, t.log_rows - 1, t.log_cols, 0});
      insert({t.column, t.row + (1u << (t.log_rows - 1)), t.col, t.log_rows - 1, t.log_cols, 0});
    } else {
      insert({t.column, t.row, t.col, 0, t.log_cols - 1, 0});
      insert({t.column, t.row, t.col + (1u << (t.log_cols - 1)), 0, t.log_cols - 1, 0});
    }
  }
  std::sort(out.begin(), out.end(), [](const Tile& a, const Tile& b) { return a.address < b.address; });
  return out;
}

void expect_every_entry_once(const std::vector<Column>& columns, Home home, const LimbRoom& room, const OracleLayout& layout) {
  const std::uint64_t n = std::uint64_t{1} << room.log_n;
  std::vector<std::vector<int>> seen;
  for (const Column& c : columns) seen.emplace_back(c.size(), 0);
  std::uint64_t next = 0, total = 0;
  for (const Tile& t : layout.tiles) {
    ASSERT_GE(t.address, next);
    next = t.address + t.size();
    total += t.size();
    ASSERT_EQ(t.address % t.size(), 0u);
    ASSERT_LT(t.address / n, room.limbs);
    ASSERT_LE(t.address % n + t.size(), room.statement_slots);
    for (std::uint32_t i = 0; i < 1u << t.log_rows; ++i)
      for (std::uint32_t j = 0; j < 1u << t.log_cols; ++j) {
        ASSERT_LT(t.row + i, columns[t.column].rows);
        ASSERT_LT(t.col + j, columns[t.column].cols);
        ++seen[t.column][std::size_t{t.row + i} * columns[t.column].cols + t.col + j];
      }
  }
  EXPECT_EQ(total, layout.size);
  for (ColumnId id = 0; id < columns.size(); ++id)
    for (int count : seen[id]) ASSERT_EQ(count, columns[id].home == home ? 1 : 0);
}

TEST(Layout, OneLimbWithoutOtherSlotsIsPackedBySize) {
  const std::vector<Column> columns = witness_columns({{10, 1}, {6, 784}, {120, 400}, {1, 7}, {3, 5}});
  const LimbRoom room{16, 1, 1u << 16};
  const OracleLayout layout = oracle_layout(columns, Home::kWitness, room);
  EXPECT_EQ(layout.size, oracle_size(columns, Home::kWitness));
  expect_every_entry_once(columns, Home::kWitness, room, layout);
  std::uint64_t next = 0;
  for (const Tile& t : layout.tiles) {
    EXPECT_EQ(t.address, next);
    next += t.size();
  }
}

TEST(Layout, AgreesWithTheRuleCarriedOutNaively) {
  std::mt19937_64 rng(1);
  std::size_t cuts = 0;
  for (int k = 0; k < 300; ++k) {
    const std::vector<Column> columns = random_columns(rng);
    const std::uint64_t size = oracle_size(columns, Home::kWitness);
    LimbRoom room;
    room.log_n = 3 + rng() % 10;
    const std::uint64_t n = std::uint64_t{1} << room.log_n;
    room.statement_slots = static_cast<std::uint32_t>(n - rng() % (n / 2));
    room.limbs = static_cast<std::uint32_t>((size + room.statement_slots - 1) / room.statement_slots + rng() % 3);
    const OracleLayout layout = oracle_layout(columns, Home::kWitness, room);
    EXPECT_EQ(flat(layout.tiles), flat(naive_tiles(columns, Home::kWitness, room)));
    expect_every_entry_once(columns, Home::kWitness, room, layout);
    cuts += layout.tiles.size() > oracle_layout(columns, Home::kWitness, {20, 1, 1u << 20}).tiles.size();
  }
  EXPECT_GT(cuts, 100u);
}

TEST(Layout, FillsEveryStatementSlotWhenTheSizesAgree) {
  for (auto [limbs, slots] : {std::pair{1u, 5u}, {7u, 13u}, {3u, 1000u}, {4096u, 1u}, {31u, 255u}, {5u, 256u}}) {
    const std::vector<Column> columns = witness_columns({{limbs, slots}});
    const LimbRoom room{static_cast<std::uint32_t>(ceil_log2(slots)), limbs, slots};
    const OracleLayout layout = oracle_layout(columns, Home::kWitness, room);
    EXPECT_EQ(layout.size, std::uint64_t{limbs} * slots);
    expect_every_entry_once(columns, Home::kWitness, room, layout);
    EXPECT_EQ(flat(layout.tiles), flat(naive_tiles(columns, Home::kWitness, room)));
  }
}

TEST(Layout, ATileThatFindsNoRoomIsCutAlongItsRowsFirst) {
  const std::vector<Column> columns = witness_columns({{2, 4}});
  const OracleLayout layout = oracle_layout(columns, Home::kWitness, {3, 2, 6});
  // 8 = 2 x 4 in slots of 6: the rows part, each in its limb.
  EXPECT_EQ(flat(layout.tiles), (std::vector<Flat>{{0, 0, 0, 0, 0, 2}, {8, 0, 1, 0, 0, 2}}));
  // In slots of 4 + 4 + 1 with a row of 9: the last entry of nine stands alone.
  const OracleLayout nine = oracle_layout(witness_columns({{1, 9}}), Home::kWitness, {3, 2, 5});
  EXPECT_EQ(flat(nine.tiles), (std::vector<Flat>{{0, 0, 0, 0, 0, 2}, {4, 0, 0, 8, 0, 0}, {8, 0, 0, 4, 0, 2}}));
}

// The number of cuts is below limbs * (floor(log2(slots)) + 2), for whole oracles of the largest size as well.
TEST(Layout, HostileShapesGiveFewTiles) {
  struct Case {
    std::uint32_t rows, cols, log_n, limbs, slots;
  };
  for (const Case& c : {Case{1u << 15, 1u << 15, 19, 4096, 1u << 18}, Case{1u << 12, (1u << 18) - 1, 18, 4096, (1u << 18) - 1},
                        Case{64, 64, 18, 4096, 1}, Case{1, 12285, 12, 4095, 3}, Case{1u << 10, 1u << 20, 20, 1025, (1u << 20) - 1023},
                        Case{1u << 30, 1, 30, 1, 1u << 30}, Case{4095, 1023, 10, 4095, 1023}}) {
    const std::vector<Column> columns{{"c", Home::kWeights, c.rows, c.cols, 0, 1}};
    const OracleLayout layout = oracle_layout(columns, Home::kWeights, {c.log_n, c.limbs, c.slots});
    const std::size_t pieces = static_cast<std::size_t>(std::popcount(c.rows) * std::popcount(c.cols));
    EXPECT_LE(layout.tiles.size(), pieces + std::size_t{c.limbs} * (std::bit_width(c.slots) + 1)) << c.rows << " " << c.cols;
    std::uint64_t next = 0, total = 0;
    for (const Tile& t : layout.tiles) {
      ASSERT_GE(t.address, next);
      ASSERT_LE((t.address & ((std::uint64_t{1} << c.log_n) - 1)) + t.size(), c.slots);
      next = t.address + t.size();
      total += t.size();
    }
    EXPECT_LE(next, std::uint64_t{c.limbs} << c.log_n);
    EXPECT_EQ(total, columns[0].size());
  }
}

TEST(Layout, AnAppendedColumnIsPlacedUnderItsIndex) {
  std::vector<Column> columns = witness_columns({{4, 4}, {2, 3}});
  columns.push_back({"pads", Home::kWitness, 1, 30, 0, 0});
  const LimbRoom room{5, 2, 26};
  const OracleLayout layout = oracle_layout(columns, Home::kWitness, room);
  EXPECT_EQ(layout.size, 52u);
  expect_every_entry_once(columns, Home::kWitness, room, layout);
}

TEST(Layout, AnOracleWithoutColumnsHasNoTiles) {
  const std::vector<Column> columns = witness_columns({{4, 4}});
  EXPECT_TRUE(oracle_layout(columns, Home::kWeights, {}).tiles.empty());
  EXPECT_EQ(oracle_size(columns, Home::kWeights), 0u);
}

Point random_point(std::mt19937_64& rng, std::size_t n) {
  Point out(n);
  for (Fe& x : out) x = Fe(Fp(rng()), Fp(rng()), Fp(rng()));
  return out;
}

TEST(Layout, EqWindowEqualsTheDefinition) {
  std::mt19937_64 rng(3);
  const Point at = random_point(rng, 6);
  auto eq_at = [&](std::uint64_t index) {
    Fe out = kOne;
    for (std::size_t k = 0; k < at.size(); ++k) out *= index >> (at.size() - 1 - k) & 1 ? at[k] : kOne - at[k];
    return out;
  };
  for (std::uint64_t begin : {0u, 1u, 13u, 40u})
    for (std::uint64_t count : {1u, 2u, 5u, 20u}) {
      const FeVector window = eq_window(at, begin, count);
      for (std::uint64_t i = 0; i < count; ++i) EXPECT_EQ(window[i], eq_at(begin + i));
    }
}

}  // namespace
}  // namespace tacit
