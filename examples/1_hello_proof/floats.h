// Reading the example's files; nothing of Tacit.
#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

inline std::vector<std::uint8_t> bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The numbers of a version 1 .npy file of little-endian float32: ten bytes of prelude, a header, then the data.
inline std::vector<float> floats_of_npy(const std::string& path) {
  const std::vector<std::uint8_t> bytes = bytes_of(path);
  if (bytes.size() < 10) return {};
  const std::size_t start = 10 + bytes[8] + 256u * bytes[9];
  if (start > bytes.size()) return {};
  std::vector<float> out((bytes.size() - start) / sizeof(float));
  std::memcpy(out.data(), bytes.data() + start, out.size() * sizeof(float));
  return out;
}
