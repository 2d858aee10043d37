// Normalisations, in terms of others: (x - mean) / sqrt(mean square + epsilon), with the mean square exact up to one rounding
// whose lower bits are kept, and the quotient by levels (products.h).
//
//   LayerNormalization, RMSNormalization    over the axes from `axis` on
//   InstanceNormalization                   over the positions of each channel
//   GroupNormalization                      over the channels of a group and their positions
//   MeanVarianceNormalization               over any axes
//   LpNormalization                         x / norm along one axis
//   LRN                                     x / (bias + alpha / size * squares of neighbouring channels)^beta
//
// Errors: 2^-12 of the result and 2^-14 of the largest one, where the mean square of a row is 2^-28 of the largest one or more.
#include <cmath>

#include "ops/expanding.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;

List range(std::size_t from, std::size_t to) {
  List out;
  for (std::size_t k = from; k < to; ++k) out.push_back(static_cast<std::int64_t>(k));
  return out;
}

struct Normalised {
  std::string value, variance;  ///< variance includes epsilon
};

/// x over the axes, with its mean taken away first where `centres`.
Normalised normalise(Expansion& e, const std::string& x, const List& axes, double epsilon, bool centres) {
  Normalised out;
  std::string centred = x;
  if (centres) centred = e.add("Centre", {x, e.integers(axes)}, {}, kOwnDomain);
  const std::string square = e.add("ReduceMeanSquare", {centred, e.integers(axes)}, {}, kOwnDomain);
  out.variance = e.add("Add", {square, scalar_of(e, epsilon)});
  out.value = e.add("DivRoot", {centred, out.variance}, {}, kOwnDomain);
  return out;
}

Result<double> epsilon_of(const Node& node) {
  TACIT_TRY(float epsilon, float_attribute(node, "epsilon", 1e-5f));
  if (!(epsilon >= 0) || !std::isfinite(epsilon)) return malformed(node, "epsilon must be a number, not negative");
  return static_cast<double>(epsilon);
}

/// Over the axes from `axis` on, scaled and shifted by operands 1 and 2.
Result<Expansion> expand_layer(const Call& call) {
  const bool centres = call.node->op == "LayerNormalization";
  TACIT_OK(check_operands(call, 2, centres ? 3 : 2));
  TACIT_OK(check_float(call, 0));
  const std::size_t rank = call.operand(0).type.dims.size();
  TACIT_TRY(const std::int64_t given, int_attribute(*call.node, "axis", -1));
  TACIT_TRY(const std::size_t axis, resolve_axis(*call.node, given, rank, false));
  TACIT_TRY(const double epsilon, epsilon_of(*call.node));
  Expansion e(call);
  const Normalised n = normalise(e, e.input(0), range(axis, rank), epsilon, centres);
  std::string y = e.add("Mul", {n.value, e.input(1)});
  if (call.operand(2).present) y = e.add("Add", {y, e.input(2)});
  if (e.wants(2)) e.give(2, e.add("Pow", {n.variance, scalar_of(e, -0.5)}));
  if (centres && e.wants(1)) e.give(1, e.add("ReduceMean", {e.input(0), e.integers(range(axis, rank))}));
  e.give(0, y);
  return e;
}

/// The operand, one number for each channel, as a tensor that broadcasts to one of `rank` axes.
std::string by_channel(Expansion& e, std::size_t index, std::int64_t channels, std::size_t rank) {
  Shape dims(rank - 1, 1);
  dims[0] = channels;
  return reshaped(e, e.input(index), dims);
}

Status check_channels(const Call& call, std::int64_t count) {
  for (const std::size_t index : {1, 2}) {
    if (call.operand(index).type.dims != Shape{count}) return malformed(*call.node, "its scale and bias must have " + std::to_string(count) + " numbers each");
  }
  return Unit{};
}

Result<Expansion> expand_instance(const Call& call) {
  TACIT_OK(check_operands(call, 3, 3));
  TACIT_OK(check_float(call, 0));
  const Shape& dims = call.operand(0).type.dims;
  if (dims.size() < 3) return malformed(*call.node, "its input needs a batch, channels and positions");
  TACIT_OK(check_channels(call, dims[1]));
  TACIT_TRY(const double epsilon, epsilon_of(*call.node));
  Expansion e(call);
  const Normalised n = normalise(e, e.input(0), range(2, dims.size()), epsilon, true);
  const std::string scaled = e.add("Mul", {n.value, by_channel(e, 1, dims[1], dims.size())});
  e.give(0, e.add("Add", {scaled, by_channel(e, 2, dims[1], dims.size())}));
  return e;
}

