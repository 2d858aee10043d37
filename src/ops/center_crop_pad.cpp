// CenterCropPad: along the axes it names, the middle of x where the wished extent is smaller, x in the middle of zeros where it
// is larger. An odd difference leaves the one element more at the end.
#include "ops/picks.h"

namespace tacit {
namespace {

Result<Shape> shape(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  TACIT_TRY(const std::vector<std::int64_t> wished, list_operand(call, 1, "shape"));
  Shape dims = call.operand(0).type.dims;
  std::vector<std::int64_t> all;
  for (std::size_t k = 0; k < dims.size(); ++k) all.push_back(static_cast<std::int64_t>(k));
  TACIT_TRY(const std::vector<std::int64_t> axes, ints_attribute(*call.node, "axes", std::move(all)));
  if (axes.size() != wished.size()) return malformed(*call.node, "it has not one extent for each axis");
  std::vector<bool> seen(dims.size(), false);
  for (std::size_t k = 0; k < axes.size(); ++k) {
    TACIT_TRY(const std::size_t axis, resolve_axis(*call.node, axes[k], dims.size(), false));
    if (wished[k] < 0 || seen[axis]) return malformed(*call.node, "an extent is negative or an axis is named twice");
    seen[axis] = true;
    dims[axis] = wished[k];
  }
  return dims;
}

Sources sources(const Call& call) {
  const Shape &from = call.operand(0).type.dims, dims = shape(call).value();
  Sources out;
  for (std::int64_t flat = 0; flat < *element_count(dims); ++flat) {
    Shape at = positions_of(flat, dims);
    bool inside = true;
    for (std::size_t k = 0; k < at.size(); ++k) {
      at[k] += from[k] > dims[k] ? (from[k] - dims[k]) / 2 : -((dims[k] - from[k]) / 2);
      inside &= at[k] >= 0 && at[k] < from[k];
    }
    out.push_back(inside ? flat_of(at, from) : -1);
  }
  return out;
}

}  // namespace

constexpr OperatorText kText = {
    "elements move by a public map",
    "shapes constant"};
extern const Operator kCenterCropPad;
const Operator kCenterCropPad = Picking<shape, sources>::table("CenterCropPad", kText);

}  // namespace tacit
