// Tile: x repeated `repeats` times along each axis.   Expand: x broadcast together with a shape, numpy's way.
#include "ops/picks.h"

namespace tacit {
namespace {

/// Element k of each output axis stands at k mod the extent there of x, whose axes are the last ones.
Sources wrapped_sources(const Shape& from, const Shape& dims) {
  const std::size_t more = dims.size() - from.size();
  Sources sources;
  for (std::int64_t flat = 0; flat < *element_count(dims); ++flat) {
    const Shape at = positions_of(flat, dims);
    std::int64_t source = 0;
    for (std::size_t k = 0; k < from.size(); ++k) source = source * from[k] + at[more + k] % from[k];
    sources.push_back(source);
  }
  return sources;
}

Result<Shape> tile_shape(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  TACIT_TRY(const std::vector<std::int64_t> repeats, list_operand(call, 1, "repeats"));
  Shape dims = call.operand(0).type.dims;
  if (repeats.size() != dims.size()) return malformed(*call.node, "it has not one number of repeats for each axis");
  for (std::size_t k = 0; k < dims.size(); ++k) {
    if (repeats[k] < 0) return malformed(*call.node, "a number of repeats is negative");
    if (repeats[k] > kMaxElements) return refuse(*call.node, "a number of repeats is too large");
    dims[k] *= repeats[k];
  }
  return dims;
}

Result<Shape> expand_shape(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  TACIT_TRY(const std::vector<std::int64_t> shape, list_operand(call, 1, "shape"));
  for (const std::int64_t extent : shape) {
    if (extent < 0) return malformed(*call.node, "its shape has a negative extent");
  }
  const std::optional<Shape> dims = broadcast(call.operand(0).type.dims, shape);
  if (dims && dims->size() <= kMaxRank) return *dims;
  return malformed(*call.node, "cannot expand " + shape_text(call.operand(0).type.dims) + " by " + shape_text(shape));
}

Sources tile_sources(const Call& call) { return wrapped_sources(call.operand(0).type.dims, tile_shape(call).value()); }
Sources expand_sources(const Call& call) { return wrapped_sources(call.operand(0).type.dims, expand_shape(call).value()); }

}  // namespace

constexpr OperatorText kExpandText = {
    "elements move by a public map",
    "shapes constant"};
constexpr OperatorText kTileText = {
    "elements move by a public map",
    "repeats constant"};
extern const Operator kExpand, kTile;
const Operator kExpand = Picking<expand_shape, expand_sources>::table("Expand", kExpandText);
const Operator kTile = Picking<tile_shape, tile_sources>::table("Tile", kTileText);

}  // namespace tacit
