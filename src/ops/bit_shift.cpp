// BitShift of unsigned integers by constants: x 2^k, whose high bits fall away, or floor(x / 2^k). The powers are private.
#include <algorithm>

#include "ops/comparing.h"

namespace tacit {
namespace {

Result<bool> is_left(const Node& node) {
  TACIT_TRY(const std::string direction, string_attribute(node, "direction", ""));
  if (direction != "LEFT" && direction != "RIGHT") return malformed(node, "direction must be LEFT or RIGHT");
  return direction == "LEFT";
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_TRY(std::vector<TensorType> types, infer_pair(call, "shift"));
  TACIT_OK(is_left(*call.node));
  TACIT_OK(check_constant(call, 1, "shift"));
  if (range_of_element(types[0].element).lo != 0 || types[0].is_bool()) return malformed(*call.node, "its input does not hold unsigned integers");
  for (const std::int64_t k : call.operand(1).value->i) {
    if (k < 0 || k > 64) return malformed(*call.node, "it shifts by " + std::to_string(k) + " bits");
  }
  return types;
}

std::vector<Tensor> evaluate(const Call& call) {
  const bool left = is_left(*call.node).value();
  const Shape dims = *broadcast(call.operand(0).type.dims, call.operand(1).type.dims);
  Tensor out = broadcast_to(*call.operand(0).value, dims);
  const Tensor by = broadcast_to(*call.operand(1).value, dims);
  for (std::size_t k = 0; k < out.i.size(); ++k) {
    const auto x = static_cast<std::uint64_t>(out.i[k]);
    const std::uint64_t moved = by.i[k] >= 64 ? 0 : left ? x << by.i[k] : x >> by.i[k];
    out.i[k] = wrapped(static_cast<std::int64_t>(moved), out.element);
  }
  return {std::move(out)};
}

/// 2^k, or 2^(16 - k): a product with it and a shift by 16 bits is x / 2^k.
Result<Tensor> powers(const Call& call, bool left) {
  constexpr std::int64_t kMost = 16;
  Tensor out = *call.operand(1).value;
  for (std::int64_t& k : out.i) {
    if (left && k > kMost) return refuse(*call.node, "it shifts by more than 16 bits to the left");
    k = left ? std::int64_t{1} << k : (std::int64_t{1} << kMost) >> std::min(k, kMost + 1);
  }
  return out;
}

Status lower(const Call& call, Lowering& lowering) {
  const bool left = is_left(*call.node).value();
  const Shape dims = *broadcast(call.operand(0).type.dims, call.operand(1).type.dims);
  TACIT_TRY(const Placed x, read_repeated(call, 0, dims, lowering));
  TACIT_TRY(const Tensor factors, powers(call, left));
  const Column bounds = lowering.book().column(x.column);
  if (left) {
    std::int64_t most = 1;  // public: a power of two
    for (const std::int64_t factor : factors.i) most = std::max(most, factor);
    const Placed by = constant_column(call, factors, dims, {0, most}, lowering);
    return give_product(call, {.a = x, .b = by, .clamp = {0, bounds.hi * most}}, call.operand(0).type.element, lowering);
  }
  if (bounds.hi > 65535) return refuse(*call.node, "its integers may be larger than 65535, too large to be shifted exactly");
  const Placed by = constant_column(call, factors, dims, {0, 65536}, lowering);
  lowering.give(call, integer_product(call.node->name, {.a = x, .b = by, .clamp = {0, bounds.hi}, .shift = 16}, lowering));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "by constants; bits that fall out are gone",
    "to the left by at most 16"};
extern const Operator kBitShift;
const Operator kBitShift = {.op = "BitShift", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
