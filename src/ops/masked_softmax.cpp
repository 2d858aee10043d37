// MaskedSoftmax, of our own domain: Softmax along the last axis of x plus a constant mask, without the terms whose mask is -2^99
// or less; a row without terms is 0. What Attention expands into.
//
// Which terms are left out is architecture and shows in the key: x is read through a map from which they are absent, and counts
// there as 18 below the least that x was seen to be, so that e^ of it is 0 at the grid of Softmax. Other numbers of the mask
// are private constants.
#include <algorithm>
#include <cmath>

#include "ops/axes.h"
#include "ops/function_table.h"
#include "ops/log_sum_exp.h"
#include "ops/moves.h"

namespace tacit {
namespace {

constexpr float kLeftOut = -0x1p99f;

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  TACIT_OK(check_float(call, 0));
  TACIT_OK(check_constant(call, 1, "mask"));
  const Shape& dims = call.operand(0).type.dims;
  if (dims.empty() || dims.back() > kMaxTerms) return refuse(*call.node, "its rows are too long");
  if (broadcast(dims, call.operand(1).type.dims) != dims) return malformed(*call.node, "its mask does not fit its input");
  return one_output(call, DType::kFloat, dims);
}

/// The mask in the flat order of the input.
std::vector<float> full_mask(const Call& call) {
  const Shape& dims = call.operand(0).type.dims;
  const Tensor& mask = *call.operand(1).value;
  const Shape strides = broadcast_strides(mask.dims, dims);
  std::vector<float> out(static_cast<std::size_t>(*element_count(dims)));
  for (std::size_t flat = 0; flat < out.size(); ++flat) {
    std::int64_t rest = static_cast<std::int64_t>(flat), at = 0;
    for (std::size_t axis = dims.size(); axis-- > 0; rest /= dims[axis]) at += rest % dims[axis] * strides[axis];
    out[flat] = mask.f[static_cast<std::size_t>(at)];
  }
  return out;
}

std::vector<Tensor> evaluate(const Call& call) {
  const std::vector<float> mask = full_mask(call);
  Tensor out = *call.operand(0).value;
  const auto length = static_cast<std::size_t>(out.dims.back());
  for (std::size_t row = 0; row + length <= out.f.size(); row += length) {
    double most = -HUGE_VAL, sum = 0;
    std::vector<double> e(length, 0.0);
    for (std::size_t i = 0; i < length; ++i)
      if (mask[row + i] > kLeftOut) most = std::max(most, static_cast<double>(out.f[row + i]) + mask[row + i]);
    for (std::size_t i = 0; i < length; ++i)
      if (mask[row + i] > kLeftOut) sum += e[i] = exact_exp(static_cast<double>(out.f[row + i]) + mask[row + i] - most);
    for (std::size_t i = 0; i < length; ++i) out.f[row + i] = sum > 0 ? static_cast<float>(e[i] / sum) : 0;
  }
  return {std::move(out)};
}

/// Sources of a copy of `count` entries without those that are left out.
IndexMap present(const std::vector<bool>& is_left_out) {
  std::vector<std::int64_t> sources;
  for (std::size_t k = 0; k < is_left_out.size(); ++k) sources.push_back(is_left_out[k] ? -1 : static_cast<std::int64_t>(k));
  return listed(sources);
}

/// x plus the mask, as strips, in units of a quarter of a step of the exponent.
Placed masked(const Call& call, const Placed& x, const std::vector<float>& mask, double range, Lowering& lowering) {
  std::vector<bool> left_out;
  std::vector<double> constants;
  double most = 0;
  for (const float m : mask)
    if (m > kLeftOut) most = std::max(most, std::abs(static_cast<double>(m)));
  const double bottom = -(range + most + 18);
  for (const float m : mask) {
    left_out.push_back(m <= kLeftOut);
    constants.push_back(m <= kLeftOut ? bottom : static_cast<double>(m));
  }
  Affine sum = empty_sum(call, x.shape);
  sum.name += ".masked";
  sum.multiples.push_back(copy_of(x, 1));
  if (std::find(left_out.begin(), left_out.end(), true) != left_out.end()) sum.multiples[0].map = present(left_out);
  sum.constant = Field{1, x.shape.rows, x.shape.width, std::move(constants)};
  const std::int64_t end = std::int64_t{1} << 17;
  return lowering.settle(sum, std::max(kLogUnit / 4, -bottom / static_cast<double>(end)), -end, end - 1);
}

Status lower(const Call& call, Lowering& lowering) {
  const Shape& dims = call.operand(0).type.dims;
  Reduction r{dims, std::vector<bool>(dims.size(), false), true};
  r.taken.back() = true;
  TACIT_TRY(Placed x, read_strips(call, 0, r, lowering));
  const std::vector<float> mask = full_mask(call);
  const double peak = lowering.range_of_operand(call, 0).peak() * lowering.quant().widening();
  const Placed scores = masked(call, x, mask, peak, lowering);
  const Strip strip(Rows{{1, r.count(), r.length()}, 2});
  const LogSum sum = log_sum_of(call, scores, strip, lowering);
  Expr z{kNone, {Linear::whole(sum.differences, x.shape.cols(), 1)}, 0, 0};
  for (const ColumnId term : sum.logarithms) z.linears.push_back(read_by(term, -1, strip.repeated()));
  constexpr double kScale = 0x1p-15;
  const Table table = function_table(exact_exp, grid_to_zero(16, kLogUnit, kScale));
  const Placed y{lowering.book().apply(call.node->name, x.shape.rows, x.shape.cols(), std::move(z), table), kScale, x.shape};
  std::vector<bool> empty(mask.size(), false);
  bool any = false;
  const auto length = static_cast<std::size_t>(r.length());
  for (std::size_t row = 0; row < mask.size(); row += length) {
    const auto begin = mask.begin() + static_cast<std::ptrdiff_t>(row);
    if (!std::all_of(begin, begin + static_cast<std::ptrdiff_t>(length), [](float m) { return m <= kLeftOut; })) continue;
    std::fill_n(empty.begin() + static_cast<std::ptrdiff_t>(row), length, true);
    any = true;
  }
  if (!any) {
    lowering.give(call, y);
    return Unit{};
  }
  Affine rows = sum_of(call, y);
  rows.multiples[0].map = present(empty);
  lowering.give(call, std::move(rows));
  return Unit{};
}

}  // namespace

extern const Operator kMaskedSoftmax;
const Operator kMaskedSoftmax = {.op = "MaskedSoftmax", .domain = kOwnDomain, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
