// Conv: cross-correlation of a tensor of rank 4, or 3 (an image of height 1), or 5 (depth.h), with constant weights.
//
//   y[n, m, oy, ox] = b[m] + sum over c, ky, kx of x[n, g*C + c, oy*s - p + ky*d, ox*s - p + kx*d] * W[m, c, ky, kx]
//
// where m lies in group g of M / groups output channels and C = input channels / groups; x is 0 on padding.
#include <algorithm>
#include <cstring>

#include "ops/call.h"
#include "ops/depth.h"
#include "ops/lowering.h"
#include "ops/geometry.h"
#include "tensor/matmul.h"

namespace tacit {
namespace {

struct Spec {
  Geometry window;
  std::int64_t batch = 0, groups = 0, channels = 0, filters = 0;  ///< per group: channels in, filters out
  std::optional<Geometry> depth = {};  ///< of rank 5: its taps count among the channels, and its outputs in the batch
  Shape out = {};
};

Status check_operands(const Call& call) {
  TACIT_OK(check_arity(call, 2, 3));
  TACIT_OK(check_float(call, 0));
  TACIT_OK(check_float(call, 1));
  TACIT_OK(check_constant(call, 1, "weight"));
  const Shape &x = call.operand(0).type.dims, &w = call.operand(1).type.dims;
  TACIT_OK(check_spatial(*call.node, x));
  if (w.size() != x.size()) {
    return malformed(*call.node, "input " + shape_text(x) + " and weight " + shape_text(w) + " have not the same number of axes");
  }
  if (!call.operand(2).present) return Unit{};
  TACIT_OK(check_float(call, 2));
  TACIT_OK(check_constant(call, 2, "bias"));
  if (call.operand(2).type.dims != Shape{w[0]}) {
    return malformed(*call.node, "bias has shape " + shape_text(call.operand(2).type.dims) + ", " +
                                     std::to_string(w[0]) + " expected");
  }
  return Unit{};
}

Result<Spec> read_spec(const Call& call) {
  TACIT_OK(check_operands(call));
  const Shape &x = call.operand(0).type.dims, &w = call.operand(1).type.dims;
  Spec spec;
  TACIT_TRY(spec.groups, int_attribute(*call.node, "group", 1));
  if (spec.groups < 1 || spec.groups > x[1] || x[1] % spec.groups != 0 || w[0] % spec.groups != 0 || w[0] == 0 ||
      w[1] != x[1] / spec.groups) {
    return malformed(*call.node, "input " + shape_text(x) + ", weight " + shape_text(w) + " and " +
                                     std::to_string(spec.groups) + " groups do not fit together");
  }
  spec.batch = x[0];
  spec.channels = w[1];
  spec.filters = w[0] / spec.groups;
  TACIT_TRY(const Geometries all, read_geometries(*call.node, x, Shape(w.begin() + 2, w.end())));
  spec.window = all.plane;
  spec.out = all.output(x.size(), x[0], w[0]);
  if (!all.has_depth) return spec;
  spec.depth = all.depth;
  spec.batch *= all.depth.out[0];
  spec.channels *= all.depth.kernel[0];
  if (!element_count({spec.batch, spec.groups * spec.channels, x[3], x[4]})) return refuse(*call.node, "its padded input is too large");
  return spec;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_TRY(Spec spec, read_spec(call));
  const Geometry& w = spec.window;
  const Shape padded = {spec.channels, w.padded(0), w.padded(1)};
  if (!element_count(padded)) return refuse(*call.node, "its padded input " + shape_text(padded) + " is too large");
  return one_output(call, DType::kFloat, spec.out);
}

/// One group of one image: a zero-padded copy of its input, walked by precomputed offsets.
class GroupPass {
 public:
  explicit GroupPass(const Spec& spec) : spec_(spec), w_(spec.window), height_(w_.padded(0)), width_(w_.padded(1)) {
    padded_.resize(static_cast<std::size_t>(spec.channels * height_ * width_));
    for (std::int64_t c = 0; c < spec.channels; ++c) {
      for (std::int64_t ky = 0; ky < w_.kernel[0]; ++ky) {
        for (std::int64_t kx = 0; kx < w_.kernel[1]; ++kx) {
          taps_.push_back((c * height_ + ky * w_.dilation[0]) * width_ + kx * w_.dilation[1]);
        }
      }
    }
    panel_.resize(taps_.size() * kPanel);
  }

  /// out[filters x positions] = weight[filters x taps] * columns of x.
  void run(const float* x, const float* weight, float* out) {
    load(x);
    const std::int64_t positions = w_.out[0] * w_.out[1];
    const std::int64_t taps = static_cast<std::int64_t>(taps_.size());
    for (std::int64_t first = 0; first < positions; first += kPanel) {
      const std::int64_t cols = std::min(kPanel, positions - first);
      gather(first, cols);
      multiply_panel({weight, taps, 1}, panel_.data(), kPanel, out + first, positions, spec_.filters, cols, taps);
    }
  }

 private:
  void load(const float* x) {
    for (std::int64_t c = 0; c < spec_.channels; ++c) {
      for (std::int64_t y = 0; y < w_.in[0]; ++y) {
        float* to = padded_.data() + (c * height_ + y + w_.pad_begin[0]) * width_ + w_.pad_begin[1];
        std::memcpy(to, x + (c * w_.in[0] + y) * w_.in[1], static_cast<std::size_t>(w_.in[1]) * sizeof(float));
      }
    }
  }

