// AveragePool: the mean under each window of a tensor of rank 3 to 5 (deep_pools.h). The divisor counts the taps on real input or, with
// count_include_pad, also those on declared padding.
#include <map>

#include "ops/arrange.h"
#include "ops/call.h"
#include "ops/deep_pools.h"
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
  TACIT_OK(check_spatial(*call.node, dims));
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
  TACIT_TRY(auto types, one_output(call, DType::kFloat, window_output(w, dims.size(), dims[0], dims[1])));
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
  Tensor out = zeros(window_output(w, x.dims.size(), x.dims[0], x.dims[1]));
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

/// The outputs along one axis whose windows count as many taps, by that number.
std::map<std::int64_t, std::vector<bool>> classes_of(const Geometry& geometry, int axis) {
  std::map<std::int64_t, std::vector<bool>> classes;
  for (std::int64_t o = 0; o < geometry.out[axis]; ++o) {
    std::vector<bool>& members = classes[divisor(taps_at(geometry, axis, o), true)];
    members.resize(static_cast<std::size_t>(geometry.out[axis]), false);
    members[static_cast<std::size_t>(o)] = true;
  }
  return classes;
}

/// Along one axis, tap `tap` of the windows that are members; absent on padding and elsewhere.
Along along_tap(const Geometry& g, int axis, std::int64_t tap, const std::vector<bool>& members) {
  Along out{static_cast<std::size_t>(2 + axis), {}};
  for (std::int64_t o = 0; o < g.out[axis]; ++o) {
    const std::int64_t at = o * g.stride[axis] - g.pad_begin[axis] + tap * g.dilation[axis];
    out.index.push_back(members[static_cast<std::size_t>(o)] && at >= 0 && at < g.in[axis] ? at : -1);
  }
  return out;
}

/// Windows that count different numbers of taps, and padding among them: one term for each tap and each number.
std::vector<Multiple> terms_by_divisor(const Geometry& g, const Placed& input) {
  const Shape from{input.shape.batch, input.shape.rows, g.in[0], g.in[1]};
  std::vector<Multiple> terms;
  for (const auto& [rows, in_rows] : classes_of(g, 0)) {
    for (const auto& [columns, in_columns] : classes_of(g, 1)) {
      for (std::int64_t tap = 0; tap < g.kernel[0] * g.kernel[1]; ++tap) {
        const std::vector<Along> out{along_all(0, from[0]), along_all(1, from[1]), along_tap(g, 0, tap / g.kernel[1], in_rows),
                                     along_tap(g, 1, tap % g.kernel[1], in_columns)};
        terms.push_back(arranged(input, from, out, 1.0 / static_cast<double>(rows * columns)));
      }
    }
  }
  return terms;
}

/// Of a kernel whose taps are terms of their own (see terms_by_divisor).
constexpr std::int64_t kMaxTaps = 256;

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
  }
  Affine sum = empty_sum(call, {in.batch, in.rows, mean.window.out_h, mean.window.out_w});
  if ((rows && columns) || !average.include_pad) {
    sum.multiples.push_back(std::move(mean));
  } else if (g.kernel[0] * g.kernel[1] > kMaxTaps) {
    return refuse(*call.node, "ceil_mode with count_include_pad, where the last windows are cut short, is not supported for so large a kernel");
  } else {
    sum.multiples = terms_by_divisor(g, mean.input);
  }
  lowering.give(call, std::move(sum));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "sums times a constant; over three axes one axis, then two",
    "one to three axes of positions"};
extern const Operator kAveragePool;
const Operator kAveragePool = {
    .op = "AveragePool", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .expand = expand_pool,
    .is_linear_time = false};

}  // namespace tacit
