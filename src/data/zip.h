// A zip archive's entries, read strictly: the central directory is the only table of contents, every local header must
// agree with it, entries must not overlap, and nothing is unpacked beyond the size it declares.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace tacit {

struct ZipEntry {
  std::string name;
  bool deflated = false;
  std::uint32_t crc = 0;
  std::uint64_t size = 0;     ///< unpacked
  ByteSpan packed;            ///< inside the archive's bytes, which must outlive the entry
};

/// The table of contents. Cost: linear in the number of entries (at most 4096 are accepted).
Result<std::vector<ZipEntry>> list_zip(ByteSpan archive, const std::string& where);

/// The first min(limit, entry.size) bytes of the entry, and no more is ever in memory. When that is the whole entry, its
/// checksum has been compared and no packed byte is left over.
Result<Bytes> unpack(const ZipEntry& entry, std::uint64_t limit, const std::string& where);

}  // namespace tacit
