// What the second executor reads: window and map arithmetic of 5.2 of docs/protocol.md and the sums of columns made of it.
#pragma once

#include <vector>

#include "theorem/ports.h"
#include "theorem/theorem.h"

namespace tacit::random_models {

using Wide = __int128;

Wide floor_of(Wide a, Wide b);  ///< of a / b, b > 0

/// Values of a theorem's virtual parts, entry by entry.
class Reader {
 public:
  Reader(const Theorem& theorem, const std::vector<IntColumn>& columns) : theorem_(theorem), columns_(columns) {}

  Wide linear(const Linear& l, std::uint32_t cols, Wide r, Wide s) const;
  Wide accumulator(const Accumulator& acc, Wide r, Wide s) const;
  /// Of an expression, before the division, in a statement of `cols` columns.
  Wide numerator(const Expr& e, std::uint32_t cols, Wide r, Wide s) const;

 private:
  Wide contraction(const Contraction& k, std::uint32_t rows, Wide c, Wide s) const;
  std::int64_t entry(ColumnId column, Wide at) const { return columns_[column].at(static_cast<std::size_t>(at)); }

  const Theorem& theorem_;
  const std::vector<IntColumn>& columns_;
};

}  // namespace tacit::random_models
