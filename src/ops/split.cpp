// Split: x cut along `axis` into as many parts as it has outputs, of the constant lengths `split` (an attribute up to opset 12,
// an input from 13 on), or of equal lengths, the last one shorter where that does not come out even (opset 18 on).
//
//   Split(x) -> a, b   =>   a = Slice(x, 0, 2), b = Slice(x, 2, 5)
#include "ops/call.h"
#include "ops/expansion.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;

Result<List> equal_lengths(const Call& call, std::int64_t extent) {
  const auto outputs = static_cast<std::int64_t>(call.node->outputs.size());
  TACIT_TRY(const std::int64_t parts, int_attribute(*call.node, "num_outputs", outputs));
  if (parts < 1 || parts != outputs) return malformed(*call.node, "attribute num_outputs is not the number of its outputs");
  const std::int64_t length = (extent + parts - 1) / parts, last = extent - (parts - 1) * length;
  if (last < 0 || (last != length && call.node->opset < 18)) {
    return malformed(*call.node, "an axis of " + std::to_string(extent) + " cannot be split into " + std::to_string(parts) + " equal parts");
  }
  List lengths(static_cast<std::size_t>(parts), length);
  lengths.back() = last;
  return lengths;
}

Result<List> read_lengths(const Call& call, std::int64_t extent) {
  const bool by_input = call.node->opset >= 13;
  const bool given = by_input ? call.operand(1).present : call.node->attributes.contains("split");
  if (!given) return equal_lengths(call, extent);
  List lengths;
  if (by_input) {
    TACIT_TRY(lengths, list_operand(call, 1, "split"));
  } else {
    TACIT_TRY(lengths, ints_attribute(*call.node, "split", {}));
  }
  std::int64_t total = 0;
  for (const std::int64_t length : lengths) {
    if (length < 0 || length > extent - total) return malformed(*call.node, "its lengths do not add up to the axis");
    total += length;
  }
  if (total == extent && lengths.size() == call.node->outputs.size()) return lengths;
  return malformed(*call.node, "its lengths do not add up to the axis, or are not as many as its outputs");
}

Result<Expansion> expand(const Call& call) {
  const bool by_input = call.node->opset >= 13;
  if (call.operands.empty() || call.operands.size() > (by_input ? 2u : 1u) || !call.operand(0).present) {
    return malformed(*call.node, "has the wrong number of inputs");
  }
  const Shape& dims = call.operand(0).type.dims;
  TACIT_TRY(const std::int64_t given, int_attribute(*call.node, "axis", 0));
  TACIT_TRY(const std::size_t axis, resolve_axis(*call.node, given, dims.size(), false));
  TACIT_TRY(const List lengths, read_lengths(call, dims[axis]));
  Expansion expansion(call);
  std::int64_t start = 0;
  for (std::size_t index = 0; index < lengths.size(); ++index) {
    const std::int64_t end = start + lengths[index];
    if (expansion.wants(index)) {
      const std::string part = expansion.add("Slice", {expansion.input(0), expansion.integers({start}), expansion.integers({end}),
                                                       expansion.integers({static_cast<std::int64_t>(axis)})});
      expansion.give(index, part);
    }
    start = end;
  }
  if (expansion.nodes.empty()) return malformed(*call.node, "has no output");
  return expansion;
}

}  // namespace

constexpr OperatorText kText = {
    "elements move by a public map",
    "lengths constant"};
extern const Operator kSplit;
const Operator kSplit = {.op = "Split", .domain = "", .text = kText, .expand = expand};

}  // namespace tacit
