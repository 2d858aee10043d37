// Proof of work, the prover's half: the search. The verifier's half is work_is_done() in transcript.h.
#pragma once

#include <cstdint>

#include "hash/keccak.h"

namespace tacit {

/// The smallest nonce with work_is_done(seed, nonce, bits). Expected 2^bits hashes, spread over all cores and eight
/// lanes: 2^20 take about 20 ms on two cores. bits in 0..48.
std::uint64_t find_nonce(const Digest& seed, int bits);

}  // namespace tacit
