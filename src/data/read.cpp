#include "data/read.h"

#include <algorithm>
#include <filesystem>
#include <new>

#include "data/file.h"
#include "data/formats.h"

namespace tacit {
namespace {

std::string extension_of(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
  return extension;
}

bool starts_with(ByteSpan bytes, std::string_view magic) {
  return bytes.size() >= magic.size() &&
         std::equal(magic.begin(), magic.end(), bytes.begin(),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

Result<std::vector<Array>> alone(Result<Array> array) {
  if (!array.ok()) return array.error();
  return std::vector<Array>{std::move(*array)};
}

}  // namespace

Result<std::vector<Array>> parse_arrays(ByteSpan bytes, const std::string& path) {
  std::string extension = extension_of(path);
  if (bytes.empty()) return bad_input("is empty", path);
  if (starts_with(bytes, "\x93NUMPY") || extension == ".npy") return alone(parse_npy(bytes, path));
  if (starts_with(bytes, "PK") || extension == ".npz") return parse_npz(bytes, path);
  if (starts_with(bytes, "\x1f\x8b")) return unsupported("is gzip-compressed; unpack it first", path);
  if (extension == ".csv") return parse_csv(bytes, path);
  if (extension == ".json") return parse_json(bytes, path);
  if (extension == ".pb") return alone(parse_tensor_pb(bytes, path));
  return unsupported("is not a format that can be read; use .npy, .npz, .csv, .json, or .pb (an ONNX TensorProto)", path);
}

Result<std::vector<Array>> read_arrays(const std::string& path) try {
  TACIT_TRY(Bytes bytes, read_file(path, kMaxDataBytes));
  return parse_arrays(bytes, path);
} catch (const std::bad_alloc&) {
  return io_error("does not fit into this machine's memory", path);
}

}  // namespace tacit
