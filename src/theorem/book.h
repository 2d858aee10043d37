// Book: the verbs with which an operator writes a theorem.
//
//   weights / input             the boundary
//   accumulator + contracts + adds   a virtual sum:  conv, matmul, bias, residual, average
//   requantise                  y = clamp(round_half_up(acc / 2^shift), lo, hi)
//   maximum                     out = max(a, b)
//   finish                      chooses limb widths, adds the tables and their multiplicities, checks every bound
//
// requantise, with q = floor((acc + 2^(shift-1)) / 2^shift) and e = q - y = 2^a g + f:
//   remainder in [0, 2^shift)     (y, g) and (y, f) in the saturation table      f and q are virtual
// so y is the clamped value for EVERY legal input: an unusual input saturates, it never makes a proof impossible.
// Committed: y, remainder, g. Lookup rows: 3 per element. (review.md appendix, "wide range"; we choose the limb width a
// from the worst case of the accumulator instead of a fixed 16.)
#pragma once

#include <map>
#include <string>

#include "theorem/bounds.h"
#include "theorem/theorem.h"

namespace tacit {

class Book {
 public:
  ColumnId weights(std::string name, std::uint32_t rows, std::uint32_t cols, std::int64_t lo, std::int64_t hi);
  /// An input tensor: entries in [lo, hi], proven when the column is a witness column.
  ColumnId input(std::string name, Home home, std::uint32_t rows, std::uint32_t cols, std::int64_t lo, std::int64_t hi);

  AccId accumulator(std::string name, std::uint32_t rows, std::uint32_t cols);
  void contracts(AccId acc, Contraction term);
  void adds(AccId acc, Linear term);

  /// A new column y = clamp(round_half_up(acc / 2^shift), lo, hi), of the accumulator's shape. lo < hi, shift >= 1.
  ColumnId requantise(AccId acc, std::int64_t lo, std::int64_t hi, std::uint32_t shift);
  /// A new column out[r, s] = max(a[r, s], b[r, s]); both have coefficient 1 and one tap that is present everywhere.
  ColumnId maximum(std::string name, std::uint32_t rows, std::uint32_t cols, Linear a, Linear b);

  /// Makes a column public, e.g. the output. Before finish.
  void set_home(ColumnId column, Home home);
  const Column& column(ColumnId id) const { return theorem_.columns[id]; }
  const Theorem& so_far() const { return theorem_; }

  /// Errors: unsupported, naming the statement whose sums could wrap.
  Result<Theorem> finish();

 private:
  ColumnId add_column(Column column);
  TableId table(Table table);
  void state_input(ColumnId column);
  void state_maximum(const Maximum& m, std::uint32_t bits);
  void state_requantise(Requantise& r);
  Status choose_widths();

  Theorem theorem_;
  std::vector<ColumnId> inputs_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::uint32_t> limb_bits_;  // one table for each (lo, hi)
  std::uint32_t maximum_bits_ = 1;
};

}  // namespace tacit