  /// Fills the panel: column q holds everything that output position first + q sees. Unused columns repeat the last.
  void gather(std::int64_t first, std::int64_t cols) {
    std::int64_t base[kPanel];
    for (std::int64_t q = 0; q < kPanel; ++q) {
      const std::int64_t position = first + std::min(q, cols - 1);
      const std::int64_t y = position / w_.out[1], x = position % w_.out[1];
      base[q] = y * w_.stride[0] * width_ + x * w_.stride[1];
    }
    const bool adjacent = w_.stride[1] == 1 && cols == kPanel && first % w_.out[1] + kPanel <= w_.out[1];
    float* to = panel_.data();
    for (std::int64_t tap : taps_) {
      const float* from = padded_.data() + tap;
      if (adjacent) {
        std::memcpy(to, from + base[0], kPanel * sizeof(float));
      } else {
        for (std::int64_t q = 0; q < kPanel; ++q) to[q] = from[base[q]];
      }
      to += kPanel;
    }
  }

  const Spec& spec_;
  const Geometry& w_;
  const std::int64_t height_, width_;
  std::vector<float> padded_, panel_;
  std::vector<std::int64_t> taps_;
};

void add_bias(Tensor& out, const Tensor& bias) {
  const std::size_t positions = static_cast<std::size_t>(count_between(out.dims, 2, out.dims.size()));
  for (std::size_t row = 0; row * positions < out.f.size(); ++row) {
    const float b = bias.f[row % bias.f.size()];
    for (std::size_t p = row * positions; p < (row + 1) * positions; ++p) out.f[p] += b;
  }
}

std::vector<Tensor> evaluate(const Call& call) {
  const Spec spec = read_spec(call).value();
  const Geometry& w = spec.window;
  const Tensor& weight = *call.operand(1).value;
  const Tensor stack = spec.depth ? stacked_value(*call.operand(0).value, *spec.depth) : Tensor{};
  const Tensor& x = spec.depth ? stack : *call.operand(0).value;
  Tensor out = zeros(window_output(w, x.dims.size(), spec.batch, spec.groups * spec.filters));
  GroupPass pass(spec);
  const std::int64_t in_step = spec.channels * w.in[0] * w.in[1];
  const std::int64_t out_step = spec.filters * w.out[0] * w.out[1];
  const std::int64_t weight_step = spec.filters * spec.channels * w.kernel[0] * w.kernel[1];
  for (std::int64_t n = 0; n < spec.batch; ++n) {
    for (std::int64_t g = 0; g < spec.groups; ++g) {
      const std::int64_t block = n * spec.groups + g;
      pass.run(x.f.data() + block * in_step, weight.f.data() + g * weight_step, out.f.data() + block * out_step);
    }
  }
  if (spec.depth) out = unstacked_value(out, spec.depth->out[0]);
  if (call.operand(2).present) add_bias(out, *call.operand(2).value);
  return {std::move(out)};
}

/// Scales each filter and moves the shift into the bias.
std::optional<Rewrite> absorb(const Call& call, const ChannelAffine& map) {
  if (map.axis && *map.axis != 1) return std::nullopt;
  Tensor weight = *call.operand(1).value;
  const std::size_t filters = static_cast<std::size_t>(weight.dims[0]);
  const std::size_t taps = weight.f.size() / filters;
  std::vector<float> bias(filters);
  for (std::size_t m = 0; m < filters; ++m) {
    const std::size_t at = map.axis ? m : 0;
    const double before = call.operand(2).present ? call.operand(2).value->f[m] : 0.0;
    bias[m] = static_cast<float>(before * map.scale[at] + map.shift[at]);
    for (std::size_t t = m * taps; t < (m + 1) * taps; ++t) {
      weight.f[t] = static_cast<float>(weight.f[t] * map.scale[at]);
    }
  }
  const Shape bias_dims = {weight.dims[0]};
  return Rewrite{*call.node, {std::move(weight), make_float(bias_dims, std::move(bias))}};
}

Status lower(const Call& call, Lowering& lowering) {
  const Spec spec = read_spec(call).value();
  const ColumnShape in = natural_shape(call.operand(0).type.dims);
  Product product;
  TACIT_TRY(product.input, lowering.read(call, 0, in));
  if (spec.depth) {
    TACIT_TRY(product.input, stacked(call, product.input, call.operand(0).type.dims, *spec.depth, lowering));
  }
  product.groups = static_cast<std::uint32_t>(spec.groups);
  product.in_rows = static_cast<std::uint32_t>(spec.channels);
  product.window = theorem_window(spec.window, static_cast<std::uint32_t>(spec.batch));
  const Tensor& weight = *call.operand(1).value;
  product.weights.assign(weight.f.begin(), weight.f.end());
  const Window& w = product.window;
  Affine sum = empty_sum(call, spec.depth ? natural_shape(spec.out) : ColumnShape{in.batch, static_cast<std::uint32_t>(weight.dims[0]), w.out_h, w.out_w});
  sum.products.push_back(std::move(product));
  if (call.operand(2).present) {
    const Tensor& bias = *call.operand(2).value;
    sum.constant = row_field({bias.f.begin(), bias.f.end()});
  }
  lowering.give(call, std::move(sum));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "a contraction with hidden weights; bias, a following per-channel Mul, Add, Sub, Div or BatchNormalization fold "
    "into it",
    "one to three axes of positions"};
extern const Operator kConv;
const Operator kConv = {.op = "Conv", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower,
                        .is_linear_time = false, .absorb = absorb};

}  // namespace tacit
