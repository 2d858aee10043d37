// MaxPool: the maximum of the real inputs under each window of a tensor of rank 3 to 5 (deep_pools.h); padding never wins.
#include <algorithm>

#include "ops/arrange.h"
#include "ops/call.h"
#include "ops/deep_pools.h"
#include "ops/geometry.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

Result<Geometry> window_of(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  const Shape& dims = call.operand(0).type.dims;
  TACIT_OK(check_spatial(*call.node, dims));
  return read_geometry(*call.node, dims, std::nullopt);
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_TRY(Geometry window, window_of(call));
  const Shape& dims = call.operand(0).type.dims;
  TACIT_TRY(auto types, one_output(call, call.operand(0).type.dtype, window_output(window, dims.size(), dims[0], dims[1])));
  for (int axis = 0; axis < 2; ++axis) {
    if (has_empty_window(window, axis, false)) return malformed(*call.node, "a window covers nothing but padding");
  }
  return types;
}

/// The maximum under every window, image by image.
template <class T>
void pool(const Geometry& w, const std::vector<T>& x, std::vector<T>& out) {
  const std::vector<Taps> rows = taps_of(w, 0), columns = taps_of(w, 1);
  const std::size_t plane = static_cast<std::size_t>(w.in[0] * w.in[1]);
  for (std::size_t start = 0; start < x.size(); start += plane) {
    const T* from = x.data() + start;
    for (const Taps& row : rows) {
      for (const Taps& column : columns) {
        T best = from[row.first * w.in[1] + column.first];
        for (std::int64_t r = 0; r < row.count; ++r) {
          const T* line = from + (row.first + r * w.dilation[0]) * w.in[1] + column.first;
          for (std::int64_t c = 0; c < column.count; ++c) best = std::max(best, line[c * w.dilation[1]]);
        }
        out.push_back(best);
      }
    }
  }
}

std::vector<Tensor> evaluate(const Call& call) {
  const Tensor& x = *call.operand(0).value;
  const Geometry w = window_of(call).value();
  Tensor out{window_output(w, x.dims.size(), x.dims[0], x.dims[1]), x.dtype, {}, {}};
  pool(w, x.f, out.f);
  pool(w, x.i, out.i);
  return {std::move(out)};
}

/// A maximum reads the nearest real position in place of padding. That is sound where the position belongs to the
/// window anyway, which can fail only for dilated windows.
bool padding_repeats_taps(const Geometry& g, int axis) {
  for (std::int64_t o = 0; o < g.out[axis]; ++o) {
    const std::int64_t start = o * g.stride[axis] - g.pad_begin[axis];
    const std::int64_t last = start + g.extent(axis) - 1;
    const bool low_ok = start >= 0 || -start % g.dilation[axis] == 0;
    const bool high_ok = last < g.in[axis] || (last - (g.in[axis] - 1)) % g.dilation[axis] == 0;
    if (!low_ok || !high_ok) return false;
  }
  return true;
}

/// Tap `tap` of every window along one axis, or that window's nearest tap on real input.
std::vector<std::int64_t> real_taps(const Geometry& g, int axis, std::int64_t tap) {
  std::vector<std::int64_t> index;
  for (std::int64_t o = 0; o < g.out[axis]; ++o) {
    const Taps taps = taps_at(g, axis, o);
    const std::int64_t last = taps.first + (taps.count - 1) * g.dilation[axis];
    index.push_back(std::clamp(o * g.stride[axis] - g.pad_begin[axis] + tap * g.dilation[axis], taps.first, last));
  }
  return index;
}

