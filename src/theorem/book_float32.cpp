// The step from committed float32 values to a model's own integers.
#include "theorem/float32.h"

#include <algorithm>

#include "base/contract.h"
#include "theorem/book.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

constexpr int kBinades = 256, kRowsPerBinade = 128, kBias = 127, kMantissaBits = 23;
constexpr int kValueBits = 12, kSlopeBits = 22;   // units of T1 and T2: 2^-12 and 2^-22 of a model's unit
constexpr int kTopBinade = 16;                    // from 2^16 units on everything saturates
constexpr int kPieceBits = 32;                    // theorem/theorem.h, CubicPiece

/// What x is on the 128 values of high that belong to one exponent field, above zero.
struct Binade {
  std::int64_t value = 0, step = 0;   ///< of T1: at the first of them, and from one to the next; as in a CubicPiece
  std::int64_t slope = 0;             ///< T2 on all of them
};

/// 2^e as an integer, 0 where it is none.
std::int64_t power(int e) { return e < 0 ? 0 : std::int64_t{1} << e; }

Binade binade_of(int field, int exponent) {
  const int at = std::max(field, 1) - kBias - exponent;   // |x| begins with 2^at units; the denormals go on with the slope of 1
  if (at >= kTopBinade) return {power(kTopBinade + kValueBits + kPieceBits), 0, 0};
  const std::int64_t step = power(at - 7 + kValueBits + kPieceBits);
  // Below 2 units low moves x by less than 2^-7 of one.
  return {field == 0 ? 0 : kRowsPerBinade * step, step, power(at - kMantissaBits + kSlopeBits)};
}

Table table_of(std::vector<CubicPiece> pieces) {
  Table table{TableKind::kFunction, 16, 0, 0, kHighMin, std::move(pieces)};
  const std::vector<std::int32_t> values = function_values(table);
  const auto [lo, hi] = std::minmax_element(values.begin(), values.end());
  table.lo = *lo;
  table.hi = *hi;
  return table;
}

struct Tables {
  Table value, slope;
};

/// Row t of a piece below zero has -high = 128 (field + 1) - t: where low = 0, the end of a binade belongs to it, and so
/// does the slope of all that is nearer to zero.
Tables tables_of(int exponent) {
  constexpr std::int64_t kHalf = std::int64_t{1} << (kPieceBits - 1);
  std::vector<CubicPiece> values(2 * kBinades), slopes(2 * kBinades);
  for (int field = 0; field < kBinades; ++field) {
    const Binade b = binade_of(field, exponent);
    const auto above = static_cast<std::size_t>(kBinades + field), below = static_cast<std::size_t>(kBinades - 1 - field);
    values[above] = {b.value + kHalf, b.step, 0, 0};
    values[below] = {-b.value - kRowsPerBinade * b.step + kHalf, b.step, 0, 0};
    slopes[above] = slopes[below] = {b.slope << kPieceBits, 0, 0, 0};
  }
  return {table_of(std::move(values)), table_of(std::move(slopes))};
}

}  // namespace

ColumnId from_float32(Book& book, std::string name, DigitColumns digits, std::int64_t lo, std::int64_t hi, int exponent) {
  TACIT_EXPECTS(exponent >= kMinFloat32Exponent && exponent <= kMaxFloat32Exponent, "a scale whose binades are those of float32");
  TACIT_EXPECTS(lo >= -(std::int64_t{1} << kTopBinade) && hi < std::int64_t{1} << kTopBinade, "what the tables saturate at is beyond the bounds");
  const std::uint32_t rows = book.column(digits.high).rows, cols = book.column(digits.high).cols, entries = rows * cols;
  Tables tables = tables_of(exponent);
  const Expr high{kNone, {Linear::whole(digits.high, cols, 1)}, 0, 0};
  const ColumnId value = book.apply(name + ".value", rows, cols, high, std::move(tables.value));
  const ColumnId slope = book.apply(name + ".slope", rows, cols, high, std::move(tables.slope));
  const AccId x = book.accumulator(std::move(name), entries, 1);
  book.adds(x, Linear::whole(value, 1, std::int64_t{1} << (kSlopeBits - kValueBits)));
  Contraction product;
  product.weights = slope;
  product.input = digits.low;
  product.groups = entries;
  product.window = Window::identity(1);
  book.contracts(x, product);
  return book.requantise(x, lo, hi, kSlopeBits);
}

}  // namespace tacit
