// One parser per file format: bytes in, arrays or one line of complaint out.
//
//   .npy            one array, unnamed
//   .npz            a zip of .npy files; each array has its entry's name
//   .csv            a header line; one array of dims {rows} per column (samples.h gathers columns NAME[0], NAME[1], ...)
//   .json           nested lists; or {"name": nested lists, ...}; or {"input_data": [one list per input]}
//   .pb             one ONNX TensorProto
//
// Every parser may be given anything: it returns an error, allocates no more than the input's length warrants (within
// kMaxDataBytes), and never throws. `where` opens its messages. Cost: linear in the bytes.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "data/array.h"

namespace tacit {

Result<Array> parse_npy(ByteSpan bytes, const std::string& where);
Result<std::vector<Array>> parse_npz(ByteSpan bytes, const std::string& where);
Result<std::vector<Array>> parse_csv(ByteSpan bytes, const std::string& where);
Result<std::vector<Array>> parse_json(ByteSpan bytes, const std::string& where);
Result<Array> parse_tensor_pb(ByteSpan bytes, const std::string& where);

/// What the first bytes of an .npy file say.
struct NpyHeader {
  ArrayType type = ArrayType::kFloat32;
  bool big_endian = false;
  bool fortran_order = false;
  std::vector<std::uint64_t> dims;
  std::uint64_t count = 0;         ///< values
  std::uint64_t data_offset = 0;   ///< bytes of header before them

  std::uint64_t characters = 0;    ///< of each text, in an array of texts; otherwise 0

  std::uint64_t bytes_each() const { return characters > 0 ? 4 * characters : bytes_of(type); }
  std::uint64_t total_bytes() const { return data_offset + count * bytes_each(); }
};

/// No header is longer than this, so that many bytes of a file are enough for parse_npy_header.
inline constexpr std::size_t kMaxNpyHeader = 65536;
Result<NpyHeader> parse_npy_header(ByteSpan bytes, const std::string& where);

}  // namespace tacit
