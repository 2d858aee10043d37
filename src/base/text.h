// Text from files, for people. A name is any bytes: none of them may start a line, steer a terminal, turn the direction of
// writing, or break the encoding of what is printed.
//
//   "caf\xc3\xa9"  ->  itself        "\x1b[2J"  ->  "\x1b[2J" in seven visible characters        "\xff"  ->  "\xff", likewise
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tacit {

/// What a text starts with. A byte that belongs to no well-formed character is one of its own, `valid` false.
struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

/// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above 10FFFF. Contract: `text` is not empty.
inline Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t bytes = lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
  if (bytes == 0 || bytes > text.size()) return {lead, 1, false};
  std::uint32_t code = lead & (0x7Fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {lead, 1, false};
    code = code << 6 | (byte(i) & 0x3F);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[bytes] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {lead, 1, false};
  return {code, bytes, true};
}

/// Control characters (also those above 7F), separators of lines and paragraphs, and marks of direction.
inline bool is_steering(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C || (code >= 0x200E && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

/// `text` on one line of valid UTF-8: bytes that are malformed or steer are written \xNN. Of its own result it changes nothing.
inline std::string visible(std::string_view text) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  while (!text.empty()) {
    const Character c = first_character(text);
    const std::string_view part = text.substr(0, c.bytes);
    if (c.valid && !is_steering(c.code)) {
      out += part;
    } else {
      for (const char ch : part) {
        const auto byte = static_cast<std::uint8_t>(ch);
        out += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
      }
    }
    text.remove_prefix(c.bytes);
  }
  return out;
}

}  // namespace tacit
