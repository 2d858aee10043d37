// ExternalFiles: the files beside a model that hold data of its tensors.
//
//   tensor { location "weights.bin", offset 4096, length 1024 }   --piece-->   1024 bytes of FOLDER/weights.bin
//
// A location is a path that stays in the model's folder: not absolute, without "..", not through a symbolic link that leads
// out. A file is read whole, once, so that whoever names the model by a digest can cover exactly the bytes that were used.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace tacit {

/// All external files of one model together.
inline constexpr std::uint64_t kMaxExternalBytes = std::uint64_t{4} << 30;

/// Where a tensor says that its data lie.
struct ExternalPlace {
  std::string location;
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> length;   ///< absent: to the end of the file
};

class ExternalFiles {
 public:
  /// Files of `folder`; "" is the working directory.
  static ExternalFiles of_folder(std::string folder);
  /// Files in memory, by location.
  static ExternalFiles in_memory(std::map<std::string, Bytes> files);

  /// The bytes at `place`, which must be `size` bytes; valid as long as this object. Errors: bad_input naming `where` and
  /// the location; nothing is read before offset, length and total size are checked. Together all pieces may be at most
  /// four times as long as the files and 16 MiB, so that a small model cannot unfold one file many times.
  Result<ByteSpan> piece(const ExternalPlace& place, std::uint64_t size, const std::string& where);

  /// Every file that a piece was taken from, whole, by its location in normal form ("./a//b" is "a/b").
  const std::map<std::string, Bytes>& used() const { return used_; }

 private:
  std::optional<std::string> folder_;
  std::map<std::string, Bytes> given_, used_;
  std::uint64_t total_ = 0, taken_ = 0;   ///< bytes of used_, of all pieces
};

}  // namespace tacit
