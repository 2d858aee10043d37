// Compress: along `axis` (or of the flat tensor) the slices whose condition, a constant, is true. A condition that is shorter
// than the axis leaves the rest out.
#include <algorithm>
#include <optional>

#include "ops/picks.h"

namespace tacit {
namespace {

struct Kept {
  std::optional<std::size_t> axis;
  Sources at;
};

Result<Kept> read_kept(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  TACIT_TRY(const std::vector<std::int64_t> condition, list_operand(call, 1, "condition"));
  const Shape& dims = call.operand(0).type.dims;
  Kept kept;
  std::int64_t extent = *element_count(dims);
  if (call.node->attributes.contains("axis")) {
    TACIT_TRY(const std::int64_t axis, int_attribute(*call.node, "axis", 0));
    TACIT_TRY(kept.axis, resolve_axis(*call.node, axis, dims.size(), false));
    extent = dims[*kept.axis];
  }
  if (static_cast<std::int64_t>(condition.size()) > extent) return malformed(*call.node, "its condition is longer than the axis");
  for (std::size_t k = 0; k < condition.size(); ++k) {
    if (condition[k] != 0) kept.at.push_back(static_cast<std::int64_t>(k));
  }
  return kept;
}

Result<Shape> shape(const Call& call) {
  TACIT_TRY(const Kept kept, read_kept(call));
  Shape dims = call.operand(0).type.dims;
  const auto count = static_cast<std::int64_t>(kept.at.size());
  if (!kept.axis) return Shape{count};
  dims[*kept.axis] = count;
  return dims;
}

Sources sources(const Call& call) {
  const Kept kept = read_kept(call).value();
  if (!kept.axis) return kept.at;
  const Shape& from = call.operand(0).type.dims;
  const std::int64_t outer = count_between(from, 0, *kept.axis), inner = count_between(from, *kept.axis + 1, from.size());
  Sources out;
  for (std::int64_t o = 0; o < outer; ++o)
    for (const std::int64_t at : kept.at)
      for (std::int64_t i = 0; i < inner; ++i) out.push_back((o * from[*kept.axis] + at) * inner + i);
  return out;
}

}  // namespace

constexpr OperatorText kText = {
    "elements move by a public map",
    "conditions constant"};
extern const Operator kCompress;
const Operator kCompress = Picking<shape, sources>::table("Compress", kText);

}  // namespace tacit
