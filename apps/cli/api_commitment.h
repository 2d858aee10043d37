// The committed weights or values that a file speaks of: what the ledger of openings counts.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "hash/keccak.h"
#include "secret/ledger.h"

namespace tacit::cli::api {

struct Commitment {
  Digest root{};
  std::string hex;              ///< as it is printed: the root of weights, the digest of values
  std::uint32_t openings = 0;   ///< what the commitment was made for
  Counted what = Counted::kWeights;
};

/// Of a PREFIX.vk, PREFIX.tacit, NAME.commitment or NAME.opening, which is fully read. Errors: bad_input (none of these;
/// malformed), unsupported (no private weights, so nothing is counted). `path` opens the messages.
Result<Commitment> commitment_of(ByteSpan file, const std::string& path);

}  // namespace tacit::cli::api
