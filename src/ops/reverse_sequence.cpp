// ReverseSequence: in batch entry b, the first sequence_lens[b] steps in reverse order, the others as they are. The lengths are
// constant; batch and time are the first two axes, in either order.
#include "ops/picks.h"

namespace tacit {
namespace {

Result<std::size_t> time_axis(const Call& call) {
  TACIT_TRY(const std::int64_t time, int_attribute(*call.node, "time_axis", 0));
  TACIT_TRY(const std::int64_t batch, int_attribute(*call.node, "batch_axis", 1));
  if (time == 1 - batch && (time == 0 || time == 1)) return static_cast<std::size_t>(time);
  return malformed(*call.node, "time_axis and batch_axis must be 0 and 1, or 1 and 0");
}

Result<Shape> shape(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  const Shape& dims = call.operand(0).type.dims;
  if (dims.size() < 2) return malformed(*call.node, "its input has fewer than 2 axes");
  TACIT_TRY(const std::size_t time, time_axis(call));
  TACIT_TRY(const std::vector<std::int64_t> lengths, list_operand(call, 1, "sequence_lens"));
  bool fits = static_cast<std::int64_t>(lengths.size()) == dims[1 - time];
  for (const std::int64_t length : lengths) fits = fits && length >= 0 && length <= dims[time];
  if (!fits) return malformed(*call.node, "its sequence_lens do not fit its input " + shape_text(dims));
  return dims;
}

Sources sources(const Call& call) {
  const Shape& dims = call.operand(0).type.dims;
  const std::size_t time = time_axis(call).value();
  const std::vector<std::int64_t>& lengths = call.operand(1).value->i;
  Sources out;
  for (std::int64_t flat = 0; flat < *element_count(dims); ++flat) {
    Shape at = positions_of(flat, dims);
    const std::int64_t length = lengths[static_cast<std::size_t>(at[1 - time])];
    if (at[time] < length) at[time] = length - 1 - at[time];
    out.push_back(flat_of(at, dims));
  }
  return out;
}

}  // namespace

constexpr OperatorText kText = {
    "elements move by a public map",
    "lengths constant"};
extern const Operator kReverseSequence;
const Operator kReverseSequence = Picking<shape, sources>::table("ReverseSequence", kText);

}  // namespace tacit
