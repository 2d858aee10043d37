// Where columns stand in an oracle, and where lookup rows stand in the one lookup argument. Both sides derive it.
//
// Oracle. Each side of a column is cut into powers of two, largest first (28 = 16 + 8 + 4), so a column becomes a few
// boxes (tiles) without padding. Tiles are placed by falling size, so each starts at a multiple of its size:
//
//   entry [row + i, col + j] of a tile  ->  address + (i << log_cols) + j,      i < 2^log_rows, j < 2^log_cols
//
// and a covector u (x) v on the column is, in each tile, a tensor over the index bits: the verifier evaluates its
// multilinear extension with 2^log_rows + 2^log_cols multiplications.
//
// Row space. A lookup of shape [rows, cols] takes a block of rows << log_cols rows, log_cols = ceil log2(cols); columns
// beyond `cols` are padding: numerator 0, denominator 1. Blocks are placed by falling log_cols, so their bases are
// multiples of 2^log_cols and eq(at, row) factors into a window over r and a table over s. A table is a block of
// [rows / kTableCols, kTableCols].
#pragma once

#include <cstdint>
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

struct OracleLayout {
  std::vector<Tile> tiles;  ///< by address
  std::uint64_t size = 0;   ///< entries, the message length
};

/// The tiles of all columns of one home. Contract: home is kWeights or kWitness.
OracleLayout oracle_layout(const Theorem& theorem, Home home);

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
