// Where columns stand in an oracle, and where lookup rows stand in the one lookup argument. Both sides derive it.
//
// Oracle. An oracle is cut into limbs of 2^log_n positions, and entries stand in the first `statement_slots` of each:
//
//   limb 0                       limb 1                            address = (limb << log_n) + position
//   [ tile | tile | .. )  rest   [ tile | tile | .. )  rest        rest: random slots and masks, or nothing
//   0    statement_slots  2^log_n
//
// Each side of a column is cut into powers of two, largest first (28 = 16 + 8 + 4), so a column becomes a few boxes
// (tiles) without padding:
//
//   entry [row + i, col + j] of a tile  ->  address + (i << log_cols) + j,      i < 2^log_rows, j < 2^log_cols
//
// and a covector u (x) v on the column is, in each tile, a tensor over the index bits: the verifier evaluates its
// multilinear extension with 2^log_rows + 2^log_cols multiplications.
//
// Placing. There is one list of tiles for each size. At first it holds the pieces of that size in the order (column id,
// row piece, column piece). Sizes are treated from the largest to 1, each list from front to back. Every limb has a
// cursor, from 0. A tile goes to the first limb (smallest number) with cursor + size <= statement_slots, at its cursor,
// which moves on by the size. If there is none, the tile is cut in two halves, along the rows if log_rows > 0 and else
// along the columns, and both go to the end of the list of half the size, first half first.
//
//   Aligned: what a limb holds when a tile arrives are tiles of the same or larger sizes, powers of two, so the cursor is
//   a multiple of the tile's size. A placed size is at most statement_slots <= 2^log_n, so the limb's start is one too.
//   All placed: a tile of size 1 finds room as long as size <= limbs * statement_slots.
//   Few cuts: when tiles of size z are cut, every limb has less than z left, and what is left holds them: fewer than
//   `limbs` are cut. There are at most limbs * statement_slots / z of them as well, so in all there are fewer than
//   limbs * (floor(log2(statement_slots)) + 2) cuts, each of which adds one tile.
//
// Row space. A lookup of shape [rows, cols] takes a block of rows << log_cols rows, log_cols = ceil log2(cols); columns
// beyond `cols` are padding: numerator 0, denominator 1. Blocks are placed by falling log_cols, so their bases are
// multiples of 2^log_cols and eq(at, row) factors into a window over r and a table over s. A public table is a block of
// [rows / kTableCols, kTableCols], a table of columns one of the shape of its expressions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "field/cubic.h"
#include "theorem/theorem.h"

namespace tacit {

struct Tile {
  ColumnId column = kNone;
  std::uint32_t row = 0, col = 0, log_rows = 0, log_cols = 0;
  std::uint64_t address = 0;

  std::uint64_t size() const { return std::uint64_t{1} << (log_rows + log_cols); }
};

/// How much of each limb entries may use. Contract: statement_slots <= 2^log_n.
struct LimbRoom {
  std::uint32_t log_n = 0, limbs = 0, statement_slots = 0;
};

struct OracleLayout {
  std::vector<Tile> tiles;  ///< by address
  std::uint64_t size = 0;   ///< entries
};

/// The entries of all columns of one home. Contract: home is kWeights or kWitness.
std::uint64_t oracle_size(std::span<const Column> columns, Home home);

/// The tiles of all columns of one home; Tile::column is an index into `columns`. Contract: home is kWeights or kWitness,
/// oracle_size(columns, home) <= room.limbs * room.statement_slots.
/// Cost: tiles * log(tiles) + limbs * 32.
OracleLayout oracle_layout(std::span<const Column> columns, Home home, const LimbRoom& room);

struct RowBlock {
  bool is_table = false;
  std::uint32_t index = 0;  ///< into lookups or tables
  std::uint32_t rows = 0, cols = 0, log_cols = 0;
  std::uint64_t base = 0;
};

struct RowSpace {
  std::vector<RowBlock> blocks;  ///< by base
  std::uint64_t rows = 0;        ///< rows in use; the rest up to 2^log_rows is padding
  int log_rows = 1;
};

RowSpace row_space(const Theorem& theorem);

/// eq(at, begin + i) for i < count. Contract: begin + count <= 2^|at|. Cost: 2^ceil(log2 count) + count + |at|.
FeVector eq_window(std::span<const Fe> at, std::uint64_t begin, std::uint64_t count);

int ceil_log2(std::uint64_t n);

}  // namespace tacit
