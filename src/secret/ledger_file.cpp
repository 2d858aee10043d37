#include "secret/ledger_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <thread>

namespace tacit {
namespace {

constexpr std::string_view kMagic = "TACITLGR";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kFileBytes = 8 + 4 + 32 + 4 + 4 + 32;
constexpr auto kLockPoll = std::chrono::milliseconds(2);
constexpr const char* kNoWriting = "the state directory cannot be written, and each proof must be counted before it leaves";

Bytes encode(const Digest& commitment, const LedgerState& state) {
  ByteWriter out;
  out.raw({reinterpret_cast<const std::uint8_t*>(kMagic.data()), kMagic.size()});
  out.u32(kVersion);
  out.raw(commitment);
  out.u32(state.budget);
  out.u32(state.used);
  out.raw(keccak256(out.data()));
  return out.take();
}

bool write_all(int fd, ByteSpan bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno != EINTR) return false;
    if (put > 0) bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return true;
}

/// Makes every missing folder of an absolute path, for this user only.
bool make_directories(const std::string& path) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    if (::mkdir(path.substr(0, end).c_str(), 0700) != 0 && errno != EEXIST) {
      struct stat info {};
      if (::stat(path.substr(0, end).c_str(), &info) != 0) return false;  // an existing folder may refuse in other words
    }
    if (end == std::string::npos) return true;
  }
}

bool is_regular(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
}

}  // namespace

OwnedFd::~OwnedFd() {
  if (fd_ >= 0) ::close(fd_);
}

std::string hex_name(const Digest& commitment) {
  std::string out;
  for (const std::uint8_t byte : commitment) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

Error LedgerFile::refused(const std::string& doing) const { return io_error(doing + ": " + std::strerror(errno), path_); }

Error LedgerFile::damaged(const std::string& how) const {
  return bad_input(how + ", so nobody can say how many openings are left. Restore it; if it is lost, count every proof "
                   "that was made, move the file away and run 'tacit ledger adopt PREFIX.vk --remaining N'", path_);
}

Result<LedgerFile> LedgerFile::open(const std::string& directory, Directory how, const Digest& commitment) {
  LedgerFile file;
  file.commitment_ = commitment;
  file.path_ = directory + "/" + file.name(".ledger");
  if (how == kMakeIt && !make_directories(directory)) {
    return io_error(std::string("the state directory cannot be made: ") + std::strerror(errno), directory);
  }
  file.directory_ = OwnedFd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file.directory_.open()) {
    if (errno == ENOENT) return file;
    return io_error(std::string("the state directory cannot be opened: ") + std::strerror(errno), directory);
  }
  struct stat info {};
  if (::fstat(file.directory_.get(), &info) != 0) return file.refused("the state directory cannot be read");
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return io_error("the state directory can be written by others, who could give openings back: chmod go-w it", directory);
  }
  return file;
}

Result<std::optional<LedgerState>> LedgerFile::read() const {
  if (!directory_.open()) return std::optional<LedgerState>();
  const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const OwnedFd in(::openat(directory_.get(), name(".ledger").c_str(), flags));
  if (!in.open()) {
    if (errno == ENOENT) return std::optional<LedgerState>();
    if (errno == ELOOP) return damaged("the ledger is a symbolic link");
    return refused("the ledger cannot be opened");
  }
  if (!is_regular(in.get())) return damaged("the ledger is not a regular file");
  Bytes bytes(kFileBytes + 1);  // one more shows that a file is too long
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t got = ::read(in.get(), bytes.data() + have, bytes.size() - have);
    if (got < 0 && errno != EINTR) return refused("the ledger cannot be read");
    if (got == 0) break;
    if (got > 0) have += static_cast<std::size_t>(got);
  }
  TACIT_TRY(const LedgerState state, parse(ByteSpan(bytes).first(have)));
  return std::optional(state);
}

Result<LedgerState> LedgerFile::parse(ByteSpan file) const {
  ByteReader in(file);
  const ByteSpan magic = in.raw(kMagic.size());
  if (!std::ranges::equal(magic, kMagic)) return damaged("this is not a ledger");
  const std::uint32_t version = in.u32();
  if (in.ok() && version != kVersion) {
    return unsupported("is a ledger of format " + std::to_string(version) + ", which this version cannot read", path_);
  }
  if (file.size() != kFileBytes) return damaged("the ledger is cut short or too long");
  const ByteSpan commitment = in.raw(commitment_.size());
  const LedgerState state{in.u32(), in.u32()};
  const Digest checksum = keccak256(file.first(in.position()));
  if (!std::ranges::equal(file.last(sizeof(Digest)), checksum)) return damaged("the ledger is damaged");
  if (!std::ranges::equal(commitment, commitment_)) return damaged("this is the ledger of another commitment");
  if (state.used > state.budget) return damaged("the ledger is damaged");
  return state;
}

Result<OwnedFd> LedgerFile::lock(const LedgerOptions& options) const {
  const int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const auto deadline = std::chrono::steady_clock::now() + options.patience;
  OwnedFd lock(::openat(directory_.get(), name(".lock").c_str(), flags, 0600));
  if (!lock.open()) return refused(kNoWriting);
  if (!is_regular(lock.get())) return io_error("the lock file is not a regular file", path_);
  while (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return refused("the ledger cannot be locked");
    if (std::chrono::steady_clock::now() >= deadline) {
      return io_error("another process holds the ledger's lock and does not end", path_);
    }
    std::this_thread::sleep_for(kLockPoll);
  }
  if (options.at_step) options.at_step(LedgerStep::kLocked);
  return lock;
}

Status LedgerFile::write_new(ByteSpan bytes) const {
  const std::string part = name(".new");
  if (::unlinkat(directory_.get(), part.c_str(), 0) != 0 && errno != ENOENT) {
    return refused(errno == EACCES || errno == EROFS || errno == EPERM ? kNoWriting : "a cut-off change cannot be removed");
  }
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  const OwnedFd out(::openat(directory_.get(), part.c_str(), flags, 0600));
  if (!out.open()) return refused(kNoWriting);
  if (!write_all(out.get(), bytes) || ::fsync(out.get()) != 0) {
    const Error error = refused("the counter cannot be written");
    ::unlinkat(directory_.get(), part.c_str(), 0);
    return error;
  }
  return Unit{};
}

Status LedgerFile::write(const LedgerState& state, const LedgerOptions& options) const {
  TACIT_TRY([[maybe_unused]] Unit written, write_new(encode(commitment_, state)));
  if (options.at_step) options.at_step(LedgerStep::kWritten);
  if (::renameat(directory_.get(), name(".new").c_str(), directory_.get(), name(".ledger").c_str()) != 0) {
    return refused("the counter cannot be replaced");
  }
  if (options.at_step) options.at_step(LedgerStep::kRenamed);
  if (::fsync(directory_.get()) != 0) return refused("the counter cannot be flushed to the disk");
  return Unit{};
}

}  // namespace tacit