Result<Expansion> expand_group(const Call& call) {
  TACIT_OK(check_operands(call, 3, 3));
  TACIT_OK(check_float(call, 0));
  const Shape& dims = call.operand(0).type.dims;
  TACIT_TRY(const std::int64_t groups, int_attribute(*call.node, "num_groups", 0));
  if (dims.size() < 2 || groups < 1 || dims[1] % groups != 0) return malformed(*call.node, "num_groups must divide the channels");
  TACIT_TRY(const double epsilon, epsilon_of(*call.node));
  const bool each_group = call.node->opset < 21;
  TACIT_OK(check_channels(call, each_group ? groups : dims[1]));
  Expansion e(call);
  const Shape grouped{dims[0], groups, count_between(dims, 1, dims.size()) / groups};
  std::string y = normalise(e, reshaped(e, e.input(0), grouped), {2}, epsilon, true).value;
  const std::size_t rank = each_group ? 3 : dims.size();
  if (!each_group) y = reshaped(e, y, dims);
  y = e.add("Mul", {y, by_channel(e, 1, each_group ? groups : dims[1], rank)});
  y = e.add("Add", {y, by_channel(e, 2, each_group ? groups : dims[1], rank)});
  e.give(0, each_group ? reshaped(e, y, dims) : y);
  return e;
}

Result<Expansion> expand_mean_variance(const Call& call) {
  TACIT_OK(check_operands(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  TACIT_TRY(List axes, ints_attribute(*call.node, "axes", {0, 2, 3}));
  for (std::int64_t& axis : axes) {
    TACIT_TRY(const std::size_t at, resolve_axis(*call.node, axis, call.operand(0).type.dims.size(), false));
    axis = static_cast<std::int64_t>(at);
  }
  Expansion e(call);
  constexpr double kEpsilon = 1e-9;  // keeps a row of equal numbers at 0; ONNX adds it to the root instead
  e.give(0, normalise(e, e.input(0), axes, kEpsilon, true).value);
  return e;
}

Result<Expansion> expand_lp(const Call& call) {
  TACIT_OK(check_operands(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  TACIT_TRY(const std::int64_t p, int_attribute(*call.node, "p", 2));
  TACIT_TRY(const std::int64_t given, int_attribute(*call.node, "axis", -1));
  TACIT_TRY(const std::size_t axis, resolve_axis(*call.node, given, call.operand(0).type.dims.size(), false));
  if (p != 1 && p != 2) return malformed(*call.node, "p must be 1 or 2");
  Expansion e(call);
  const std::string axes = e.integers({static_cast<std::int64_t>(axis)});
  if (p == 1) e.give(0, e.add("Div", {e.input(0), e.add("ReduceL1", {e.input(0), axes})}));
  else e.give(0, e.add("DivRoot", {e.input(0), e.add("ReduceSumSquare", {e.input(0), axes})}, {}, kOwnDomain));
  return e;
}

Result<Expansion> expand_lrn(const Call& call) {
  TACIT_OK(check_operands(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  const Shape& dims = call.operand(0).type.dims;
  TACIT_TRY(const float alpha, float_attribute(*call.node, "alpha", 1e-4f));
  TACIT_TRY(const float beta, float_attribute(*call.node, "beta", 0.75f));
  TACIT_TRY(const float bias, float_attribute(*call.node, "bias", 1));
  TACIT_TRY(const std::int64_t size, int_attribute(*call.node, "size", 0));
  if (dims.size() < 2 || size < 1) return malformed(*call.node, "it needs channels, and a size of 1 at least");
  Expansion e(call);
  const std::string squares = e.add("Mul", {e.input(0), e.input(0)});
  const std::int64_t before = (size - 1) / 2, after = size - 1 - before, channels = dims[1];
  List pads(2 * dims.size(), 0);
  pads[1] = before;
  pads[dims.size() + 1] = after;
  const std::string padded = e.add("Pad", {squares, e.integers(pads)});
  std::string sum;
  for (std::int64_t k = 0; k < size; ++k) {
    const std::string part = e.add("Slice", {padded, e.integers({k}), e.integers({k + channels}), e.integers({1})});
    sum = sum.empty() ? part : e.add("Add", {sum, part});
  }
  sum = e.add("Mul", {sum, scalar_of(e, static_cast<double>(alpha) / static_cast<double>(size))});
  const std::string power = e.add("Pow", {e.add("Add", {sum, scalar_of(e, bias)}), scalar_of(e, -static_cast<double>(beta))});
  e.give(0, e.add("Mul", {e.input(0), power}));
  return e;
}

}  // namespace

constexpr OperatorText kText = {
    "x less its mean, exactly, times levels of 1 / sqrt(mean square + epsilon)",
    "LayerNormalization gives its mean and deviation too"};
extern const Operator kLayerNormalization, kRMSNormalization, kInstanceNormalization, kGroupNormalization, kMeanVarianceNormalization,
    kLpNormalization, kLRN;
const Operator kLayerNormalization = {.op = "LayerNormalization", .domain = "", .text = kText, .expand = expand_layer};
const Operator kRMSNormalization = {.op = "RMSNormalization", .domain = "", .text = kText, .expand = expand_layer};
const Operator kInstanceNormalization = {.op = "InstanceNormalization", .domain = "", .text = kText, .expand = expand_instance};
const Operator kGroupNormalization = {.op = "GroupNormalization", .domain = "", .text = kText, .expand = expand_group};
const Operator kMeanVarianceNormalization = {.op = "MeanVarianceNormalization", .domain = "", .text = kText, .expand = expand_mean_variance};
const Operator kLpNormalization = {.op = "LpNormalization", .domain = "", .text = kText, .expand = expand_lp};
const Operator kLRN = {.op = "LRN", .domain = "", .text = kText, .expand = expand_lrn};

}  // namespace tacit
