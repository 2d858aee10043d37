// ByteWriter and ByteReader: the one canonical little-endian encoding of every file and message.
//
//   u8 u16 u32 u64 i64 f64   fixed width, little endian
//   string, bytes            u32 length, then the bytes
//
// The reader never throws and never reads past its end: after the first failure `ok()` is false and every read gives
// zero, so a parser may run to its end and ask once. Lengths are checked against what is left before anything is
// allocated.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tacit {

using Bytes = std::vector<std::uint8_t>;
using ByteSpan = std::span<const std::uint8_t>;

class ByteWriter {
 public:
  void u8(std::uint8_t v) { out_.push_back(v); }
  void u16(std::uint16_t v) { fixed(v); }
  void u32(std::uint32_t v) { fixed(v); }
  void u64(std::uint64_t v) { fixed(v); }
  void i64(std::int64_t v) { fixed(static_cast<std::uint64_t>(v)); }
  void f64(double v) { fixed(std::bit_cast<std::uint64_t>(v)); }
  void raw(ByteSpan v) { out_.insert(out_.end(), v.begin(), v.end()); }
  void bytes(ByteSpan v) { u32(static_cast<std::uint32_t>(v.size())); raw(v); }
  void string(std::string_view v) { bytes({reinterpret_cast<const std::uint8_t*>(v.data()), v.size()}); }

  /// Room for so many bytes: nothing is moved, and no copy left behind, until they are written.
  void reserve(std::size_t bytes) { out_.reserve(bytes); }

  const Bytes& data() const { return out_; }
  Bytes take() { return std::move(out_); }

 private:
  template <class T> void fixed(T v) {
    for (std::size_t b = 0; b < sizeof(T); ++b) out_.push_back(static_cast<std::uint8_t>(v >> (8 * b)));
  }
  Bytes out_;
};

class ByteReader {
 public:
  explicit ByteReader(ByteSpan data) : data_(data) {}

  std::uint8_t u8() { return fixed<std::uint8_t>(); }
  std::uint16_t u16() { return fixed<std::uint16_t>(); }
  std::uint32_t u32() { return fixed<std::uint32_t>(); }
  std::uint64_t u64() { return fixed<std::uint64_t>(); }
  std::int64_t i64() { return static_cast<std::int64_t>(fixed<std::uint64_t>()); }
  double f64() { return std::bit_cast<double>(fixed<std::uint64_t>()); }

  /// The next `count` bytes, or an empty span and a failed reader.
  ByteSpan raw(std::size_t count) {
    if (!ok_ || count > data_.size() - at_) { ok_ = false; return {}; }
    ByteSpan part = data_.subspan(at_, count);
    at_ += count;
    return part;
  }
  ByteSpan bytes() { std::uint32_t n = u32(); return raw(n); }
  std::string string() {
    ByteSpan part = bytes();
    return {reinterpret_cast<const char*>(part.data()), part.size()};
  }
  /// A count of items of at least `item_bytes` each that still have to fit in what is left.
  std::uint32_t count(std::size_t item_bytes) {
    std::uint32_t n = u32();
    if (ok_ && item_bytes != 0 && n > (data_.size() - at_) / item_bytes) { ok_ = false; return 0; }
    return ok_ ? n : 0;
  }
  void fail() { ok_ = false; }

  bool ok() const { return ok_; }
  bool at_end() const { return at_ == data_.size(); }
  std::size_t position() const { return at_; }
  std::size_t left() const { return data_.size() - at_; }

 private:
  template <class T> T fixed() {
    ByteSpan part = raw(sizeof(T));
    T v = 0;
    for (std::size_t b = 0; b < part.size(); ++b) v = static_cast<T>(v | static_cast<T>(static_cast<T>(part[b]) << (8 * b)));
    return v;
  }
  ByteSpan data_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace tacit
