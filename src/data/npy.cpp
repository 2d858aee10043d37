// NumPy's .npy format, versions 1 to 3:
//
//   \x93NUMPY  major minor  header length (u16, from version 2 u32)  header  values
//   header: {'descr': '<f4', 'fortran_order': False, 'shape': (100, 4), }  padded with spaces, newline
#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include "data/formats.h"
#include "data/numbers.h"

namespace tacit {
namespace {

constexpr std::uint64_t kMaxCharacters = 1 << 16;   // of one text
constexpr std::string_view kMagic = "\x93NUMPY";

/// Reads the subset of Python's literals that a header consists of.
class HeaderText {
 public:
  explicit HeaderText(std::string_view text) : text_(text) {}

  bool take(char c) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::optional<std::string_view> quoted() {
    skip_blanks();
    if (at_ >= text_.size() || (text_[at_] != '\'' && text_[at_] != '"')) return std::nullopt;
    std::size_t end = text_.find(text_[at_], at_ + 1);
    if (end == std::string_view::npos) return std::nullopt;
    std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return inside;
  }
  bool word(std::string_view expected) {
    skip_blanks();
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }
  std::optional<std::uint64_t> number() {
    skip_blanks();
    std::uint64_t value = 0;
    auto [end, failed] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (failed != std::errc{}) return std::nullopt;
    at_ = static_cast<std::size_t>(end - text_.data());
    return value;
  }
  bool at_end() {
    skip_blanks();
    return at_ == text_.size();
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  std::string_view text_;
  std::size_t at_ = 0;
};

std::optional<ArrayType> type_of(std::string_view code) {
  constexpr std::pair<std::string_view, ArrayType> kCodes[] = {
      {"b1", ArrayType::kBool},    {"i1", ArrayType::kInt8},    {"i2", ArrayType::kInt16},
      {"i4", ArrayType::kInt32},   {"i8", ArrayType::kInt64},   {"u1", ArrayType::kUint8},
      {"u2", ArrayType::kUint16},  {"u4", ArrayType::kUint32},  {"u8", ArrayType::kUint64},
      {"f2", ArrayType::kFloat16}, {"f4", ArrayType::kFloat32}, {"f8", ArrayType::kFloat64},
  };
  for (auto [name, type] : kCodes) {
    if (name == code) return type;
  }
  return std::nullopt;
}

Status read_descr(HeaderText& text, NpyHeader& header, const std::string& where) {
  auto descr = text.quoted();
  if (!descr) return unsupported("holds records, not plain numbers", where);
  auto refused = unsupported("has the type '" + printable(*descr) + "'; only numbers (bool, int, uint, float) and "
                             "texts can be read", where);
  if (descr->size() < 2) return refused;
  char order = descr->front();
  if ((*descr)[1] == 'U' && (order == '<' || order == '>')) {
    const char* const end = descr->data() + descr->size();
    const auto [stop, failed] = std::from_chars(descr->data() + 2, end, header.characters);
    if (failed != std::errc{} || stop != end || header.characters == 0 || header.characters > kMaxCharacters) return refused;
    header.type = ArrayType::kInt64;
    header.big_endian = order == '>';
    return Unit{};
  }
  auto type = type_of(descr->substr(1));
  if (!type || (order != '<' && order != '>' && order != '|')) return refused;
  header.type = *type;
  header.big_endian = order == '>';
  return Unit{};
}

bool read_shape(HeaderText& text, NpyHeader& header) {
  if (!text.take('(')) return false;
  while (!text.take(')')) {
    auto dim = text.number();
    if (!dim) return false;
    header.dims.push_back(*dim);
    if (text.take(',')) continue;
    // Python writes (4,): a lone (4) is a number, not a shape.
    return header.dims.size() > 1 && text.take(')');
  }
  return true;
}

bool read_order(HeaderText& text, NpyHeader& header) {
  header.fortran_order = text.word("True");
  return header.fortran_order || text.word("False");
}

Status read_dictionary(std::string_view content, NpyHeader& header, const std::string& where) {
  Error malformed = bad_input("has a malformed .npy header", where);
  HeaderText text(content);
  bool has_descr = false, has_order = false, has_shape = false;
  if (!text.take('{')) return malformed;
  while (!text.take('}')) {
    auto key = text.quoted();
    if (!key || !text.take(':')) return malformed;
    if (*key == "descr" && !has_descr) {
      has_descr = true;
      TACIT_TRY([[maybe_unused]] Unit read, read_descr(text, header, where));
    } else if (*key == "fortran_order" && !has_order) {
      has_order = read_order(text, header);
      if (!has_order) return malformed;
    } else if (*key == "shape" && !has_shape) {
      has_shape = read_shape(text, header);
      if (!has_shape) return malformed;
    } else {
      return malformed;
    }
    if (text.take(',')) continue;
    if (!text.take('}')) return malformed;
    break;
  }
  if (!has_descr || !has_order || !has_shape || !text.at_end()) return malformed;
  return Unit{};
}

/// Values stored first axis fastest, reordered to last axis fastest. The odometer is over the row-major index.
std::vector<double> from_fortran(const std::vector<double>& stored, std::span<const std::uint64_t> dims) {
  std::vector<std::uint64_t> stride(dims.size(), 1), index(dims.size(), 0);
  for (std::size_t axis = 1; axis < dims.size(); ++axis) stride[axis] = stride[axis - 1] * dims[axis - 1];
  std::vector<double> values(stored.size());
  std::uint64_t source = 0;
  for (double& value : values) {
    value = stored[source];
    for (std::size_t axis = dims.size(); axis-- > 0;) {
      source += stride[axis];
      if (++index[axis] < dims[axis]) break;
      source -= stride[axis] * dims[axis];
      index[axis] = 0;
    }
  }
  return values;
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) { out += static_cast<char>(code); return; }
  const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  constexpr std::uint32_t kLead[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(kLead[more] | code >> (6 * more));
  for (int k = more - 1; k >= 0; --k) out += static_cast<char>(0x80 | ((code >> (6 * k)) & 0x3F));
}

/// Texts of four bytes a character, filled up with zeros. The values are their places.
Result<Array> texts_of(ByteSpan content, const NpyHeader& header, const std::string& where) {
  if (header.fortran_order && header.dims.size() > 1) return unsupported("holds texts in Fortran order", where);
  Array array{"", header.dims, {}, ArrayType::kInt64, {}};
  for (std::uint64_t i = 0; i < header.count; ++i) {
    std::string text;
    const ByteSpan characters = content.subspan(i * header.bytes_each(), header.bytes_each());
    std::uint64_t length = header.characters;
    const auto character = [&](std::uint64_t k) {
      std::uint32_t code = 0;
      for (std::size_t b = 0; b < 4; ++b) code |= std::uint32_t{characters[4 * k + (header.big_endian ? 3 - b : b)]} << (8 * b);
      return code;
    };
    while (length > 0 && character(length - 1) == 0) --length;
    for (std::uint64_t k = 0; k < length; ++k) {
      const std::uint32_t code = character(k);
      if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return bad_input("holds a text with something that is no character", where);
      append_utf8(text, code);
    }
    array.labels.push_back(std::move(text));
    array.values.push_back(static_cast<double>(i));
  }
  return array;
}

}  // namespace

Result<NpyHeader> parse_npy_header(ByteSpan bytes, const std::string& where) {
  ByteReader reader(bytes);
  ByteSpan magic = reader.raw(kMagic.size());
  if (!reader.ok() || std::memcmp(magic.data(), kMagic.data(), kMagic.size()) != 0) {
    return bad_input("is not an .npy array", where);
  }
  std::uint8_t major = reader.u8(), minor = reader.u8();
  if (reader.ok() && (major < 1 || major > 3 || minor != 0)) {
    return unsupported("has .npy version " + std::to_string(major) + "." + std::to_string(minor) +
                           "; versions 1.0 to 3.0 can be read", where);
  }
  std::uint32_t length = major == 1 ? reader.u16() : reader.u32();
  if (length > kMaxNpyHeader - reader.position()) return bad_input("has an overlong .npy header", where);
  ByteSpan content = reader.raw(length);
  if (!reader.ok()) return bad_input("ends inside its .npy header", where);

  NpyHeader header;
  header.data_offset = reader.position();
  std::string_view text(reinterpret_cast<const char*>(content.data()), content.size());
  TACIT_TRY([[maybe_unused]] Unit read, read_dictionary(text, header, where));
  TACIT_TRY(header.count, value_count(header.dims, where));
  return header;
}

Result<Array> parse_npy(ByteSpan bytes, const std::string& where) {
  TACIT_TRY(NpyHeader header, parse_npy_header(bytes, where));
  if (bytes.size() != header.total_bytes()) {
    return bad_input("holds " + std::to_string(bytes.size() - header.data_offset) + " bytes of values where its shape " +
                         dims_text(header.dims) + " needs " + std::to_string(header.count * header.bytes_each()),
                     where);
  }
  Array array;
  array.type = header.type;
  array.dims = header.dims;
  if (header.characters > 0) return texts_of(bytes.subspan(header.data_offset), header, where);
  array.values = decode_numbers(bytes.subspan(header.data_offset), header.type, header.big_endian);
  if (header.fortran_order && !array.values.empty()) array.values = from_fortran(array.values, array.dims);
  TACIT_TRY([[maybe_unused]] Unit checked, check_values(array, where));
  return array;
}

}  // namespace tacit
