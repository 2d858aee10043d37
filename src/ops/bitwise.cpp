// BitwiseAnd, BitwiseOr, BitwiseXor, BitwiseNot of integers as their two's complements.
//
//   f_i = floor(x / 2^i)                    bit i = f_i - 2 f_(i+1), and -f_n (0 or 1) is the sign
//   x and y = sum of 2^i [bit i + bit i of y >= 2] - 2^n [both signs]
//   x or y = x + y - (x and y)      x xor y = x + y - 2 (x and y)      not x = -1 - x, or the type's largest - x
#include <algorithm>

#include "ops/comparing.h"
#include "ops/rounding.h"

namespace tacit {
namespace {

Status check_integers(const Call& call) {
  if (call.operand(0).type.dtype == DType::kInt64 && !call.operand(0).type.is_bool()) return Unit{};
  return malformed(*call.node, "its input does not hold integers");
}

Result<std::vector<TensorType>> infer_not(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_integers(call));
  return one_output(call, call.operand(0).type);
}

Result<std::vector<TensorType>> infer_both(const Call& call) {
  TACIT_OK(check_integers(call));
  return infer_pair(call, "combine");
}

std::int64_t complement(std::int64_t v, Element element) {
  const IntegerRange own = range_of_element(element);
  return own.lo == 0 ? own.hi - v : -1 - v;
}

std::vector<Tensor> evaluate_not(const Call& call) {
  Tensor out = *call.operand(0).value;
  for (std::int64_t& v : out.i) v = complement(v, call.operand(0).type.element);
  return {std::move(out)};
}

std::vector<Tensor> evaluate_both(const Call& call) {
  const Shape dims = *broadcast(call.operand(0).type.dims, call.operand(1).type.dims);
  Tensor out = broadcast_to(*call.operand(0).value, dims);
  const Tensor b = broadcast_to(*call.operand(1).value, dims);
  const std::string& op = call.node->op;
  for (std::size_t k = 0; k < out.i.size(); ++k) {
    out.i[k] = op == "BitwiseAnd" ? out.i[k] & b.i[k] : op == "BitwiseOr" ? out.i[k] | b.i[k] : out.i[k] ^ b.i[k];
  }
  return {std::move(out)};
}

Status lower_not(const Call& call, Lowering& lowering) {
  const Placed x = lowering.read_any(call, 0);
  const Element element = call.operand(0).type.element;
  const Column column = lowering.book().column(x.column);
  Affine sum = empty_sum(call, x.shape);
  sum.multiples.push_back(copy_of(x, -1));
  const std::int64_t first = complement(column.hi, element), last = complement(column.lo, element);
  if (last > INT32_MAX) return refuse(*call.node, "its integers may be larger than 2097152, too large to be exact");
  sum.constant = {1, 1, 1, {static_cast<double>(complement(0, element))}};
  return lowering.give_integers(call, sum, {first, last}, element);
}

/// bits[i] is bit i, as a sum; the last one is the sign.
std::vector<Affine> bits_of(const Call& call, const char* name, const Placed& x, std::uint32_t count, Lowering& lowering) {
  std::vector<Affine> bits;
  Placed floor = x;
  for (std::uint32_t i = 0; i <= count; ++i) {
    const Placed next = i == count ? floor : floor_of(call.node->name + name + std::to_string(i), x, 1, 0, i + 1, lowering);
    bits.push_back(empty_sum(call, x.shape));
    if (i < count) bits.back().multiples = {copy_of(floor, 1), copy_of(next, -2)};
    else bits.back().multiples = {copy_of(floor, -1)};
    floor = next;
  }
  return bits;
}

Status lower_both(const Call& call, Lowering& lowering) {
  const Shape dims = *broadcast(call.operand(0).type.dims, call.operand(1).type.dims);
  TACIT_TRY(const Placed x, read_integers(call, 0, dims, lowering));
  TACIT_TRY(Placed y, read_integers(call, 1, dims, lowering));
  y.shape = x.shape;
  const Column a = lowering.book().column(x.column), b = lowering.book().column(y.column);
  const std::int64_t lo = std::min(a.lo, b.lo), hi = std::max(a.hi, b.hi);
  std::uint32_t count = 1;
  while ((std::int64_t{1} << count) <= std::max(hi, -lo - 1)) ++count;
  if (count > 20) return refuse(*call.node, "its integers may have more than 20 bits, too many to be exact");
  const std::vector<Affine> left = bits_of(call, ".left", x, count, lowering), right = bits_of(call, ".right", y, count, lowering);
  Affine both = empty_sum(call, x.shape);
  for (std::uint32_t i = 0; i <= count; ++i) {
    Affine pair = left[i];
    for (const Multiple& term : right[i].multiples) pair.multiples.push_back(term);
    pair.name += ".bit" + std::to_string(i);
    const double weight = static_cast<double>(std::int64_t{1} << i);
    both.multiples.push_back(copy_of(lowering.positive(pair, 1, -1), i < count ? weight : -weight));
  }
  const double times = call.node->op == "BitwiseOr" ? -1 : -2;
  if (call.node->op != "BitwiseAnd") {
    for (Multiple& term : both.multiples) term.coefficient *= times;
    both.multiples.push_back(copy_of(x, 1));
    both.multiples.push_back(copy_of(y, 1));
  }
  const std::int64_t most = std::int64_t{1} << count;
  const IntegerRange own = range_of_element(call.operand(0).type.element);
  return lowering.give_integers(call, both, {std::max(-most, own.lo), std::min(most - 1, own.hi)}, call.operand(0).type.element);
}

}  // namespace

constexpr OperatorText kText = {
    "bit by bit, two statements and one for each",
    "integers up to 20 bits"};
extern const Operator kBitwiseAnd, kBitwiseOr, kBitwiseXor, kBitwiseNot;
const Operator kBitwiseAnd = {.op = "BitwiseAnd", .domain = "", .text = kText, .infer = infer_both, .evaluate = evaluate_both, .lower = lower_both};
const Operator kBitwiseOr = {.op = "BitwiseOr", .domain = "", .text = kText, .infer = infer_both, .evaluate = evaluate_both, .lower = lower_both};
const Operator kBitwiseXor = {.op = "BitwiseXor", .domain = "", .text = kText, .infer = infer_both, .evaluate = evaluate_both, .lower = lower_both};
const Operator kBitwiseNot = {.op = "BitwiseNot", .domain = "", .text = kText, .infer = infer_not, .evaluate = evaluate_not, .lower = lower_not};

}  // namespace tacit
