// The writer of the form that claim.cpp reads.
#include "theorem/book.h"
#include "theorem/claim.h"

namespace tacit {

ColumnId count_equal(Book& book, ColumnId answers, ColumnId labels) {
  const std::uint32_t n = book.column(answers).cols;
  const auto differs = [&](const char* name, std::int64_t sign) {
    const AccId sum = book.accumulator(name, 1, n);
    book.adds(sum, Linear::whole(answers, n, sign));
    book.adds(sum, Linear::whole(labels, n, -sign));
    return book.is_positive(sum);
  };
  const ColumnId over = differs("claim.over", 1), under = differs("claim.under", -1);
  const AccId count = book.accumulator(kClaimCorrect, 1, 1);
  book.adds(count, Linear::whole(book.one(), 1, n));
  for (const ColumnId wrong : {over, under}) book.adds(count, Linear{.column = wrong, .coefficient = -1, .window = row_sum(n)});
  return book.requantise(count, 0, n, 0);
}

}  // namespace tacit
