#include "transcript/grind.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <vector>

#include "base/contract.h"
#include "transcript/transcript.h"

namespace tacit {
namespace {

constexpr std::size_t kMessage = 41;           ///< domain || seed || nonce
constexpr std::uint64_t kTask = 512;           ///< nonces hashed by one task
constexpr std::uint64_t kNone = ~std::uint64_t{0};

/// The smallest valid nonce in [first, first + kTask), or kNone.
std::uint64_t search(const Digest& seed, std::uint64_t first, int bits) {
  std::uint8_t messages[kTask * kMessage];
  Digest digests[kTask];
  for (std::uint64_t i = 0; i < kTask; ++i) {
    const std::uint64_t nonce = first + i;
    messages[i * kMessage] = kWorkDomain;
    std::memcpy(messages + i * kMessage + 1, seed.data(), 32);
    std::memcpy(messages + i * kMessage + 33, &nonce, 8);
  }
  keccak256_many(messages, kMessage, kMessage, kTask, digests);
  for (std::uint64_t i = 0; i < kTask; ++i) {
    std::uint64_t head;
    std::memcpy(&head, digests[i].data(), 8);
    if ((head >> (64 - bits)) == 0) return first + i;
  }
  return kNone;
}

}  // namespace

std::uint64_t find_nonce(const Digest& seed, int bits) {
  TACIT_EXPECTS(bits >= 0 && bits <= 48, "a proof of work can be found");
  if (bits == 0) return 0;
  // Stretches grow from one task to 64, so that easy work is not overshot and hard work keeps every core busy.
  std::uint64_t tasks = 1;
  for (std::uint64_t first = 0;; first += tasks * kTask, tasks = std::min<std::uint64_t>(2 * tasks, 64)) {
    std::vector<std::uint64_t> found(tasks, kNone);
    tbb::parallel_for(std::uint64_t{0}, tasks,
                      [&](std::uint64_t t) { found[t] = search(seed, first + t * kTask, bits); });
    const std::uint64_t best = *std::min_element(found.begin(), found.end());
    if (best != kNone) return best;
  }
}

}  // namespace tacit
