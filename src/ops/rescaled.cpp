// Rescaled: of our own. A sum of integers times a scale, plus an offset, divided by a step and rounded (stairs.h): what quantised
// products end with. Operand 1 has one scale, or one for each of axis 1; operand 2, which may be left out, has offsets in the same
// way. Both are hidden, and with them the step.
#include <algorithm>
#include <cmath>

#include "ops/quantised.h"
#include "ops/stairs.h"

namespace tacit {
namespace {

/// The operand's numbers: one, or one for each row.
Result<std::vector<double>> by_row(const Call& call, std::size_t index, std::int64_t rows) {
  TACIT_OK(check_constant(call, index, "scale or offset"));
  std::vector<double> numbers = numbers_of(*call.operand(index).value);
  const bool finite = std::all_of(numbers.begin(), numbers.end(), [](double v) { return std::isfinite(v); });
  if (!finite || (numbers.size() != 1 && static_cast<std::int64_t>(numbers.size()) != rows)) {
    return malformed(*call.node, "it has neither one scale and offset nor one for each row");
  }
  return numbers;
}

Result<Stairs> read_rescaling(const Call& call) {
  TACIT_OK(check_arity(call, 2, 3));
  TACIT_OK(check_float(call, 0));
  const Shape& dims = call.operand(0).type.dims;
  const std::int64_t rows = dims.size() < 2 ? 1 : dims[1];
  TACIT_TRY(const std::vector<double> scales, by_row(call, 1, rows));
  std::vector<double> offsets{0};
  if (call.operand(2).present) {
    TACIT_TRY(offsets, by_row(call, 2, rows));
  }
  TACIT_TRY(const float x_scale, float_attribute(*call.node, "x_scale", 1));
  TACIT_TRY(const float y_scale, float_attribute(*call.node, "y_scale", 1));
  TACIT_TRY(Stairs r, read_steps(call));
  for (std::size_t row = 0; row < std::max(scales.size(), offsets.size()); ++row) {
    const double scale = scales[scales.size() == 1 ? 0 : row];
    if (!(x_scale > 0 && y_scale > 0 && scale > 0 && std::isfinite(x_scale) && std::isfinite(y_scale))) return malformed(*call.node, "a scale is not positive");
    r.rows.push_back({Dyadic::of(x_scale) * Dyadic::of(scale), Dyadic::of(y_scale), Dyadic::of(offsets[offsets.size() == 1 ? 0 : row])});
    constexpr std::int64_t kWide = std::int64_t{1} << 30;
    if (!r.rows.back().at(kWide, -256, 256) || !r.rows.back().at(1, -256, 256) || !r.rows.back().first_at_least(255, kWide)) {
      return refuse(*call.node, "its scales and offsets are too far apart");
    }
  }
  return r;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(read_rescaling(call));
  return one_output(call, DType::kInt64, call.operand(0).type.dims);
}

std::vector<Tensor> evaluate(const Call& call) {
  const Stairs r = read_rescaling(call).value();
  const Tensor& x = *call.operand(0).value;
  Tensor out{x.dims, DType::kInt64, {}, {}};
  const auto inner = static_cast<std::size_t>(x.dims.size() < 2 ? 1 : count_between(x.dims, 2, x.dims.size()));
  const auto rows = static_cast<std::size_t>(x.dims.size() < 2 ? 1 : x.dims[1]);
  for (std::size_t k = 0; k < x.f.size(); ++k) {
    const float sum = std::clamp(x.f[k], -0x1p30f, 0x1p30f);
    out.i.push_back(r.zero + *r.of_row(k / inner % rows).at(std::llround(sum), r.lo, r.hi));
  }
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  const Stairs stairs = read_rescaling(call).value();
  const ColumnShape shape = natural_shape(call.operand(0).type.dims);
  TACIT_TRY(const WholeSum sum, take_whole(call, shape, lowering));
  if (stairs.rows.size() > 1 && !sum.shape.same_entries(shape)) return refuse(*call.node, "it has a scale for each row of a sum that stands in another order");
  return give_steps(call, sum.acc, sum.shape, stairs, lowering);
}

}  // namespace

extern const Operator kRescaled;
const Operator kRescaled = {.op = "Rescaled", .domain = kOwnDomain, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
