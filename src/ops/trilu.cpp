// Trilu: of every matrix in the last two axes, what is on and above the diagonal k places to the right of the main one
// (`upper`, the default), or on and below it; 0 elsewhere. k is constant.
#include <algorithm>

#include "ops/picks.h"

namespace tacit {
namespace {

Result<Shape> shape(const Call& call) {
  TACIT_OK(check_arity(call, 1, 2));
  const Shape& dims = call.operand(0).type.dims;
  if (dims.size() < 2) return malformed(*call.node, "its input has fewer than 2 axes");
  TACIT_OK(flag_attribute(*call.node, "upper", true));
  if (!call.operand(1).present) return dims;
  TACIT_TRY(const std::vector<std::int64_t> k, list_operand(call, 1, "k"));
  if (k.size() != 1) return malformed(*call.node, "its k is not one number");
  return dims;
}

Sources sources(const Call& call) {
  const Shape& dims = call.operand(0).type.dims;
  const bool upper = flag_attribute(*call.node, "upper", true).value();
  const std::int64_t k = call.operand(1).present ? std::clamp(call.operand(1).value->i[0], -kMaxElements, kMaxElements) : 0;
  const std::int64_t width = dims.back(), height = dims[dims.size() - 2];
  Sources out;
  for (std::int64_t flat = 0; flat < *element_count(dims); ++flat) {
    const std::int64_t right = flat % width - flat / width % height;
    out.push_back((upper ? right >= k : right <= k) ? flat : -1);
  }
  return out;
}

}  // namespace

constexpr OperatorText kText = {
    "elements move by a public map",
    "the diagonal's number constant"};
extern const Operator kTrilu;
const Operator kTrilu = Picking<shape, sources>::table("Trilu", kText);

}  // namespace tacit
