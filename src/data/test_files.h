// For the tests of this folder: files of every format, built in memory.
#pragma once

#include <zlib.h>

#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/contract.h"

namespace tacit::test {

inline Bytes to_bytes(const std::string& text) { return {text.begin(), text.end()}; }

inline Bytes join(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// An .npy file with this dictionary and these stored values.
inline Bytes npy_file(const std::string& dictionary, const Bytes& values, std::uint8_t major = 1) {
  ByteWriter out;
  out.raw(to_bytes("\x93NUMPY"));
  out.u8(major);
  out.u8(0);
  if (major == 1) out.u16(static_cast<std::uint16_t>(dictionary.size()));
  else out.u32(static_cast<std::uint32_t>(dictionary.size()));
  out.raw(to_bytes(dictionary));
  out.raw(values);
  return out.take();
}

inline std::string npy_dictionary(const std::string& descr, const std::string& shape, bool fortran = false) {
  return "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': " + shape + ", }\n";
}

inline Bytes deflated(const Bytes& data) {
  z_stream stream{};
  TACIT_EXPECTS(deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK, "zlib starts");
  Bytes out(deflateBound(&stream, data.size()));
  stream.next_in = const_cast<Bytef*>(data.data());
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  TACIT_EXPECTS(deflate(&stream, Z_FINISH) == Z_STREAM_END, "zlib ends");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// One entry of a zip; every field may be falsified.
struct ZipPart {
  ZipPart(std::string entry_name, const Bytes& content, bool deflate)
      : name(std::move(entry_name)), method(deflate ? 8 : 0), packed(deflate ? deflated(content) : content),
        size(static_cast<std::uint32_t>(content.size())),
        crc(static_cast<std::uint32_t>(crc32_z(0, content.data(), content.size()))), local_name(name) {}
  std::string name;
  std::uint16_t method;
  Bytes packed;
  std::uint32_t size;
  std::uint32_t crc;
  std::string local_name;
  std::uint16_t flags = 0;
};

inline Bytes zip_file(const std::vector<ZipPart>& parts, const std::string& comment = "") {
  ByteWriter out, directory;
  for (const ZipPart& p : parts) {
    auto offset = static_cast<std::uint32_t>(out.data().size());
    for (ByteWriter* w : {&out, &directory}) {
      bool local = w == &out;
      w->u32(local ? 0x04034b50 : 0x02014b50);
      if (!local) w->u16(20);
      w->u16(20);
      w->u16(p.flags);
      w->u16(p.method);
      w->u32(0);
      w->u32(p.crc);
      w->u32(static_cast<std::uint32_t>(p.packed.size()));
      w->u32(p.size);
      w->u16(static_cast<std::uint16_t>((local ? p.local_name : p.name).size()));
      w->u16(0);
      if (!local) w->raw(Bytes(10));
      if (!local) w->u32(offset);
      w->raw(to_bytes(local ? p.local_name : p.name));
    }
    out.raw(p.packed);
  }
  auto start = static_cast<std::uint32_t>(out.data().size());
  out.raw(directory.data());
  out.u32(0x06054b50);
  out.u32(0);
  out.u16(static_cast<std::uint16_t>(parts.size()));
  out.u16(static_cast<std::uint16_t>(parts.size()));
  out.u32(static_cast<std::uint32_t>(directory.data().size()));
  out.u32(start);
  out.u16(static_cast<std::uint16_t>(comment.size()));
  out.raw(to_bytes(comment));
  return out.take();
}

}  // namespace tacit::test
