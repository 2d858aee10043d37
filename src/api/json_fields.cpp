#include "api/json_fields.h"

#include <algorithm>
#include <cmath>

namespace tacit::api {
namespace {

constexpr std::string_view kHexMark = "hex:";

const Json& nothing() {
  static const Json empty = Json::object();
  return empty;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Would the name come back from a JSON text?
bool is_utf8(const std::string& name) {
  const std::string dumped = Json(name).dump(-1, ' ', false, Json::error_handler_t::replace);
  return Json::parse(dumped).get<std::string>() == name;
}

}  // namespace

std::string hex_of(ByteSpan bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

bool from_hex(std::string_view text, std::span<std::uint8_t> out) {
  if (text.size() != 2 * out.size()) return false;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = digit_of(text[2 * i]), low = digit_of(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<std::uint8_t>(16 * high + low);
  }
  return true;
}

tacit::Result<Json> parse_object(ByteSpan text) {
  Json parsed = Json::parse(text.begin(), text.end(), nullptr, false);
  if (!parsed.is_object()) return bad_input("is not a JSON object");
  return parsed;
}

std::string json_text(const std::string& name) {
  if (is_utf8(name) && !name.starts_with(kHexMark)) return name;
  return std::string(kHexMark) + hex_of({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()});
}

tacit::Result<std::string> name_of(const std::string& text) {
  if (!text.starts_with(kHexMark)) return text;
  Bytes bytes((text.size() - kHexMark.size()) / 2);
  if (!from_hex(std::string_view(text).substr(kHexMark.size()), bytes)) return bad_input("\"" + text + "\" is not a name");
  return std::string(bytes.begin(), bytes.end());
}

JsonFields::JsonFields(const Json& object) : object_(object.is_object() ? object : nothing()) {
  if (!object.is_object()) refuse("an object is expected");
}

void JsonFields::refuse(const std::string& what) {
  if (complaint_.empty()) complaint_ = what;
}

const Json* JsonFields::find(const char* key) {
  read_.insert(key);
  const auto found = object_.find(key);
  if (found == object_.end()) refuse("\"" + std::string(key) + "\" is missing");
  return found == object_.end() ? nullptr : &*found;
}

std::string JsonFields::text(const char* key) {
  const Json* value = find(key);
  if (value != nullptr && value->is_string()) return value->get<std::string>();
  refuse("\"" + std::string(key) + "\" is not a text");
  return {};
}

double JsonFields::real(const char* key) {
  const Json* value = find(key);
  if (value != nullptr && value->is_number() && std::isfinite(value->get<double>())) return value->get<double>();
  refuse("\"" + std::string(key) + "\" is not a number");
  return 0;
}

std::int64_t JsonFields::whole(const char* key, std::int64_t least, std::int64_t most) {
  const Json* value = find(key);
  const bool fits = value != nullptr && value->is_number_integer() &&
                    (!value->is_number_unsigned() || value->get<std::uint64_t>() <= INT64_MAX);
  const std::int64_t number = fits ? value->get<std::int64_t>() : least;
  if (fits && number >= least && number <= most) return number;
  refuse("\"" + std::string(key) + "\" is not a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return least;
}

bool JsonFields::flag(const char* key) {
  const Json* value = find(key);
  if (value != nullptr && value->is_boolean()) return value->get<bool>();
  refuse("\"" + std::string(key) + "\" is neither true nor false");
  return false;
}

Bytes JsonFields::bytes(const char* key, std::size_t count) {
  Bytes out(count);
  if (!from_hex(text(key), out)) refuse("\"" + std::string(key) + "\" is not " + std::to_string(count) + " bytes in hexadecimal");
  return out;
}

Digest JsonFields::digest(const char* key) {
  Digest out{};
  const Bytes read = bytes(key, out.size());
  std::copy(read.begin(), read.end(), out.begin());
  return out;
}

const Json& JsonFields::object(const char* key) {
  const Json* value = find(key);
  if (value != nullptr && value->is_object()) return *value;
  refuse("\"" + std::string(key) + "\" is not an object");
  return nothing();
}

const Json& JsonFields::list(const char* key) {
  static const Json kNone = Json::array();
  const Json* value = find(key);
  if (value != nullptr && value->is_array()) return *value;
  refuse("\"" + std::string(key) + "\" is not a list");
  return kNone;
}

std::size_t JsonFields::choice(const char* key, std::initializer_list<const char*> choices) {
  const std::string given = text(key);
  const auto found = std::find(choices.begin(), choices.end(), given);
  if (found == choices.end()) refuse("\"" + std::string(key) + "\" has none of its values");
  return found == choices.end() ? 0 : static_cast<std::size_t>(found - choices.begin());
}

Status JsonFields::done() const {
  if (!complaint_.empty()) return bad_input(complaint_);
  for (const auto& [key, value] : object_.items()) {
    if (!read_.contains(key)) return bad_input("\"" + key + "\" is not known");
  }
  return Unit{};
}

}  // namespace tacit::api
