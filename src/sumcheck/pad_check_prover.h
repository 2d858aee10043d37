// The prover's side of the pad check: three small tables, folded in place.
#pragma once

#include <span>

#include "sumcheck/rounds.h"

namespace tacit {

class PadCheckProver {
 public:
  PadCheckProver(const FeVector& pads, std::span<const PadProduct> products, std::span<const Fe> tau);
  /// h(0) and the leading coefficient of h(X) = sum_y eq(tau rest, y) (P Q - S)(bound, X, y).
  RoundMessage message() const;
  void bind(const Fe& r);
  /// P~ and Q~ at the bound point.
  FeVector ends() const { return {p_[0], q_[0]}; }

 private:
  FeVector p_, q_, s_;
  Point tau_;
  std::size_t bound_ = 0;
};

}  // namespace tacit
