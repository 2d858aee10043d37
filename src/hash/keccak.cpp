#include "hash/keccak.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "field/cpu.h"
#include "hash/keccak_kernels.h"

namespace tacit {
namespace {

static_assert(std::endian::native == std::endian::little, "state words are read as little-endian bytes");

// The rotation of word x + 5y. After theta, word (X, Y) of the next state starts from word ((X + 3Y) mod 5, X).
constexpr int kRotation[25] = {0,  1,  62, 28, 27, 36, 44, 6,  55, 20, 3,  10, 43,
                               25, 39, 41, 45, 15, 21, 8,  18, 2,  61, 56, 14};

template <int kY> inline void output_row(const std::uint64_t* a, const std::uint64_t* mix, std::uint64_t* out) {
  constexpr int x0 = 3 * kY % 5, x1 = (x0 + 1) % 5, x2 = (x0 + 2) % 5, x3 = (x0 + 3) % 5, x4 = (x0 + 4) % 5;
  const std::uint64_t b0 = std::rotl(a[x0] ^ mix[x0], kRotation[x0]);
  const std::uint64_t b1 = std::rotl(a[x1 + 5] ^ mix[x1], kRotation[x1 + 5]);
  const std::uint64_t b2 = std::rotl(a[x2 + 10] ^ mix[x2], kRotation[x2 + 10]);
  const std::uint64_t b3 = std::rotl(a[x3 + 15] ^ mix[x3], kRotation[x3 + 15]);
  const std::uint64_t b4 = std::rotl(a[x4 + 20] ^ mix[x4], kRotation[x4 + 20]);
  out[5 * kY] = b0 ^ (~b1 & b2);
  out[5 * kY + 1] = b1 ^ (~b2 & b3);
  out[5 * kY + 2] = b2 ^ (~b3 & b4);
  out[5 * kY + 3] = b3 ^ (~b4 & b0);
  out[5 * kY + 4] = b4 ^ (~b0 & b1);
}

inline void one_round(const std::uint64_t* a, std::uint64_t* out, std::uint64_t constant) {
  const std::uint64_t c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20], c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21];
  const std::uint64_t c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22], c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23];
  const std::uint64_t c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];
  const std::uint64_t mix[5] = {c4 ^ std::rotl(c1, 1), c0 ^ std::rotl(c2, 1), c1 ^ std::rotl(c3, 1),
                                c2 ^ std::rotl(c4, 1), c3 ^ std::rotl(c0, 1)};
  output_row<0>(a, mix, out);
  output_row<1>(a, mix, out);
  output_row<2>(a, mix, out);
  output_row<3>(a, mix, out);
  output_row<4>(a, mix, out);
  out[0] ^= constant;
}

void permute(std::uint64_t* state) {
  std::uint64_t even[25], odd[25];
  std::memcpy(even, state, sizeof(even));
  for (int r = 0; r < 24; r += 2) {
    one_round(even, odd, kKeccakRoundConstants[r]);
    one_round(odd, even, kKeccakRoundConstants[r + 1]);
  }
  std::memcpy(state, even, sizeof(even));
}

void absorb_block(std::uint64_t* state, const std::uint8_t* block) {
  for (std::size_t i = 0; i < kKeccakRate / 8; ++i) {
    std::uint64_t word;
    std::memcpy(&word, block + 8 * i, 8);
    state[i] ^= word;
  }
  permute(state);
}

void xor_byte(std::uint64_t* state, std::size_t at, std::uint8_t byte) {
  state[at / 8] ^= static_cast<std::uint64_t>(byte) << (8 * (at % 8));
}

#if defined(__x86_64__)
constexpr std::size_t kLanes = 8, kLanesWorthwhile = 2;  // eight side by side take less time than two one after the other
constexpr std::size_t kMaxStaged = 512;                  // bytes of a message

// Fewer than eight messages: the other lanes hash what happens to be there. Contract: length <= kMaxStaged.
void few_of_eight(const std::uint8_t* data, std::size_t stride, std::size_t length, std::size_t count, Digest* out, int prefix) {
  std::uint8_t staged[kLanes * kMaxStaged] = {};
  for (std::size_t i = 0; i < count; ++i) std::memcpy(staged + i * length, data + i * stride, length);
  Digest digests[kLanes];
  avx512::keccak256_eight(staged, length, length, digests, prefix);
  std::copy_n(digests, count, out);
}
#endif

}  // namespace

void Keccak256::update(ByteSpan part) {
  while (!part.empty()) {
    if (fill_ == 0 && part.size() >= kKeccakRate) {
      absorb_block(state_.data(), part.data());
      part = part.subspan(kKeccakRate);
      continue;
    }
    const std::size_t take = std::min(part.size(), kKeccakRate - fill_);
    auto* bytes = reinterpret_cast<std::uint8_t*>(state_.data()) + fill_;
    for (std::size_t i = 0; i < take; ++i) bytes[i] ^= part[i];
    part = part.subspan(take);
    fill_ += take;
    if (fill_ == kKeccakRate) {
      permute(state_.data());
      fill_ = 0;
    }
  }
}

Digest Keccak256::finish() {
  xor_byte(state_.data(), fill_, 0x01);
  xor_byte(state_.data(), kKeccakRate - 1, 0x80);
  permute(state_.data());
  Digest digest;
  std::memcpy(digest.data(), state_.data(), digest.size());
  return digest;
}

Digest keccak256(ByteSpan message) {
  Keccak256 hasher;
  hasher.update(message);
  return hasher.finish();
}

void keccak256_many_scalar(const std::uint8_t* data, std::size_t stride, std::size_t length, std::size_t count,
                           Digest* out, int prefix) {
  for (std::size_t i = 0; i < count; ++i) {
    Keccak256 hasher;
    if (prefix != kNoPrefix) {
      const std::uint8_t byte = static_cast<std::uint8_t>(prefix);
      hasher.update({&byte, 1});
    }
    hasher.update({data + i * stride, length});
    out[i] = hasher.finish();
  }
}

void keccak256_many(const std::uint8_t* data, std::size_t stride, std::size_t length, std::size_t count, Digest* out,
                    int prefix) {
  std::size_t done = 0;
#if defined(__x86_64__)
  if (use_avx512()) {
    for (; done + kLanes <= count; done += kLanes)
      avx512::keccak256_eight(data + done * stride, stride, length, out + done, prefix);
    if (count - done >= kLanesWorthwhile && length <= kMaxStaged) {
      few_of_eight(data + done * stride, stride, length, count - done, out + done, prefix);
      done = count;
    }
  }
#endif
  keccak256_many_scalar(data + done * stride, stride, length, count - done, out + done, prefix);
}

}  // namespace tacit
