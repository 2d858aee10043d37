// Tile work: what it costs a verifier to evaluate the covectors of an oracle at a point, when a hostile key sets the scene.
//
// A covector u (x) v on a column costs 2^log_rows + 2^log_cols multiplications in each of the column's tiles, and every
// read of a column may leave one. A large column has few tiles in wide limbs; limbs with little room cut it into many.
#pragma once

#include "base/result.h"
#include "theorem/layout.h"

namespace tacit {

/// Columns fall into few pieces (powers of two on each side), so that layouts are cheap to derive: cuts add fewer than
/// limbs * (floor(log2(statement_slots)) + 2) tiles. Errors: unsupported.
Status check_pieces(const Theorem& theorem);

/// The sum over all tiles of reads * (2^log_rows + 2^log_cols). The reads of a column are one for each linear term, each
/// contraction's input, each contraction's weights (one for each group if in_rows > 1), and one more: for its
/// multiplicities, or for a claim that is not the theorem's. Columns behind the theorem's have that one alone.
unsigned __int128 tile_work(const Theorem& theorem, const OracleLayout& weights, const OracleLayout& witness);

/// The tile work is one that a verifier can afford. Errors: unsupported.
Status check_tile_work(const Theorem& theorem, const OracleLayout& weights, const OracleLayout& witness);

}  // namespace tacit
