// Owners of memory that hold a secret: it is overwritten (base/wipe.h) before it is given back.
//
//   SecretBytes   [ passphrase, key, bundle ]   owned, moved but never copied; overwritten when it ends or is replaced
//   WipeGuard     std::vector of pads, masks    overwritten at the end of the scope, whatever leaves it
//
// What is out of reach is said there; see process.h for core dumps.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/wipe.h"

namespace tacit {

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

/// Overwrites a vector, or a vector of vectors, when the scope ends. It must live longer.
template <class T>
class WipeGuard {
 public:
  explicit WipeGuard(std::vector<T>& values) : values_(values) {}
  WipeGuard(const WipeGuard&) = delete;
  WipeGuard& operator=(const WipeGuard&) = delete;
  ~WipeGuard() { wipe(values_); }

 private:
  std::vector<T>& values_;
};

}  // namespace tacit
