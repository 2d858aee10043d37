// QuantizeLinear: q = saturate(round(x / scale) + zero), halves to the even integer.   DequantizeLinear: (q - zero) * scale.
// DynamicQuantizeLinear: the same to uint8, with scale and zero point for the range of x itself.
//
// To 8 bits with one scale for all, rounding is exact (stepped.cpp). Otherwise they are written out in Div, Round, Cast, Add, Clip and
// Mul. Scales and zero points: one, one for each position of an axis, or
// one for each block of positions.
#include <algorithm>
#include <cmath>

#include "ops/quantised.h"

namespace tacit {
namespace {

struct Quantisation {
  std::size_t axis = 0;
  std::int64_t block = 0;
};

Result<Quantisation> read_quantisation(const Call& call) {
  if (call.operands.size() < 2 || call.operands.size() > 3 || !call.operand(0).present || !call.operand(1).present) {
    return malformed(*call.node, "has the wrong number of inputs");
  }
  const auto rank = static_cast<std::int64_t>(call.operand(0).type.dims.size());
  Quantisation q;
  TACIT_TRY(const std::int64_t axis, int_attribute(*call.node, "axis", 1));
  // One scale for all has no axis, and the default one need not exist.
  q.axis = axis >= -rank && axis < rank ? static_cast<std::size_t>(axis < 0 ? axis + rank : axis) : 0;
  TACIT_TRY(q.block, int_attribute(*call.node, "block_size", 0));
  if (q.block < 0) return malformed(*call.node, "attribute block_size is negative");
  return q;
}

/// Operand `index` as an operand of arithmetic with operand 0: spread where it is constant, as it is where it is one number.
Result<std::string> factor(const Call& call, std::size_t index, const Quantisation& q, bool whole, Expansion& expansion) {
  const Operand& operand = call.operand(index);
  if (operand.value != nullptr) {
    TACIT_TRY(Tensor spread_out, spread(call, index, call.operand(0).type.dims, q.axis, q.block));
    const std::vector<double> numbers = numbers_of(spread_out);
    if (whole) return expansion.constant(make_int64(spread_out.dims, {numbers.begin(), numbers.end()}));
    return expansion.constant(make_float(spread_out.dims, {numbers.begin(), numbers.end()}));
  }
  if (element_count(operand.type.dims) != 1) return refuse(*call.node, "its scales and zero points must be constants, or one number");
  const std::string one = expansion.add("Reshape", {expansion.input(index), expansion.constant(make_int64({0}, {}))});
  return expansion.add("Cast", {one}, {{"to", Attribute{whole ? kInt64Number : kFloatNumber}}});
}

Result<std::int64_t> output_number(const Call& call) {
  constexpr std::int64_t kUint8 = 2;
  TACIT_TRY(const std::int64_t declared, int_attribute(*call.node, "output_dtype", 0));
  if (!call.operand(2).present) return declared == 0 ? kUint8 : declared;
  if (const std::optional<std::int64_t> number = element_number(call.operand(2).type)) return *number;
  return refuse(*call.node, "its zero point is of a type that is not supported");
}

Result<IntegerRange> range_of_number(const Call& call, std::int64_t number) {
  switch (number) {
    case 2: return IntegerRange{0, 255};
    case 3: return IntegerRange{-128, 127};
    case 4: return IntegerRange{0, 65535};
    case 5: return IntegerRange{-32768, 32767};
    default: return refuse(*call.node, "it quantises to element type number " + std::to_string(number) + ", which is not supported");
  }
}

/// The zero point, where floats are rounded to 8 bits with one constant scale and zero point for all.
std::optional<std::int64_t> one_step(const Call& call, const IntegerRange& range) {
  const Operand &x = call.operand(0), &scale = call.operand(1), &zero = call.operand(2);
  const bool one = scale.value != nullptr && scale.value->f.size() == 1 && (!zero.present || (zero.value != nullptr && zero.value->i.size() == 1));
  if (!one || x.type.dtype != DType::kFloat || x.value != nullptr || range.hi - range.lo > 255) return std::nullopt;
  if (!(scale.value->f[0] > 0) || !std::isfinite(scale.value->f[0])) return std::nullopt;
  return zero.present ? zero.value->i[0] : 0;
}

Result<Expansion> expand_quantise(const Call& call) {
  TACIT_TRY(const Quantisation q, read_quantisation(call));
  TACIT_TRY(const std::int64_t number, output_number(call));
  TACIT_TRY(const IntegerRange range, range_of_number(call, number));
  Expansion out(call);
  if (const std::optional<std::int64_t> zero = one_step(call, range)) {
    const Attribute step{call.operand(1).value->f[0]};
    const std::string y = out.add_own("Stepped", {out.input(0)}, {{"y_scale", step}, {"lo", Attribute{range.lo - *zero}},
                                                                  {"hi", Attribute{range.hi - *zero}}, {"zero", Attribute{*zero}}});
    out.give(0, out.add("Cast", {y}, {{"to", Attribute{number}}}));
    return out;
  }
  TACIT_TRY(const std::string scale, factor(call, 1, q, false, out));
  const bool is_float = call.operand(0).type.dtype == DType::kFloat;
  const std::string x = is_float ? out.input(0) : out.add("Cast", {out.input(0)}, {{"to", Attribute{kFloatNumber}}});
  std::string y = out.add("Round", {out.add("Div", {x, scale})});
  y = out.add("Cast", {y}, {{"to", Attribute{kInt64Number}}});
  if (call.operand(2).present) {
    TACIT_TRY(const std::string zero, factor(call, 2, q, true, out));
    y = out.add("Add", {y, zero});
  }
  y = out.add("Clip", {y, out.constant(make_int64({}, {range.lo})), out.constant(make_int64({}, {range.hi}))});
  out.give(0, out.add("Cast", {y}, {{"to", Attribute{number}}}));
  return out;
}

Result<Expansion> expand_dequantise(const Call& call) {
  TACIT_TRY(const Quantisation q, read_quantisation(call));
  if (call.operand(0).type.dtype != DType::kInt64) return refuse(*call.node, "its input holds floats");
  Expansion out(call);
  std::string y = out.input(0);
  if (call.operand(2).present) {
    TACIT_TRY(const std::string zero, factor(call, 2, q, true, out));
    y = out.add("Sub", {out.add("Cast", {y}, {{"to", Attribute{kInt64Number}}}), zero});
  }
  y = out.add("Cast", {y}, {{"to", Attribute{kFloatNumber}}});
  TACIT_TRY(const std::string scale, factor(call, 1, q, false, out));
  out.give(0, out.add("Mul", {y, scale}));
  return out;
}

/// As the function of its definition has it.
Result<Expansion> expand_dynamic(const Call& call) {
  if (call.operands.size() != 1 || !call.operand(0).present) return malformed(*call.node, "has the wrong number of inputs");
  TACIT_OK(check_float(call, 0));
  Expansion out(call);
  const std::map<std::string, Attribute> all = {{"keepdims", Attribute{std::int64_t{0}}}};
  const std::string zero = out.scalar(0), top = out.scalar(255), x = out.input(0);
  const std::string least = out.add("Min", {out.add("ReduceMin", {x}, all), zero});
  const std::string most = out.add("Max", {out.add("ReduceMax", {x}, all), zero});
  const std::string scale = out.add("Div", {out.add("Sub", {most, least}), top});
  const std::string from = out.add("Sub", {zero, out.add("Div", {least, scale})});
  const std::string point = out.add("Cast", {out.add("Round", {out.add("Clip", {from, zero, top})})}, {{"to", Attribute{std::int64_t{2}}}});
  const std::string y = out.add("QuantizeLinear", {x, scale, point});
  out.give(0, y);
  out.give(1, scale);
  out.give(2, point);
  return out;
}

}  // namespace

std::optional<std::int64_t> element_number(const TensorType& type) {
  switch (type.element) {
    case Element::kUint8: return 2;
    case Element::kInt8: return 3;
    case Element::kUint16: return 4;
    case Element::kInt16: return 5;
    case Element::kInt32: return 6;
    case Element::kUint32: return 12;
    case Element::kUint64: return 13;
    default: return std::nullopt;
  }
}

std::vector<double> numbers_of(const Tensor& tensor) {
  if (tensor.dtype == DType::kFloat) return {tensor.f.begin(), tensor.f.end()};
  return {tensor.i.begin(), tensor.i.end()};
}

Result<Tensor> spread(const Call& call, std::size_t index, const Shape& dims, std::size_t axis, std::int64_t block) {
  TACIT_OK(check_constant(call, index, "scale or zero point"));
  const Tensor& value = *call.operand(index).value;
  const std::string text = "its scale or zero point " + shape_text(value.dims) + " does not fit " + shape_text(dims);
  Tensor out = value;
  if (value.size() == 1) {
    out.dims = {};
    return out;
  }
  if (axis >= dims.size()) return malformed(*call.node, text);
  if (value.dims == Shape{dims[axis]} && block == 0) {
    out.dims.assign(dims.size(), 1);
    out.dims[axis] = dims[axis];
    return out;
  }
  Shape blocks = dims;
  if (block > 0) blocks[axis] = (dims[axis] + block - 1) / block;
  if (block == 0 || value.dims != blocks) return malformed(*call.node, text);
  out = Tensor{dims, value.dtype, {}, {}};
  const std::int64_t inner = count_between(dims, axis + 1, dims.size());
  for (std::int64_t flat = 0; flat < *element_count(dims); ++flat) {
    const std::int64_t at = flat / inner % dims[axis], before = flat / inner / dims[axis];
    const auto source = static_cast<std::size_t>((before * blocks[axis] + at / block) * inner + flat % inner);
    if (value.dtype == DType::kFloat) out.f.push_back(value.f[source]);
    else out.i.push_back(value.i[source]);
  }
  return out;
}

constexpr OperatorText kText = {
    "Div, Round, Add, Clip; Sub, Mul; one scale, one for each position of an axis, or one for each block",
    "to types of up to 16 bits"};
extern const Operator kDequantizeLinear, kDynamicQuantizeLinear, kQuantizeLinear;
const Operator kDequantizeLinear = {.op = "DequantizeLinear", .domain = "", .text = kText, .expand = expand_dequantise};
const Operator kDynamicQuantizeLinear = {.op = "DynamicQuantizeLinear", .domain = "", .text = kText, .expand = expand_dynamic};
const Operator kQuantizeLinear = {.op = "QuantizeLinear", .domain = "", .text = kText, .expand = expand_quantise};

}  // namespace tacit
