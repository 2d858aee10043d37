// Powers and logarithms: functions that a change of unit leaves what they are, so that all layers share their tables.
//
//   x^p = top^p (x / top)^p       log x = log top + log(x / top)       top: a power of two, at least the largest argument
//
// on levels (quant/levels.h) from top down to `least`, the smallest |x| that is told apart; smaller arguments, and negative
// ones where only positive ones make sense, count as `least` (so 1 / 0 = 1 / least, sqrt(0) is exact all the same). Errors:
// powers below 0 and logarithms of computed arguments 2^-12 of the result, or of 1 for a logarithm; roots 2^-14 of that of top.
#pragma once

#include "ops/elementary.h"

namespace tacit {

struct Positive {
  double top = 1, least = 0x1p-20;  ///< least counts in top
  bool is_signed = false;           ///< arguments of both signs
};

/// The top of a range, with headroom.
double top_of(ValueRange range, const Lowering& lowering);

/// x^p for p < 0, or 0 < p < 1, as a sum of columns. Signed arguments: of |x|, with the sign of x where `odd`.
std::vector<Placed> apply_power(const Call& call, Affine argument, double p, bool odd, const Positive& where, Lowering& lowering);
/// log |x| less the log of top, within `tolerance`, as a sum of columns.
std::vector<Placed> apply_logarithm(const Call& call, Affine argument, const Positive& where, double tolerance, Lowering& lowering);

}  // namespace tacit
