// Keys and proofs as the contracts take them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "api.h"

namespace tacit::cli::api {

struct ChainReport {
  std::string key_digest;
  unsigned security_bits = 0;
  Bytes plan;                ///< the data that the model's TacitVerifier reads
  Bytes deployment;          ///< code that deploys it
  double proof_bytes = 0;    ///< expected
  /// Gas of one verification, expected; the total is that of the transaction.
  double calldata = 0, opening = 0, argument = 0, theorem = 0, total = 0;
  double cap = 0;            ///< what a transaction may use at most
};

/// Errors: not a key; unsupported, naming what the contracts do not verify.
Result<ChainReport> chain_report(ByteSpan key, const std::string& path);

/// The data of the call that verifies the proof: verify(bytes,bytes). Errors: a proof that does not hold.
Result<Bytes> chain_calldata(ByteSpan key, const std::string& key_path, ByteSpan proof, const std::string& proof_path);

/// The Solidity sources, by file name.
std::vector<std::pair<std::string, ByteSpan>> contract_sources();

}  // namespace tacit::cli::api
