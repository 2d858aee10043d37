// Stored numbers to doubles: the one place that knows how each ArrayType lies in a file.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "data/array.h"

namespace tacit {

/// The double nearest to `value` in `type` (ties to even for the floats), as bits in the low bytes. `value` must lie in
/// the type's range; what an integer type cannot hold is a broken contract.
std::uint64_t encode_number(double value, ArrayType type);

/// raw.size() / bytes_of(type) numbers. Values that no double holds, and stored NaN or infinity, come out non-finite:
/// callers run check_values.
std::vector<double> decode_numbers(ByteSpan raw, ArrayType type, bool big_endian);

}  // namespace tacit
