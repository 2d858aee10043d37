#include "transcript/grind.h"

#include <gtest/gtest.h>

#include "transcript/transcript.h"

namespace tacit {
namespace {

TEST(Grind, FindsTheSmallestNonceWhateverItsSize) {
  for (int bits : {0, 1, 4, 9, 12, 14}) {
    Digest seed{};
    seed[0] = static_cast<std::uint8_t>(bits + 1);
    const std::uint64_t nonce = find_nonce(seed, bits);
    ASSERT_TRUE(work_is_done(seed, nonce, bits));
    for (std::uint64_t smaller = 0; smaller < nonce; ++smaller)
      ASSERT_FALSE(work_is_done(seed, smaller, bits)) << smaller;
  }
}

TEST(Grind, EveryBitDoublesTheWorkOnAverage) {
  double total = 0;
  for (int run = 0; run < 64; ++run) {
    Digest seed{};
    seed[31] = static_cast<std::uint8_t>(run);
    total += static_cast<double>(find_nonce(seed, 12));
  }
  EXPECT_NEAR(total / 64, 4096, 5 * 4096 / 8);  // geometric: standard deviation of the mean is 2^12 / sqrt(64)
}

}  // namespace
}  // namespace tacit
