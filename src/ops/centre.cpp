// Centre, of our own domain: x less its mean over some axes, what norms expand into. Exact but for the one rounding at the end,
// and 0 for a row of equal numbers, which a norm divides by almost nothing:
//
//   c sum x = 2^16 m + rest - 2^15      c = floor(2^16 / n)       m and rest are columns, one entry for each row
//   acc = k (n c x - 2^16 m - rest + 2^15) = k c (n x - sum x)    in units of x / (n c k)
#include <algorithm>
#include <cmath>

#include "ops/arrange.h"
#include "ops/axes.h"

namespace tacit {
namespace {

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(read_reduction(call, 0));
  TACIT_OK(check_float(call, 0));
  return one_output(call, DType::kFloat, call.operand(0).type.dims);
}

std::vector<Tensor> evaluate(const Call& call) {
  const Reduction r = read_reduction(call, 0).value();
  Tensor out = *call.operand(0).value;
  std::vector<double> sums(static_cast<std::size_t>(r.count()), 0.0);
  for_each_element(r, [&](std::int64_t flat, std::int64_t strip) { sums[static_cast<std::size_t>(strip)] += out.f[static_cast<std::size_t>(flat)]; });
  const auto n = static_cast<double>(r.length());
  for_each_element(r, [&](std::int64_t flat, std::int64_t strip) {
    float& v = out.f[static_cast<std::size_t>(flat)];
    v = static_cast<float>(v - sums[static_cast<std::size_t>(strip)] / n);
  });
  return {std::move(out)};
}

/// The means of strips at a scale at which each is a whole number of c-ths, c as above.
Placed means(const Call& call, const Placed& x, const Reduction& r, double parts, Lowering& lowering) {
  const auto n = static_cast<double>(r.length());
  Affine sum = empty_sum(call, one_each(r));
  sum.name += ".mean";
  sum.multiples.push_back(summed_strips(x, r, 1 / n));
  const Column column = lowering.book().column(x.column);
  return lowering.settle(sum, x.scale * 0x1p16 / (n * parts), column.lo, column.hi);
}

/// A copy with the axes last, back in its place.
Status give_in_place(const Call& call, const Placed& y, const Reduction& r, Lowering& lowering) {
  Shape stands{1};
  std::vector<std::size_t> place(r.dims.size());
  for (const bool taken : {false, true})
    for (std::size_t axis = 0; axis < r.dims.size(); ++axis)
      if (r.taken[axis] == taken) {
        place[axis] = stands.size();
        stands.push_back(r.dims[axis]);
      }
  std::vector<Along> along;
  for (std::size_t axis = 0; axis < r.dims.size(); ++axis) along.push_back(along_all(place[axis], r.dims[axis]));
  Placed from = y;
  from.shape = natural_shape(stands);
  Affine out = empty_sum(call, natural_shape(r.dims));
  out.multiples.push_back(arranged(from, stands, along, 1));
  lowering.give(call, std::move(out));
  return Unit{};
}

Status lower(const Call& call, Lowering& lowering) {
  const Reduction r = read_reduction(call, 0).value();
  if (r.length() > 65536) return refuse(*call.node, "takes the mean of more than 65536 numbers");
  TACIT_TRY(Placed x, read_strips(call, 0, r, lowering));
  const double n = static_cast<double>(r.length()), parts = std::floor(0x1p16 / n);
  const Placed mean = means(call, x, r, parts, lowering);
  const double wished = activation_scale(lowering.quant(), lowering.range_of_output(call), {});
  const double coarsest = x.scale * 0x1p16 / (n * parts), k = std::clamp(std::floor(coarsest / wished), 1.0, 0x1p16);
  Affine sum = sum_of(call, x);
  Multiple repeated{mean, -1, false, false, Window::broadcast(x.shape.cols()), {}};
  sum.multiples.push_back(repeated);
  sum = lowering.refined(std::move(sum), 1);
  // Where x reaches further than calibration saw, twice the range of x is all that there can be.
  const std::int64_t most = k == 1 ? 65535 : lowering.quant().activation_max();
  const Placed y = lowering.settle(sum, coarsest / k, -most - 1, most);
  bool trailing = true;
  for (std::size_t axis = 1; axis < r.dims.size(); ++axis) trailing = trailing && r.taken[axis] >= r.taken[axis - 1];
  if (!trailing) return give_in_place(call, y, r, lowering);
  lowering.give(call, y);
  return Unit{};
}

}  // namespace

extern const Operator kCentre;
const Operator kCentre = {.op = "Centre", .domain = kOwnDomain, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
