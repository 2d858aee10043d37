#include "data/array.h"

#include <cmath>
#include <limits>

#include "base/text.h"

namespace tacit {
namespace {

struct TypeFacts {
  std::string_view name;
  std::size_t bytes;
  bool integer;
};

constexpr TypeFacts kFacts[] = {
    {"bool", 1, true},     {"int8", 1, true},     {"int16", 2, true},   {"int32", 4, true},    {"int64", 8, true},
    {"uint8", 1, true},    {"uint16", 2, true},   {"uint32", 4, true},  {"uint64", 8, true},   {"float16", 2, false},
    {"bfloat16", 2, false}, {"float32", 4, false}, {"float64", 8, false},
};

constexpr std::int64_t kExactLimit = std::int64_t{1} << 53;
constexpr std::size_t kMessageBytes = 80;

const TypeFacts& facts(ArrayType type) { return kFacts[static_cast<std::size_t>(type)]; }

std::string joined(std::span<const std::uint64_t> numbers, char open, char close) {
  std::string text(1, open);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i != 0) text += ", ";
    text += std::to_string(numbers[i]);
  }
  return text + close;
}

}  // namespace

bool is_integer(ArrayType type) { return facts(type).integer; }
std::size_t bytes_of(ArrayType type) { return facts(type).bytes; }
std::string_view type_name(ArrayType type) { return facts(type).name; }

ArrayType array_type_of(std::string_view name) {
  if (name == "string") return ArrayType::kInt64;
  for (std::size_t t = 0; t < std::size(kFacts); ++t)
    if (kFacts[t].name == name) return static_cast<ArrayType>(t);
  return ArrayType::kFloat32;
}

Result<std::uint64_t> value_count(std::span<const std::uint64_t> dims, const std::string& where) {
  if (dims.size() > kMaxAxes) {
    return bad_input("has " + std::to_string(dims.size()) + " axes; at most " + std::to_string(kMaxAxes) +
                         " can be read", where);
  }
  for (std::uint64_t d : dims) {
    if (d == 0) return std::uint64_t{0};
  }
  std::uint64_t count = 1;
  for (std::uint64_t d : dims) {
    if (d > kMaxValues / count) {
      return bad_input("declares the shape " + dims_text(dims) + ", more than the " + std::to_string(kMaxValues) +
                           " values that can be read from one file", where);
    }
    count *= d;
  }
  return count;
}

std::string dims_text(std::span<const std::uint64_t> dims) { return joined(dims, '(', ')'); }

std::string list_text(std::span<const std::uint64_t> index) { return joined(index, '[', ']'); }

std::string index_text(std::span<const std::uint64_t> dims, std::uint64_t flat) {
  std::vector<std::uint64_t> index(dims.size());
  for (std::size_t axis = dims.size(); axis-- > 0;) {
    index[axis] = flat % dims[axis];
    flat /= dims[axis];
  }
  return list_text(index);
}

Status check_values(const Array& array, const std::string& where) {
  for (std::size_t i = 0; i < array.values.size(); ++i) {
    double v = array.values[i];
    if (std::isfinite(v) || !is_integer(array.type)) continue;  // of floats, whoever uses them decides
    return bad_input("the value at " + index_text(array.dims, i) +
                         " is an integer beyond 2^53; only finite numbers that a double holds exactly can be used", where);
  }
  return Unit{};
}

double exact(std::int64_t value) {
  bool held = value >= -kExactLimit && value <= kExactLimit;
  return held ? static_cast<double>(value) : std::numeric_limits<double>::quiet_NaN();
}

double exact(std::uint64_t value) {
  bool held = value <= static_cast<std::uint64_t>(kExactLimit);
  return held ? static_cast<double>(value) : std::numeric_limits<double>::quiet_NaN();
}

std::string printable(std::string_view text) {
  std::size_t kept = 0;  // whole characters
  while (kept < text.size() && kept + first_character(text.substr(kept)).bytes <= kMessageBytes) kept += first_character(text.substr(kept)).bytes;
  const std::string out = visible(text.substr(0, kept));
  return text.size() > kept ? out + "..." : out;
}

}  // namespace tacit
