// LpPool: the p-norm of what each window sees; padding counts as 0. GlobalLpPool: of all positions of a channel.
// GlobalMaxPool: their maximum.
//
//   LpPool, p = 2   =>   Sqrt(Conv(x * x, ones))          p = 1   =>   Conv(Abs(x), ones)          else  Pow(Conv(Pow(Abs(x), p), ones), 1/p)
#include "ops/call.h"
#include "ops/deep_pools.h"
#include "ops/expansion.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;

Result<double> read_power(const Node& node) {
  auto found = node.attributes.find("p");
  if (found == node.attributes.end()) return 2.0;
  const auto* whole = std::get_if<std::int64_t>(&found->second);
  const auto* real = std::get_if<float>(&found->second);
  const double p = whole != nullptr ? static_cast<double>(*whole) : real != nullptr ? static_cast<double>(*real) : 0.0;
  if (p >= 1 && p <= 64) return p;
  return refuse(node, "attribute p does not lie between 1 and 64");
}

/// Padding that the last windows reach with ceil_mode is written out.
std::int64_t end_pad(const Geometry& g, int axis) {
  const std::int64_t reach = (g.out[axis] - 1) * g.stride[axis] + g.extent(axis) - g.in[axis] - g.pad_begin[axis];
  return reach > 0 ? reach : 0;
}

struct Lists {
  List kernel, strides, dilations, begin, end;
};

void append(const Geometry& g, int axis, Lists& lists) {
  lists.kernel.push_back(g.kernel[axis]);
  lists.strides.push_back(g.stride[axis]);
  lists.dilations.push_back(g.dilation[axis]);
  lists.begin.push_back(g.pad_begin[axis]);
  lists.end.push_back(end_pad(g, axis));
}

Expansion::Attributes attributes_of(const Lists& lists, std::int64_t channels) {
  List pads = lists.begin;
  pads.insert(pads.end(), lists.end.begin(), lists.end.end());
  return {{"kernel_shape", Attribute{lists.kernel}}, {"strides", Attribute{lists.strides}}, {"dilations", Attribute{lists.dilations}},
          {"pads", Attribute{std::move(pads)}}, {"group", Attribute{channels}}};
}

/// Sums under the windows of the powers of x, and their root.
Result<Expansion> norms(const Call& call, const Lists& lists) {
  const std::int64_t channels = call.operand(0).type.dims[1];
  TACIT_TRY(const double p, read_power(*call.node));
  Expansion expansion(call);
  std::string powers = p == 2 ? expansion.add("Mul", {expansion.input(0), expansion.input(0)}) : expansion.add("Abs", {expansion.input(0)});
  if (p != 1 && p != 2) powers = expansion.add("Pow", {powers, expansion.scalar(static_cast<float>(p))});
  Shape dims{channels, 1};
  dims.insert(dims.end(), lists.kernel.begin(), lists.kernel.end());
  const std::optional<std::int64_t> count = element_count(dims);
  if (!count || *count > (1 << 24)) return refuse(*call.node, "its window is too large");
  const std::string ones = expansion.constant(make_float(dims, std::vector<float>(static_cast<std::size_t>(*count), 1.0f)));
  std::string y = expansion.add("Conv", {powers, ones}, attributes_of(lists, channels));
  if (p == 2) y = expansion.add("Sqrt", {y});
  if (p != 1 && p != 2) y = expansion.add("Pow", {y, expansion.scalar(static_cast<float>(1 / p))});
  expansion.give(0, y);
  return expansion;
}

Result<Expansion> expand_lp(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  const Shape& dims = call.operand(0).type.dims;
  TACIT_OK(check_spatial(*call.node, dims));
  TACIT_TRY(const Geometries windows, read_geometries(*call.node, dims, std::nullopt));
  Lists lists;
  if (dims.size() == 5) append(windows.depth, 0, lists);
  if (dims.size() >= 4) append(windows.plane, 0, lists);
  append(windows.plane, 1, lists);
  return norms(call, lists);
}

/// Of a pool over all positions.
Status check_global(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  const Shape& dims = call.operand(0).type.dims;
  if (dims.size() >= 3 && element_count(dims) != 0) return Unit{};
  return malformed(*call.node, "its input " + shape_text(dims) + " has no positions");
}

Result<Expansion> expand_global_lp(const Call& call) {
  TACIT_OK(check_global(call));
  const Shape& dims = call.operand(0).type.dims;
  TACIT_OK(check_spatial(*call.node, dims));
  const List kernel(dims.begin() + 2, dims.end());
  return norms(call, {kernel, List(kernel.size(), 1), List(kernel.size(), 1), List(kernel.size(), 0), List(kernel.size(), 0)});
}

Result<Expansion> expand_global_max(const Call& call) {
  TACIT_OK(check_global(call));
  const Shape& dims = call.operand(0).type.dims;
  Expansion expansion(call);
  Shape plane = dims, out(dims.size(), 1);
  while (plane.size() > 4) {  // the last two axes as one
    const std::int64_t last = plane.back();
    plane.pop_back();
    plane.back() *= last;
  }
  out[0] = dims[0];
  out[1] = dims[1];
  const std::string flat = dims.size() > 4 ? expansion.add("Reshape", {expansion.input(0), expansion.integers(plane)}) : expansion.input(0);
  std::string y = expansion.add("MaxPool", {flat}, {{"kernel_shape", Attribute{List(plane.begin() + 2, plane.end())}}});
  if (dims.size() > 4) y = expansion.add("Reshape", {y, expansion.integers(out)});
  expansion.give(0, y);
  return expansion;
}

}  // namespace

constexpr OperatorText kGlobalLpPoolText = {
    "powers, a Conv with ones, the root",
    "with p of 3 and more, windows of small numbers lose digits: their powers share the scale of the largest"};
constexpr OperatorText kGlobalMaxPoolText = {
    "maxima, axis by axis",
    "one to three axes of positions"};
extern const Operator kGlobalLpPool, kGlobalMaxPool, kLpPool;
const Operator kGlobalLpPool = {.op = "GlobalLpPool", .domain = "", .text = kGlobalLpPoolText, .expand = expand_global_lp};
const Operator kGlobalMaxPool = {.op = "GlobalMaxPool", .domain = "", .text = kGlobalMaxPoolText, .expand = expand_global_max};
const Operator kLpPool = {.op = "LpPool", .domain = "", .text = kGlobalLpPoolText, .expand = expand_lp};

}  // namespace tacit
