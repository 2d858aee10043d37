// Gas that a verification is expected to take, before anything is deployed. The prices were measured on anvil (docs/decisions/008).
#pragma once

#include "evm/plan.h"

namespace tacit {

struct ChainGas {
  double proof_bytes = 0;
  double calldata = 0;      ///< at 16 gas a byte; nearly none is zero
  double opening = 0, argument = 0, theorem = 0;   ///< execution

  double execution() const { return opening + argument + theorem; }
  /// Of the transaction: EIP-7623 asks for 40 gas a byte at least.
  double total() const;
};

/// EIP-7825: no transaction may use more.
inline constexpr double kTransactionGasCap = 16777216;

ChainGas estimate_gas(const VerifierKey& key, const PlanCounts& counts);

}  // namespace tacit
