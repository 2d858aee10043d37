// Interval analysis: does every field identity of a theorem imply the integer identity that it stands for?
//
// For a lookup entry  expr = N / 2^shift  with table value v the proof shows N = 2^shift v in the field. If
// max|N| + 2^shift max|v| < p both sides are equal as integers. N is bounded from the declared bounds of its columns, and
// a declared bound counts only if something establishes it:
//
//   weights          the registration proof            public columns   the verifier, value by value
//   witness columns  a lookup of exactly that column in a public table or in a table of EARLIER columns, or one of a
//                      maximum (out - b, a - out) of two EARLIER columns, which makes out = a or out = b
//
// A witness column without a bounding statement, or one that only occurs as a multiplicity somewhere else, is refused.
#pragma once

#include <vector>

#include "base/result.h"
#include "theorem/theorem.h"

namespace tacit {

struct Interval {
  __int128 lo = 0, hi = 0;

  __int128 magnitude() const { return -lo > hi ? -lo : hi; }
  Interval operator+(const Interval& b) const { return {lo + b.lo, hi + b.hi}; }
  Interval hull(const Interval& b) const { return {lo < b.lo ? lo : b.lo, hi > b.hi ? hi : b.hi}; }
  bool inside(const Interval& b) const { return lo >= b.lo && hi <= b.hi; }
};

/// What a term with one tap reads, without its coefficient: its column's declared range, and 0 if a source is absent.
Interval range_read(const Theorem& theorem, const Linear& term);
Interval bounds_of(const Theorem& theorem, const Linear& term, std::uint32_t statement_cols);
Interval bounds_of(const Theorem& theorem, const Accumulator& acc);
/// The numerator N of the expression, in a statement of this shape.
Interval bounds_of(const Theorem& theorem, const Expr& expr, std::uint32_t statement_rows, std::uint32_t statement_cols);
/// Entry `k` of the table's tuples: exact for a public table, by the declared ranges for one of columns.
Interval entry_bounds(const Theorem& theorem, const Table& table, std::size_t k);
/// The same of every table and entry: a hostile key has many lookups into one table.
std::vector<std::vector<Interval>> all_entry_bounds(const Theorem& theorem);

/// Errors: unsupported, naming the statement whose sums could wrap or the column that nothing bounds.
Status check_bounds(const Theorem& theorem);

}  // namespace tacit
