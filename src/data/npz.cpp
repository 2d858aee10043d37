// NumPy's .npz: a zip whose entries are NAME.npy. Each entry's header is read first, and the rest is unpacked only when
// the declared shape accounts for exactly the entry's size and the file's total stays within the limit.
#include <algorithm>

#include "data/formats.h"
#include "data/zip.h"

namespace tacit {
namespace {

constexpr std::string_view kSuffix = ".npy";

Result<std::uint64_t> declared_values(const ZipEntry& entry, const std::string& where) {
  TACIT_TRY(Bytes start, unpack(entry, kMaxNpyHeader, where));
  TACIT_TRY(NpyHeader header, parse_npy_header(start, where));
  if (header.total_bytes() != entry.size) {
    return bad_input("its size does not match its shape " + dims_text(header.dims), where);
  }
  return header.count;
}

}  // namespace

Result<std::vector<Array>> parse_npz(ByteSpan bytes, const std::string& where) {
  TACIT_TRY(std::vector<ZipEntry> entries, list_zip(bytes, where));
  if (entries.empty()) return bad_input("holds no arrays", where);
  std::uint64_t total = 0;
  for (const ZipEntry& entry : entries) {
    if (!entry.name.ends_with(kSuffix)) {
      return bad_input("zip entry '" + printable(entry.name) + "' is not an .npy array", where);
    }
    TACIT_TRY(std::uint64_t count, declared_values(entry, where + ", array " + printable(entry.name)));
    total += count;
    if (total > kMaxValues) return bad_input("declares more than " + std::to_string(kMaxValues) + " values", where);
  }
  std::vector<Array> arrays;
  for (const ZipEntry& entry : entries) {
    std::string name = entry.name.substr(0, entry.name.size() - kSuffix.size());
    std::string inside = where + ", array " + printable(name);
    TACIT_TRY(Bytes content, unpack(entry, entry.size, inside));
    TACIT_TRY(Array array, parse_npy(content, inside));
    array.name = name;
    arrays.push_back(std::move(array));
  }
  return arrays;
}

}  // namespace tacit
