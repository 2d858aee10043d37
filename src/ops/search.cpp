#include "ops/search.h"

#include <cmath>
#include <utility>

namespace tacit {

Search::Search(std::string name, const Shape& dims, std::size_t axis, bool last, Book& book)
    : name_(std::move(name)), last_(last), book_(book) {
  std::uint32_t* extent = &before_;
  for (const std::size_t at : storage_order(dims)) {
    if (at == axis) {
      n_ = static_cast<std::uint32_t>(dims[at]);
      extent = &after_;
    } else {
      *extent *= static_cast<std::uint32_t>(dims[at]);
    }
  }
}

ColumnId Search::index_of(ColumnId x) { return index_by(seen_from(attaining(x, maximum_of(x)))); }

ColumnId Search::chosen(ColumnId x) { return chosen_by(seen_from(attaining(x, maximum_of(x)))); }

Search::Found Search::found(ColumnId x) {
  const ColumnId seen = seen_from(attaining(x, maximum_of(x)));
  return {index_by(seen), chosen_by(seen)};
}

ColumnId Search::index_by(ColumnId seen) {
  const AccId acc = book_.accumulator(name_, before_, after_);
  const std::int64_t sign = last_ ? 1 : -1;
  book_.adds(acc, {seen, sign, false, false, window(n_, 1, 0, n_)});
  add_constant(acc, last_ ? -1 : std::int64_t{n_}, after_);
  return book_.requantise(acc, 0, std::max<std::int64_t>(1, std::int64_t{n_} - 1), 0);
}

ColumnId Search::chosen_by(ColumnId seen) {
  const AccId acc = book_.accumulator(name_, before_, n_ * after_);
  book_.adds(acc, Linear::whole(seen, n_ * after_, 1));
  book_.adds(acc, {seen, -1, false, false, window(n_, n_, last_ ? -1 : 1)});
  return book_.is_positive(acc);
}

/// Reads `taps` of `from` entries along the axis for each of `to`, the first tap at position - pad.
Window Search::window(std::uint32_t from, std::uint32_t to, std::int32_t pad, std::uint32_t taps, std::uint32_t dilation) const {
  Window w;
  w.in_h = from;
  w.out_h = to;
  w.in_w = w.out_w = after_;
  w.pad_h = pad;
  w.kernel_h = taps;
  w.dilation_h = static_cast<std::int32_t>(dilation);
  return w;
}

void Search::add_constant(AccId acc, std::int64_t value, std::uint32_t cols) {
  book_.adds(acc, {book_.one(), value, true, false, Window::broadcast(cols)});
}

/// Halves that overlap by one where their length is odd.
ColumnId Search::maximum_of(ColumnId level) {
  for (std::uint32_t length = n_, step = 0; length > 1; ++step) {
    const std::uint32_t half = (length + 1) / 2;
    const Linear low{level, 1, false, false, window(length, half, 0)};
    const Linear high{level, 1, false, false, window(length, half, -static_cast<std::int32_t>(length - half))};
    level = book_.maximum(name_ + ".maximum" + std::to_string(step), before_, half * after_, low, high);
    length = half;
  }
  return level;
}

ColumnId Search::attaining(ColumnId x, ColumnId maximum) {
  const std::uint32_t cols = n_ * after_;
  const AccId acc = book_.accumulator(name_ + ".attains", before_, cols);
  Window repeated = window(1, n_, 0);
  repeated.stride_h = 0;
  book_.adds(acc, Linear::whole(x, cols, 1));
  book_.adds(acc, {maximum, -1, false, false, repeated});
  add_constant(acc, 1, cols);
  return book_.is_positive(acc);
}

/// Whether one of the elements up to here is 1 or, for the last index, from here on.
ColumnId Search::seen_from(ColumnId z) {
  constexpr std::uint32_t kOneSum = 64;
  const std::uint32_t block = n_ <= kOneSum ? n_ : static_cast<std::uint32_t>(std::ceil(std::sqrt(n_)));
  const ColumnId near = any_of(z, block, 1, ".near");
  return block == n_ ? near : any_of(near, (n_ + block - 1) / block, block, ".seen");
}

ColumnId Search::any_of(ColumnId z, std::uint32_t taps, std::uint32_t dilation, const char* what) {
  const auto pad = static_cast<std::int32_t>(last_ ? 0 : (taps - 1) * dilation);
  const AccId acc = book_.accumulator(name_ + what, before_, n_ * after_);
  book_.adds(acc, {z, 1, false, false, window(n_, n_, pad, taps, dilation)});
  return book_.is_positive(acc);
}

}  // namespace tacit
