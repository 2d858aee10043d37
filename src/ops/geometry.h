// Geometry: the window that Conv and the pools share, for the spatial axes of a tensor of rank 3 to 5. Those of rank 3, which
// have positions along one axis, are images of height 1; those of rank 5 are images at several depths, and have a second
// window along the depth.
//
//   axis 0 (height), in = 5, kernel 3, stride 2, dilation 1, pads 1 and 1
//
//     -1 |0 1 2 3 4| 5        output 0 has taps -1 0 1, output 1 taps 1 2 3, output 2 taps 3 4 5:  out = 3
//
// A position outside [0, in) is padding. All numbers are bounded by kMaxWindow, so products of two of them fit.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "ops/node.h"
#include "theorem/theorem.h"

namespace tacit {

inline constexpr std::int64_t kMaxWindow = std::int64_t{1} << 20;

/// Index 0 is height, 1 is width.
using Pair = std::array<std::int64_t, 2>;

struct Geometry {
  Pair in, kernel, stride, dilation, pad_begin, pad_end, out;

  /// Distance between the first and the last tap, plus one.
  std::int64_t extent(int axis) const { return (kernel[axis] - 1) * dilation[axis] + 1; }
  std::int64_t padded(int axis) const { return in[axis] + pad_begin[axis] + pad_end[axis]; }
};

/// Errors: unsupported, naming the node, where dims has not 3 to 5 axes.
Status check_spatial(const Node& node, const Shape& dims);

/// The geometry of `node` on an input of shape `dims` of rank 3 or 4. The kernel is `kernel` where given (a
/// Conv's weight, with its spatial axes), else the attribute kernel_shape. Reads auto_pad, pads, strides, dilations and, for pools, ceil_mode, with
/// the rules of ONNX opset 22, where the last window must start inside the input or its leading padding.
Result<Geometry> read_geometry(const Node& node, const Shape& dims, const std::optional<Shape>& kernel);

/// Windows of up to three axes.
struct Geometries {
  Geometry plane;
  Geometry depth;  ///< along its axis 0; one position, and one tap, where the input has rank 3 or 4
  bool has_depth = false;

  /// The shape of the result for an input of this rank.
  Shape output(std::size_t rank, std::int64_t batch, std::int64_t channels) const;
};
/// read_geometry, of inputs of rank 5 too.
Result<Geometries> read_geometries(const Node& node, const Shape& dims, const std::optional<Shape>& kernel);

/// The shape of the result for an input of this rank, 3 or 4.
Shape window_output(const Geometry& geometry, std::size_t rank, std::int64_t batch, std::int64_t channels);

/// The same geometry for a theorem's columns, `batch` images side by side.
Window theorem_window(const Geometry& geometry, std::uint32_t batch);

/// The taps of one output position along one axis that fall on real input.
struct Taps {
  std::int64_t first = 0;      ///< input position of the first such tap; further ones follow at `dilation`
  std::int64_t count = 0;
  std::int64_t with_pads = 0;  ///< how many taps fall on input or declared padding
};

Taps taps_at(const Geometry& geometry, int axis, std::int64_t output);
/// One entry per output position of `axis`.
std::vector<Taps> taps_of(const Geometry& geometry, int axis);
/// Whether some output position of `axis` has no tap on real input (or, with `pads_count`, on input or declared
/// padding). Looks at the borders only, so it is fast for shapes of any size.
bool has_empty_window(const Geometry& geometry, int axis, bool pads_count);

}  // namespace tacit
