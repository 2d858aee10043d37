// Array: one named block of numbers as it came from a file (or goes to one).
//
//   name    "Input3"            empty when the file does not name its arrays
//   type    kFloat32            how the numbers were stored; the values below are the same numbers
//   dims    {100, 1, 28, 28}    row major, last axis fastest; {} is one number
//   values  double[100*1*28*28]
//
// Every value is finite, infinite or NaN (a missing value), and exact: an integer beyond +-2^53 is refused where it is read, not rounded.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tacit {

enum class ArrayType : std::uint8_t {
  kBool, kInt8, kInt16, kInt32, kInt64, kUint8, kUint16, kUint32, kUint64,
  kFloat16, kBfloat16, kFloat32, kFloat64,
};

struct Array {
  std::string name;
  std::vector<std::uint64_t> dims;
  std::vector<double> values;
  ArrayType type = ArrayType::kFloat32;
  std::vector<std::string> labels = {};  ///< of texts: what each value says, instead of the number; else empty
};

/// The type that has this name; of "string", whose values are places, int64; kFloat32 of any other.
ArrayType array_type_of(std::string_view name);

/// What one file may bring into memory: its own bytes, and the values of all its arrays (as doubles) together.
inline constexpr std::uint64_t kMaxDataBytes = std::uint64_t{4} << 30;
inline constexpr std::uint64_t kMaxValues = kMaxDataBytes / sizeof(double);
inline constexpr std::size_t kMaxAxes = 16;

bool is_integer(ArrayType type);               ///< true for the booleans too
std::size_t bytes_of(ArrayType type);          ///< stored width of one value
std::string_view type_name(ArrayType type);    ///< "float32"

/// The product of the dimensions. Fails when the rank passes kMaxAxes or the product passes kMaxValues.
Result<std::uint64_t> value_count(std::span<const std::uint64_t> dims, const std::string& where);

/// "(100, 1, 28, 28)" for shapes, "[3, 0, 5]" for positions.
std::string dims_text(std::span<const std::uint64_t> dims);
std::string list_text(std::span<const std::uint64_t> index);

/// The position of value number `flat` (row major), as list_text.
std::string index_text(std::span<const std::uint64_t> dims, std::uint64_t flat);

/// Fails with the position of the first value that is, in an integer type, NaN, which stands for a number that a
/// double cannot hold (see `exact`).
Status check_values(const Array& array, const std::string& where);

/// `value` as a double, or NaN where the double would be another number.
double exact(std::int64_t value);
double exact(std::uint64_t value);

/// `text` fit for one line of a message: visible (base/text.h), and cut where it is long.
std::string printable(std::string_view text);

}  // namespace tacit
