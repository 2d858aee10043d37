#include "theorem/ports.h"

#include <algorithm>
#include <cmath>

#include "base/contract.h"

namespace tacit {
namespace {

// flat index of the column entry [r, n * inner + i]
template <class F> void for_each_entry(const Port& p, F&& f) {
  for (std::size_t r = 0; r < p.rows; ++r)
    for (std::size_t n = 0; n < p.batch; ++n)
      for (std::size_t i = 0; i < p.inner; ++i)
        f((r * p.batch + n) * p.inner + i, (n * p.rows + r) * p.inner + i);
}

void write_port(ByteWriter& out, const Port& p) {
  out.string(p.name);
  out.u32(static_cast<std::uint32_t>(p.dims.size()));
  for (std::uint64_t d : p.dims) out.u64(d);
  for (std::uint32_t v : {p.column, p.batch, p.rows, p.inner}) out.u32(v);
  out.f64(p.scale);
  out.u8(static_cast<std::uint8_t>(p.visibility));
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
  if (!in.ok() || rank > 16 || visibility > 1) return bad_input("port is truncated or has an unknown visibility", p.name);
  p.visibility = static_cast<Visibility>(visibility);
  if (p.column >= theorem.columns.size()) return bad_input("port refers to a column that does not exist", p.name);
  const Column& c = theorem.columns[p.column];
  const bool fits = p.rows == c.rows && std::uint64_t{p.batch} * p.inner == c.cols && p.size() == size;
  if (!fits) return bad_input("port does not fit its column", p.name);
  const Home home = p.visibility == Visibility::kPublic ? Home::kPublic : Home::kWitness;
  if (c.home != home) return bad_input("port's visibility is not its column's", p.name);
  if (!std::isfinite(p.scale) || p.scale <= 0) return bad_input("port has a bad scale", p.name);
  return p;
}

}  // namespace

IntColumn quantise(const Port& port, const Column& column, const std::vector<double>& flat) {
  TACIT_EXPECTS(flat.size() == port.size(), "a port's tensor has its size");
  IntColumn out(flat.size());
  for_each_entry(port, [&](std::size_t entry, std::size_t index) {
    const double q = std::floor(flat[index] / port.scale + 0.5);
    out[entry] = static_cast<std::int32_t>(std::clamp(q, static_cast<double>(column.lo), static_cast<double>(column.hi)));
  });
  return out;
}

std::vector<double> dequantise(const Port& port, const IntColumn& column) {
  std::vector<double> out(column.size());
  for_each_entry(port, [&](std::size_t entry, std::size_t index) { out[index] = column[entry] * port.scale; });
  return out;
}

std::vector<std::int32_t> to_logical(const Port& port, const IntColumn& column) {
  std::vector<std::int32_t> out(column.size());
  for_each_entry(port, [&](std::size_t entry, std::size_t index) { out[index] = column[entry]; });
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
    const std::uint32_t count = in.count(33);
    for (std::uint32_t i = 0; i < count; ++i) {
      TACIT_TRY(Port port, read_port(in, theorem));
      list->push_back(std::move(port));
    }
  }
  if (!in.ok() || ports.inputs.empty() || ports.outputs.empty()) return bad_input("model has no inputs or no outputs", "ports");
  return ports;
}

}  // namespace tacit
