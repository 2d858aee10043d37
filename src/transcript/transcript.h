// The Fiat-Shamir transcript: one chain of Keccak-256 digests.
//
//   absorb(label, data)   pending <- pending || 'A' || len8(label) || label || len32(data) || data
//   draw(label)           pending <- pending || 'D' || len8(label) || label
//                         state   <- keccak256(0x02 || state || pending),  pending <- empty
//                         the challenge is read from the state itself
//   one more block        state   <- keccak256(0x03 || state)
//   proof of work         keccak256(0x04 || state || nonce)            (0x00 and 0x01 are Merkle leaves and nodes)
//
// A field challenge is the first 24 bytes of the state as three little-endian limbs; a state with a limb >= p is skipped
// (ratcheted), so that challenges are uniform. A position is the low bits of a 32-bit word of the state, eight to a block.
// Every draw changes the state, and lengths precede data, so no two sequences of calls hash the same bytes.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "field/cubic.h"
#include "hash/keccak.h"

namespace tacit {

/// First byte of every proof-of-work hash.
inline constexpr std::uint8_t kWorkDomain = 0x04;

class Transcript {
 public:
  explicit Transcript(std::string_view protocol_label);

  void absorb(std::string_view label, ByteSpan data);
  /// A uniform element of E that depends on everything absorbed so far.
  Fe draw(std::string_view label);
  /// `count` independent uniform integers below 2^bits (bits <= 32), in drawing order; they may repeat.
  std::vector<std::uint32_t> draw_positions(std::string_view label, std::size_t count, int bits);
  /// The 32-byte state after everything absorbed so far; the seed of a proof of work.
  Digest draw_seed(std::string_view label);

 private:
  void begin_draw(std::string_view label);
  void ratchet();
  Digest state_{};
  Bytes pending_;
};

/// True if keccak256(0x04 || seed || nonce as 8 little-endian bytes), read as a little-endian 64-bit integer from its first
/// eight bytes, is below 2^(64-bits).
bool work_is_done(const Digest& seed, std::uint64_t nonce, int bits);

}  // namespace tacit
