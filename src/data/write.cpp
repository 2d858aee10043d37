#include "data/write.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/contract.h"
#include "base/text.h"
#include "data/file.h"
#include "data/named_files.h"
#include "data/numbers.h"

namespace tacit {
namespace {

constexpr std::size_t kNpyAlignment = 64;
constexpr std::size_t kNpyPreamble = 10;   // magic, version, header length

ArrayType npy_type(ArrayType type) { return type == ArrayType::kBfloat16 ? ArrayType::kFloat32 : type; }

std::string npy_descr(ArrayType type) {
  char kind = type == ArrayType::kBool ? 'b' : !is_integer(type) ? 'f' : type_name(type).front();
  std::string descr{bytes_of(type) == 1 ? '|' : '<', kind};
  descr += std::to_string(bytes_of(type));
  return descr;
}

std::u32string characters_of(std::string_view text) {
  std::u32string out;
  while (!text.empty()) {
    const Character c = first_character(text);
    out += c.valid ? static_cast<char32_t>(c.code) : U'\uFFFD';
    text.remove_prefix(c.bytes);
  }
  return out;
}

/// Characters of the longest label, at least 1.
std::size_t label_width(const Array& array) {
  std::size_t width = 1;
  for (const std::string& label : array.labels) width = std::max(width, characters_of(label).size());
  return width;
}

std::string npy_dictionary(const Array& array) {
  std::string shape = dims_text(array.dims);
  if (array.dims.size() == 1) shape.insert(shape.end() - 1, ',');
  std::string text = "{'descr': '";
  text += (array.labels.empty() ? npy_descr(npy_type(array.type)) : "<U" + std::to_string(label_width(array))) + "', 'fortran_order': False, 'shape': " + shape + ", }";
  while ((kNpyPreamble + text.size() + 1) % kNpyAlignment != 0) text += ' ';
  return text + '\n';
}

void append_nested(std::string& out, const Array& array, std::size_t axis, std::size_t& next) {
  if (axis == array.dims.size()) {
    if (array.labels.empty()) append_number(out, array.values[next], array.type);
    else out += nlohmann::json(array.labels[next]).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    ++next;
    return;
  }
  out += '[';
  for (std::uint64_t i = 0; i < array.dims[axis]; ++i) {
    if (i != 0) out += axis + 1 == array.dims.size() ? "," : ",\n ";
    append_nested(out, array, axis + 1, next);
  }
  out += ']';
}

ByteSpan bytes_of_text(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

enum class Format { kNpy, kNpz, kCsv, kJson, kPb, kNone };

Format format_of(const std::string& path) {
  constexpr std::pair<std::string_view, Format> kFormats[] = {
      {".npy", Format::kNpy}, {".npz", Format::kNpz}, {".csv", Format::kCsv}, {".json", Format::kJson}, {".pb", Format::kPb}};
  for (const auto& [extension, format] : kFormats) {
    if (path.ends_with(extension)) return format;
  }
  return Format::kNone;
}

Result<Bytes> encode(const std::string& path, std::span<const Array> arrays) {
  const Format format = format_of(path);
  const bool holds_one = format == Format::kNpy || format == Format::kPb;
  if (holds_one && arrays.size() != 1) {
    return Error{ErrorCode::kUsage, "there are " + std::to_string(arrays.size()) + " outputs, and such a file holds one; write "
                 ".npz, .json or .csv, or give NAME=FILE,NAME=FILE", path};
  }
  std::string text;
  switch (format) {
    case Format::kNpy: return encode_npy(arrays[0]);
    case Format::kPb:
      if (!arrays[0].labels.empty()) return Error{ErrorCode::kUsage, "its values are text; write .npz, .json or .csv", path};
      return encode_tensor_pb(arrays[0]);
    case Format::kNpz: return encode_npz(arrays);
    case Format::kJson: text = encode_json_arrays(arrays) + "\n"; break;
    default: {
      TACIT_TRY(text, encode_csv(arrays));
    }
  }
  return Bytes(text.begin(), text.end());
}

Status write_one_file(const std::string& path, std::span<const Array> arrays) {
  TACIT_TRY([[maybe_unused]] Unit known, check_target(path));
  auto bytes = encode(path, arrays);
  if (!bytes.ok()) return Error{bytes.error().code, bytes.error().what, bytes.error().where.empty() ? path : path + ", " + bytes.error().where};
  return write_file_atomic(path, *bytes);
}

}  // namespace

void append_number(std::string& out, double value, ArrayType type) {
  if (type == ArrayType::kBool) {
    out += value != 0 ? "true" : "false";
    return;
  }
  char buffer[40];
  bool narrow = !is_integer(type) && type != ArrayType::kFloat64;
  auto [end, failed] = is_integer(type) ? std::to_chars(buffer, std::end(buffer), static_cast<std::int64_t>(value))
                       : narrow         ? std::to_chars(buffer, std::end(buffer), static_cast<float>(value))
                                        : std::to_chars(buffer, std::end(buffer), value);
  TACIT_EXPECTS(failed == std::errc{}, "a number needs more digits than any can");
  std::string_view digits(buffer, static_cast<std::size_t>(end - buffer));
  out += digits;
  bool looks_integer = digits.find_first_of(".e") == std::string_view::npos;
  if (!is_integer(type) && looks_integer) out += ".0";
}

Bytes encode_npy(const Array& array) {
  std::string header = npy_dictionary(array);
  ByteWriter out;
  out.raw(bytes_of_text("\x93NUMPY"));
  out.u8(1);
  out.u8(0);
  out.u16(static_cast<std::uint16_t>(header.size()));
  out.raw(bytes_of_text(header));
  for (const std::string& label : array.labels) {
    std::u32string text = characters_of(label);
    text.resize(label_width(array), U'\0');
    for (const char32_t c : text) out.u32(static_cast<std::uint32_t>(c));
  }
  if (!array.labels.empty()) return out.take();
  ArrayType type = npy_type(array.type);
  for (double value : array.values) {
    std::uint64_t bits = encode_number(value, type);
    for (std::size_t i = 0; i < bytes_of(type); ++i) out.u8(static_cast<std::uint8_t>(bits >> (8 * i)));
  }
  return out.take();
}

std::string encode_json(const Array& array) {
  std::string out;
  std::size_t next = 0;
  append_nested(out, array, 0, next);
  TACIT_EXPECTS(next == array.values.size(), "an array's values do not match its dimensions");
  return out;
}

std::string encode_json_arrays(std::span<const Array> arrays) {
  if (arrays.size() == 1 && arrays[0].name.empty()) return encode_json(arrays[0]);
  std::string text;
  for (const Array& array : arrays) {
    text += text.empty() ? "{" : ",\n ";
    text += nlohmann::json(array.name).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    text += ": " + encode_json(array);
  }
  return text.empty() ? "{}" : text + "}";
}

Status check_target(const std::string& path) {
  TACIT_TRY(const NamedFiles files, named_files(path));
  for (const auto& [name, file] : files.empty() ? NamedFiles{{"", path}} : files) {
    if (format_of(file) == Format::kNone) {
      return Error{ErrorCode::kUsage, "arrays are written as .npy, .npz, .csv, .json or .pb; name the file so", file};
    }
  }
  return Unit{};
}

Status write_arrays(const std::string& path, std::span<const Array> arrays) {
  TACIT_TRY(const NamedFiles files, named_files(path));
  if (files.empty()) return write_one_file(path, arrays);
  for (const auto& [name, file] : files) {
    const auto found = std::find_if(arrays.begin(), arrays.end(), [&](const Array& a) { return a.name == name; });
    if (found == arrays.end()) return Error{ErrorCode::kUsage, "there is no output " + printable(name), path};
    TACIT_TRY([[maybe_unused]] Unit written, write_one_file(file, std::span(&*found, 1)));
  }
  return Unit{};
}

}  // namespace tacit
