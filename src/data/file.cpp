#include "data/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <random>
#include <utility>

#include "base/wipe.h"

namespace tacit {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16;
constexpr int kNameAttempts = 16;

Error os_error(const std::string& doing, const std::string& path) {
  return io_error(doing + ": " + std::strerror(errno), path);
}

/// Owns one descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { if (fd_ >= 0) ::close(fd_); }
  int get() const { return fd_; }
  bool close() { return ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

Error too_long(const std::string& path, std::uint64_t max_bytes) {
  return bad_input("is longer than the " + std::to_string(max_bytes) + " bytes that can be read here", path);
}

/// More room. What was read may be secret, so no copy of it is left behind.
void grow(Bytes& bytes, std::size_t size) {
  if (size > bytes.capacity()) {
    Bytes larger;
    larger.reserve(std::max(size, 2 * bytes.capacity()));
    larger.assign(bytes.begin(), bytes.end());
    bytes.swap(larger);
    wipe(larger);
  }
  bytes.resize(size);
}

Result<Bytes> read_to_end(int fd, const std::string& path, std::uint64_t expected, std::uint64_t max_bytes) {
  Bytes bytes;
  bytes.reserve(expected + kChunk);  // room to see the end without moving the bytes
  while (true) {
    std::size_t have = bytes.size();
    grow(bytes, have + (expected > have ? expected - have : kChunk));
    ssize_t got = ::read(fd, bytes.data() + have, bytes.size() - have);
    bytes.resize(have + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got < 0 && errno != EINTR) return os_error("cannot be read", path);
    if (got == 0) return bytes;
    if (bytes.size() > max_bytes) return too_long(path, max_bytes);
  }
}

bool write_all(int fd, ByteSpan bytes) {
  while (!bytes.empty()) {
    ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno != EINTR) return false;
    if (put > 0) bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return true;
}

/// Where a rename must land so that a symbolic link stays a link.
std::string behind_links(const std::string& path) {
  std::error_code failed;
  if (!std::filesystem::is_symlink(path, failed)) return path;
  auto target = std::filesystem::weakly_canonical(path, failed);
  return failed ? path : target.string();
}

std::string sibling_name(const std::string& path) {
  std::random_device random;
  return path + ".part-" + std::to_string(random());
}

Status write_device(const std::string& path, ByteSpan bytes) {
  Descriptor out(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (out.get() < 0 || !write_all(out.get(), bytes)) return os_error("cannot be written", path);
  return Unit{};
}

/// The rename is durable only when the directory is; a file system that cannot sync directories is left as it is.
void sync_directory_of(const std::string& path) {
  std::string folder = std::filesystem::path(path).parent_path().string();
  Descriptor directory(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() >= 0) ::fsync(directory.get());
}

}  // namespace

Result<Bytes> read_file(const std::string& path, std::uint64_t max_bytes) {
  Descriptor in(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.get() < 0) return os_error("cannot be opened", path);
  struct stat info {};
  if (::fstat(in.get(), &info) != 0) return os_error("cannot be read", path);
  if (S_ISDIR(info.st_mode)) return io_error("is a directory, not a file", path);
  std::uint64_t expected = S_ISREG(info.st_mode) ? static_cast<std::uint64_t>(info.st_size) : 0;
  if (expected > max_bytes) return too_long(path, max_bytes);
  return read_to_end(in.get(), path, expected, max_bytes);
}

Status write_file_atomic(const std::string& path, ByteSpan bytes, unsigned mode) {
  struct stat info {};
  bool exists = ::stat(path.c_str(), &info) == 0;
  if (exists && S_ISDIR(info.st_mode)) return io_error("is a directory, not a file", path);
  if (exists && !S_ISREG(info.st_mode)) return write_device(path, bytes);

  std::string target = behind_links(path);
  std::string part;
  int fd = -1;
  for (int attempt = 0; fd < 0 && attempt < kNameAttempts; ++attempt) {
    part = sibling_name(target);
    fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0 && errno != EEXIST) break;
  }
  if (fd < 0) return os_error("cannot be written", path);

  Descriptor out(fd);
  bool done = write_all(out.get(), bytes) && ::fsync(out.get()) == 0;
  done = done && out.close() && ::rename(part.c_str(), target.c_str()) == 0;
  if (!done) {
    Error error = os_error("cannot be written", path);
    ::unlink(part.c_str());
    return error;
  }
  sync_directory_of(target);
  return Unit{};
}

}  // namespace tacit
