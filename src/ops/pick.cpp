// Pick, a form of our own that expansions are written in: y has the shape of operand 1, whose entries are flat indices in x, or
// -1 for 0.
#include "ops/picks.h"

namespace tacit {
namespace {

Result<Shape> shape(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  TACIT_TRY(const Tensor* sources, integer_constant(call, 1, "sources"));
  const std::int64_t count = *element_count(call.operand(0).type.dims);
  for (const std::int64_t source : sources->i) {
    if (source < -1 || source >= count) return malformed(*call.node, "a source is outside of its input");
  }
  return sources->dims;
}

Sources sources(const Call& call) { return call.operand(1).value->i; }

}  // namespace

extern const Operator kPick;
const Operator kPick = Picking<shape, sources>::table("Pick", {}, kOwnDomain);

}  // namespace tacit
