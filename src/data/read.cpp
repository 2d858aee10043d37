#include "data/read.h"

#include <algorithm>
#include <filesystem>
#include <new>

#include "data/file.h"
#include "data/formats.h"
#include "data/named_files.h"

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

namespace {

Result<std::vector<Array>> read_one_file(const std::string& path) {
  TACIT_TRY(Bytes bytes, read_file(path, kMaxDataBytes));
  return parse_arrays(bytes, path);
}

/// The file's only array, or the one of this name.
Result<Array> read_named(const std::string& name, const std::string& path) {
  TACIT_TRY(std::vector<Array> arrays, read_one_file(path));
  auto found = std::find_if(arrays.begin(), arrays.end(), [&](const Array& a) { return a.name == name; });
  if (found == arrays.end()) found = arrays.begin();
  if (arrays.size() > 1 && found->name != name) {
    return bad_input("holds " + std::to_string(arrays.size()) + " arrays, and none is called " + printable(name), path);
  }
  found->name = name;
  return std::move(*found);
}

}  // namespace

Result<std::vector<Array>> read_arrays(const std::string& path) try {
  TACIT_TRY(const NamedFiles files, named_files(path));
  if (files.empty()) return read_one_file(path);
  std::vector<Array> arrays;
  std::uint64_t total = 0;
  for (const auto& [name, file] : files) {
    TACIT_TRY(Array array, read_named(name, file));
    total += array.values.size();
    if (total > kMaxValues) return bad_input("bring more than " + std::to_string(kMaxValues) + " values together", path);
    arrays.push_back(std::move(array));
  }
  return arrays;
} catch (const std::bad_alloc&) {
  return io_error("does not fit into this machine's memory", path);
}

}  // namespace tacit
