// ConvTranspose: every input position adds its filter to the output, `stride` positions apart, for tensors of rank 3 to 5.
//
//   y[n, m, p] = b[m] + sum over c, i, t of x[n, c, i] W[c, m, t]  with  i * s + t * d = p + pad
//
// With p + pad = q * s + r the sum runs over i = q - j, t * d = j * s + r: for each of the s remainders r a correlation of x at
// stride 1. So it is one Conv with s filters for each m (s * s over two axes), whose channels then become positions:
//
//   stride 2, 3 taps:   q = 0 1 2 ...   filter (m, 0) has taps W[2] W[0], filter (m, 1) has W[1]      y = q0r0 q0r1 q1r0 q1r1 ...
#include <algorithm>
#include <array>

#include "ops/depth.h"
#include "ops/picks.h"

namespace tacit {
namespace {

/// One spatial axis.
struct Stretch {
  std::int64_t in = 1, kernel = 1, stride = 1, dilation = 1, pad = 0, out = 1;

  std::int64_t extent() const { return (kernel - 1) * dilation + 1; }
  /// Of the correlation: taps, the first q, and how many q's there are.
  std::int64_t taps() const { return (extent() + stride - 1) / stride; }
  std::int64_t first() const { return pad / stride; }
  std::int64_t count() const { return (pad + out - 1) / stride - first() + 1; }
  /// The tap of W that the correlation's tap j has for remainder r, or -1.
  std::int64_t tap(std::int64_t j, std::int64_t r) const {
    const std::int64_t at = (taps() - 1 - j) * stride + r;
    return at % dilation == 0 && at / dilation < kernel ? at / dilation : -1;
  }
};

struct Spec {
  std::array<Stretch, 3> axes;  ///< depth, height, width; those that are not there have one position
  std::int64_t batch = 0, groups = 0, channels = 0, filters = 0;  ///< per group: channels in, filters out
  Shape out;

