// AveragePool: the mean under each window of a rank-4 tensor. The divisor counts the taps on real input or, with
// count_include_pad, also those on declared padding.
#include "ops/call.h"
#include "ops/geometry.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

struct Average {
  Geometry window;
  bool include_pad = false;
};

Result<Average> read_average(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  const Shape& dims = call.operand(0).type.dims;
  if (dims.size() != 4) return refuse(*call.node, "its input " + shape_text(dims) + " has not 4 axes");
  Average average;
  TACIT_TRY(average.window, read_geometry(*call.node, dims, std::nullopt));
  TACIT_TRY(average.include_pad, flag_attribute(*call.node, "count_include_pad", false));
  return average;
}

std::int64_t divisor(const Taps& taps, bool include_pad) { return include_pad ? taps.with_pads : taps.count; }

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_TRY(Average average, read_average(call));
  const Shape& dims = call.operand(0).type.dims;
  const Geometry& w = average.window;
  TACIT_TRY(auto types, one_output(call, DType::kFloat, {dims[0], dims[1], w.out[0], w.out[1]}));
  for (int axis = 0; axis < 2; ++axis) {
    if (has_empty_window(w, axis, average.include_pad)) {
      return malformed(*call.node, "a window covers nothing but padding");
    }
  }
  return types;
}

std::vector<Tensor> evaluate(const Call& call) {
  const Tensor& x = *call.operand(0).value;
  const Average average = read_average(call).value();
  const Geometry& w = average.window;
  const std::vector<Taps> rows = taps_of(w, 0), columns = taps_of(w, 1);
  Tensor out = zeros({x.dims[0], x.dims[1], w.out[0], w.out[1]});
  float* to = out.f.data();
  for (std::int64_t plane = 0; plane < x.dims[0] * x.dims[1]; ++plane) {
    const float* from = x.f.data() + plane * w.in[0] * w.in[1];
    for (const Taps& row : rows) {
      const std::int64_t row_divisor = divisor(row, average.include_pad);
      for (const Taps& column : columns) {
        float sum = 0;
        for (std::int64_t r = 0; r < row.count; ++r) {
          const float* line = from + (row.first + r * w.dilation[0]) * w.in[1] + column.first;
          for (std::int64_t c = 0; c < column.count; ++c) sum += line[c * w.dilation[1]];
        }
        *to++ = sum / static_cast<float>(row_divisor * divisor(column, average.include_pad));
      }
    }
  }
  return {std::move(out)};
}

/// How many taps every output position counts along an axis, or nothing where that differs.
std::optional<std::int64_t> common_divisor(const Geometry& geometry, int axis, bool include_pad) {
  const std::vector<Taps> all = taps_of(geometry, axis);
  for (const Taps& taps : all) {
    if (divisor(taps, include_pad) != divisor(all[0], include_pad)) return std::nullopt;
  }
  return divisor(all[0], include_pad);
}

Status lower(const Call& call, Lowering& lowering) {
  const Average average = read_average(call).value();
  const Geometry& g = average.window;
  const ColumnShape in = natural_shape(call.operand(0).type.dims);
  Multiple mean;
  TACIT_TRY(mean.input, lowering.read(call, 0, in));
  mean.window = theorem_window(g, in.batch);
  const auto rows = common_divisor(g, 0, average.include_pad), columns = common_divisor(g, 1, average.include_pad);
  if (rows && columns) {
    mean.coefficient = 1.0 / static_cast<double>(*rows * *columns);
  } else if (!average.include_pad) {
    mean.divide_by_taps = true;
  } else {
    return refuse(*call.node, "ceil_mode with count_include_pad, where the last windows are cut short, is not supported");
  }
  Affine sum = empty_sum(call, {in.batch, in.rows, mean.window.out_h, mean.window.out_w});
  sum.multiples.push_back(std::move(mean));
  lowering.give(call, std::move(sum));
  return Unit{};
}

}  // namespace

extern const Operator kAveragePool;
const Operator kAveragePool = {
    .op = "AveragePool", .domain = "", .infer = infer, .evaluate = evaluate, .lower = lower, .is_linear_time = false};

}  // namespace tacit
