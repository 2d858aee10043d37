// The plan of a key: what the contract TacitVerifier reads instead of the key, and what a call of it is given.
//
//   key --> plan    data in a contract of its own, behind a zero byte; its layout is that of contracts/tools/plan.py
//   proof --> verify(bytes values, bytes stream)
//
// A plan says nothing that the key does not say: the theorem with ids instead of names, with the blocks and tiles that layouts
// derive from it. Whoever has the key makes the plan again and compares it with the code on chain.
#pragma once

#include "verifier/verify.h"

namespace tacit {

/// What a verification on chain costs by (evm/gas.h).
struct PlanCounts {
  std::uint64_t log_rows = 0;         ///< of the row space: layers of the fraction sum
  std::uint64_t blocks = 0, tiles = 0;
  std::uint64_t block_sides = 0;      ///< rows of blocks whose row weights are a vector, and columns of all classes of blocks
  std::uint64_t window_columns = 0;   ///< columns of blocks, once for each linear term with a window
  std::uint64_t tile_sides = 0;       ///< rows and columns of all tiles
  std::uint64_t taps = 0;             ///< taps * output columns of all contractions
};

struct ChainPlan {
  Bytes bytes;
  PlanCounts counts;
};

/// Errors: unsupported, for what the contract does not verify (committed ports, function tables, some windows, large row spaces).
Result<ChainPlan> chain_plan(const VerifierKey& key);

/// The call's data: selector and ABI encoding. Contract: the proof is one that verify() accepts.
Bytes verify_calldata(const VerifierKey& key, const ProofFile& proof);

/// The code that deploys `plan` as the code of a contract, behind a zero byte. Contract: at most 24,575 bytes.
Bytes plan_deployment(ByteSpan plan);

/// EIP-170's limit, with the zero byte.
inline constexpr std::size_t kMostPlanBytes = 24575;

}  // namespace tacit
