// Mutants of one valid file. A file of a hundred kilobytes that hashes protect is hopeless for blind mutation, so the
// fuzzer's input is a list of edits on it; every input is then a mutant that differs in a few chosen places.
//
//   8 bytes an edit:  operation | position, three bytes | value, four bytes        little endian
#pragma once

#include <algorithm>

#include "base/bytes.h"
#include "field/goldilocks.h"

namespace tacit::fuzz {

inline void put_word(Bytes& file, std::size_t at, std::uint64_t word) {
  for (std::size_t b = 0; b < 8 && at + b < file.size(); ++b) file[at + b] = static_cast<std::uint8_t>(word >> (8 * b));
}

inline std::uint64_t get_word(const Bytes& file, std::size_t at) {
  std::uint64_t word = 0;
  for (std::size_t b = 0; b < 8 && at + b < file.size(); ++b) word |= std::uint64_t{file[at + b]} << (8 * b);
  return word;
}

/// Contract: at < file.size().
inline void apply_edit(Bytes& file, std::uint8_t operation, std::size_t at, std::uint32_t value) {
  const std::size_t length = std::min<std::size_t>(1 + value % 256, file.size() - at);
  const auto begin = file.begin() + static_cast<std::ptrdiff_t>(at), end = begin + static_cast<std::ptrdiff_t>(length);
  switch (operation % 8) {
    case 0: file[at] ^= static_cast<std::uint8_t>(value); break;
    case 1: put_word(file, at, get_word(file, at) + value); break;               // nearly the same number
    case 2: put_word(file, at, get_word(file, at) + Fp::kModulus); break;        // the same element, not reduced
    case 3: put_word(file, at, value % 4 ? 0 - std::uint64_t{value} : Fp::kModulus - 1); break;
    case 4: file.erase(begin, end); break;
    case 5: file.insert(begin, length, static_cast<std::uint8_t>(value >> 8)); break;
    case 6: {                                                                    // bytes of another place
      const std::size_t from = (value >> 8) % (file.size() - length + 1);
      std::copy_n(Bytes(file.begin() + static_cast<std::ptrdiff_t>(from), file.begin() + static_cast<std::ptrdiff_t>(from + length)).begin(), length, begin);
      break;
    }
    case 7: file.resize(file.size() - length); break;
  }
}

/// At most 16 edits of `original`; later input is ignored.
inline Bytes edited(const Bytes& original, ByteSpan edits) {
  Bytes file = original;
  ByteReader in(edits);
  for (int i = 0; i < 16 && in.left() >= 8 && !file.empty(); ++i) {
    const std::uint32_t head = in.u32(), value = in.u32();
    apply_edit(file, static_cast<std::uint8_t>(head), (head >> 8) % file.size(), value);
  }
  return file;
}

}  // namespace tacit::fuzz
