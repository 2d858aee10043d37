#include "onnx/external.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace tacit {
namespace {

namespace fs = std::filesystem;

/// The location in normal form, or nothing when it is not a path that stays in the folder.
std::optional<std::string> normal_location(const std::string& location) {
  if (location.empty() || location.find('\0') != std::string::npos) return std::nullopt;
  const fs::path path(location);
  if (path.is_absolute() || std::find(path.begin(), path.end(), "..") != path.end()) return std::nullopt;
  const fs::path normal = path.lexically_normal();
  if (!normal.has_filename() || normal == ".") return std::nullopt;
  return normal.string();
}

/// A regular file that is open for reading.
class OpenFile {
 public:
  explicit OpenFile(const fs::path& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) {
    struct stat facts {};
    if (fd_ < 0) why_ = std::strerror(errno);
    else if (::fstat(fd_, &facts) != 0) why_ = std::strerror(errno);
    else if (!S_ISREG(facts.st_mode)) why_ = "it is not a regular file";
    else size_ = static_cast<std::uint64_t>(facts.st_size);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }

  const std::string& why_not() const { return why_; }   ///< empty: it can be read
  std::uint64_t size() const { return size_; }

  /// The whole file; empty when it has become shorter meanwhile.
  std::optional<Bytes> read() const {
    Bytes bytes(static_cast<std::size_t>(size_));
    for (std::size_t have = 0; have < bytes.size();) {
      const ssize_t got = ::read(fd_, bytes.data() + have, bytes.size() - have);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return std::nullopt;
      have += static_cast<std::size_t>(got);
    }
    return bytes;
  }

 private:
  int fd_;
  std::uint64_t size_ = 0;
  std::string why_;
};

/// Where the file really lies, all links followed; an error where that is not inside the folder.
Result<fs::path> path_inside(const std::string& folder, const std::string& location, const std::string& where) {
  std::error_code failed;
  const fs::path root = fs::canonical(folder.empty() ? fs::path(".") : fs::path(folder), failed);
  if (failed) return io_error("the model's folder cannot be read: " + failed.message(), where);
  const fs::path path = fs::canonical(root / location, failed);
  if (failed) return io_error("it cannot be read: " + failed.message() + "; it must lie beside the model", where);
  if (std::mismatch(root.begin(), root.end(), path.begin(), path.end()).first == root.end()) return path;
  return bad_input("it is a link that leads out of the model's folder; put the file itself there", where);
}

/// Offset and length lie in the file, and are what the tensor's shape needs.
Status check_place(const ExternalPlace& place, std::uint64_t file, std::uint64_t size, const std::string& where) {
  if (place.offset > file || place.length.value_or(0) > file - place.offset) {
    return bad_input("offset " + std::to_string(place.offset) +
                         (place.length ? " and length " + std::to_string(*place.length) : std::string()) + " lie beyond its " +
                         std::to_string(file) + " bytes", where);
  }
  const std::uint64_t have = place.length.value_or(file - place.offset);
  if (have == size) return Unit{};
  return bad_input("the tensor's shape needs " + std::to_string(size) + " bytes, but it is given " + std::to_string(have), where);
}

constexpr std::uint64_t kRepeats = 4, kRepeatSlack = std::uint64_t{16} << 20;

}  // namespace

ExternalFiles ExternalFiles::of_folder(std::string folder) {
  ExternalFiles files;
  files.folder_ = std::move(folder);
  return files;
}

ExternalFiles ExternalFiles::in_memory(std::map<std::string, Bytes> given) {
  ExternalFiles files;
  files.given_ = std::move(given);
  return files;
}

Result<ByteSpan> ExternalFiles::piece(const ExternalPlace& place, std::uint64_t size, const std::string& tensor) {
  const std::string where = tensor + ", external file \"" + place.location + "\"";
  const std::optional<std::string> location = normal_location(place.location);
  if (!location) return bad_input("it must be a path inside the model's folder", where);
  if (const auto given = given_.extract(*location)) {
    total_ += given.mapped().size();
    used_[*location] = std::move(given.mapped());
  }
  auto found = used_.find(*location);
  if (found == used_.end()) {
    if (!folder_) return io_error("it is not at hand", where);
    auto path = path_inside(*folder_, *location, where);
    if (!path.ok()) return path.error();
    const OpenFile file(*path);
    if (!file.why_not().empty()) return io_error("it cannot be read: " + file.why_not(), where);
    if (Status fits = check_place(place, file.size(), size, where); !fits.ok()) return fits.error();
    if (file.size() > kMaxExternalBytes - total_) return bad_input("with it, the external files are larger than 4 GiB", where);
    std::optional<Bytes> bytes = file.read();
    if (!bytes) return io_error("it cannot be read to its end", where);
    total_ += bytes->size();
    found = used_.emplace(*location, std::move(*bytes)).first;
  }
  if (Status fits = check_place(place, found->second.size(), size, where); !fits.ok()) return fits.error();
  taken_ += size;
  if (taken_ > kRepeats * total_ + kRepeatSlack) return bad_input("its bytes are used over and over by many tensors", where);
  return ByteSpan(found->second).subspan(static_cast<std::size_t>(place.offset), static_cast<std::size_t>(size));
}

}  // namespace tacit
