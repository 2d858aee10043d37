// Claims about data sets, as a form of theorems: what a verifier looks for in a key before he believes what its output counts
// (docs/claims.md).
//
//   over  = [P - L >= 1]   under = [L - P >= 1]   correct = n - sum over - sum under        P reads no label, by any chain
#pragma once

#include "theorem/ports.h"
#include "theorem/theorem.h"

namespace tacit {

inline constexpr const char *kClaimLabels = "claim.labels", *kClaimCorrect = "claim.correct";

class Book;

/// The window with which a statement of one entry sums a row of n entries.
inline Window row_sum(std::uint32_t n) {
  Window w;
  w.in_w = w.kernel_w = n;
  return w;
}

/// Writes the claim: a new column [1, 1], on how many of the n rows answer and label are equal. Contract: both columns are [1, n].
ColumnId count_equal(Book& book, ColumnId answers, ColumnId labels);

struct AccuracyForm {
  std::uint64_t rows = 0;
  ColumnId answers = kNone, labels = kNone, correct = kNone;
};

/// The theorem's only output counts the rows whose label is the answer, and answers depend on no label. Contract: an accepted key's
/// theorem and ports. Errors: unsupported, naming what is missing. Cost: as check_definitions.
Result<AccuracyForm> accuracy_form(const Theorem& theorem, const Ports& ports);

}  // namespace tacit
