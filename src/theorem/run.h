// The witness reader: executes a theorem in plain integers.
//
// Given the weights and the inputs it fills every other column in the order of the steps, then counts the multiplicities.
// This is the model's integer semantics: the same on every machine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "theorem/ports.h"
#include "theorem/theorem.h"

namespace tacit {

struct Assignment {
  std::vector<IntColumn> columns;  ///< by ColumnId; empty where not filled yet
  std::vector<std::vector<std::int64_t>> accumulators;  ///< by AccId; filled by run_steps, empty where not evaluated
};

/// The accumulator's value, [rows, cols] row-major. Cost: one multiplication per term of its contractions.
std::vector<std::int64_t> evaluate(const Theorem& theorem, const Assignment& assignment, const Accumulator& acc);

/// The numerators N of one expression in a statement of this shape, in every row; its value is N / 2^shift.
std::vector<std::int64_t> numerators(const Theorem& theorem, const Assignment& assignment, std::uint32_t rows, std::uint32_t cols, const Expr& expr);
/// Every entry of a table's tuples in every row: [width][rows].
std::vector<std::vector<std::int64_t>> table_values(const Theorem& theorem, const Assignment& assignment, TableId table);

/// Finds tuples in a table, a public one or one of columns. Borrows the theorem.
class TupleFinder {
 public:
  TupleFinder(const Theorem& theorem, const Assignment& assignment, TableId table);
  /// A row that holds the tuple, which is as wide as the table.
  std::optional<std::uint64_t> find(const std::vector<std::int64_t>& tuple) const;

 private:
  const Table& table_;
  std::vector<std::vector<std::int64_t>> values_;  // of a table of columns
};

/// Fills the columns of all steps. Contract: the columns that no step fills, other than multiplicities, are given.
void run_steps(const Theorem& theorem, Assignment& assignment);

/// Evaluates every lookup in every row and counts into the multiplicity columns.
/// Errors: bad_input naming the lookup, row and tuple that is in no table (the explainer of a failed row).
Status count_multiplicities(const Theorem& theorem, Assignment& assignment);

/// clamp(floor((acc + 2^(shift-1)) / 2^shift), lo, hi): the one rounding rule of Tacit.
std::int64_t requantised(std::int64_t acc, std::uint32_t shift, std::int64_t lo, std::int64_t hi);

}  // namespace tacit
