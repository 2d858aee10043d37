#include "ops/geometry.h"

#include <algorithm>
#include <string>

#include "ops/call.h"

namespace tacit {
namespace {

/// A list attribute of `count` numbers in [least, kMaxWindow]; all `fallback` where absent.
Result<std::vector<std::int64_t>> bounded(const Node& node, const char* name, std::size_t count, std::int64_t least,
                                          std::int64_t fallback) {
  TACIT_TRY(std::vector<std::int64_t> list,
            ints_attribute(node, name, std::vector<std::int64_t>(count, fallback)));
  if (list.size() != count) {
    return malformed(node, "attribute " + std::string(name) + " has " + std::to_string(list.size()) + " numbers, " +
                               std::to_string(count) + " expected");
  }
  for (std::int64_t v : list) {
    if (v < least || v > kMaxWindow) {
      return malformed(node, "attribute " + std::string(name) + " holds " + std::to_string(v) + ", outside [" +
                                 std::to_string(least) + ", " + std::to_string(kMaxWindow) + "]");
    }
  }
  return list;
}

enum class Padding { kExplicit, kSameUpper, kSameLower, kValid };

Result<Padding> padding_mode(const Node& node) {
  TACIT_TRY(std::string mode, string_attribute(node, "auto_pad", "NOTSET"));
  if (mode == "NOTSET" || mode.empty()) return Padding::kExplicit;
  if (mode == "SAME_UPPER") return Padding::kSameUpper;
  if (mode == "SAME_LOWER") return Padding::kSameLower;
  if (mode == "VALID") return Padding::kValid;
  return malformed(node, "auto_pad \"" + mode + "\" is none of NOTSET, SAME_UPPER, SAME_LOWER, VALID");
}

/// SAME: as many outputs as ceil(in / stride), the padding split evenly, the odd one at the end (upper) or the start.
void pad_same(Geometry& w, int axis, bool upper) {
  const std::int64_t out = (w.in[axis] + w.stride[axis] - 1) / w.stride[axis];
  const std::int64_t total = std::max<std::int64_t>((out - 1) * w.stride[axis] + w.extent(axis) - w.in[axis], 0);
  const std::int64_t small = total / 2, large = total - small;
  w.pad_begin[axis] = upper ? small : large;
  w.pad_end[axis] = upper ? large : small;
}

Status count_outputs(const Node& node, Geometry& w, int axis, bool ceil_mode) {
  const std::int64_t room = w.padded(axis) - w.extent(axis);
  if (room < 0) {
    return malformed(node, "its window spans " + std::to_string(w.extent(axis)) +
                               " positions, more than the padded input of " + std::to_string(w.padded(axis)));
  }
  w.out[axis] = room / w.stride[axis] + 1;
  const bool left_over = room % w.stride[axis] != 0;
  if (ceil_mode && left_over && w.out[axis] * w.stride[axis] < w.in[axis] + w.pad_begin[axis]) ++w.out[axis];
  return Unit{};
}

}  // namespace

Status check_spatial(const Node& node, const Shape& dims) {
  if (dims.size() >= 3 && dims.size() <= 5) return Unit{};
  return refuse(node, "its input " + shape_text(dims) + " has not 3 to 5 axes (positions along one, two or three)");
}

namespace {

/// The numbers of one attribute or another, by spatial axis.
struct WindowLists {
  std::vector<std::int64_t> kernel, strides, dilations, pads;
  Padding mode = Padding::kExplicit;
  bool ceil_mode = false;
};

Result<WindowLists> read_lists(const Node& node, std::size_t axes, const std::optional<Shape>& kernel) {
  const bool is_pool = !kernel.has_value(), has_shape = node.attributes.contains("kernel_shape");
  if (is_pool && !has_shape) return malformed(node, "attribute kernel_shape is missing");
  WindowLists lists;
  TACIT_TRY(lists.kernel, bounded(node, "kernel_shape", axes, 1, 1));
  if (kernel && has_shape && lists.kernel != *kernel) return malformed(node, "attribute kernel_shape differs from the shape of its weight");
  if (kernel) lists.kernel = *kernel;
  TACIT_TRY(lists.strides, bounded(node, "strides", axes, 1, 1));
  TACIT_TRY(lists.dilations, bounded(node, "dilations", axes, 1, 1));
  TACIT_TRY(lists.pads, bounded(node, "pads", 2 * axes, 0, 0));
  TACIT_TRY(lists.mode, padding_mode(node));
  if (is_pool) {
    TACIT_TRY(lists.ceil_mode, flag_attribute(node, "ceil_mode", false));
  }
  return lists;
}

constexpr Geometry kPoint{{1, 1}, {1, 1}, {1, 1}, {1, 1}, {0, 0}, {0, 0}, {1, 1}};

/// Spatial axis k of the lists becomes `axis` of the geometry.
Status set_axis(const Node& node, const WindowLists& lists, std::size_t k, std::int64_t extent, Geometry& w, int axis) {
  w.in[axis] = extent;
  w.kernel[axis] = lists.kernel[k];
  if (w.kernel[axis] < 1 || w.kernel[axis] > kMaxWindow) return malformed(node, "its kernel has no or too many taps");
  w.stride[axis] = lists.strides[k];
  w.dilation[axis] = lists.dilations[k];
  if (lists.mode == Padding::kExplicit) {
    w.pad_begin[axis] = lists.pads[k];
    w.pad_end[axis] = lists.pads[lists.kernel.size() + k];
  } else if (lists.mode != Padding::kValid) {
    pad_same(w, axis, lists.mode == Padding::kSameUpper);
  }
  return count_outputs(node, w, axis, lists.ceil_mode);
}

}  // namespace

Result<Geometries> read_geometries(const Node& node, const Shape& dims, const std::optional<Shape>& kernel) {
  const std::size_t axes = dims.size() - 2;
  TACIT_TRY(const WindowLists lists, read_lists(node, axes, kernel));
  Geometries all{kPoint, kPoint, axes == 3};
  for (std::size_t k = 0; k < axes; ++k) {
    const bool is_depth = axes == 3 && k == 0;
    const int axis = is_depth ? 0 : static_cast<int>(k + 2) - static_cast<int>(axes);
    TACIT_OK(set_axis(node, lists, k, dims[2 + k], is_depth ? all.depth : all.plane, axis));
  }
  return all;
}

Result<Geometry> read_geometry(const Node& node, const Shape& dims, const std::optional<Shape>& kernel) {
  TACIT_TRY(Geometries all, read_geometries(node, dims, kernel));
  return all.plane;
}

Shape Geometries::output(std::size_t rank, std::int64_t batch, std::int64_t channels) const {
  if (rank == 5) return {batch, channels, depth.out[0], plane.out[0], plane.out[1]};
  return window_output(plane, rank, batch, channels);
}

Shape window_output(const Geometry& geometry, std::size_t rank, std::int64_t batch, std::int64_t channels) {
  if (rank == 3) return {batch, channels, geometry.out[1]};
  return {batch, channels, geometry.out[0], geometry.out[1]};
}

Window theorem_window(const Geometry& geometry, std::uint32_t batch) {
  auto size = [](std::int64_t v) { return static_cast<std::uint32_t>(v); };
  auto step = [](std::int64_t v) { return static_cast<std::int32_t>(v); };
  Window w;
  w.batch = batch;
  w.in_h = size(geometry.in[0]);
  w.in_w = size(geometry.in[1]);
  w.out_h = size(geometry.out[0]);
  w.out_w = size(geometry.out[1]);
  w.kernel_h = size(geometry.kernel[0]);
  w.kernel_w = size(geometry.kernel[1]);
  w.stride_h = step(geometry.stride[0]);
  w.stride_w = step(geometry.stride[1]);
  w.pad_h = step(geometry.pad_begin[0]);
  w.pad_w = step(geometry.pad_begin[1]);
  w.dilation_h = step(geometry.dilation[0]);
  w.dilation_w = step(geometry.dilation[1]);
  return w;
}

Taps taps_at(const Geometry& g, int axis, std::int64_t output) {
  const std::int64_t d = g.dilation[axis], start = output * g.stride[axis] - g.pad_begin[axis];
  // Taps start + t*d below `limit`, for t in [0, kernel).
  auto taps_below = [&](std::int64_t limit) {
    return start >= limit ? 0 : std::min(g.kernel[axis], (limit - start + d - 1) / d);
  };
  const std::int64_t skipped = taps_below(0);
  return {start + skipped * d, taps_below(g.in[axis]) - skipped, taps_below(g.in[axis] + g.pad_end[axis])};
}

std::vector<Taps> taps_of(const Geometry& g, int axis) {
  std::vector<Taps> all;
  all.reserve(static_cast<std::size_t>(g.out[axis]));
  for (std::int64_t output = 0; output < g.out[axis]; ++output) all.push_back(taps_at(g, axis, output));
  return all;
}

bool has_empty_window(const Geometry& g, int axis, bool pads_count) {
  auto is_empty = [&](std::int64_t output) {
    const Taps taps = taps_at(g, axis, output);
    return (pads_count ? taps.with_pads : taps.count) == 0;
  };
  auto start = [&](std::int64_t output) { return output * g.stride[axis] - g.pad_begin[axis]; };
  // A window that starts and ends inside the input is never empty.
  for (std::int64_t o = 0; o < g.out[axis] && start(o) < 0; ++o) {
    if (is_empty(o)) return true;
  }
  for (std::int64_t o = g.out[axis] - 1; o >= 0 && start(o) + g.extent(axis) > g.in[axis]; --o) {
    if (is_empty(o)) return true;
  }
  return false;
}

}  // namespace tacit
