// Ranks: where the k largest elements along an axis stand, the largest first and of equals the first one first.
//
//   x            3 7 7 1
//   beats        [x_i >= x_j] for i < j, [x_i > x_j] for i > j: of every two elements one beats the other
//   rank         2 0 1 3      how many beat it: no two are equal
//   among_r      1 1 1 0      [rank <= r], here for r = 2
//   count_r      1 2 3 3      sum of among_r up to here
//   sum_r        9            sum of count_r = sum of (n - i) over the r + 1 largest
//   place_r      0            n - (sum_r - sum_(r-1))
//
// Exact on the model's integers, for any of them. Columns: 3 n^2 + 6 k n for each row of n.
#pragma once

#include <string>

#include "theorem/book.h"

namespace tacit {

/// Columns of x and of the places are [before, n or k, after] in their flat order.
class Ranks {
 public:
  Ranks(std::string name, std::uint32_t before, std::uint32_t n, std::uint32_t after, std::uint32_t k, Book& book);

  /// `sign` 1: of the largest, -1: of the smallest. The places have shape [rows, cols].
  ColumnId places(ColumnId x, std::int64_t sign, std::uint32_t rows, std::uint32_t cols);

 private:
  ColumnId beats(ColumnId x, std::int64_t sign);
  ColumnId ranks(ColumnId beats);
  ColumnId among(ColumnId ranks);
  ColumnId sums(ColumnId among);
  void add_ones(AccId acc, std::int64_t value, std::uint32_t cols);

  std::string name_;
  std::uint32_t before_, n_, after_, k_;
  Book& book_;
};

}  // namespace tacit
