// Ports: how the model's named inputs and outputs stand in columns.
//
//   logical tensor, flat row-major:  index = (n * rows + r) * inner + i      n < batch, r < rows, i < inner
//   column entry:                    [r, n * inner + i]
//   value = integer * scale                            or, of an input whose features differ in size, a scale for each row
//
// A committed port has two columns, the high and the low digits of its integers (theorem/committed.h); its scale is the
// grid, a power of two, or 0 for an input of float32 values (theorem/float32.h). An input that is read exactly has scale 0 and
// two columns too, whatever its visibility.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "theorem/committed.h"
#include "theorem/theorem.h"

namespace tacit {

using IntColumn = std::vector<std::int32_t>;  ///< a column's entries, row-major

/// Limits of a port's labels, and of each in bytes.
inline constexpr std::uint32_t kMaxLabels = 4096, kMaxLabelBytes = 256;

enum class Visibility : std::uint8_t { kPublic = 0, kPrivate = 1, kCommitted = 2 };

/// The most that two features of an input may differ in scale, as a power of two.
inline constexpr std::uint8_t kMaxRowShift = 40;

/// What the model file calls the elements, by the numbers that ONNX has for them. It describes what is shown; proven are integers.
enum class PortType : std::uint8_t {
  kFloat = 1, kUint8 = 2, kInt8 = 3, kUint16 = 4, kInt16 = 5, kInt32 = 6, kInt64 = 7, kString = 8, kBool = 9,
  kFloat16 = 10, kDouble = 11, kUint32 = 12, kUint64 = 13, kBfloat16 = 16,
};
/// "float32", "int64", "string", ...
const char* name_of(PortType type);
/// Whole numbers: integers, booleans, and strings, which are places of labels.
bool is_whole(PortType type);

struct Port {
  std::string name;
  std::vector<std::uint64_t> dims;
  ColumnId column = kNone;  ///< of a committed port: the high digits
  std::uint32_t batch = 1, rows = 1, inner = 1;
  double scale = 1;
  Visibility visibility = Visibility::kPublic;
  ColumnId low_column = kNone;  ///< of the low digits, where it has them
  /// Of an input without digits, one for each row, or none: the scale of row r is scale / 2^row_shifts[r].
  std::vector<std::uint8_t> row_shifts = {};

  /// Of an output of places 0, 1, ...: the text that each stands for; otherwise empty.
  std::vector<std::string> labels = {};
  PortType type = PortType::kFloat;  ///< kString exactly where there are labels

  double scale_of_row(std::size_t r) const { return row_shifts.empty() ? scale : std::ldexp(scale, -row_shifts[r]); }
  std::uint64_t size() const { return std::uint64_t{batch} * rows * inner; }
  bool has_digits() const { return low_column != kNone; }
  bool is_committed() const { return visibility == Visibility::kCommitted; }
  /// Its one or two columns.
  std::vector<ColumnId> columns() const;
  /// The label of an integer of the port. Contract: it has labels, and the integer is in its column's bounds.
  const std::string& label_of(std::int64_t place) const { return labels[static_cast<std::size_t>(place)]; }
  bool operator==(const Port&) const = default;
};

struct Ports {
  std::vector<Port> inputs, outputs;
  bool operator==(const Ports&) const = default;
};

/// By column: does an input port name it? What check_definitions takes as given.
std::vector<bool> input_columns(const Theorem& theorem, const Ports& ports);

/// Fills the port's columns: round_half_up(value / scale), or the float32 value's integer, clamped to the column's bounds or, for a committed port, to
/// [kCommittedMin, kCommittedMax]. `flat` is the logical tensor, its values finite; `columns` is by ColumnId.
void quantise(const Port& port, const Theorem& theorem, const std::vector<double>& flat, std::vector<IntColumn>& columns);
/// The digits of a committed port, [high, low].
std::array<IntColumn, 2> committed_columns(const Port& port, const std::vector<double>& flat);
/// The logical tensor of the port's columns; `columns` is by ColumnId.
std::vector<double> dequantise(const Port& port, const std::vector<IntColumn>& columns);
/// The logical tensor as integers.
std::vector<std::int64_t> to_logical(const Port& port, const std::vector<IntColumn>& columns);

// The same for the one column of a port that is not committed.

/// clamp(round_half_up(value / scale), lo, hi) in column order. `flat` is the logical tensor.
IntColumn quantise(const Port& port, const Column& column, const std::vector<double>& flat);
/// The logical tensor of a column.
std::vector<double> dequantise(const Port& port, const IntColumn& column);
/// The logical tensor as integers.
std::vector<std::int32_t> to_logical(const Port& port, const IntColumn& column);

void write_ports(ByteWriter& out, const Ports& ports);
/// Checks against the theorem: columns exist, shapes fit, homes agree with visibilities, scales are finite and positive.
/// Two columns hold digits; a committed port has them, and so has a port with scale 0. A committed port's scale is a power of two in 2^[kMinGrid, kMaxGrid], or 0 (an input), and no other port has one of its columns.
Result<Ports> read_ports(ByteReader& in, const Theorem& theorem);

}  // namespace tacit
