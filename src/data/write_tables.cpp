// .csv and .npz, which hold several arrays.
#include <zlib.h>

#include <charconv>
#include <limits>

#include "base/text.h"
#include "data/write.h"

namespace tacit {
namespace {

bool is_number(const std::string& text) {
  double ignored = 0;
  return std::from_chars(text.data(), text.data() + text.size(), ignored).ptr == text.data() + text.size();
}

/// The name as one CSV field.
std::string quoted(const std::string& name) {
  if (name.empty()) return "\"\"";
  const bool plain = name.find_first_of("\",") == std::string::npos && name.front() != ' ' && name.front() != '\t' &&
                     name.back() != ' ' && name.back() != '\t';
  if (plain) return name;
  std::string out = "\"";
  for (char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

struct Rows {
  std::uint64_t count = 1;   ///< rows
  std::size_t width = 1;     ///< values in each
};

Rows rows_of(const Array& array) {
  if (array.dims.empty() || array.dims[0] == 0) return {array.dims.empty() ? 1u : 0u, 1};
  return {array.dims[0], static_cast<std::size_t>(array.values.size() / array.dims[0])};
}

void append_header(std::string& out, const Array& array) {
  const std::string name = array.name.empty() ? "output" : array.name;
  const std::size_t width = rows_of(array).width;
  // A header of numbers alone would be taken for data.
  const bool indexed = width != 1 || is_number(name);
  for (std::size_t k = 0; k < width; ++k) {
    if (!out.empty()) out += ',';
    out += quoted(indexed ? name + '[' + std::to_string(k) + ']' : name);
  }
}

constexpr std::uint32_t kLocalMark = 0x04034b50, kCentralMark = 0x02014b50, kEndMark = 0x06054b50;
constexpr std::uint16_t kVersion = 20, kFirstOfJanuary1980 = 0x0021;

/// The fields that an entry has in its local header and in the directory.
void put_facts(ByteWriter& out, ByteSpan content, std::uint32_t crc, std::size_t name) {
  out.u16(kVersion);
  out.u16(0);   // flags
  out.u16(0);   // stored
  out.u16(0);   // midnight
  out.u16(kFirstOfJanuary1980);
  out.u32(crc);
  out.u32(static_cast<std::uint32_t>(content.size()));
  out.u32(static_cast<std::uint32_t>(content.size()));
  out.u16(static_cast<std::uint16_t>(name));
  out.u16(0);   // extra
}

ByteSpan span_of(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

}  // namespace

Result<std::string> encode_csv(std::span<const Array> arrays) {
  std::string out;
  const std::uint64_t rows = arrays.empty() ? 0 : rows_of(arrays[0]).count;
  for (const Array& array : arrays) {
    const std::string where = "output " + printable(array.name);
    if (rows_of(array).count != rows) {
      return bad_input("has " + std::to_string(rows_of(array).count) + " rows, but another output has " + std::to_string(rows) +
                           ", so one table cannot hold them; write .npz or .json", where);
    }
    if (array.name.find_first_of("\r\n") != std::string::npos) {
      return bad_input("has a line break in its name, which .csv cannot hold; write .npz or .json", where);
    }
    append_header(out, array);
  }
  out += '\n';
  for (std::uint64_t row = 0; row < rows; ++row) {
    bool first = true;
    for (const Array& array : arrays) {
      const std::size_t width = rows_of(array).width;
      for (std::size_t k = 0; k < width; ++k) {
        if (!first) out += ',';
        first = false;
        if (!array.labels.empty()) out += quoted(visible(array.labels[row * width + k]));
        else if (array.type == ArrayType::kBool) out += array.values[row * width + k] != 0 ? '1' : '0';
        else append_number(out, array.values[row * width + k], array.type);
      }
    }
    out += '\n';
  }
  return out;
}

Result<Bytes> encode_npz(std::span<const Array> arrays) {
  ByteWriter out, directory;
  std::size_t unnamed = 0;
  for (const Array& array : arrays) {
    const Bytes content = encode_npy(array);
    const std::string name = (array.name.empty() ? "arr_" + std::to_string(unnamed++) : array.name) + ".npy";
    if (out.data().size() + content.size() + name.size() > std::numeric_limits<std::uint32_t>::max() - (1u << 20) ||
        name.size() > std::numeric_limits<std::uint16_t>::max()) {
      return unsupported("the arrays are larger than the 4 GiB of an .npz file");
    }
    const auto crc = static_cast<std::uint32_t>(crc32_z(crc32_z(0, nullptr, 0), content.data(), content.size()));
    const auto offset = static_cast<std::uint32_t>(out.data().size());
    out.u32(kLocalMark);
    put_facts(out, content, crc, name.size());
    out.raw(span_of(name));
    out.raw(content);
    directory.u32(kCentralMark);
    directory.u16(kVersion);
    put_facts(directory, content, crc, name.size());
    directory.raw(Bytes(10));   // comment, disk, attributes
    directory.u32(offset);
    directory.raw(span_of(name));
  }
  const auto start = static_cast<std::uint32_t>(out.data().size());
  out.raw(directory.data());
  out.u32(kEndMark);
  out.u32(0);   // disks
  for (int k = 0; k < 2; ++k) out.u16(static_cast<std::uint16_t>(arrays.size()));
  out.u32(static_cast<std::uint32_t>(directory.data().size()));
  out.u32(start);
  out.u16(0);   // comment
  return out.take();
}

}  // namespace tacit
