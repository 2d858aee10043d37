#include "ops/ranks.h"

#include <algorithm>
#include <utility>

namespace tacit {
namespace {

IndexAxis all(std::uint32_t stride, std::uint32_t count) { return {stride, {{0, 1, count}}}; }
IndexAxis repeated(std::uint32_t count) { return {1, {{0, 0, count}}}; }
constexpr IndexRun absent(std::uint32_t count) { return {-1, 0, count}; }
constexpr IndexRun first(std::uint32_t count) { return {0, 0, count}; }

/// The runs that `takes` says, of a column with one entry.
template <class Takes>
IndexAxis where(std::uint32_t count, Takes&& takes) {
  IndexAxis axis{1, {}};
  for (std::uint32_t k = 0; k < count; ++k) {
    const IndexRun run = takes(k) ? first(1) : absent(1);
    if (!axis.runs.empty() && axis.runs.back().start == run.start) ++axis.runs.back().count;
    else axis.runs.push_back(run);
  }
  return axis;
}

}  // namespace

Ranks::Ranks(std::string name, std::uint32_t before, std::uint32_t n, std::uint32_t after, std::uint32_t k, Book& book)
    : name_(std::move(name)), before_(before), n_(n), after_(after), k_(k), book_(book) {}

ColumnId Ranks::places(ColumnId x, std::int64_t sign, std::uint32_t rows, std::uint32_t cols) {
  const ColumnId sum = sums(among(ranks(beats(x, sign))));
  const AccId acc = book_.accumulator(name_, rows, cols);
  add_ones(acc, n_, cols);
  book_.adds(acc, Linear::mapped(sum, {{all(1, before_ * k_ * after_)}}, -1));
  if (k_ > 1) {
    const IndexAxis last{after_, {absent(1), {0, 1, k_ - 1}}};
    book_.adds(acc, Linear::mapped(sum, {{all(k_ * after_, before_), last, all(1, after_)}}, 1));
  }
  return book_.requantise(acc, 0, std::max<std::int64_t>(1, std::int64_t{n_} - 1), 0);
}

/// [before, (i, j, after)]
ColumnId Ranks::beats(ColumnId x, std::int64_t sign) {
  const AccId acc = book_.accumulator(name_ + ".beats", before_, n_ * n_ * after_);
  book_.adds(acc, Linear::mapped(x, {{all(n_ * after_, before_), all(after_, n_), repeated(n_), all(1, after_)}}, sign));
  book_.adds(acc, Linear::mapped(x, {{all(n_ * after_, before_), repeated(n_), all(after_, n_), all(1, after_)}}, -sign));
  const std::uint32_t n = n_;
  if (n > 1) book_.adds(acc, Linear::mapped(book_.one(), {{repeated(before_), where(n * n, [n](std::uint32_t at) { return at / n < at % n; }), repeated(after_)}}, 1));
  return book_.is_positive(acc);
}

/// [before, (i, after)]
ColumnId Ranks::ranks(ColumnId beats) {
  const AccId acc = book_.accumulator(name_ + ".rank", before_, n_ * after_);
  Window over;
  over.in_h = over.kernel_h = n_;
  over.in_w = over.out_w = n_ * after_;
  book_.adds(acc, {beats, 1, false, false, over});
  return book_.requantise(acc, 0, n_, 0);
}

/// [(before, r), (i, after)]
ColumnId Ranks::among(ColumnId ranks) {
  const AccId acc = book_.accumulator(name_ + ".among", before_ * k_, n_ * after_);
  book_.adds(acc, Linear::mapped(ranks, {{all(n_ * after_, before_), repeated(k_), all(1, n_ * after_)}}, -1));
  for (std::uint32_t bit = 1; bit <= k_; bit *= 2) {  // r + 1
    const IndexAxis has = where(k_, [bit](std::uint32_t r) { return ((r + 1) & bit) != 0; });
    book_.adds(acc, Linear::mapped(book_.one(), {{repeated(before_), has, repeated(n_ * after_)}}, bit));
  }
  return book_.is_positive(acc);
}

/// [(before, r), after]
ColumnId Ranks::sums(ColumnId among) {
  const AccId counts = book_.accumulator(name_ + ".count", before_ * k_, n_ * after_);
  Window up_to;
  up_to.in_h = up_to.out_h = up_to.kernel_h = n_;
  up_to.in_w = up_to.out_w = after_;
  up_to.pad_h = static_cast<std::int32_t>(n_) - 1;
  book_.adds(counts, {among, 1, false, false, up_to});
  const ColumnId count = book_.requantise(counts, 0, n_, 0);
  const AccId acc = book_.accumulator(name_ + ".sum", before_ * k_, after_);
  Window over;
  over.in_h = over.kernel_h = n_;
  over.in_w = over.out_w = after_;
  book_.adds(acc, {count, 1, false, false, over});
  return book_.requantise(acc, 0, std::int64_t{n_} * k_, 0);
}

void Ranks::add_ones(AccId acc, std::int64_t value, std::uint32_t cols) {
  book_.adds(acc, {book_.one(), value, true, false, Window::broadcast(cols)});
}

}  // namespace tacit