/// Reads tap `tap` of `axis` in every window. An axis in `strided` steps as the pooling does, another one stays.
Window tap_window(const Geometry& g, const ColumnShape& from, int axis, std::int64_t tap, std::array<bool, 2> strided) {
  Window w;
  w.batch = from.batch;
  w.in_h = w.out_h = from.height;
  w.in_w = w.out_w = from.width;
  const std::int64_t offset[2] = {axis == 0 ? tap * g.dilation[0] : 0, axis == 1 ? tap * g.dilation[1] : 0};
  if (strided[0]) {
    w.out_h = static_cast<std::uint32_t>(g.out[0]);
    w.stride_h = static_cast<std::int32_t>(g.stride[0]);
    w.pad_h = static_cast<std::int32_t>(g.pad_begin[0] - offset[0]);
  }
  if (strided[1]) {
    w.out_w = static_cast<std::uint32_t>(g.out[1]);
    w.stride_w = static_cast<std::int32_t>(g.stride[1]);
    w.pad_w = static_cast<std::int32_t>(g.pad_begin[1] - offset[1]);
  }
  bool inside = true;
  for (std::uint32_t s = 0; s < w.out_cols() && inside; ++s) inside = w.source(0, s) != kNone;
  w.clamp = !inside;
  return w;
}

/// Reads tap `tap` of `axis` in every window, where some taps of the windows on padding are not real ones.
Linear mapped_tap(const Geometry& g, const Placed& from, int axis, std::int64_t tap, std::array<bool, 2> strided) {
  const std::int64_t extents[2] = {from.shape.height, from.shape.width};
  std::vector<Along> out{along_all(0, from.shape.batch), along_all(1, from.shape.rows)};
  for (int k = 0; k < 2; ++k) {
    out.push_back(strided[k] ? Along{std::size_t(2 + k), real_taps(g, k, k == axis ? tap : 0)} : along_all(2 + k, extents[k]));
  }
  return Linear::mapped(from.column, arrange({from.shape.batch, from.shape.rows, extents[0], extents[1]}, out), 1);
}

Linear tap_of(const Geometry& g, const Placed& from, int axis, std::int64_t tap, std::array<bool, 2> strided) {
  const bool plain = (!strided[0] || padding_repeats_taps(g, 0)) && (!strided[1] || padding_repeats_taps(g, 1));
  if (!plain) return mapped_tap(g, from, axis, tap, strided);
  return {from.column, 1, false, false, tap_window(g, from.shape, axis, tap, strided)};
}

/// The running maximum over the taps of one axis (at least two of them).
Placed pool_axis(const Call& call, Lowering& lowering, const Geometry& g, const Placed& from, int axis,
                 std::array<bool, 2> strided) {
  Placed best = from;
  for (std::int64_t tap = 1; tap < g.kernel[axis]; ++tap) {
    const Linear next = tap_of(g, from, axis, tap, strided);
    for (int k = 0; k < 2; ++k) {
      if (strided[k]) (k == 0 ? best.shape.height : best.shape.width) = static_cast<std::uint32_t>(g.out[k]);
    }
    const Linear before = tap == 1 ? tap_of(g, from, axis, 0, strided) : Linear::whole(best.column, best.shape.cols(), 1);
    const std::string name = call.node->name + (axis == 0 ? ".rows" : ".columns") + std::to_string(tap);
    best.column = lowering.book().maximum(name, best.shape.rows, best.shape.cols(), before, next);
  }
  return best;
}

Status lower(const Call& call, Lowering& lowering) {
  const Geometry g = window_of(call).value();
  TACIT_TRY(Placed at, lowering.read(call, 0, natural_shape(call.operand(0).type.dims)));
  const bool wide = g.kernel[1] > 1, high = g.kernel[0] > 1;
  if (!wide && !high) {  // only picks positions
    Multiple picked{at, 1, false, false, tap_window(g, at.shape, 0, 0, {true, true})};
    Affine sum = empty_sum(call, {at.shape.batch, at.shape.rows, picked.window.out_h, picked.window.out_w});
    sum.multiples.push_back(std::move(picked));
    lowering.give(call, std::move(sum));
    return Unit{};
  }
  if (wide) at = pool_axis(call, lowering, g, at, 1, {!high, true});
  if (high) at = pool_axis(call, lowering, g, at, 0, {true, !wide});
  lowering.give(call, at);
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "maxima, axis by axis",
    "one to three axes of positions; second output refused"};
extern const Operator kMaxPool;
const Operator kMaxPool = {
    .op = "MaxPool", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .expand = expand_pool,
    .is_linear_time = false};

}  // namespace tacit
