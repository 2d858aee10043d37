// Lowering: integers, which are proven exactly. A column of them has scale 1 and bounds that hold all that it can be, so that
// nothing ever saturates.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/contract.h"
#include "ops/call.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

/// Of a column that a requantisation may give (check_theorem allows twice as much).
constexpr std::int64_t kMost = std::int64_t{1} << 21;

bool has_absent(const Multiple& term) {
  return term.map.empty() ? !term.window.is_identity() && !term.window.clamp : term.map.has_absent();
}

Error too_large(const Call& call, const char* what) {
  return refuse(*call.node, std::string(what) + " may be larger than " + std::to_string(kMost) + ", too large to be exact");
}

}  // namespace

Status Lowering::give_integers(const Call& call, const Affine& sum) {
  TACIT_EXPECTS(sum.products.empty() && !sum.limits.any(), "a sum of integers");
  double lo = 0, hi = 0;
  for (const Multiple& term : sum.multiples) {
    TACIT_EXPECTS(term.input.scale == 1 && term.coefficient == std::floor(term.coefficient) && !term.divide_by_taps, "integers at scale 1");
    const Column& column = book_.column(term.input.column);
    double least = static_cast<double>(column.lo) * term.coefficient, most = static_cast<double>(column.hi) * term.coefficient;
    if (least > most) std::swap(least, most);
    const double taps = term.map.empty() ? term.window.taps() : 1;
    const bool zero = has_absent(term);
    lo += taps * (zero ? std::min(least, 0.0) : least);
    hi += taps * (zero ? std::max(most, 0.0) : most);
  }
  if (!sum.constant.empty()) {
    double peak = 0, bound = 1;
    for (const double c : sum.constant.values) peak = std::max(peak, std::abs(c));
    while (bound < peak) bound *= 2;  // bounds are public: they show the constants' size, as shifts do, and no more
    lo -= bound;
    hi += bound;
  }
  constexpr double kWidest = 0x1p62;
  if (std::max(std::abs(lo), std::abs(hi)) > kWidest) return too_large(call, "its integers");
  const TensorType& type = call.operand(0).type;
  const bool typed = type.dtype == DType::kInt64 && !type.is_bool();
  return give_integers(call, sum, {static_cast<std::int64_t>(lo), static_cast<std::int64_t>(hi)}, typed ? type.element : Element::kPlain);
}

Status Lowering::give_integers(const Call& call, const Affine& sum, IntegerRange bounds, Element element) {
  const IntegerRange own = range_of_element(element);
  const int bits = bits_of_element(element);
  Affine all = sum;
  if (!own.holds(bounds) && bits <= 16) {
    // s - 2^bits floor((s - lo) / 2^bits); a requantisation rounds half up: less one half, it is the floor.
    const std::int64_t half = std::int64_t{1} << (bits - 1);
    const AccId acc = write_sum(sum, 1);
    book_.adds(acc, {book_.one(), -own.lo - half, true, false, Window::broadcast(sum.shape.cols())});
    const std::int64_t least = (bounds.lo - own.lo) >> bits, most = (bounds.hi - own.lo) >> bits;
    const Placed turns{book_.requantise(acc, least, std::max(most, least + 1), static_cast<std::uint32_t>(bits)), 1, sum.shape};
    all.multiples.push_back(copy_of(turns, -static_cast<double>(std::int64_t{1} << bits)));
    bounds = own;
  }
  if (own.lo == 0) bounds = {std::max<std::int64_t>(bounds.lo, 0), std::max<std::int64_t>(bounds.hi, 0)};
  if (!own.holds(bounds) || std::max(std::abs(bounds.lo), std::abs(bounds.hi)) > kMost) return too_large(call, "its integers");
  give(call, Placed{book_.requantise(write_sum(all, 1), bounds.lo, std::max(bounds.hi, bounds.lo + 1), 0), 1, sum.shape});
  return Unit{};
}

Status Lowering::give_clamped_integers(const Call& call, std::int64_t least, std::int64_t most) {
  const Placed x = read_any(call, 0);
  const std::int64_t below = book_.column(x.column).lo, above = book_.column(x.column).hi;
  least = std::min(least, most);  // where the limits cross, the upper one counts
  const std::int64_t lo = std::clamp(below, least, most), hi = std::clamp(above, least, most);
  if (std::max(std::abs(lo), std::abs(hi)) > kMost) return too_large(call, "its integers");
  // A requantisation leaves two integers at least: where one is to be left, its neighbour is clamped away in turn.
  Placed y = settle(sum_of(call, x), 1, lo, std::max(hi, lo + 1));
  if (lo == hi && above > hi) y = settle(sum_of(call, y), 1, hi - 1, hi);
  give(call, y);
  return Unit{};
}

}  // namespace tacit
