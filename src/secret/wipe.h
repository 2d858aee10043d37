// Memory that held a secret is overwritten before it is given back, by stores that no compiler may drop.
//
//   SecretBytes   [ passphrase, key, bundle ]   owned, moved but never copied; overwritten when it ends or is replaced
//   WipeGuard     std::vector of pads, masks    overwritten at the end of the scope, whatever leaves it
//
// Copies that the vector made while it grew, registers and swapped pages are out of reach: reserve before filling, and see
// process.h for core dumps.
#pragma once

#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace tacit {

/// Afterwards every byte is zero.
void wipe(std::span<std::uint8_t> bytes) noexcept;

/// The same for any plain values.
template <class T>
  requires(std::is_trivially_copyable_v<T> && !std::is_const_v<T> && !std::is_same_v<T, std::uint8_t>)
void wipe(std::span<T> values) noexcept {
  wipe(std::span(reinterpret_cast<std::uint8_t*>(values.data()), values.size_bytes()));
}

/// Overwrites all memory that the vector owns, and leaves it empty.
template <class T>
void wipe(std::vector<T>& values) noexcept {
  values.resize(values.capacity());  // what was erased from the end still lies there; nothing is allocated
  wipe(std::span<T>(values));
  values.clear();
}

/// One plain object, such as a key in an array or a hasher that absorbed one.
template <class T>
void wipe_object(T& object) noexcept {
  wipe(std::span<T>(&object, 1));
}

class SecretBytes {
 public:
  SecretBytes() = default;
  /// `size` zero bytes.
  explicit SecretBytes(std::size_t size) : bytes_(size) {}
  static SecretBytes copy_of(ByteSpan bytes) { return take({bytes.begin(), bytes.end()}); }
  /// Owns the very memory of `bytes`.
  static SecretBytes take(Bytes&& bytes) {
    SecretBytes out;
    out.bytes_ = std::move(bytes);
    return out;
  }

  SecretBytes(SecretBytes&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    if (this == &other) return *this;
    wipe(bytes_);
    bytes_ = std::exchange(other.bytes_, {});
    return *this;
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() { wipe(bytes_); }

  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  ByteSpan span() const { return bytes_; }
  std::span<std::uint8_t> span() { return bytes_; }
  operator ByteSpan() const { return bytes_; }  // NOLINT: read like any other bytes
  /// Forgets everything behind the first `size` bytes.
  void shrink(std::size_t size) {
    wipe(std::span(bytes_).subspan(size));
    bytes_.resize(size);
  }

 private:
  Bytes bytes_;
};

/// Overwrites a vector when the scope ends. The vector must live longer.
template <class T>
class WipeGuard {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit WipeGuard(std::vector<T>& values) : values_(values) {}
  WipeGuard(const WipeGuard&) = delete;
  WipeGuard& operator=(const WipeGuard&) = delete;
  ~WipeGuard() { wipe(values_); }

 private:
  std::vector<T>& values_;
};

}  // namespace tacit
