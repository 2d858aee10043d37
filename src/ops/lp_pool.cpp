// LpPool: the p-norm of what each window sees; padding counts as 0. GlobalLpPool: of all positions of a channel.
// GlobalMaxPool: their maximum.
//
//   LpPool, p = 2   =>   Sqrt(Conv(x * x, ones))          p = 1   =>   Conv(Abs(x), ones)          else  with m the largest under the window:
//   m * Pow(sum over the taps of Pow(Abs(tap) / m, p), 1/p), so that small windows keep their digits beside large ones
#include <algorithm>

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

constexpr std::int64_t kMostTaps = 64;

std::int64_t taps_of(const Lists& lists) {
  std::int64_t taps = 1;
  for (const std::int64_t extent : lists.kernel) taps = extent > kMostTaps || taps > kMostTaps ? kMostTaps + 1 : taps * extent;
  return taps;
}

/// The norm in units of the largest number under each window.
Expansion norms_by_maximum(const Call& call, const Lists& lists, double p) {
  Expansion out(call);
  const Shape& dims = call.operand(0).type.dims;
  const std::size_t axes = lists.kernel.size();
  std::string x = out.add("Abs", {out.input(0)});
  List pads(2, 0), spatial, lengths;
  pads.insert(pads.end(), lists.begin.begin(), lists.begin.end());
  pads.insert(pads.end(), 2, 0);
  pads.insert(pads.end(), lists.end.begin(), lists.end.end());
  for (std::size_t a = 0; a < axes; ++a) {
    const std::int64_t padded = dims[a + 2] + lists.begin[a] + lists.end[a], extent = (lists.kernel[a] - 1) * lists.dilations[a] + 1;
    spatial.push_back(static_cast<std::int64_t>(a) + 2);
    lengths.push_back((padded - extent) / lists.strides[a] * lists.strides[a] + 1);
  }
  if (std::any_of(pads.begin(), pads.end(), [](std::int64_t pad) { return pad != 0; })) x = out.add("Pad", {x, out.integers(pads)});
  const std::string most = out.add("MaxPool", {x}, {{"kernel_shape", Attribute{lists.kernel}}, {"strides", Attribute{lists.strides}},
                                                    {"dilations", Attribute{lists.dilations}}});
  std::vector<std::string> powers;
  for (std::int64_t tap = 0; tap < taps_of(lists); ++tap) {
    List starts(axes), ends(axes);
    std::int64_t rest = tap;
    for (std::size_t a = axes; a-- > 0; rest /= lists.kernel[a]) {
      starts[a] = rest % lists.kernel[a] * lists.dilations[a];
      ends[a] = starts[a] + lengths[a];
    }
    const std::string part = out.add("Slice", {x, out.integers(starts), out.integers(ends), out.integers(spatial), out.integers(lists.strides)});
    powers.push_back(out.add("Pow", {out.add("Div", {part, most}), out.scalar(static_cast<float>(p))}));
  }
  const std::string root = out.add("Pow", {out.add("Sum", powers), out.scalar(static_cast<float>(1 / p))});
  out.give(0, out.add("Mul", {root, most}));
  return out;
}

/// Sums under the windows of the powers of x, and their root.
Result<Expansion> norms(const Call& call, const Lists& lists) {
  const std::int64_t channels = call.operand(0).type.dims[1];
  TACIT_TRY(const double p, read_power(*call.node));
  if (p != 1 && p != 2 && taps_of(lists) <= kMostTaps && call.operand(0).type.dims.size() <= 4) return norms_by_maximum(call, lists, p);
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
