// Whole files in and out. A file that Tacit writes is either complete or not there at all.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace tacit {

/// Permissions of what is written (the process's umask still applies).
inline constexpr unsigned kPublicFile = 0644;
inline constexpr unsigned kSecretFile = 0600;

/// The bytes of `path`. Fails when it cannot be read, is a directory, or is longer than `max_bytes`.
Result<Bytes> read_file(const std::string& path, std::uint64_t max_bytes);

/// Afterwards `path` holds exactly `bytes`, or, on an error, what it held before. The bytes go to a new file in the same
/// directory, are flushed to the disk, and take the name in one step; on failure the new file is removed. A symbolic
/// link is followed; a device or pipe is written to directly, since there is no file to replace.
Status write_file_atomic(const std::string& path, ByteSpan bytes, unsigned mode = kPublicFile);

}  // namespace tacit
