// Stairs: how it is stated that an integer sum, times a scale, plus an offset, is divided by a step and rounded to an integer (halves
// to even), limited to [lo, hi], exactly. Scale, offset and step are hidden.
//
// Every output is a staircase of the sum: it is k or more from some integer t_k on. The thresholds t_k are a table of weights.
//
//   sum = 2^s x + rest                             x has 16 bits at most, so that products with it are small
//   g   = floor((m1 x + m2 rest + b) / 2^16)       the output, or one less: m1, m2, b are the scale and the offset to 16 bits
//   t   = t_(g+1)                                  fetched from the table
//   y   = g + [sum >= t]
//
// Whether g is right to within that one step is checked for every threshold when the model is compiled.
#pragma once

#include <string>
#include <vector>

#include "ops/exact_rounding.h"
#include "ops/lowering.h"

namespace tacit {

struct Stairs {
  std::vector<Staircase> rows;  ///< one, or one for each row
  std::int64_t lo = 0, hi = 0;
  std::int64_t zero = 0;        ///< what is added in the end

  const Staircase& of_row(std::size_t row) const { return rows[rows.size() == 1 ? 0 : row]; }
};

/// The attributes lo, hi and zero. Errors: malformed, where they are no limits of few integers.
Result<Stairs> read_steps(const Call& call);

/// Operand 0, a sum of integers times integers, as it is. Errors: unsupported, where it is none.
struct WholeSum {
  AccId acc = kNone;
  ColumnShape shape;
};
Result<WholeSum> take_whole(const Call& call, const ColumnShape& shape, Lowering& lowering);

/// Gives output 0: what the stairs make of the sum. Errors: unsupported, where the sum is too large, or scales are too far apart.
Status give_steps(const Call& call, AccId sum, const ColumnShape& shape, const Stairs& stairs, Lowering& lowering);

/// A guess of the output, or one less, becomes the output: thresholds [rows or 1, hi - lo + 1] of the sum whose terms are these, less
/// the offset. Contract: the last threshold of a row is beyond all sums.
void give_next_step(const Call& call, ColumnId guess, std::vector<Linear> sum, std::int64_t offset, const std::vector<std::int64_t>& thresholds,
                    const ColumnShape& shape, const Stairs& stairs, Lowering& lowering);

/// Adds a public number to every entry.
void add_number(Book& book, AccId acc, std::uint32_t cols, std::int64_t number);
/// A column of weights whose declared bounds are powers of two that hold the numbers.
ColumnId add_numbers(Lowering& lowering, std::string name, std::uint32_t rows, std::uint32_t cols, const std::vector<std::int64_t>& values);
/// The numbers as a sum of two columns of weights, read by `window`: 2^16 high + low.
std::vector<Linear> add_wide_numbers(Lowering& lowering, const std::string& name, std::uint32_t rows, std::uint32_t cols, const Window& window,
                                     const std::vector<std::int64_t>& values);

}  // namespace tacit
