// What the scalar and the AVX-512 Keccak share: the round constants and the kernel's signature.
#pragma once

#include <cstddef>
#include <cstdint>

#include "hash/keccak.h"

namespace tacit {

inline constexpr std::uint64_t kKeccakRoundConstants[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B,
    0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088,
    0x0000000080008009, 0x000000008000000A, 0x000000008000808B, 0x800000000000008B, 0x8000000000008089,
    0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800A, 0x800000008000000A,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};

namespace avx512 {
/// Eight digests of prefix || data[i * stride .. + length). Call only when use_avx512().
void keccak256_eight(const std::uint8_t* data, std::size_t stride, std::size_t length, Digest* out, int prefix);
}  // namespace avx512

}  // namespace tacit
