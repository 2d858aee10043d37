// Book: the verbs with which an operator writes a theorem.
//
//   weights / input             the boundary
//   accumulator + contracts + adds   a virtual sum:  conv, matmul, bias, residual, average
//   requantise                  y = clamp(round_half_up(acc / 2^shift), lo, hi)
//   maximum                     out = max(a, b)
//   apply                       out = f(argument), f a public function by its values
//   columns_table, fetch        out = entry of a table made of columns at an address that may be hidden
//   committed_input, from_grid  a committed input's digits, and the model's own integers made of them
//   to_grid                     the digits of a committed output
//   finish                      chooses limb widths, adds the tables and their multiplicities, checks every bound
//
// requantise, with q = floor((acc + 2^(shift-1)) / 2^shift) and e = q - y = f + 2^a g_1 + 2^(2a) g_2 + ...:
//   remainder in [0, 2^shift)     (y, f), (y, g_1), ... in the saturation table      f and q are virtual
// so y is the clamped value for EVERY legal input: an unusual input saturates, it never makes a proof impossible.
// Committed: y, remainder, g_j. Lookup rows: one more than limbs. (review.md appendix, "wide range"; we choose the number of
// limbs and their width a by cost, from the worst case of the accumulators that share a table, instead of two of 16.)
#pragma once

#include <map>
#include <string>

#include "theorem/bounds.h"
#include "theorem/theorem.h"

namespace tacit {

/// The two columns of a committed input or output (theorem/committed.h).
struct DigitColumns {
  ColumnId high = kNone, low = kNone;
};

class Book {
 public:
  ColumnId weights(std::string name, std::uint32_t rows, std::uint32_t cols, std::int64_t lo, std::int64_t hi);
  /// The column of weights is wider than others, as its numbers are large; nothing but its range may follow from that. It counts
  /// as one of [lo, hi] where the number of limbs is chosen.
  void rate_weights(ColumnId weights, std::int64_t lo, std::int64_t hi) { rated_weights_[weights] = {lo, hi}; }
  /// An input tensor: entries in [lo, hi], proven when the column is a witness column.
  ColumnId input(std::string name, Home home, std::uint32_t rows, std::uint32_t cols, std::int64_t lo, std::int64_t hi);

  AccId accumulator(std::string name, std::uint32_t rows, std::uint32_t cols);
  void contracts(AccId acc, Contraction term);
  void adds(AccId acc, Linear term);

  /// A new column y = clamp(round_half_up(acc / 2^shift), lo, hi), of the accumulator's shape. lo < hi; shift 0 only clamps.
  ColumnId requantise(AccId acc, std::int64_t lo, std::int64_t hi, std::uint32_t shift);
  /// The remainder of a requantised column with a shift: 2^shift y + remainder = acc + 2^(shift-1), where y is not clamped.
  ColumnId remainder_of(ColumnId y) const;
  /// A new column y = 1 where acc >= 1, else 0.
  ColumnId is_positive(AccId acc) { return requantise(acc, 0, 1, 0); }
  /// A new column out[r, s] = max(a[r, s], b[r, s]); both have coefficient 1 and one tap that is present everywhere.
  ColumnId maximum(std::string name, std::uint32_t rows, std::uint32_t cols, Linear a, Linear b);

  /// A new column y = f(argument), of shape [rows, cols]. Every argument has to lie in f's domain, whatever the inputs are:
  /// a key whose bounds do not show it is refused.
  ColumnId apply(std::string name, std::uint32_t rows, std::uint32_t cols, Expr argument, Table function);

  /// A table whose tuple number i = r * cols + s is (i, the entries at (r, s)). Each entry is a sum of columns, shift 0.
  TableId columns_table(std::uint32_t rows, std::uint32_t cols, std::vector<Expr> entries);
  /// New columns of shape [rows, cols], one for each entry of the table: its values at the address. The address may be an
  /// accumulator's sum; its bounds must lie in the table, whatever the inputs are, or the key is refused.
  std::vector<ColumnId> fetch(std::string name, std::uint32_t rows, std::uint32_t cols, Expr address, TableId table);

  /// The digits of a committed input, [rows, cols], proven to be digits.
  DigitColumns committed_input(const std::string& name, std::uint32_t rows, std::uint32_t cols) { return digits(name, Home::kWitness, rows, cols); }
  /// The same of an input that may be public.
  DigitColumns digits(const std::string& name, Home home, std::uint32_t rows, std::uint32_t cols);
  /// A new column x = clamp(round_half_up(g / 2^steps), lo, hi), g the integers of the digits. steps >= 1.
  ColumnId from_grid(std::string name, DigitColumns digits, std::int64_t lo, std::int64_t hi, std::uint32_t steps);
  /// Two new columns, the digits of g = 2^steps y. The high digit saturates where g >= 2^31 - 2^15 or g < -2^31 - 2^15;
  /// callers choose steps so that no y in its bounds gets there. steps <= 32.
  DigitColumns to_grid(std::string name, ColumnId y, std::uint32_t steps);

  /// A column [1, 1] whose entry is 1, for public constants: times a coefficient and repeated.
  ColumnId one();

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
  Status choose_limbs();
  Theorem theorem_;
  std::vector<ColumnId> inputs_;
  std::map<ColumnId, std::pair<std::int64_t, std::int64_t>> rated_weights_;
  struct Limbs {
    std::uint32_t sum_bits = 1;    // of the largest q - y
    std::uint32_t rated_bits = 1;  // the same at a shift that does not depend on the weights
    std::uint64_t elements = 0;
    std::uint32_t shift = 0;       // the widest
    std::uint32_t count = 0, bits = 1;
  };
  static void choose_count(Limbs& limbs);
  std::map<std::pair<std::int64_t, std::int64_t>, Limbs> limbs_;  // one table for each (lo, hi)
  std::uint32_t maximum_bits_ = 1;
  ColumnId one_ = kNone;
};

}  // namespace tacit
