// Arrays to files: .npy, and JSON as nested lists. What is written reads back as the same array.
#pragma once

#include <span>
#include <string>

#include "base/bytes.h"
#include "data/array.h"

namespace tacit {

/// .npy version 1, little endian, row major, in the array's own type (bfloat16, which NumPy lacks, as float32).
/// Values must fit the type.
Bytes encode_npy(const Array& array);

/// Nested lists; numbers with the fewest digits that read back as the same value of the array's type.
std::string encode_json(const Array& array);

Status write_npy(const std::string& path, const Array& array);

/// One unnamed array as nested lists, and else {"name": nested lists, ...}. Names must be distinct and not empty.
Status write_json(const std::string& path, std::span<const Array> arrays);

}  // namespace tacit
