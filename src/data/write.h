// Arrays to files, in every format that read.h reads. What is written reads back as the same arrays, and texts so
// from .npy and .npz.
//
//   .npy   one array              .npz   any number            .json   one, as nested lists; several, as {"name": nested lists}
//   .pb    one array              .csv   a row for each position on the first axis, which all arrays share:
//                                        NAME for one value in a row, else NAME[0], NAME[1], ... (the other axes flat)
//
// An array with labels is written as these texts: of type <U in .npy and .npz.
#pragma once

#include <span>
#include <string>

#include "base/bytes.h"
#include "data/array.h"

namespace tacit {

/// .npy version 1, little endian, row major, in the array's own type (bfloat16, which NumPy lacks, as float32).
/// Values must fit the type.
Bytes encode_npy(const Array& array);

/// A zip of .npy files, not compressed. An array without a name is called arr_0, as NumPy does. Names must be distinct.
/// Errors: more than 4 GiB.
Result<Bytes> encode_npz(std::span<const Array> arrays);

/// A column without a name is called output. Errors: arrays with different numbers of rows; a name with a line break.
Result<std::string> encode_csv(std::span<const Array> arrays);

/// One ONNX TensorProto with its name and raw data in the array's own type.
Bytes encode_tensor_pb(const Array& array);

/// Nested lists; numbers with the fewest digits that read back as the same value of the array's type.
std::string encode_json(const Array& array);
/// One unnamed array so, and else {"name": nested lists, ...}. Names must be distinct.
std::string encode_json_arrays(std::span<const Array> arrays);

/// One number, as encode_json and encode_csv write it.
void append_number(std::string& out, double value, ArrayType type);

/// `path` ends with a format that can be written, or is NAME=FILE,... of such files (named_files.h). Errors: kUsage.
Status check_target(const std::string& path);

/// The arrays in the format of the extension, or each named one in its file. Errors: kUsage for several arrays in a format
/// that holds one, and for a name that no array has; as the encoders and write_file_atomic.
Status write_arrays(const std::string& path, std::span<const Array> arrays);

}  // namespace tacit
