// The book's verbs for committed inputs and outputs: the exact step between their grid and a model's own scale.
#include "base/contract.h"
#include "theorem/book.h"
#include "theorem/committed.h"

namespace tacit {
namespace {

constexpr std::uint32_t kDigitBits = 16;

}  // namespace

// A sum of nothing is 0, and clamped to [1, 2] it is 1: a number that neither the prover nor the weights can choose.
ColumnId Book::one() {
  if (one_ == kNone) one_ = requantise(accumulator("one", 1, 1), 1, 2, kDigitBits);
  return one_;
}

DigitColumns Book::digits(const std::string& name, Home home, std::uint32_t rows, std::uint32_t cols) {
  const ColumnId high = input(name + ".high", home, rows, cols, kHighMin, kHighMax);
  return {high, input(name + ".low", home, rows, cols, 0, kLowMax)};
}

ColumnId Book::from_grid(std::string name, DigitColumns digits, std::int64_t lo, std::int64_t hi, std::uint32_t steps) {
  const std::uint32_t rows = column(digits.high).rows, cols = column(digits.high).cols;
  Linear offset;
  offset.column = one();
  offset.coefficient = -kLowOffset;
  offset.one_row = true;
  offset.window = Window::broadcast(cols);
  const AccId g = accumulator(std::move(name), rows, cols);
  adds(g, Linear::whole(digits.high, cols, std::int64_t{1} << kDigitBits));
  adds(g, Linear::whole(digits.low, cols, 1));
  adds(g, offset);
  return requantise(g, lo, hi, steps);
}

DigitColumns Book::to_grid(std::string name, ColumnId y, std::uint32_t steps) {
  TACIT_EXPECTS(steps <= 2 * kDigitBits, "a step to the grid is a coefficient of at most 2^32");
  const std::uint32_t rows = column(y).rows, cols = column(y).cols;
  const AccId g = accumulator(name + ".high", rows, cols);
  adds(g, Linear::whole(y, cols, std::int64_t{1} << steps));
  const ColumnId high = requantise(g, kHighMin, kHighMax, kDigitBits);
  const ColumnId low = theorem_.steps.back().requantise.remainder;
  theorem_.columns[low].name = name + ".low";
  return {high, low};
}

}  // namespace tacit
