//   local header | packed bytes   (one per entry)
//   central directory             (one record per entry: the sizes that count)
//   end record                    (22 bytes and a comment, at the very end)
#include "data/zip.h"

#include <zlib.h>

#include <algorithm>
#include <set>

#include "data/array.h"

namespace tacit {
namespace {

constexpr std::uint32_t kLocalMark = 0x04034b50, kCentralMark = 0x02014b50, kEndMark = 0x06054b50;
constexpr std::size_t kEndBytes = 22, kLocalBytes = 30, kMaxComment = 65535;
constexpr std::size_t kMaxEntries = 4096;
constexpr std::uint16_t kStored = 0, kDeflated = 8, kEncrypted = 1;
constexpr std::uint32_t kElsewhere = 0xffffffff;   // zip64: the real number is in an extra field
/// Deflate cannot shrink by more than this, so a larger claim is false before anything is unpacked.
constexpr std::uint64_t kMaxDeflateRatio = 1032;

struct End {
  std::uint16_t entries = 0;
  std::uint32_t size = 0, offset = 0;
};

struct Central {
  ZipEntry entry;
  std::uint16_t method = 0, flags = 0;
  std::uint32_t packed_size = 0, local_offset = 0;
};

Result<End> find_end(ByteSpan archive, const std::string& where) {
  std::size_t comment = 0;
  for (; kEndBytes + comment <= archive.size() && comment <= kMaxComment; ++comment) {
    ByteReader reader(archive.subspan(archive.size() - kEndBytes - comment));
    if (reader.u32() != kEndMark) continue;
    std::uint16_t disk = reader.u16(), first_disk = reader.u16(), here = reader.u16();
    End end;
    end.entries = reader.u16();
    end.size = reader.u32();
    end.offset = reader.u32();
    if (reader.u16() != comment) continue;
    std::uint64_t start = archive.size() - kEndBytes - comment;
    if (disk != 0 || first_disk != 0 || here != end.entries) return bad_input("is a split zip archive", where);
    if (end.offset == kElsewhere || end.size == kElsewhere) {
      return unsupported("is a zip64 archive of 4 GiB or more; split it", where);
    }
    if (std::uint64_t{end.offset} + end.size != start) break;
    if (end.entries > kMaxEntries) {
      return bad_input("has " + std::to_string(end.entries) + " entries; at most " + std::to_string(kMaxEntries) +
                           " can be read", where);
    }
    return end;
  }
  return bad_input("is not a complete zip archive", where);
}

Result<Central> read_central(ByteReader& reader, const std::string& where) {
  Error malformed = bad_input("has a malformed zip directory", where);
  Central c;
  if (reader.u32() != kCentralMark) return malformed;
  reader.raw(4);  // versions
  c.flags = reader.u16();
  c.method = reader.u16();
  reader.raw(4);  // time
  c.entry.crc = reader.u32();
  c.packed_size = reader.u32();
  c.entry.size = reader.u32();
  std::uint16_t name = reader.u16(), extra = reader.u16(), comment = reader.u16();
  reader.raw(8);  // disk, attributes
  c.local_offset = reader.u32();
  ByteSpan text = reader.raw(name);
  reader.raw(std::size_t{extra} + comment);
  if (!reader.ok()) return malformed;
  c.entry.name.assign(text.begin(), text.end());
  if (c.packed_size == kElsewhere || c.entry.size == kElsewhere || c.local_offset == kElsewhere) {
    return unsupported("has an entry of 4 GiB or more; split it", where);
  }
  return c;
}

/// Checks the local header against the directory and points the entry at its packed bytes.
Status find_packed(ByteSpan archive, Central& c, std::uint64_t directory, const std::string& where) {
  Error malformed = bad_input("zip entry '" + printable(c.entry.name) + "' does not agree with the directory", where);
  if (c.local_offset > directory || directory - c.local_offset < kLocalBytes) return malformed;
  ByteReader reader(archive.first(directory).subspan(c.local_offset));
  std::uint32_t mark = reader.u32();
  reader.raw(2);
  std::uint16_t flags = reader.u16(), method = reader.u16();
  reader.raw(16);  // time, checksum and sizes: the directory's are the ones that count
  std::uint16_t name = reader.u16(), extra = reader.u16();
  ByteSpan text = reader.raw(name);
  reader.raw(extra);
  c.entry.packed = reader.raw(c.packed_size);
  bool same_name = std::equal(text.begin(), text.end(), c.entry.name.begin(), c.entry.name.end(),
                              [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); });
  if (!reader.ok() || mark != kLocalMark || method != c.method || flags != c.flags || !same_name) return malformed;
  return Unit{};
}

Status check_entry(const Central& c, const std::string& where) {
  std::string name = "zip entry '" + printable(c.entry.name) + "' ";
  if ((c.flags & kEncrypted) != 0) return unsupported(name + "is encrypted", where);
  if (c.method != kStored && c.method != kDeflated) {
    return unsupported(name + "uses compression method " + std::to_string(c.method) + "; stored and deflate can be read",
                       where);
  }
  bool plausible = c.method == kStored ? c.packed_size == c.entry.size
                                       : c.entry.size / kMaxDeflateRatio <= c.packed_size;
  if (!plausible) return bad_input(name + "declares a size its bytes cannot give", where);
  return Unit{};
}

Status check_disjoint(std::vector<ZipEntry> entries, const std::string& where) {
  std::sort(entries.begin(), entries.end(),
            [](const ZipEntry& a, const ZipEntry& b) { return a.packed.data() < b.packed.data(); });
  std::set<std::string> names;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!names.insert(entries[i].name).second) {
      return bad_input("has two entries named '" + printable(entries[i].name) + "'", where);
    }
    // A local header lies between two entries' bytes, so even empty entries are that far apart.
    bool apart = i == 0 || entries[i - 1].packed.data() + entries[i - 1].packed.size() + kLocalBytes <=
                               entries[i].packed.data();
    if (!apart) return bad_input("has overlapping zip entries", where);
  }
  return Unit{};
}

