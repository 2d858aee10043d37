#include "ops/depth.h"

#include <algorithm>
#include <utility>

#include "ops/picks.h"

namespace tacit {
namespace {

/// The depth that tap t of output o reads, -1 on padding.
std::int64_t depth_at(const Geometry& g, std::int64_t o, std::int64_t t) {
  const std::int64_t at = o * g.stride[0] - g.pad_begin[0] + t * g.dilation[0];
  return at >= 0 && at < g.in[0] ? at : -1;
}

bool is_still(const Geometry& g) { return g.kernel[0] == 1 && g.stride[0] == 1 && g.pad_begin[0] == 0 && g.out[0] == g.in[0]; }

/// By channel, tap, batch entry, output depth, position: its place in a column [channels, batch * depth * positions].
Sources stacked_sources(const Shape& dims, const Geometry& g) {
  const std::int64_t batch = dims[0], depth = dims[2], inner = dims[3] * dims[4];
  Sources sources;
  for (std::int64_t c = 0; c < dims[1]; ++c)
    for (std::int64_t t = 0; t < g.kernel[0]; ++t)
      for (std::int64_t n = 0; n < batch; ++n)
        for (std::int64_t o = 0; o < g.out[0]; ++o) {
          const std::int64_t at = depth_at(g, o, t);
          for (std::int64_t i = 0; i < inner; ++i) sources.push_back(at < 0 ? -1 : ((c * batch + n) * depth + at) * inner + i);
        }
  return sources;
}

// Of a theorem's maps (check_theorem).
constexpr std::int64_t kMaxMapped = std::int64_t{1} << 23;

}  // namespace

Tensor stacked_value(const Tensor& x, const Geometry& g) {
  const std::int64_t batch = x.dims[0], channels = x.dims[1], taps = g.kernel[0], inner = x.dims[3] * x.dims[4];
  Tensor out = zeros({batch * g.out[0], channels * taps, x.dims[3], x.dims[4]});
  float* to = out.f.data();
  for (std::int64_t n = 0; n < batch; ++n)
    for (std::int64_t o = 0; o < g.out[0]; ++o)
      for (std::int64_t c = 0; c < channels; ++c)
        for (std::int64_t t = 0; t < taps; ++t, to += inner) {
          const std::int64_t at = depth_at(g, o, t);
          if (at >= 0) std::copy_n(x.f.data() + ((n * channels + c) * x.dims[2] + at) * inner, inner, to);
        }
  return out;
}

Result<Placed> stacked(const Call& call, const Placed& input, const Shape& dims, const Geometry& g, Lowering& lowering) {
  auto extent = [](std::int64_t v) { return static_cast<std::uint32_t>(v); };
  const ColumnShape shape{extent(dims[0] * g.out[0]), extent(dims[1] * g.kernel[0]), extent(dims[3]), extent(dims[4])};
  if (is_still(g)) return Placed{input.column, input.scale, shape};
  const std::int64_t count = std::int64_t{shape.rows} * shape.cols();
  if (count + *element_count(dims) > kMaxMapped) {
    return refuse(*call.node, "it reads " + std::to_string(g.kernel[0]) + " depths of its input " + shape_text(dims) + " at once, more than a proof may");
  }
  Affine copy = empty_sum(call, shape);
  copy.name += ".depths";
  Multiple term = copy_of(input, 1);
  term.map = separated(stacked_sources(dims, g), {dims[1], g.kernel[0], dims[0], g.out[0], dims[3] * dims[4]});
  copy.multiples.push_back(std::move(term));
  const Column& column = lowering.book().column(input.column);
  const std::int64_t lo = std::min<std::int64_t>(column.lo, 0), hi = std::max<std::int64_t>(column.hi, 0);
  return lowering.settle(copy, input.scale, lo, hi);
}

Tensor unstacked_value(const Tensor& y, std::int64_t depth) {
  const std::int64_t batch = y.dims[0] / depth, channels = y.dims[1], inner = y.dims[2] * y.dims[3];
  Tensor out = zeros({batch, channels, depth, y.dims[2], y.dims[3]});
  for (std::int64_t n = 0; n < batch; ++n)
    for (std::int64_t d = 0; d < depth; ++d)
      for (std::int64_t c = 0; c < channels; ++c)
        std::copy_n(y.f.data() + ((n * depth + d) * channels + c) * inner, inner, out.f.data() + ((n * channels + c) * depth + d) * inner);
  return out;
}

namespace {

// FoldDepth, a form of our own: [batch, channels, depth, height, width] as [batch * depth, channels, height, width].
// UnfoldDepth: the other way round, with its attribute `depth`.
Result<Shape> folded_shape(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  const Shape& x = call.operand(0).type.dims;
  if (x.size() != 5) return malformed(*call.node, "its input has not 5 axes");
  return Shape{x[0] * x[2], x[1], x[3], x[4]};
}

Sources folded_sources(const Call& call) {
  const Shape &from = call.operand(0).type.dims, dims = folded_shape(call).value();
  Sources out;
  for (std::int64_t flat = 0; flat < *element_count(dims); ++flat) {
    const Shape at = positions_of(flat, dims);
    out.push_back(flat_of({at[0] / from[2], at[1], at[0] % from[2], at[2], at[3]}, from));
  }
  return out;
}

Result<Shape> unfolded_shape(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  const Shape& x = call.operand(0).type.dims;
  TACIT_TRY(const std::int64_t depth, int_attribute(*call.node, "depth", 1));
  if (x.size() != 4 || depth < 1 || x[0] % depth != 0) return malformed(*call.node, "its input has not 4 axes, or no such depth");
  return Shape{x[0] / depth, x[1], depth, x[2], x[3]};
}

Sources unfolded_sources(const Call& call) {
  const Shape &from = call.operand(0).type.dims, dims = unfolded_shape(call).value();
  Sources out;
  for (std::int64_t flat = 0; flat < *element_count(dims); ++flat) {
    const Shape at = positions_of(flat, dims);
    out.push_back(flat_of({at[0] * dims[2] + at[2], at[1], at[3], at[4]}, from));
  }
  return out;
}

}  // namespace

extern const Operator kFoldDepth, kUnfoldDepth;
const Operator kFoldDepth = Picking<folded_shape, folded_sources>::table("FoldDepth", {}, kOwnDomain);
const Operator kUnfoldDepth = Picking<unfolded_shape, unfolded_sources>::table("UnfoldDepth", {}, kOwnDomain);

}  // namespace tacit
