// All contractions of the network in one sumcheck.
//
// A use of an accumulator asks for  sum_{c,s} u[c] v[s] acc[c,s].  Its contraction terms are
//
//   sum_k A[k] B[k],   A[k = (i, t)] = sum_{c in group(i)} u[c] weights[c, i' taps + t]
//                      B[k = (i, t)] = sum_s v[s] input[i, window(t, s)]
//
// with i over all input rows, i' = i within its group, and k = (i << log_taps) + t, absent entries zero. The sumcheck
// over k ends with one claim on the weights and one on the input for each contraction.
#pragma once

#include <map>

#include "argue/forms.h"
#include "argue/lookup_claims.h"

namespace tacit {

struct ContractionUse {
  const Contraction* term = nullptr;
  const AccumulatorUse* use = nullptr;
  std::uint32_t rows = 0;  ///< of the accumulator
  int log_inputs = 0, log_taps = 0;

  std::uint32_t inputs() const { return term->groups * term->in_rows; }
  int log_size() const { return log_inputs + log_taps; }
};

std::vector<ContractionUse> contraction_uses(const Theorem& theorem, const std::vector<AccumulatorUse>& uses);
std::vector<int> log_sizes_of(const std::vector<ContractionUse>& uses);

/// The eq tables over inputs and taps, at the last log_size() coordinates of one point; contractions of one shape share them.
class KernelPoints {
 public:
  struct Tables {
    SharedVector inputs, taps;  ///< cut to the real sizes
  };
  explicit KernelPoints(std::span<const Fe> at) : at_(at) {}
  const Tables& of(const ContractionUse& c);

 private:
  std::span<const Fe> at_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Tables> known_;  ///< by inputs and taps
};

/// The claims on weights and input at the point where the sumcheck ended.
Claim weights_claim(const ContractionUse& c, KernelPoints& at, const Scalar& value);
Claim input_claim(const ContractionUse& c, KernelPoints& at, const Scalar& value);

}  // namespace tacit
