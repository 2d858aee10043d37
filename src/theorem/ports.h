// Ports: how the model's named inputs and outputs stand in columns.
//
//   logical tensor, flat row-major:  index = (n * rows + r) * inner + i      n < batch, r < rows, i < inner
//   column entry:                    [r, n * inner + i]
//   value = integer * scale
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "theorem/theorem.h"

namespace tacit {

using IntColumn = std::vector<std::int32_t>;  ///< a column's entries, row-major

enum class Visibility : std::uint8_t { kPublic = 0, kPrivate = 1 };

struct Port {
  std::string name;
  std::vector<std::uint64_t> dims;
  ColumnId column = kNone;
  std::uint32_t batch = 1, rows = 1, inner = 1;
  double scale = 1;
  Visibility visibility = Visibility::kPublic;

  std::uint64_t size() const { return std::uint64_t{batch} * rows * inner; }
  bool operator==(const Port&) const = default;
};

struct Ports {
  std::vector<Port> inputs, outputs;
  bool operator==(const Ports&) const = default;
};

/// clamp(round_half_up(value / scale), lo, hi) in column order. `flat` is the logical tensor.
IntColumn quantise(const Port& port, const Column& column, const std::vector<double>& flat);
/// The logical tensor of a column.
std::vector<double> dequantise(const Port& port, const IntColumn& column);
/// The logical tensor as integers.
std::vector<std::int32_t> to_logical(const Port& port, const IntColumn& column);

void write_ports(ByteWriter& out, const Ports& ports);
/// Checks against the theorem: columns exist, shapes fit, homes agree with visibilities, scales are finite and positive.
Result<Ports> read_ports(ByteReader& in, const Theorem& theorem);

}  // namespace tacit
