#include "ops/deep_pools.h"

#include "ops/call.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;

/// The window of axes 0 and 1, with padding as it came out.
Expansion::Attributes attributes_of(const Geometry& g, Expansion::Attributes attributes) {
  attributes["kernel_shape"] = Attribute{List{g.kernel[0], g.kernel[1]}};
  attributes["strides"] = Attribute{List{g.stride[0], g.stride[1]}};
  attributes["dilations"] = Attribute{List{g.dilation[0], g.dilation[1]}};
  attributes["pads"] = Attribute{List{g.pad_begin[0], g.pad_begin[1], g.pad_end[0], g.pad_end[1]}};
  return attributes;
}

bool is_point(const Geometry& g) {
  for (int axis = 0; axis < 2; ++axis) {
    if (g.kernel[axis] != 1 || g.stride[axis] != 1 || g.pad_begin[axis] != 0 || g.pad_end[axis] != 0) return false;
  }
  return true;
}

}  // namespace

std::string pooled_in_depth(Expansion& expansion, const char* op, const std::string& x, const Shape& dims, const Geometries& windows,
                            const Expansion::Attributes& attributes) {
  std::string y = x;
  if (!is_point(windows.depth)) {
    const std::string flat = expansion.add("Reshape", {y, expansion.integers({dims[0], dims[1], dims[2], dims[3] * dims[4]})});
    Geometry lines = windows.depth;
    lines.in[1] = lines.out[1] = dims[3] * dims[4];
    const std::string pooled = expansion.add(op, {flat}, attributes_of(lines, attributes));
    y = expansion.add("Reshape", {pooled, expansion.integers({dims[0], dims[1], lines.out[0], dims[3], dims[4]})});
  }
  const std::string folded = expansion.add_own("FoldDepth", {y});
  const std::string pooled = expansion.add(op, {folded}, attributes_of(windows.plane, attributes));
  return expansion.add_own("UnfoldDepth", {pooled}, {{"depth", Attribute{windows.depth.out[0]}}});
}

Result<Expansion> expand_pool(const Call& call) {
  Expansion expansion(call);
  const Shape& dims = call.operand(0).type.dims;
  if (dims.size() != 5) return expansion;
  TACIT_OK(check_arity(call, 1, 1));
  if (element_count(dims) == 0) return malformed(*call.node, "its input is empty");
  TACIT_TRY(const Geometries windows, read_geometries(*call.node, dims, std::nullopt));
  Expansion::Attributes attributes;
  for (const char* name : {"ceil_mode", "count_include_pad"}) {
    if (auto found = call.node->attributes.find(name); found != call.node->attributes.end()) attributes.insert(*found);
  }
  expansion.give(0, pooled_in_depth(expansion, call.node->op.c_str(), expansion.input(0), dims, windows, attributes));
  return expansion;
}

}  // namespace tacit
