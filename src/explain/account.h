// Account: one inference, proven and verified by the product, with everything that was said between the two.
//
//   model, input  --execute-->  Assignment  --commit, prove-->  proof file  --verify-->  verdict
//                                                                   \-- the verifier's script, heard (heard.h)
#pragma once

#include "explain/heard.h"
#include "prover/model.h"
#include "prover/prove.h"

namespace tacit {

struct Account {
  Assignment assignment;     ///< every integer of the inference
  Bytes proof;               ///< as PROOF.bin
  std::size_t stream = 0;    ///< bytes of the proof that are the prover's messages
  Verdict verdict;           ///< of the product's verifier on key and proof file
  Verdict damaged;           ///< the same with one bit of the messages changed
  Heard heard;
};

/// What explain() prints at most; a model with more is refused.
inline constexpr std::uint64_t kMostNumbers = 2048;    ///< entries of weights, inputs and what is computed, without multiplicities
inline constexpr std::size_t kMostRelations = 256;

/// Proves one inference and listens. `inputs` as of execute(). A model of the caller's own: no ledger is asked.
/// Errors: unsupported for a model that is too large to print; kUsage for committed ports.
Result<Account> account_of(const ProverModel& model, const std::vector<IntColumn>& inputs);

}  // namespace tacit
