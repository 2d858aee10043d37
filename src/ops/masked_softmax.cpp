// MaskedSoftmax, of our own domain: Softmax along the last axis of x plus a constant mask (or, where it `replaces`, of the mask
// where that is not 0 and x elsewhere), without the terms whose mask is -2^99 or less; a row without terms is 0. What Attention
// expands into, and Softmax with a mask before it.
//
// Which terms are left out is architecture and shows in the key: x is read through a map from which they are absent, and counts
// there as 18 below the least that x can be, so that e^ of it is 0 at the grid of Softmax. So does a finite mask (-10000) where
// it is that far below the others of its row for every x that the proof can have; x then keeps a scale of its own. Other numbers
// of the mask are private constants.
#include <algorithm>
#include <cmath>

#include "ops/axes.h"
#include "ops/function_table.h"
#include "ops/log_sum_exp.h"
#include "ops/masks.h"
#include "ops/picks.h"

namespace tacit {
namespace {

constexpr float kLeftOut = -0x1p99f;

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 2, 2));
  TACIT_OK(check_float(call, 0));
  TACIT_OK(check_constant(call, 1, "mask"));
  TACIT_OK(int_attribute(*call.node, "replaces", 0));
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

/// x masked: of a mask that replaces numbers, 0 replaces none.
double masked_number(double x, float mask, bool replaces) { return replaces && mask != 0 ? mask : x + mask; }

std::vector<Tensor> evaluate(const Call& call) {
  const std::vector<float> mask = full_mask(call);
  const bool replaces = int_attribute(*call.node, "replaces", 0).value() != 0;
  Tensor out = *call.operand(0).value;
  const auto length = static_cast<std::size_t>(out.dims.back());
  for (std::size_t row = 0; row + length <= out.f.size(); row += length) {
    double most = -HUGE_VAL, sum = 0;
    std::vector<double> e(length, 0.0);
    for (std::size_t i = 0; i < length; ++i)
      if (mask[row + i] > kLeftOut) most = std::max(most, masked_number(out.f[row + i], mask[row + i], replaces));
    for (std::size_t i = 0; i < length; ++i)
      if (mask[row + i] > kLeftOut) sum += e[i] = exact_exp(masked_number(out.f[row + i], mask[row + i], replaces) - most);
    for (std::size_t i = 0; i < length; ++i) out.f[row + i] = sum > 0 ? static_cast<float>(e[i] / sum) : 0;
  }
  return {std::move(out)};
}

/// Entries of `dims`, in their flat order, where `takes` says so, of a column with all of them, or of a column's first entry.
IndexMap some_of(const std::vector<bool>& takes, const Shape& dims, bool first) {
  Sources sources;
  for (std::size_t k = 0; k < takes.size(); ++k) sources.push_back(!takes[k] ? -1 : first ? 0 : static_cast<std::int64_t>(k));
  return separated(sources, dims);
}

/// A mask by entry, less the largest number of its row, which changes no Softmax. `range`: no |x| is larger.
struct Mask {
  std::vector<bool> reads, left_out;   ///< of the entries: x counts; neither x nor anything else does
  std::vector<double> constants;       ///< of those that are not left out
  std::vector<bool> has_terms;         ///< of the entries: something is left in their row
  double bottom = 0, reach = 0;        ///< what is left out counts as `bottom`; no number is further from 0 than `reach`

  Mask(const std::vector<float>& mask, std::size_t length, bool replaces, double range) : bottom(kFarBelow - range), reach(range - kFarBelow) {
    for (std::size_t row = 0; row < mask.size(); row += length) {
      const double most = *std::max_element(mask.begin() + static_cast<std::ptrdiff_t>(row), mask.begin() + static_cast<std::ptrdiff_t>(row + length));
      for (std::size_t k = row; k < row + length; ++k) {
        const bool is_replaced = replaces && mask[k] != 0;
        const double m = mask[k] - most;
        left_out.push_back(mask[k] <= kLeftOut || m + (is_replaced ? 0 : range) <= bottom);
        reads.push_back(!left_out[k] && !is_replaced);
        constants.push_back(left_out[k] ? 0 : m);
        has_terms.push_back(most > kLeftOut);
        reach = std::max(reach, range - constants[k]);
      }
    }
  }
};

bool any(const std::vector<bool>& bits) { return std::find(bits.begin(), bits.end(), true) != bits.end(); }
bool all(const std::vector<bool>& bits) { return std::find(bits.begin(), bits.end(), false) == bits.end(); }

/// x masked, as strips, in units of a quarter of a step of the exponent, or as fine as its reach allows.
Placed masked(const Call& call, const Placed& x, const Mask& mask, Lowering& lowering) {
  const Shape& dims = call.operand(0).type.dims;
  Affine sum = empty_sum(call, x.shape);
  sum.name += ".masked";
  sum.multiples.push_back(copy_of(x, 1));
  if (!all(mask.reads)) sum.multiples[0].map = some_of(mask.reads, dims, false);
  if (any(mask.left_out)) {
    Multiple out = copy_of({lowering.book().one(), 1, {}}, mask.bottom);
    out.map = some_of(mask.left_out, dims, true);
    sum.multiples.push_back(std::move(out));
  }
  const bool has_constants = std::any_of(mask.constants.begin(), mask.constants.end(), [](double c) { return c != 0; });
  if (has_constants) sum.constant = Field{1, x.shape.rows, x.shape.width, mask.constants};
  const std::int64_t end = std::int64_t{1} << 17;
  return lowering.settle(sum, std::max(kLogUnit / 4, mask.reach / static_cast<double>(end)), -end, end - 1);
}

Status lower(const Call& call, Lowering& lowering) {
  const Shape& dims = call.operand(0).type.dims;
  Reduction r{dims, std::vector<bool>(dims.size(), false), true};
  r.taken.back() = true;
  TACIT_TRY(Placed x, read_strips(call, 0, r, lowering));
  const Column& column = lowering.book().column(x.column);
  const double range = x.scale * static_cast<double>(std::max(-column.lo, column.hi));
  const Mask mask(full_mask(call), static_cast<std::size_t>(r.length()), int_attribute(*call.node, "replaces", 0).value() != 0, range);
  const Placed scores = masked(call, x, mask, lowering);
  const Strip strip(Rows{{1, r.count(), r.length()}, 2});
  const LogSum sum = log_sum_of(call, scores, strip, lowering);
  Expr z{kNone, {Linear::whole(sum.differences, x.shape.cols(), 1)}, 0, 0};
  for (const ColumnId term : sum.logarithms) z.linears.push_back(read_by(term, -1, strip.repeated()));
  constexpr double kScale = 0x1p-15;
  const Table table = function_table(exact_exp, grid_to_zero(16, kLogUnit, kScale));
  const Placed y{lowering.book().apply(call.node->name, x.shape.rows, x.shape.cols(), std::move(z), table), kScale, x.shape};
  if (all(mask.has_terms)) {
    lowering.give(call, y);
    return Unit{};
  }
  Affine rows = sum_of(call, y);
  rows.multiples[0].map = some_of(mask.has_terms, dims, false);
  lowering.give(call, std::move(rows));
  return Unit{};
}

}  // namespace

extern const Operator kMaskedSoftmax;
const Operator kMaskedSoftmax = {.op = "MaskedSoftmax", .domain = kOwnDomain, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
