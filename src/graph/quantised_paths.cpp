// The paths to a QuantizeLinear: what its integers are, in terms of the integers that it is made of.
#include <algorithm>
#include <cmath>

#include "graph/quantised_graph.h"
#include "ops/catalogue.h"
#include "ops/quantised.h"

namespace tacit {
namespace {

/// The limits as integers, by rounding, which keeps order.
IntegerRange limited(const IntegerRange& range, const Limits& limits, float step) {
  auto rounded = [&](double v) {
    if (std::isinf(v)) return v < 0 ? range.lo : range.hi;
    return rounded_quotient(Dyadic::of(v), Dyadic::of(step), range.lo, range.hi);
  };
  IntegerRange out{rounded(limits.lo), rounded(limits.hi)};
  if (out.lo > out.hi) out.lo = out.hi;
  return out;
}

/// The constant's numbers by position of axis 1 of a value of this rank, or one for all.
std::optional<std::vector<float>> by_row(const Operand& operand, std::size_t rank) {
  if (operand.value == nullptr || operand.value->dtype != DType::kFloat || operand.value->f.empty()) return std::nullopt;
  const Tensor& tensor = *operand.value;
  if (tensor.size() == 1) return tensor.f;
  const std::size_t from = rank - std::min(rank, tensor.dims.size());
  for (std::size_t axis = 0; axis < tensor.dims.size(); ++axis)
    if (tensor.dims[axis] != 1 && from + axis != 1) return std::nullopt;
  return tensor.f;
}

constexpr std::size_t kMostEntries = std::size_t{1} << 17;

/// [sum] looked up: entry k is what the k-th integer from `first` on becomes.
std::string add_table(Expansion& out, const std::string& sum, const std::string& second, Shape dims, std::vector<std::int64_t> entries,
                      std::int64_t divisor, std::int64_t first, std::int64_t second_first) {
  std::vector<std::string> inputs{sum, out.constant(make_int64(std::move(dims), std::move(entries)))};
  if (!second.empty()) inputs.push_back(second);
  return out.add_own("Tabled", std::move(inputs), {{"divisor", Attribute{divisor}}, {"first", Attribute{first}}, {"second", Attribute{second_first}}});
}

/// The limits of a Relu or a Clip with constant bounds.
std::optional<Limits> limits_of(const Call& call) {
  if (call.node->op == "Relu") return Limits{.lo = 0};
  Limits limits;
  if (call.node->opset < 11) {
    const auto lo = float_attribute(*call.node, "min", -INFINITY), hi = float_attribute(*call.node, "max", INFINITY);
    if (!lo.ok() || !hi.ok()) return std::nullopt;
    limits = {*lo, *hi};
  } else {
    for (const std::size_t index : {1, 2}) {
      const Operand& bound = call.operand(index);
      if (!bound.present) continue;
      if (bound.value == nullptr || bound.value->f.size() != 1) return std::nullopt;
      (index == 1 ? limits.lo : limits.hi) = bound.value->f[0];
    }
  }
  if (std::isnan(limits.lo) || std::isnan(limits.hi) || limits.lo > limits.hi) return std::nullopt;
  return limits;
}

/// The taps under every window of a pool, where that is one number.
std::optional<std::int64_t> taps_of_mean(const Call& call) {
  const Shape& dims = call.operand(0).type.dims;
  if (dims.size() < 3) return std::nullopt;
  if (call.node->op == "GlobalAveragePool") return count_between(dims, 2, dims.size());
  const auto pads = ints_attribute(*call.node, "pads", {}), kernel = ints_attribute(*call.node, "kernel_shape", {});
  const auto ceil = int_attribute(*call.node, "ceil_mode", 0);
  const auto automatic = string_attribute(*call.node, "auto_pad", "NOTSET");
  if (!pads.ok() || !kernel.ok() || !ceil.ok() || !automatic.ok() || *ceil != 0 || (*automatic != "NOTSET" && *automatic != "VALID")) return std::nullopt;
  std::int64_t taps = 1;
  for (const std::int64_t pad : *pads)
    if (pad != 0) return std::nullopt;
  for (const std::int64_t extent : *kernel) {
    if (extent < 1 || extent > 4096 || taps > 4096) return std::nullopt;
    taps *= extent;
  }
  return taps;
}

}  // namespace

QuantisedGraph::Found QuantisedGraph::rounded(const std::string& value, const Target& target, const Limits& limits, Expansion& out) const {
  static const std::set<std::string> moves = {"DepthToSpace", "Flatten", "MaxPool", "Reshape", "Slice", "SpaceToDepth", "Squeeze", "Transpose", "Unsqueeze"};
  const Seen* from = seen(value);
  if (from == nullptr || constants_.contains(value)) return std::nullopt;
  const Node& node = from->node;
  const std::string& op = node.op;
  if (op == "Identity" || op == "Dropout") return rounded(node.inputs[0], target, limits, out);
  if (op == "Relu" || op == "Clip") {
    const std::optional<Limits> own = limits_of(from->call());
    return own ? rounded(node.inputs[0], target, own->then(limits), out) : std::nullopt;
  }
  if (moves.contains(op)) {
    Found x = rounded(node.inputs[0], target, limits, out);
    if (!x) return std::nullopt;
    std::vector<std::string> inputs = node.inputs;
    inputs[0] = x->name;
    x->name = out.add(op, std::move(inputs), node.attributes);
    out.nodes.back().opset = node.opset;
    return x;
  }
  if (op == "Concat") return rounded_concat(*from, target, limits, out);
  if (op == "AveragePool" || op == "GlobalAveragePool") return rounded_mean(*from, target, limits, out);
  if (op == "DequantizeLinear") return requantised(value, target, limits, out);
  if (op == "Add" || op == "Sub" || op == "Mul" || op == "Sum") {
    if (Found y = rounded_pair(*from, target, limits, out)) return y;
  }
  if (op == "Add" || op == "Mul" || op == "Conv" || op == "Gemm" || op == "MatMul" || op == "Cast") return rescaled(value, target, limits, out);
  return rounded_function(*from, target, limits, out);
}

QuantisedGraph::Found QuantisedGraph::rounded_concat(const Seen& node, const Target& target, const Limits& limits, Expansion& out) const {
  std::vector<std::string> parts;
  Integers y{"", target.range};
  for (const std::string& input : node.node.inputs) {
    const Found part = rounded(input, target, limits, out);
    if (!part) return std::nullopt;
    parts.push_back(part->name);
  }
  y.name = out.add("Concat", std::move(parts), node.node.attributes);
  return y;
}

QuantisedGraph::Found QuantisedGraph::requantised(const std::string& value, const Target& target, const Limits& limits, Expansion& out) const {
  const std::optional<Quantised> x = quantised(value, out);
  if (!x) return std::nullopt;
  const IntegerRange range = limited(target.range, limits, target.scale), &own = x->integers.range;
  if (x->scale == target.scale && range.holds(own)) return x->integers;
  std::vector<std::int64_t> entries;
  for (std::int64_t v = own.lo; v <= own.hi; ++v) {
    entries.push_back(rounded_quotient(Dyadic{v, 0} * Dyadic::of(x->scale), Dyadic::of(target.scale), range.lo, range.hi));
  }
  const auto count = static_cast<std::int64_t>(entries.size());
  return Integers{add_table(out, x->integers.name, "", {1, count}, std::move(entries), 1, own.lo, 0), range};
}

QuantisedGraph::Found QuantisedGraph::rounded_pair(const Seen& node, const Target& target, const Limits& limits, Expansion& out) const {
  if (node.node.inputs.size() != 2 || node.operands[0].type.dims != node.operands[1].type.dims) return std::nullopt;
  const std::optional<Quantised> a = quantised(node.node.inputs[0], out), b = quantised(node.node.inputs[1], out);
  if (!a || !b) return std::nullopt;
  const IntegerRange range = limited(target.range, limits, target.scale), &rows = a->integers.range, &cols = b->integers.range;
  const Dyadic left = Dyadic::of(a->scale), right = Dyadic::of(node.node.op == "Sub" ? -b->scale : b->scale), step = Dyadic::of(target.scale);
  std::vector<std::int64_t> entries;
  for (std::int64_t i = rows.lo; i <= rows.hi; ++i) {
    for (std::int64_t j = cols.lo; j <= cols.hi; ++j) {
      const Dyadic x = left * Dyadic{i, 0}, y = right * Dyadic{j, 0};
      const std::optional<Dyadic> v = node.node.op == "Mul" ? x * y : sum_of(x, y);
      if (!v || compare(*v, {std::int64_t{1} << 40, 0}) > 0) return std::nullopt;
      entries.push_back(rounded_quotient(*v, step, range.lo, range.hi));
    }
  }
  const Shape dims{rows.hi - rows.lo + 1, cols.hi - cols.lo + 1};
  return Integers{add_table(out, a->integers.name, b->integers.name, dims, std::move(entries), 1, rows.lo, cols.lo), range};
}

QuantisedGraph::Found QuantisedGraph::rounded_mean(const Seen& node, const Target& target, const Limits& limits, Expansion& out) const {
  const std::optional<std::int64_t> taps = taps_of_mean(node.call());
  const std::optional<Quantised> x = taps ? quantised(node.node.inputs[0], out) : std::nullopt;
  if (!x) return std::nullopt;
  const IntegerRange range = limited(target.range, limits, target.scale), &own = x->integers.range;
  if (static_cast<std::size_t>(*taps * (own.hi - own.lo)) >= kMostEntries) return std::nullopt;
  std::vector<std::int64_t> entries;
  const Dyadic step = Dyadic::of(target.scale) * Dyadic{*taps, 0}, scale = Dyadic::of(x->scale);
  for (std::int64_t sum = own.lo * *taps; sum <= own.hi * *taps; ++sum) {
    entries.push_back(rounded_quotient(scale * Dyadic{sum, 0}, step, range.lo, range.hi));
  }
  const std::string floats = out.add("Cast", {x->integers.name}, {{"to", Attribute{kFloatNumber}}});
  const std::string mean = out.add(node.node.op, {floats}, node.node.attributes);
  out.nodes.back().opset = node.node.opset;
  const auto count = static_cast<std::int64_t>(entries.size());
  return Integers{add_table(out, mean, "", {1, count}, std::move(entries), *taps, own.lo * *taps, 0), range};
}

// A function of one number, as its own evaluation has it.
QuantisedGraph::Found QuantisedGraph::rounded_function(const Seen& node, const Target& target, const Limits& limits, Expansion& out) const {
  static const std::set<std::string> functions = {"Abs", "Elu", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "Mish", "Neg", "Selu", "Sigmoid",
                                                  "Softplus", "Softsign", "Tanh"};
  const Operator* op = find_operator(node.node);
  if (!functions.contains(node.node.op) || op == nullptr || op->evaluate == nullptr || op->expand != nullptr) return std::nullopt;
  const std::optional<Quantised> x = quantised(node.node.inputs[0], out);
  if (!x) return std::nullopt;
  const IntegerRange range = limited(target.range, limits, target.scale), &own = x->integers.range;
  std::vector<float> arguments;
  for (std::int64_t v = own.lo; v <= own.hi; ++v) arguments.push_back(x->scale * static_cast<float>(v));
  const auto count = static_cast<std::int64_t>(arguments.size());
  const Tensor all = make_float({count}, std::move(arguments));
  Call call = node.call();
  call.operands[0] = {true, all.type(), &all};
  if (const auto types = op->infer(call); !types.ok()) return std::nullopt;
  std::vector<std::int64_t> entries;
  const Tensor results = std::move(op->evaluate(call)[0]);
  for (const float v : results.f) {
    if (!std::isfinite(v)) return std::nullopt;
    entries.push_back(rounded_quotient(Dyadic::of(v), Dyadic::of(target.scale), range.lo, range.hi));
  }
  return Integers{add_table(out, x->integers.name, "", {1, count}, std::move(entries), 1, own.lo, 0), range};
}

QuantisedGraph::Found QuantisedGraph::rescaled(const std::string& value, const Target& target, const Limits& limits, Expansion& out) const {
  const std::optional<Product> p = product(value, out);
  if (!p) return std::nullopt;
  IntegerRange range = limited(target.range, limits, target.scale);
  if (range.lo == range.hi) return std::nullopt;
  std::vector<std::string> inputs{p->sum, out.floats(p->scales)};
  if (!p->offsets.empty()) inputs.push_back(out.floats(p->offsets));
  const std::string y = out.add_own("Rescaled", std::move(inputs),
                                    {{"x_scale", Attribute{p->x_scale}}, {"y_scale", Attribute{target.scale}}, {"lo", Attribute{range.lo}}, {"hi", Attribute{range.hi}}});
  return Integers{y, range};
}

std::optional<QuantisedGraph::Product> QuantisedGraph::product(const std::string& value, Expansion& out) const {
  const Seen* from = seen(value);
  if (from == nullptr) return std::nullopt;
  const Node& node = from->node;
  if (node.op == "Conv" || node.op == "Gemm" || node.op == "MatMul") return float_product(*from, out);
  if (node.op == "Cast") {
    const Seen* integers = seen(node.inputs[0]);
    return integers == nullptr ? std::nullopt : integer_product(*integers, out);
  }
  if ((node.op != "Add" && node.op != "Mul") || node.inputs.size() != 2) return std::nullopt;
  const std::size_t constant = from->operands[1].value != nullptr ? 1 : 0;
  const Operand& x = from->operands[1 - constant];
  const std::optional<std::vector<float>> numbers = by_row(from->operands[constant], x.type.dims.size());
  // The constant's own axes do not make the result larger.
  if (!numbers || x.value != nullptr || broadcast(x.type.dims, from->operands[constant].type.dims) != x.type.dims) return std::nullopt;
  std::optional<Product> p = product(node.inputs[1 - constant], out);
  if (!p || !p->offsets.empty()) return std::nullopt;
  if (node.op == "Add") {
    p->offsets = *numbers;
    return p;
  }
  if (p->scales != std::vector<float>{1} || p->x_scale != 1) return std::nullopt;
  if (!std::all_of(numbers->begin(), numbers->end(), [](float v) { return v > 0 && std::isfinite(v); })) return std::nullopt;
  p->scales = *numbers;
  return p;
}

}  // namespace tacit
