// DepthToSpace: blocks of b * b channels become squares of b * b positions; SpaceToDepth: the other way round.
//
//   DCR  x[n, (i*b + j)*C + c, y, x]  ->  y[n, c, y*b + i, x*b + j]          CRD  x[n, c*b*b + i*b + j, y, x]  ->  the same
//   SpaceToDepth  x[n, c, y*b + i, x*b + j]  ->  y[n, (i*b + j)*C + c, y, x]
#include "ops/picks.h"

namespace tacit {
namespace {

Result<std::int64_t> read_block(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  const Shape& dims = call.operand(0).type.dims;
  if (dims.size() != 4) return malformed(*call.node, "its input " + shape_text(dims) + " has not 4 axes");
  TACIT_TRY(const std::int64_t block, int_attribute(*call.node, "blocksize", 0));
  if (block >= 1 && block <= 1024) return block;
  return malformed(*call.node, "attribute blocksize is missing or not between 1 and 1024");
}

/// Rows first: the channel counts the block before the position in it.
Result<bool> is_crd(const Call& call) {
  TACIT_TRY(const std::string mode, string_attribute(*call.node, "mode", "DCR"));
  if (mode == "DCR" || mode == "CRD") return mode == "CRD";
  return malformed(*call.node, "mode \"" + mode + "\" is neither DCR nor CRD");
}

Result<Shape> to_space_shape(const Call& call) {
  TACIT_TRY(const std::int64_t b, read_block(call));
  TACIT_OK(is_crd(call));
  const Shape& x = call.operand(0).type.dims;
  if (x[1] % (b * b) != 0) return malformed(*call.node, "its channels are no multiple of the block");
  return Shape{x[0], x[1] / (b * b), x[2] * b, x[3] * b};
}

Sources to_space_sources(const Call& call) {
  const Shape &from = call.operand(0).type.dims, dims = to_space_shape(call).value();
  const std::int64_t b = read_block(call).value();
  const bool crd = is_crd(call).value();
  Sources out;
  for (std::int64_t flat = 0; flat < *element_count(dims); ++flat) {
    const Shape at = positions_of(flat, dims);
    const std::int64_t place = at[2] % b * b + at[3] % b;
    out.push_back(flat_of({at[0], crd ? at[1] * b * b + place : place * dims[1] + at[1], at[2] / b, at[3] / b}, from));
  }
  return out;
}

Result<Shape> to_depth_shape(const Call& call) {
  TACIT_TRY(const std::int64_t b, read_block(call));
  const Shape& x = call.operand(0).type.dims;
  if (x[2] % b != 0 || x[3] % b != 0) return malformed(*call.node, "its extents are no multiples of the block");
  return Shape{x[0], x[1] * b * b, x[2] / b, x[3] / b};
}

Sources to_depth_sources(const Call& call) {
  const Shape &from = call.operand(0).type.dims, dims = to_depth_shape(call).value();
  const std::int64_t b = read_block(call).value();
  Sources out;
  for (std::int64_t flat = 0; flat < *element_count(dims); ++flat) {
    const Shape at = positions_of(flat, dims);
    const std::int64_t place = at[1] / from[1];
    out.push_back(flat_of({at[0], at[1] % from[1], at[2] * b + place / b, at[3] * b + place % b}, from));
  }
  return out;
}

}  // namespace

constexpr OperatorText kText = {"elements move by a public map"};
extern const Operator kDepthToSpace, kSpaceToDepth;
const Operator kDepthToSpace = Picking<to_space_shape, to_space_sources>::table("DepthToSpace", kText);
const Operator kSpaceToDepth = Picking<to_depth_shape, to_depth_sources>::table("SpaceToDepth", kText);

}  // namespace tacit
