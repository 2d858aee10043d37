// The committed weights that a key or bundle speaks of: what the ledger of openings counts.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "hash/keccak.h"

namespace tacit::cli::api {

struct Commitment {
  Digest root{};
  std::string hex;              ///< the root, as it is printed
  std::uint32_t openings = 0;   ///< what the commitment was made for
};

/// Of a PREFIX.vk or PREFIX.tacit, which is fully read. Errors: bad_input (neither of the two; malformed), unsupported
/// (no private weights, so nothing is counted). `path` opens the messages.
Result<Commitment> commitment_of(ByteSpan file, const std::string& path);

}  // namespace tacit::cli::api
