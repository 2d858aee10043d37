// Keccak-256 as Ethereum defines it: rate 136, capacity 512, padding 0x01 ... 0x80 (not SHA3's 0x06).
//
//   state = 25 words     message -> [136-byte block] xor into words 0..16, permute, ...     digest = words 0..3
//
// The verifier hashes one message at a time; the prover's trees hash many of one length, eight at a time where the CPU
// has AVX-512.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace tacit {

using Digest = std::array<std::uint8_t, 32>;

constexpr std::size_t kKeccakRate = 136;  ///< bytes absorbed by one permutation

Digest keccak256(ByteSpan message);

/// The same hash of a message that comes in parts: any split gives the digest of the concatenation.
class Keccak256 {
 public:
  void update(ByteSpan part);
  /// The digest of everything so far. The hasher is spent: start a new one, or copy it before.
  Digest finish();

 private:
  std::array<std::uint64_t, 25> state_{};
  std::size_t fill_ = 0;  ///< bytes absorbed into the current block, < kKeccakRate
};

/// out[i] = keccak256(prefix || data[i * stride .. + length)) for i < count. A prefix byte in 0..255, or kNoPrefix.
/// About 30 ns per permutation of a message with AVX-512, 290 ns without (one core, 4.1 GHz Zen 5).
constexpr int kNoPrefix = -1;
void keccak256_many(const std::uint8_t* data, std::size_t stride, std::size_t length, std::size_t count, Digest* out,
                    int prefix = kNoPrefix);

/// The scalar reference of keccak256_many, whatever the CPU.
void keccak256_many_scalar(const std::uint8_t* data, std::size_t stride, std::size_t length, std::size_t count,
                           Digest* out, int prefix = kNoPrefix);

}  // namespace tacit
