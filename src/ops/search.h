// Search: which element along an axis is the largest.
//
//   x            3 7 7 1       the maximum m = 7, a tree of maxima
//   z            0 1 1 0       clamp(1 - (m - x), 0, 1): which elements are m
//   seen         0 1 1 1       clamp(sum of z up to here, 0, 1)
//   index        1             n - sum of seen            (the last one: sums from here on, and sum of seen - 1)
//   chosen       0 1 0 0       seen here, and not yet just before
//
// Exact on the model's integers: floats that differ by less than a step of their scale tie, and ties go by position. A long
// sum is two: blocks of about sqrt(n) elements, then every block's number.
#pragma once

#include "ops/moves.h"

namespace tacit {

/// A column of natural_shape(dims) seen as [before, n, after] in the order in which it holds its entries; statements have one row
/// for each of `before`.
class Search {
 public:
  /// `last`: of several that are largest the last one counts.
  Search(std::string name, const Shape& dims, std::size_t axis, bool last, Book& book);

  /// The indices, [before, after].
  ColumnId index_of(ColumnId x);
  /// 1 at the element, 0 elsewhere: [before, n, after].
  ColumnId chosen(ColumnId x);
  /// Both.
  struct Found {
    ColumnId index = kNone, chosen = kNone;
  };
  Found found(ColumnId x);

  std::uint32_t before() const { return before_; }
  std::uint32_t length() const { return n_; }
  std::uint32_t after() const { return after_; }

 private:
  ColumnId index_by(ColumnId seen);
  ColumnId chosen_by(ColumnId seen);
  Window window(std::uint32_t from, std::uint32_t to, std::int32_t pad, std::uint32_t taps = 1, std::uint32_t dilation = 1) const;
  void add_constant(AccId acc, std::int64_t value, std::uint32_t cols);
  ColumnId maximum_of(ColumnId level);
  ColumnId attaining(ColumnId x, ColumnId maximum);
  ColumnId seen_from(ColumnId z);
  ColumnId any_of(ColumnId z, std::uint32_t taps, std::uint32_t dilation, const char* what);

  const std::string name_;
  const bool last_;
  Book& book_;
  std::uint32_t before_ = 1, n_ = 1, after_ = 1;
};

}  // namespace tacit
