#include "export/export.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "export/columns.h"
#include "onnx/proto.h"
#include "theorem/float32.h"

namespace tacit {
namespace {

constexpr int kIrVersion = 8;

Integers dims_of(const Port& p) { return {p.dims.begin(), p.dims.end()}; }
Integers block_of(const Port& p) { return {p.batch, p.rows, p.inner}; }
Integers column_of(const Port& p) { return {p.rows, std::int64_t{p.batch} * p.inner}; }

/// [rows, batch * inner] of the logical tensor, and back.
Value to_column(GraphWriter& g, const Port& p, const Value& logical) {
  return g.reshape(g.transpose(g.reshape(logical, block_of(p)), {1, 0, 2}), column_of(p));
}
Value to_logical(GraphWriter& g, const Port& p, const Value& column) {
  return g.reshape(g.transpose(g.reshape(column, {p.rows, p.batch, p.inner}), {1, 0, 2}), dims_of(p));
}

/// clamp(round_half_up(x / scale), lo, hi) of doubles, by the rule of theorem/ports.h: the sum may round.
Value rounded(GraphWriter& g, const Port& p, const Column& c, const Value& x) {
  Value scale = g.real(p.scale);
  if (!p.row_shifts.empty()) {
    std::vector<double> scales;
    for (std::size_t r = 0; r < p.rows; ++r) scales.push_back(p.scale_of_row(r));
    scale = g.reals({p.rows, 1}, scales);
  }
  const Value q = g.node("Floor", {g.node("Add", {g.node("Div", {x, scale}), g.real(0.5)})});
  return g.cast(g.node("Clip", {q, g.real(static_cast<double>(c.lo)), g.real(static_cast<double>(c.hi))}), OnnxType::kInt64);
}

/// The integer of a value on a grid: half up of an exact quotient.
Value on_grid(GraphWriter& g, const Port& p, const Value& x) {
  const Value q = g.node("Clip", {g.node("Div", {x, g.real(p.scale)}), g.real(static_cast<double>(kCommittedMin)), g.real(static_cast<double>(kCommittedMax))});
  const Value below = g.node("Floor", {q});
  const Value up = g.node("GreaterOrEqual", {g.node("Sub", {q, below}), g.real(0.5)});
  return g.node("Add", {g.cast(below, OnnxType::kInt64), g.cast(up, OnnxType::kInt64)});
}

/// The order of float32 values (theorem/float32.h), by arithmetic that is exact in float64: the biased exponent is the number of
/// powers of two from 2^-126 on that |x| reaches, and the fraction |x| / 2^exponent.
Value float32_order(GraphWriter& g, const Port& p, const Value& x) {
  constexpr int kFirst = -126, kBeyond = 128;
  std::vector<double> powers, units;
  std::vector<std::int64_t> bases;
  for (int e = kFirst; e <= kBeyond; ++e) powers.push_back(std::ldexp(1.0, e));
  for (int biased = 0; biased <= kBeyond - kFirst + 1; ++biased) {  // 2^-149 is one step of the order below 2^-125
    units.push_back(std::ldexp(1.0, std::max(biased, 1) + kFirst - 1 - 23));
    bases.push_back(biased == 0 ? 0 : (std::int64_t{biased} - 1) << 23);
  }
  const Value nan = g.node("IsNaN", {x}), number = g.node("Where", {nan, g.real(0), x});
  const double most = p.is_committed() ? static_cast<double>(std::numeric_limits<float>::max()) : powers.back();
  const Value size = g.node("Min", {g.node("Abs", {number}), g.real(most)});
  const auto entries = static_cast<std::int64_t>(p.size()), count = static_cast<std::int64_t>(powers.size());
  const Value reached = g.node("GreaterOrEqual", {g.reshape(size, {entries, 1}), g.reals({1, count}, powers)});
  const Value biased = g.reshape(g.reduce_sum(g.cast(reached, OnnxType::kInt64), 1), column_of(p));
  const Value steps = g.cast(g.node("Div", {size, g.gather(g.reals({count + 1}, units), biased, 0)}), OnnxType::kInt64);
  const Value order = g.node("Add", {steps, g.gather(g.integers({count + 1}, bases), biased, 0)});
  const Value negative = g.node("Less", {number, g.real(0)});
  const Value directed = g.node("Mul", {order, g.node("Sub", {g.integer(1), g.node("Mul", {g.integer(2), g.cast(negative, OnnxType::kInt64)})})});
  return g.node("Where", {nan, g.integer(kNanOrder), directed});
}

/// Both digits of integers g: of g + 2^15, by 2^16.
void set_digits(GraphWriter& g, ColumnWriter& columns, const Port& p, const Value& sum) {
  const Value low = g.node("Mod", {sum, g.integer(kLowMax + 1)});
  columns.set(p.low_column, low);
  columns.set(p.column, g.node("Div", {g.node("Sub", {sum, low}), g.integer(kLowMax + 1)}));
}

void write_input(GraphWriter& g, ColumnWriter& columns, const Theorem& theorem, const Port& p) {
  const Value x = to_column(g, p, g.cast(p.name, OnnxType::kDouble));
  if (!p.has_digits()) {
    columns.set(p.column, rounded(g, p, theorem.columns[p.column], x));
  } else if (p.scale == kFloat32Scale) {
    set_digits(g, columns, p, float32_order(g, p, x));
  } else {
    set_digits(g, columns, p, g.node("Add", {on_grid(g, p, x), g.integer(kLowOffset)}));
  }
}

Value integers_of(GraphWriter& g, ColumnWriter& columns, const Port& p) {
  Value value = columns.column(p.column);
  if (p.has_digits()) {
    const Value high = g.node("Mul", {value, g.integer(kLowMax + 1)});
    value = g.node("Sub", {g.node("Add", {high, columns.column(p.low_column)}), g.integer(kLowOffset)});
  }
  return to_logical(g, p, value);
}

Value reals_of(GraphWriter& g, const Port& p, const Value& integers) {
  if (!p.labels.empty()) return g.gather(g.texts(p.labels), integers, 0);
  const auto type = static_cast<OnnxType>(p.type);
  if (is_whole(p.type) && p.scale == 1) return g.cast(integers, type);
  return g.cast(g.node("Mul", {g.cast(integers, OnnxType::kDouble), g.real(p.scale)}), type);
}

void declare(onnx::ValueInfoProto& info, const std::string& name, int type, const Port& p) {
  info.set_name(name);
  auto& tensor = *info.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(type);
  tensor.mutable_shape();
  for (const std::uint64_t d : p.dims) tensor.mutable_shape()->add_dim()->set_dim_value(static_cast<std::int64_t>(d));
}

/// A beginning that no port's name has.
std::string free_prefix(const Ports& ports) {
  std::string prefix = "t#";
  for (const std::vector<Port>* list : {&ports.inputs, &ports.outputs})
    for (const Port& p : *list)
      while (p.name.starts_with(prefix)) prefix += "#";
  return prefix;
}

/// NAME.integers, or a name like it that no output has.
std::string integers_name(const Ports& ports, const std::string& name) {
  std::string out = name + ".integers";
  auto is = [&](const Port& p) { return p.name == out; };
  while (std::any_of(ports.outputs.begin(), ports.outputs.end(), is) || std::any_of(ports.inputs.begin(), ports.inputs.end(), is)) out += "_";
  return out;
}

void write_outputs(GraphWriter& g, ColumnWriter& columns, const Ports& ports, onnx::GraphProto& graph) {
  for (const Port& p : ports.outputs) {
    const Value integers = integers_of(g, columns, p);
    const std::string name = integers_name(ports, p.name);
    g.give_name(reals_of(g, p, integers), p.name);
    g.give_name(integers, name);
    declare(*graph.add_output(), p.name, static_cast<int>(p.type), p);
    declare(*graph.add_output(), name, static_cast<int>(OnnxType::kInt64), p);
  }
}

}  // namespace

Result<Bytes> export_model(const ExportedModel& model) {
  onnx::ModelProto file;
  file.set_ir_version(kIrVersion);
  file.set_producer_name("tacit");
  file.add_opset_import()->set_version(kExportOpset);
  for (const auto& [key, value] : model.notes) {
    auto& note = *file.add_metadata_props();
    note.set_key(key);
    note.set_value(value);
  }
  onnx::GraphProto& graph = *file.mutable_graph();
  graph.set_name(model.name);
  GraphWriter writer(graph, free_prefix(model.ports));
  ColumnWriter columns(model.theorem, model.weights, writer);
  for (const Port& p : model.ports.inputs) {
    declare(*graph.add_input(), p.name, static_cast<int>(p.type), p);
    write_input(writer, columns, model.theorem, p);
  }
  columns.write_steps();
  if (columns.fault()) return *columns.fault();
  write_outputs(writer, columns, model.ports, graph);
  if (columns.fault()) return *columns.fault();
  if (writer.constant_bytes() > kMaxExportBytes || file.ByteSizeLong() > kMaxExportBytes) {
    return unsupported("the exported graph would be larger than 1.9 GiB", "");
  }
  Bytes out(file.ByteSizeLong());
  if (!file.SerializeToArray(out.data(), static_cast<int>(out.size()))) return unsupported("the exported graph cannot be written", "");
  return out;
}

}  // namespace tacit
