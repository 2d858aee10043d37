// Uniform field elements from uniform bytes.
//
//   stream  | w0 | w1 | w2 | ...    8 little-endian bytes each      elements = the words below p, in order
//
// A word is below p = 2^64 - 2^32 + 1 but for one time in 2^32. Reducing it instead would make 2^32 - 1 values twice as
// likely as the others, and a mask that is not uniform hides nothing for certain.
#pragma once

#include <bit>
#include <cstring>
#include <span>

#include "field/goldilocks.h"

namespace tacit {

/// Fills `out` with the first out.size() words of the stream that are below p. `next_bytes(span)` gives the stream's next
/// bytes. The time tells only that a word was skipped, never anything about one that was kept.
template <class NextBytes>
void fill_by_rejection(std::span<Fp> out, NextBytes&& next_bytes) {
  static_assert(sizeof(Fp) == sizeof(std::uint64_t) && std::endian::native == std::endian::little);
  std::size_t have = 0;
  while (have < out.size()) {
    const std::span<Fp> rest = out.subspan(have);
    next_bytes(std::span(reinterpret_cast<std::uint8_t*>(rest.data()), rest.size_bytes()));
    for (const Fp& drawn : rest) {  // have never runs ahead of `drawn`
      std::uint64_t word;
      std::memcpy(&word, &drawn, sizeof word);
      if (word < Fp::kModulus) out[have++] = Fp(word);
    }
  }
}

}  // namespace tacit
