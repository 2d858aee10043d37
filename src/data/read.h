// read_arrays: the numbers of a file in any of the formats of formats.h.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "data/array.h"

namespace tacit {

/// At least one array; names as the file gives them (see formats.h). The format is told by the first bytes (.npy, .npz)
/// and else by the extension (.csv, .json, .pb). `path` may be NAME=FILE,NAME=FILE (named_files.h): one array of each file,
/// under that name. Errors are one line: the file, the place in it, what is wrong.
Result<std::vector<Array>> read_arrays(const std::string& path);

/// The same for bytes in memory; `path` gives the extension and opens the messages.
Result<std::vector<Array>> parse_arrays(ByteSpan bytes, const std::string& path);

}  // namespace tacit
