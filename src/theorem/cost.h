// The cost reader: what proving a theorem takes, in the units that the stages of a proof are paid in.
#pragma once

#include <cstdint>

#include "theorem/theorem.h"

namespace tacit {

struct Cost {
  std::uint64_t weight_entries = 0;    ///< committed once
  std::uint64_t witness_entries = 0;   ///< committed for every proof, multiplicities included
  std::uint64_t public_entries = 0;    ///< evaluated by the verifier
  std::uint64_t lookup_rows = 0;       ///< rows of the lookup argument, tables and the padding of inner sides included
  std::uint64_t multiplications = 0;   ///< of integers, in all contractions: the plain inference
  std::uint64_t contractions = 0;      ///< two claims each
  int contraction_rounds = 0;          ///< of the one sumcheck over all contractions
};

Cost cost_of(const Theorem& theorem);

}  // namespace tacit