Result<Bytes> inflate_prefix(const ZipEntry& entry, std::uint64_t wanted, const Error& damaged) {
  constexpr std::uint64_t kStep = std::uint64_t{1} << 30;  // zlib counts in 32 bits
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return io_error("zlib cannot start");
  // One byte more than wanted when the whole entry is: a stream that goes on past its declared size is caught.
  bool whole = wanted == entry.size;
  Bytes out(wanted + (whole ? 1 : 0));
  std::uint64_t read = 0, written = 0;
  int state = Z_OK;
  while (state == Z_OK && written < out.size()) {
    stream.next_in = const_cast<Bytef*>(entry.packed.data() + read);
    stream.avail_in = static_cast<uInt>(std::min(kStep, entry.packed.size() - read));
    stream.next_out = out.data() + written;
    stream.avail_out = static_cast<uInt>(std::min(kStep, out.size() - written));
    uInt in = stream.avail_in, room = stream.avail_out;
    state = inflate(&stream, Z_NO_FLUSH);
    read += in - stream.avail_in;
    written += room - stream.avail_out;
  }
  inflateEnd(&stream);
  bool complete = whole ? state == Z_STREAM_END && written == wanted && read == entry.packed.size()
                        : written == wanted;
  if (!complete) return damaged;
  out.resize(wanted);
  return out;
}

std::uint32_t crc_of(ByteSpan bytes) {
  return static_cast<std::uint32_t>(crc32_z(crc32_z(0, nullptr, 0), bytes.data(), bytes.size()));
}

}  // namespace

Result<std::vector<ZipEntry>> list_zip(ByteSpan archive, const std::string& where) {
  TACIT_TRY(End end, find_end(archive, where));
  ByteReader reader(archive.subspan(end.offset, end.size));
  std::vector<ZipEntry> entries;
  for (std::size_t i = 0; i < end.entries; ++i) {
    TACIT_TRY(Central central, read_central(reader, where));
    TACIT_TRY([[maybe_unused]] Unit checked, check_entry(central, where));
    TACIT_TRY([[maybe_unused]] Unit found, find_packed(archive, central, end.offset, where));
    central.entry.deflated = central.method == kDeflated;
    entries.push_back(std::move(central.entry));
  }
  if (!reader.at_end()) return bad_input("has a malformed zip directory", where);
  TACIT_TRY([[maybe_unused]] Unit apart, check_disjoint(entries, where));
  return entries;
}

Result<Bytes> unpack(const ZipEntry& entry, std::uint64_t limit, const std::string& where) {
  Error damaged = bad_input("zip entry '" + printable(entry.name) + "' is damaged", where);
  std::uint64_t wanted = std::min(limit, entry.size);
  Bytes out;
  if (entry.deflated) {
    TACIT_TRY(out, inflate_prefix(entry, wanted, damaged));
  } else {
    out.assign(entry.packed.begin(), entry.packed.begin() + static_cast<std::ptrdiff_t>(wanted));
  }
  if (wanted == entry.size && crc_of(out) != entry.crc) return damaged;
  return out;
}

}  // namespace tacit
