// The kink that LeakyRelu and PRelu have: everything else about them is linear.
#pragma once

#include <algorithm>

#include "ops/lowering.h"

namespace tacit {

/// max(x, 0), exact, at x's scale.
inline Placed positive_part(const Call& call, const Placed& x, Lowering& lowering) {
  Affine copy = sum_of(call, x);
  copy.name += ".positive";
  return lowering.settle(copy, x.scale, 0, std::max<std::int64_t>(1, lowering.book().column(x.column).hi));
}

}  // namespace tacit