  std::int64_t remainders() const { return axes[0].stride * axes[1].stride * axes[2].stride; }
  std::int64_t kernel() const { return axes[0].kernel * axes[1].kernel * axes[2].kernel; }
};

Status check_operands(const Call& call) {
  TACIT_OK(check_arity(call, 2, 3));
  TACIT_OK(check_float(call, 0));
  TACIT_OK(check_float(call, 1));
  TACIT_OK(check_constant(call, 1, "weight"));
  const Shape &x = call.operand(0).type.dims, &w = call.operand(1).type.dims;
  TACIT_OK(check_spatial(*call.node, x));
  if (w.size() != x.size() || element_count(w) == 0) {
    return malformed(*call.node, "input " + shape_text(x) + " and weight " + shape_text(w) + " do not fit together");
  }
  if (!call.operand(2).present) return Unit{};
  TACIT_OK(check_float(call, 2));
  return check_constant(call, 2, "bias");
}

using List = std::vector<std::int64_t>;

Result<List> list_of(const Node& node, const char* name, std::size_t count, std::int64_t least) {
  TACIT_TRY(List list, ints_attribute(node, name, List(count, least)));
  bool fits = list.size() == count;
  for (const std::int64_t v : list) fits = fits && v >= least && v <= kMaxWindow;
  if (fits) return list;
  return malformed(node, "attribute " + std::string(name) + " has the wrong length or a number out of range");
}

struct Lists {
  List strides, dilations, pads, more, out;
  std::string mode;
};

Result<Lists> read_lists(const Node& node, std::size_t axes) {
  Lists lists;
  TACIT_TRY(lists.strides, list_of(node, "strides", axes, 1));
  TACIT_TRY(lists.dilations, list_of(node, "dilations", axes, 1));
  TACIT_TRY(lists.pads, list_of(node, "pads", 2 * axes, 0));
  TACIT_TRY(lists.more, list_of(node, "output_padding", axes, 0));
  if (node.attributes.contains("output_shape")) {
    TACIT_TRY(lists.out, ints_attribute(node, "output_shape", {}));
    if (lists.out.size() == axes + 2) lists.out.erase(lists.out.begin(), lists.out.begin() + 2);  // as old exporters wrote it
    if (lists.out.size() != axes) return malformed(node, "attribute output_shape has the wrong length");
  }
  TACIT_TRY(lists.mode, string_attribute(node, "auto_pad", "NOTSET"));
  if (lists.mode.empty()) lists.mode = "NOTSET";
  if (lists.mode == "NOTSET" || lists.mode == "VALID" || lists.mode == "SAME_UPPER" || lists.mode == "SAME_LOWER") return lists;
  return malformed(node, "auto_pad \"" + lists.mode + "\" is none of NOTSET, SAME_UPPER, SAME_LOWER, VALID");
}

/// Where the output's extent is given, the padding follows from it.
Status place_output(const Node& node, const Lists& lists, std::size_t k, Stretch& axis) {
  const std::int64_t full = axis.stride * (axis.in - 1) + lists.more[k] + axis.extent();
  const bool same = lists.mode == "SAME_UPPER" || lists.mode == "SAME_LOWER";
  if (!lists.out.empty() || same) {
    axis.out = lists.out.empty() ? axis.in * axis.stride : lists.out[k];
    const std::int64_t total = std::max<std::int64_t>(0, full - axis.out);
    axis.pad = lists.mode == "SAME_UPPER" ? total / 2 : total - total / 2;
  } else {
    axis.pad = lists.mode == "VALID" ? 0 : lists.pads[k];
    axis.out = full - axis.pad - (lists.mode == "VALID" ? 0 : lists.pads[lists.strides.size() + k]);
  }
  if (axis.out >= 1 && axis.out <= kMaxWindow) return Unit{};
  return malformed(node, "its output has no or too many positions");
}

Status read_axes(const Call& call, Spec& spec) {
  const Shape &x = call.operand(0).type.dims, &w = call.operand(1).type.dims;
  const std::size_t axes = x.size() - 2;
  TACIT_TRY(const Lists lists, read_lists(*call.node, axes));
  const List kernel(w.begin() + 2, w.end());
  TACIT_TRY(const List given, ints_attribute(*call.node, "kernel_shape", kernel));
  if (given != kernel) return malformed(*call.node, "attribute kernel_shape differs from the shape of its weight");
  for (std::size_t k = 0; k < axes; ++k) {
    Stretch& axis = spec.axes[k + 3 - axes];
    axis = {x[2 + k], kernel[k], lists.strides[k], lists.dilations[k]};
    if (axis.in > kMaxWindow || axis.kernel > kMaxWindow) return refuse(*call.node, "an axis is too long");
    TACIT_OK(place_output(*call.node, lists, k, axis));
    spec.out.push_back(axis.out);
  }
  return Unit{};
}

Result<Spec> read_spec(const Call& call) {
  TACIT_OK(check_operands(call));
  const Shape &x = call.operand(0).type.dims, &w = call.operand(1).type.dims;
  Spec spec;
  TACIT_TRY(spec.groups, int_attribute(*call.node, "group", 1));
  const bool fits = spec.groups >= 1 && x[1] == w[0] && x[1] % spec.groups == 0 && x[1] > 0 && spec.groups <= x[1];
  if (!fits) {
    return malformed(*call.node, "input " + shape_text(x) + ", weight " + shape_text(w) + " and " + std::to_string(spec.groups) +
                                     " groups do not fit together");
  }
  spec.batch = x[0];
  spec.channels = x[1] / spec.groups;
  spec.filters = w[1];
  const std::optional<std::int64_t> all = element_count({spec.groups, spec.filters});
  if (!all) return refuse(*call.node, "it has too many filters");
  if (call.operand(2).present && call.operand(2).type.dims != Shape{*all}) return malformed(*call.node, "its bias has not one number for each filter");
  spec.out = {x[0], *all};
  TACIT_OK(read_axes(call, spec));
  const Shape weights = {*all, spec.remainders(), spec.channels, spec.axes[0].taps(), spec.axes[1].taps(), spec.axes[2].taps()};
  if (!element_count(weights)) return refuse(*call.node, "its strides are too long");
  return spec;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_TRY(Spec spec, read_spec(call));
  return one_output(call, DType::kFloat, std::move(spec.out));
}

/// Adds one input number times one filter to an output image.
void add_filter(const Spec& spec, float x, const float* filter, const std::array<std::int64_t, 3>& at, float* image) {
  const auto& [d, h, w] = spec.axes;
  for (std::int64_t a = 0; a < d.kernel; ++a)
    for (std::int64_t b = 0; b < h.kernel; ++b)
      for (std::int64_t c = 0; c < w.kernel; ++c, ++filter) {
        const std::int64_t z = at[0] * d.stride + a * d.dilation - d.pad, y = at[1] * h.stride + b * h.dilation - h.pad;
        const std::int64_t p = at[2] * w.stride + c * w.dilation - w.pad;
        if (z < 0 || y < 0 || p < 0 || z >= d.out || y >= h.out || p >= w.out) continue;
        image[(z * h.out + y) * w.out + p] += x * *filter;
      }
}

std::vector<Tensor> evaluate(const Call& call) {
  const Spec spec = read_spec(call).value();
  const auto& [d, h, w] = spec.axes;
  const Tensor &x = *call.operand(0).value, &weight = *call.operand(1).value;
  Tensor out = zeros(spec.out);
  const std::int64_t positions = d.out * h.out * w.out, all = spec.groups * spec.filters;
  for (std::size_t k = 0; call.operand(2).present && k < out.f.size(); ++k) {
    out.f[k] = call.operand(2).value->f[k / static_cast<std::size_t>(positions) % static_cast<std::size_t>(all)];
  }
  const Shape inputs{spec.batch, spec.groups, spec.channels, d.in, h.in, w.in};
  for (std::size_t k = 0; k < x.f.size(); ++k) {
    const Shape at = positions_of(static_cast<std::int64_t>(k), inputs);
    for (std::int64_t m = 0; m < spec.filters; ++m) {
      const float* filter = weight.f.data() + ((at[1] * spec.channels + at[2]) * spec.filters + m) * spec.kernel();
      add_filter(spec, x.f[k], filter, {at[3], at[4], at[5]}, out.f.data() + ((at[0] * spec.groups + at[1]) * spec.filters + m) * positions);
    }
  }
  return {std::move(out)};
}

/// Scales each filter and moves the shift into the bias.
std::optional<Rewrite> absorb(const Call& call, const ChannelAffine& map) {
  if (map.axis && *map.axis != 1) return std::nullopt;
  const Spec spec = read_spec(call).value();
  Tensor weight = *call.operand(1).value;
  const std::int64_t all = spec.groups * spec.filters, taps = spec.kernel();
  auto factor = [&](std::int64_t m) { return map.axis ? static_cast<std::size_t>(m) : 0; };
  for (std::size_t k = 0; k < weight.f.size(); ++k) {
    const std::int64_t filter = static_cast<std::int64_t>(k) / taps, c = filter / spec.filters;
    const std::int64_t m = c / spec.channels * spec.filters + filter % spec.filters;
    weight.f[k] = static_cast<float>(weight.f[k] * map.scale[factor(m)]);
  }
  std::vector<float> bias;
  for (std::int64_t m = 0; m < all; ++m) {
    const double before = call.operand(2).present ? call.operand(2).value->f[static_cast<std::size_t>(m)] : 0.0;
    bias.push_back(static_cast<float>(before * map.scale[factor(m)] + map.shift[factor(m)]));
  }
  return Rewrite{*call.node, {std::move(weight), make_float({all}, std::move(bias))}};
}

Geometry geometry_of(const Stretch& a, const Stretch& b) {
  Geometry g{{a.in, b.in}, {a.taps(), b.taps()}, {1, 1}, {1, 1}, {0, 0}, {0, 0}, {a.count(), b.count()}};
  g.pad_begin = {a.taps() - 1 - a.first(), b.taps() - 1 - b.first()};
  return g;
}

/// The filters of the correlation: by group, filter and remainders; each by channel and taps.
std::vector<double> phase_weights(const Spec& spec, const Tensor& weight) {
  const auto& [d, h, w] = spec.axes;
  const Shape extents{spec.groups, spec.filters, d.stride, h.stride, w.stride, spec.channels, d.taps(), h.taps(), w.taps()};
  const Shape from{spec.groups, spec.channels, spec.filters, d.kernel, h.kernel, w.kernel};
  std::vector<double> out;
  for (std::int64_t flat = 0; flat < *element_count(extents); ++flat) {
    const Shape at = positions_of(flat, extents);
    const std::int64_t a = d.tap(at[6], at[2]), b = h.tap(at[7], at[3]), c = w.tap(at[8], at[4]);
    const bool there = a >= 0 && b >= 0 && c >= 0;
    out.push_back(there ? weight.f[static_cast<std::size_t>(flat_of({at[0], at[5], at[1], a, b, c}, from))] : 0);
  }
  return out;
}

/// By element of the output's column, its place in the correlation's.
Sources phase_sources(const Spec& spec) {
  const auto& axes = spec.axes;
  const Shape extents{spec.out[1], spec.batch, axes[0].out, axes[1].out, axes[2].out};
  Sources out;
  for (std::int64_t flat = 0; flat < *element_count(extents); ++flat) {
    const Shape at = positions_of(flat, extents);
    std::int64_t row = at[0], column = at[1];
    for (std::size_t k = 0; k < 3; ++k) {
      const std::int64_t full = at[2 + k] + axes[k].pad;
      row = row * axes[k].stride + full % axes[k].stride;
      column = column * axes[k].count() + full / axes[k].stride - axes[k].first();
    }
    out.push_back(row * spec.batch * axes[0].count() * axes[1].count() * axes[2].count() + column);
  }
  return out;
}

// Of a theorem's maps (check_theorem).
constexpr std::int64_t kMaxMapped = std::int64_t{1} << 23;

/// The correlation: [batch, filters * remainders, positions].
Result<Affine> correlation(const Call& call, const Spec& spec, Lowering& lowering) {
  const auto& [d, h, w] = spec.axes;
  const Shape& x = call.operand(0).type.dims;
  Product product;
  TACIT_TRY(product.input, lowering.read(call, 0, natural_shape(x)));
  const Geometry depth = geometry_of(d, Stretch{});
  if (x.size() == 5) {
    TACIT_TRY(product.input, stacked(call, product.input, x, depth, lowering));
  }
  product.groups = static_cast<std::uint32_t>(spec.groups);
  product.in_rows = static_cast<std::uint32_t>(spec.channels * d.taps());
  product.window = theorem_window(geometry_of(h, w), static_cast<std::uint32_t>(spec.batch * d.count()));
  product.weights = phase_weights(spec, *call.operand(1).value);
  const auto rows = static_cast<std::uint32_t>(spec.out[1] * spec.remainders());
  const auto inner = static_cast<std::uint32_t>(d.count() * h.count() * w.count());
  Affine sum = empty_sum(call, {static_cast<std::uint32_t>(spec.batch), rows, 1, inner});
  sum.products.push_back(std::move(product));
  if (!call.operand(2).present) return sum;
  std::vector<double> bias;
  for (const float b : call.operand(2).value->f) bias.insert(bias.end(), static_cast<std::size_t>(spec.remainders()), b);
  sum.constant = row_field(std::move(bias));
  return sum;
}

Status lower(const Call& call, Lowering& lowering) {
  const Spec spec = read_spec(call).value();
  TACIT_TRY(Affine sum, correlation(call, spec, lowering));
  const ColumnShape shape = natural_shape(spec.out);
  if (spec.remainders() == 1) {
    sum.shape = shape;
    lowering.give(call, std::move(sum));
    return Unit{};
  }
  const std::int64_t count = std::int64_t{sum.shape.rows} * sum.shape.cols();
  if (count + *element_count(spec.out) > kMaxMapped) return refuse(*call.node, "it has more outputs than a proof may rearrange");
  const Placed phases = lowering.close(call, sum);
  Affine out = empty_sum(call, shape);
  out.name += ".positions";
  Multiple term = copy_of(phases, 1);
  term.map = separated(phase_sources(spec), {spec.out[1], spec.batch, spec.axes[0].out, spec.axes[1].out, spec.axes[2].out});
  out.multiples.push_back(std::move(term));
  lowering.give(call, std::move(out));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "a Conv with a filter for each remainder of the stride, whose channels become positions; folds as Conv does",
    "one to three axes"};
extern const Operator kConvTranspose;
const Operator kConvTranspose = {.op = "ConvTranspose", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower,
                                 .is_linear_time = false, .absorb = absorb};

}  // namespace tacit
