#include "data/write.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "base/contract.h"
#include "data/file.h"
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

std::string npy_dictionary(const Array& array) {
  std::string shape = dims_text(array.dims);
  if (array.dims.size() == 1) shape.insert(shape.end() - 1, ',');
  std::string text = "{'descr': '";
  text += npy_descr(npy_type(array.type)) + "', 'fortran_order': False, 'shape': " + shape + ", }";
  while ((kNpyPreamble + text.size() + 1) % kNpyAlignment != 0) text += ' ';
  return text + '\n';
}

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

void append_nested(std::string& out, const Array& array, std::size_t axis, std::size_t& next) {
  if (axis == array.dims.size()) {
    append_number(out, array.values[next++], array.type);
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

}  // namespace

Bytes encode_npy(const Array& array) {
  std::string header = npy_dictionary(array);
  ByteWriter out;
  out.raw(bytes_of_text("\x93NUMPY"));
  out.u8(1);
  out.u8(0);
  out.u16(static_cast<std::uint16_t>(header.size()));
  out.raw(bytes_of_text(header));
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

Status write_npy(const std::string& path, const Array& array) { return write_file_atomic(path, encode_npy(array)); }

Status write_json(const std::string& path, std::span<const Array> arrays) {
  std::string text;
  if (arrays.size() == 1 && arrays[0].name.empty()) {
    text = encode_json(arrays[0]);
  } else {
    for (const Array& array : arrays) {
      text += text.empty() ? "{" : ",\n ";
      text += nlohmann::json(array.name).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
      text += ": " + encode_json(array);
    }
    text += text.empty() ? "{}" : "}";
  }
  return write_file_atomic(path, bytes_of_text(text + "\n"));
}

}  // namespace tacit
