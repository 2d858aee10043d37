#include "theorem/ports.h"

#include <algorithm>
#include <cmath>

#include "base/contract.h"
#include "theorem/float32.h"

namespace tacit {
namespace {

// flat index of the column entry [r, n * inner + i], and its scale
template <class F> void for_each_entry(const Port& p, F&& f) {
  for (std::size_t r = 0; r < p.rows; ++r)
    for (std::size_t n = 0; n < p.batch; ++n)
      for (std::size_t i = 0; i < p.inner; ++i)
        f((r * p.batch + n) * p.inner + i, (n * p.rows + r) * p.inner + i, p.scale_of_row(r));
}

void write_port(ByteWriter& out, const Port& p) {
  out.string(p.name);
  out.u32(static_cast<std::uint32_t>(p.dims.size()));
  for (std::uint64_t d : p.dims) out.u64(d);
  for (std::uint32_t v : {p.column, p.batch, p.rows, p.inner}) out.u32(v);
  out.f64(p.scale);
  out.u8(static_cast<std::uint8_t>(p.visibility));
  out.u32(p.low_column);
  out.u32(static_cast<std::uint32_t>(p.row_shifts.size()));
  for (const std::uint8_t shift : p.row_shifts) out.u8(shift);
  out.u32(static_cast<std::uint32_t>(p.labels.size()));
  for (const std::string& label : p.labels) out.string(label);
  out.u8(static_cast<std::uint8_t>(p.type));
}

bool is_port_type(std::uint8_t number) { return (number >= 1 && number <= 13) || number == static_cast<std::uint8_t>(PortType::kBfloat16); }

bool holds_digits(const Column& c, Home home, std::int64_t lo, std::int64_t hi) {
  return c.home == home && c.lo == lo && c.hi == hi;
}

bool is_grid(double scale) {
  if (scale == kFloat32Scale) return true;
  int exponent = 0;
  return std::frexp(scale, &exponent) == 0.5 && exponent - 1 >= kMinGrid && exponent - 1 <= kMaxGrid;
}

Status check_digits(const Port& p, Home home, const Theorem& theorem) {
  if (p.low_column >= theorem.columns.size()) return bad_input("port refers to a column that does not exist", p.name);
  const Column &high = theorem.columns[p.column], &low = theorem.columns[p.low_column];
  if (low.rows != high.rows || low.cols != high.cols) return bad_input("port does not fit its column", p.name);
  if (!holds_digits(high, home, kHighMin, kHighMax) || !holds_digits(low, home, 0, kLowMax))
    return bad_input("the port's columns do not hold digits", p.name);
  for (ColumnId id : theorem.multiplicities)
    if (id == p.column || id == p.low_column) return bad_input("a port of digits shows a multiplicity column", p.name);
  if (!is_grid(p.scale)) return bad_input("committed port's grid is not a power of two in range", p.name);
  return Unit{};
}

// A commitment binds the columns of one port alone.
Status check_committed_apart(const Ports& ports, std::size_t columns) {
  std::vector<std::uint32_t> committed(columns, 0), all(columns, 0);
  for (const std::vector<Port>* list : {&ports.inputs, &ports.outputs})
    for (const Port& p : *list)
      for (ColumnId id : p.columns()) {
        ++all[id];
        committed[id] += p.has_digits();
      }
  for (const Port& p : ports.outputs) {
    if (p.scale == kFloat32Scale && p.is_committed()) return bad_input("a committed output is no float32 value", p.name);
    if (!p.row_shifts.empty()) return bad_input("an output has scales of its rows", p.name);
  }
  for (const Port& p : ports.inputs)
    if (!p.labels.empty()) return bad_input("an input has labels", p.name);
  for (const std::vector<Port>* list : {&ports.inputs, &ports.outputs})
    for (const Port& p : *list)
      for (ColumnId id : p.columns())
        if (committed[id] > 0 && all[id] > 1) return bad_input("a port of digits shares a column", p.name);
  return Unit{};
}

// One encoding: where all rows have the port's own scale there is no list.
Status check_row_shifts(const Port& p) {
  if (p.row_shifts.empty()) return Unit{};
  const auto [least, most] = std::minmax_element(p.row_shifts.begin(), p.row_shifts.end());
  const bool fits = p.row_shifts.size() == p.rows && !p.has_digits() && *most > 0 && *most <= kMaxRowShift && *least == 0;
  if (!fits || std::ldexp(p.scale, -*most) <= 0) return bad_input("port has bad scales of its rows", p.name);
  return Unit{};
}

// Every integer that the column may hold has a label.
Status check_labels(const Port& p, const Column& column) {
  if (p.labels.empty() != (p.type != PortType::kString)) return bad_input("port has labels without being of strings, or lacks them", p.name);
  if (p.labels.empty()) return Unit{};
  for (const std::string& label : p.labels)
    if (label.size() > kMaxLabelBytes) return bad_input("port has a label of more than " + std::to_string(kMaxLabelBytes) + " bytes", p.name);
  const bool fits = p.labels.size() <= kMaxLabels && p.scale == 1 && !p.has_digits() && column.lo >= 0 && column.hi < static_cast<std::int64_t>(p.labels.size());
  return fits ? Status(Unit{}) : bad_input("port's labels do not fit its column", p.name);
}

Result<Port> read_port(ByteReader& in, const Theorem& theorem) {
  Port p;
  p.name = in.string();
  const std::uint32_t rank = in.count(8);
  std::uint64_t size = 1;
  for (std::uint32_t i = 0; i < rank && in.ok(); ++i) {
    p.dims.push_back(in.u64());
    if (p.dims.back() == 0 || p.dims.back() > (1u << 30) || (size *= p.dims.back()) > (1u << 30))
      return bad_input("port has a bad shape", p.name);
  }
  for (std::uint32_t* v : {&p.column, &p.batch, &p.rows, &p.inner}) *v = in.u32();
  p.scale = in.f64();
  const std::uint8_t visibility = in.u8();
  p.low_column = in.u32();
  const std::uint32_t shifts = in.count(1);
  for (std::uint32_t i = 0; i < shifts && in.ok(); ++i) p.row_shifts.push_back(in.u8());
  const std::uint32_t labels = in.count(4);
  for (std::uint32_t i = 0; i < labels && in.ok(); ++i) p.labels.push_back(in.string());
  const std::uint8_t type = in.u8();
  if (in.ok() && !is_port_type(type)) return bad_input("port has an unknown type of elements", p.name);
  p.type = static_cast<PortType>(type);
  if (!in.ok() || rank > 16 || visibility > 2) return bad_input("port is truncated or has an unknown visibility", p.name);
  p.visibility = static_cast<Visibility>(visibility);
  const bool float32 = p.has_digits() && p.scale == kFloat32Scale && !std::signbit(p.scale);
  if (p.has_digits() != (p.is_committed() || float32)) return bad_input("port has a second column, or lacks one", p.name);
  if (p.column >= theorem.columns.size()) return bad_input("port refers to a column that does not exist", p.name);
  const Column& c = theorem.columns[p.column];
  const bool fits = p.rows == c.rows && std::uint64_t{p.batch} * p.inner == c.cols && p.size() == size;
  if (!fits) return bad_input("port does not fit its column", p.name);
  const Home home = p.visibility == Visibility::kPublic ? Home::kPublic : Home::kWitness;
  if (c.home != home) return bad_input("port's visibility is not its column's", p.name);
  if (!std::isfinite(p.scale) || (p.scale <= 0 && !float32)) return bad_input("port has a bad scale", p.name);
  TACIT_TRY([[maybe_unused]] Unit shifts_fit, check_row_shifts(p));
  TACIT_TRY([[maybe_unused]] Unit labels_fit, check_labels(p, c));
  if (p.has_digits()) {
    TACIT_TRY([[maybe_unused]] Unit digits, check_digits(p, home, theorem));
  }
  return p;
}

}  // namespace

const char* name_of(PortType type) {
  static const char* const kNames[] = {"float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16", "float64", "uint32", "uint64"};
  return type == PortType::kBfloat16 ? "bfloat16" : kNames[static_cast<std::size_t>(type) - 1];
}

bool is_whole(PortType type) {
  return type != PortType::kFloat && type != PortType::kFloat16 && type != PortType::kDouble && type != PortType::kBfloat16;
}

std::vector<ColumnId> Port::columns() const {
  if (has_digits()) return {column, low_column};
  return {column};
}

std::vector<bool> input_columns(const Theorem& theorem, const Ports& ports) {
  std::vector<bool> out(theorem.columns.size(), false);
  for (const Port& p : ports.inputs)
    for (ColumnId id : p.columns()) out[id] = true;
  return out;
}

namespace {

// The grid is a power of two, so the quotient is exact; adding 1/2 to it might not be.
std::int64_t grid_integer(double value, double grid) {
  const double q = std::clamp(value / grid, static_cast<double>(kCommittedMin), static_cast<double>(kCommittedMax));
  const double below = std::floor(q);
  return static_cast<std::int64_t>(below) + (q - below >= 0.5);
}

}  // namespace

namespace {

// What is committed is finite; what is read exactly may be anything.
std::int64_t integer_of_value(const Port& port, double value) {
  if (port.scale != kFloat32Scale) return grid_integer(value, port.scale);
  return port.is_committed() ? float32_integer(value) : float_order(static_cast<float>(value)) - kLowOffset;
}

}  // namespace

std::array<IntColumn, 2> committed_columns(const Port& port, const std::vector<double>& flat) {
  TACIT_EXPECTS(flat.size() == port.size(), "a port's tensor has its size");
  std::array<IntColumn, 2> out{IntColumn(flat.size()), IntColumn(flat.size())};
  for_each_entry(port, [&](std::size_t entry, std::size_t index, double) {
    const Digits d = digits_of(integer_of_value(port, flat[index]));
    out[0][entry] = d.high;
    out[1][entry] = d.low;
  });
  return out;
}

void quantise(const Port& port, const Theorem& theorem, const std::vector<double>& flat, std::vector<IntColumn>& columns) {
  if (!port.has_digits()) {
    columns[port.column] = quantise(port, theorem.columns[port.column], flat);
    return;
  }
  std::array<IntColumn, 2> digits = committed_columns(port, flat);
  columns[port.column] = std::move(digits[0]);
  columns[port.low_column] = std::move(digits[1]);
}

std::vector<std::int64_t> to_logical(const Port& port, const std::vector<IntColumn>& columns) {
  const IntColumn& first = columns[port.column];
  std::vector<std::int64_t> out(first.size());
  for_each_entry(port, [&](std::size_t entry, std::size_t index, double) {
    out[index] = port.has_digits() ? integer_of({first[entry], columns[port.low_column][entry]}) : first[entry];
  });
  return out;
}

std::vector<double> dequantise(const Port& port, const std::vector<IntColumn>& columns) {
  const std::vector<std::int64_t> integers = to_logical(port, columns);
  std::vector<double> out(integers.size());
  for_each_entry(port, [&](std::size_t, std::size_t index, double scale) {
    out[index] = scale == kFloat32Scale ? float32_value(integers[index]) : static_cast<double>(integers[index]) * scale;
  });
  return out;
}

IntColumn quantise(const Port& port, const Column& column, const std::vector<double>& flat) {
  TACIT_EXPECTS(flat.size() == port.size(), "a port's tensor has its size");
  IntColumn out(flat.size());
  for_each_entry(port, [&](std::size_t entry, std::size_t index, double scale) {
    const double q = std::floor(flat[index] / scale + 0.5);
    out[entry] = static_cast<std::int32_t>(std::clamp(q, static_cast<double>(column.lo), static_cast<double>(column.hi)));
  });
  return out;
}

std::vector<double> dequantise(const Port& port, const IntColumn& column) {
  std::vector<double> out(column.size());
  for_each_entry(port, [&](std::size_t entry, std::size_t index, double scale) { out[index] = column[entry] * scale; });
  return out;
}

std::vector<std::int32_t> to_logical(const Port& port, const IntColumn& column) {
  std::vector<std::int32_t> out(column.size());
  for_each_entry(port, [&](std::size_t entry, std::size_t index, double) { out[index] = column[entry]; });
  return out;
}

void write_ports(ByteWriter& out, const Ports& ports) {
  for (const std::vector<Port>* list : {&ports.inputs, &ports.outputs}) {
    out.u32(static_cast<std::uint32_t>(list->size()));
    for (const Port& p : *list) write_port(out, p);
  }
}

Result<Ports> read_ports(ByteReader& in, const Theorem& theorem) {
  Ports ports;
  for (std::vector<Port>* list : {&ports.inputs, &ports.outputs}) {
    const std::uint32_t count = in.count(46);
    for (std::uint32_t i = 0; i < count; ++i) {
      TACIT_TRY(Port port, read_port(in, theorem));
      list->push_back(std::move(port));
    }
  }
  if (!in.ok() || ports.inputs.empty() || ports.outputs.empty()) return bad_input("model has no inputs or no outputs", "ports");
  TACIT_TRY([[maybe_unused]] Unit apart, check_committed_apart(ports, theorem.columns.size()));
  return ports;
}

}  // namespace tacit
