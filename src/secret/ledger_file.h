// The files behind a ledger: reading one, holding its lock, replacing it so that a crash leaves the old or the new one.
//
//   "TACITLGR" | version u32 = 1 | commitment 32 | budget u32 | used u32 | keccak256 of all before        84 bytes
//
// Names are resolved inside one opened directory and symbolic links are refused, so nothing can be moved under a change.
#pragma once

#include <optional>

#include "secret/ledger.h"

namespace tacit {

/// One descriptor, closed at the end.
class OwnedFd {
 public:
  explicit OwnedFd(int fd = -1) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~OwnedFd();
  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::string hex_name(const Digest& commitment);

/// One commitment's files in an opened state directory.
class LedgerFile {
 public:
  enum Directory { kAsItIs, kMakeIt };

  /// A directory that is missing is made (mode 0700, its parents too) or is a file that does not exist. Errors: io, also
  /// when others may write the directory.
  static Result<LedgerFile> open(const std::string& directory, Directory how, const Digest& commitment);

  const std::string& path() const { return path_; }

  /// What stands there; none if there is no ledger. Errors: io; bad_input for anything but a whole ledger of this commitment.
  Result<std::optional<LedgerState>> read() const;

  /// Holds the lock against every other thread and process until the descriptor closes. Errors: io.
  Result<OwnedFd> lock(const LedgerOptions& options) const;

  /// Replaces the ledger; requires the lock. When it returns, `state` is on the disk; on an error the old state or the new
  /// one is. Errors: io.
  Status write(const LedgerState& state, const LedgerOptions& options) const;

 private:
  std::string name(const char* ending) const { return hex_name(commitment_) + ending; }
  Error refused(const std::string& doing) const;
  Error damaged(const std::string& how) const;
  Result<LedgerState> parse(ByteSpan file) const;
  Status write_new(ByteSpan bytes) const;

  OwnedFd directory_;  ///< closed when the directory does not exist
  std::string path_;   ///< of the ledger, for messages
  Digest commitment_{};
};

}  // namespace tacit
