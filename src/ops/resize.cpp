// Resize: x on another grid, by the nearest position or by linear or cubic interpolation (resampling.h); scales, sizes and the
// region are constant. Upsample, and Resize of opset 10: the same with scales alone, from position k / scale.
//
// Few different coefficients (small whole factors, and every nearest one) make one sum of terms; others become matrices, which
// are multiplied in axis by axis.
#include <algorithm>
#include <cmath>
#include <utility>

#include "ops/expansion.h"
#include "ops/picks.h"
#include "ops/resampling.h"

namespace tacit {
namespace {

struct Resizing {
  ResizeRule rule;
  std::vector<AxisRule> axes;  ///< one for each axis of x
  double extrapolation = 0;
};

Result<bool> is_one_of(const Node& node, const char* name, const std::string& value, std::initializer_list<const char*> known) {
  for (const char* k : known) {
    if (value == k) return true;
  }
  return malformed(node, "attribute " + std::string(name) + " is \"" + value + "\", which is not known");
}

Result<ResizeRule> read_rule(const Node& node) {
  ResizeRule rule;
  TACIT_TRY(const std::string mode, string_attribute(node, "mode", "nearest"));
  if (mode == "linear" || mode == "bilinear") rule.mode = Interpolation::kLinear;
  else if (mode == "cubic") rule.mode = Interpolation::kCubic;
  else if (mode != "nearest") return malformed(node, "mode \"" + mode + "\" is none of nearest, linear, cubic");
  if (node.op == "Upsample" || node.opset < 11) {
    rule.coordinates = "asymmetric";
    rule.nearest = "floor";
    return rule;
  }
  TACIT_TRY(rule.coordinates, string_attribute(node, "coordinate_transformation_mode", "half_pixel"));
  TACIT_OK(is_one_of(node, "coordinate_transformation_mode", rule.coordinates,
                     {"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_crop_and_resize",
                      "tf_half_pixel_for_nn"}));
  TACIT_TRY(rule.nearest, string_attribute(node, "nearest_mode", "round_prefer_floor"));
  TACIT_OK(is_one_of(node, "nearest_mode", rule.nearest, {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"}));
  TACIT_TRY(rule.cubic_a, float_attribute(node, "cubic_coeff_a", -0.75f));
  TACIT_TRY(rule.exclude_outside, flag_attribute(node, "exclude_outside", false));
  TACIT_TRY(rule.antialias, flag_attribute(node, "antialias", false));
  return rule;
}

/// Operand `index` as floats, nothing where it is left out or empty.
Result<std::vector<double>> numbers(const Call& call, std::size_t index, const char* role) {
  std::vector<double> out;
  if (!call.operand(index).present || element_count(call.operand(index).type.dims) == 0) return out;
  TACIT_OK(check_constant(call, index, role));
  const Tensor& value = *call.operand(index).value;
  out.assign(value.f.begin(), value.f.end());
  out.insert(out.end(), value.i.begin(), value.i.end());
  return out;
}

struct Wishes {
  std::vector<double> scales, sizes, roi;
  std::vector<std::size_t> axes;
};

Result<Wishes> read_wishes(const Call& call) {
  Wishes wishes;
  const Node& node = *call.node;
  const std::size_t rank = call.operand(0).type.dims.size();
  const bool old = node.op == "Upsample" || node.opset < 11;
  if (node.op == "Upsample" && node.opset < 9) {
    auto found = node.attributes.find("scales");
    const auto* list = found == node.attributes.end() ? nullptr : std::get_if<std::vector<float>>(&found->second);
    if (list == nullptr) return malformed(node, "attribute scales is missing");
    wishes.scales.assign(list->begin(), list->end());
  } else {
    TACIT_TRY(wishes.scales, numbers(call, old ? 1 : 2, "scales"));
  }
  if (!old) {
    TACIT_TRY(wishes.sizes, numbers(call, 3, "sizes"));
    TACIT_TRY(wishes.roi, numbers(call, 1, "roi"));
  }
  std::vector<std::int64_t> all;
  for (std::size_t k = 0; k < rank; ++k) all.push_back(static_cast<std::int64_t>(k));
  TACIT_TRY(const std::vector<std::int64_t> axes, ints_attribute(node, "axes", std::move(all)));
  for (const std::int64_t axis : axes) {
    TACIT_TRY(const std::size_t resolved, resolve_axis(node, axis, rank, false));
    const bool twice = std::find(wishes.axes.begin(), wishes.axes.end(), resolved) != wishes.axes.end();
    if (twice) return malformed(node, "names an axis twice");
    wishes.axes.push_back(resolved);
  }
  const std::size_t given = wishes.scales.size() + wishes.sizes.size();
  if (given != wishes.axes.size() || (!wishes.scales.empty() && !wishes.sizes.empty())) {
    return malformed(node, "it needs scales or sizes, one number for each axis");
  }
  return wishes;
}

/// With keep_aspect_ratio_policy, all sizes follow one scale.
Status keep_ratio(const Call& call, Wishes& wishes) {
  TACIT_TRY(const std::string policy, string_attribute(*call.node, "keep_aspect_ratio_policy", "stretch"));
  if (policy == "stretch" || wishes.sizes.empty()) return Unit{};
  if (policy != "not_larger" && policy != "not_smaller") return malformed(*call.node, "keep_aspect_ratio_policy \"" + policy + "\" is not known");
  double scale = 0;
  for (std::size_t k = 0; k < wishes.axes.size(); ++k) {
    const double wish = wishes.sizes[k] / static_cast<double>(call.operand(0).type.dims[wishes.axes[k]]);
    scale = k == 0 ? wish : policy == "not_larger" ? std::min(scale, wish) : std::max(scale, wish);
  }
  for (std::size_t k = 0; k < wishes.axes.size(); ++k) {
    wishes.scales.push_back(scale);
    wishes.sizes[k] = std::floor(scale * static_cast<double>(call.operand(0).type.dims[wishes.axes[k]]) + 0.5);
  }
  return Unit{};
}

constexpr double kMaxExtent = 0x1p20;

Result<Resizing> read_resizing(const Call& call) {
  TACIT_OK(check_arity(call, 1, 4));
  Resizing resizing;
  TACIT_TRY(resizing.rule, read_rule(*call.node));
  TACIT_TRY(Wishes wishes, read_wishes(call));
  const Shape& dims = call.operand(0).type.dims;
  if (element_count(dims) == 0) return malformed(*call.node, "its input is empty");
  TACIT_OK(keep_ratio(call, wishes));
  TACIT_TRY(resizing.extrapolation, float_attribute(*call.node, "extrapolation_value", 0));
  const bool crops = resizing.rule.coordinates == "tf_crop_and_resize";
  if (crops && wishes.roi.size() != 2 * wishes.axes.size()) return malformed(*call.node, "its roi has not two numbers for each axis");
  for (const std::int64_t extent : dims) resizing.axes.push_back({extent, extent});
  for (std::size_t k = 0; k < wishes.axes.size(); ++k) {
    AxisRule& axis = resizing.axes[wishes.axes[k]];
    const auto in = static_cast<double>(axis.in);
    const double out = wishes.sizes.empty() ? std::floor(in * wishes.scales[k]) : wishes.sizes[k];
    axis.scale = wishes.scales.empty() ? out / in : wishes.scales[k];
    if (!(out >= 1 && out <= kMaxExtent && in <= kMaxExtent && axis.scale > 0)) return refuse(*call.node, "an axis would have no or too many positions");
    axis.out = static_cast<std::int64_t>(out);
    if (!crops) continue;
    axis.roi_start = wishes.roi[k];
    axis.roi_end = wishes.roi[wishes.axes.size() + k];
  }
  const bool whole = call.operand(0).type.dtype == DType::kInt64;
  if (whole && resizing.rule.mode != Interpolation::kNearest) return refuse(*call.node, "it interpolates integers; cast them to floats first");
  return resizing;
}

Shape output_shape(const Resizing& resizing) {
  Shape dims;
  for (const AxisRule& axis : resizing.axes) dims.push_back(axis.out);
  return dims;
}

/// Nothing changes along the axis.
bool is_identity(const std::vector<AxisTaps>& taps, std::int64_t in) {
  if (static_cast<std::int64_t>(taps.size()) != in) return false;
  for (std::size_t k = 0; k < taps.size(); ++k) {
    const bool same = taps[k].size() == 1 && taps[k][0].first == static_cast<std::int64_t>(k) && std::abs(taps[k][0].second - 1) < 0x1p-30;
    if (!same) return false;
  }
  return true;
}

std::vector<std::vector<AxisTaps>> all_taps(const Resizing& resizing) {
  std::vector<std::vector<AxisTaps>> all;
  for (const AxisRule& axis : resizing.axes) all.push_back(taps_of(resizing.rule, axis));
  return all;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_TRY(const Resizing resizing, read_resizing(call));
  return one_output(call, call.operand(0).type.dtype, output_shape(resizing));
}

/// x resized along one axis.
Tensor along_axis(const Tensor& x, std::size_t axis, const std::vector<AxisTaps>& taps) {
  Tensor out{x.dims, x.dtype, {}, {}};
  out.dims[axis] = static_cast<std::int64_t>(taps.size());
  const std::int64_t outer = count_between(x.dims, 0, axis), inner = count_between(x.dims, axis + 1, x.dims.size());
  for (std::int64_t o = 0; o < outer; ++o) {
    for (const AxisTaps& position : taps) {
      for (std::int64_t i = 0; i < inner; ++i) {
        double sum = 0;
        std::int64_t last = 0;
        for (const auto& [p, weight] : position) {
          const auto at = static_cast<std::size_t>((o * x.dims[axis] + p) * inner + i);
          if (x.dtype == DType::kFloat) sum += weight * x.f[at];
          else last = x.i[at];
        }
        if (x.dtype == DType::kFloat) out.f.push_back(static_cast<float>(sum));
        else out.i.push_back(last);
      }
    }
  }
  return out;
}

/// The extrapolation value where some axis lies outside, 0 elsewhere; nothing where none does.
std::optional<Tensor> outside_values(const Resizing& resizing, const std::vector<std::vector<AxisTaps>>& taps) {
  bool any = false;
  for (const auto& axis : taps) {
    for (const AxisTaps& position : axis) any |= position.empty();
  }
  if (!any || resizing.extrapolation == 0) return std::nullopt;
  Tensor out = zeros(output_shape(resizing));
  for (std::size_t flat = 0; flat < out.f.size(); ++flat) {
    const Shape at = positions_of(static_cast<std::int64_t>(flat), out.dims);
    for (std::size_t k = 0; k < at.size(); ++k) {
      if (taps[k][static_cast<std::size_t>(at[k])].empty()) out.f[flat] = static_cast<float>(resizing.extrapolation);
    }
  }
  return out;
}

std::vector<Tensor> evaluate(const Call& call) {
  const Resizing resizing = read_resizing(call).value();
  const auto taps = all_taps(resizing);
  Tensor x = *call.operand(0).value;
  for (std::size_t axis = 0; axis < taps.size(); ++axis) {
    if (!is_identity(taps[axis], x.dims[axis])) x = along_axis(x, axis, taps[axis]);
  }
  const std::optional<Tensor> outside = outside_values(resizing, taps);
  if (outside && x.dtype == DType::kFloat) return {add_broadcast(x, *outside)};
  return {std::move(x)};
}

/// The most terms that one sum has.
constexpr std::size_t kMaxTerms = 64;

/// Products of the axes' terms.
std::vector<std::pair<double, std::vector<Along>>> joint_terms(const std::vector<std::vector<AxisTaps>>& taps) {
  std::vector<std::pair<double, std::vector<Along>>> joint{{1, {}}};
  for (std::size_t axis = 0; axis < taps.size(); ++axis) {
    std::vector<std::pair<double, std::vector<Along>>> longer;
    for (const auto& [coefficient, along] : joint) {
      for (const AxisTerm& term : terms_of(taps[axis])) {
        longer.emplace_back(coefficient * term.coefficient, along);
        longer.back().second.push_back({axis, term.index});
      }
    }
    joint = std::move(longer);
  }
  return joint;
}

std::size_t count_terms(const std::vector<std::vector<AxisTaps>>& taps) {
  std::size_t count = 1;
  for (const auto& axis : taps) count = std::min(kMaxTerms + 1, count * std::max<std::size_t>(1, terms_of(axis).size()));
  return count;
}

Status lower(const Call& call, Lowering& lowering) {
  const Resizing resizing = read_resizing(call).value();
  const auto taps = all_taps(resizing);
  const Shape dims = output_shape(resizing);
  const auto terms = joint_terms(taps);
  const std::optional<Tensor> outside = outside_values(resizing, taps);
  if (terms.size() == 1 && !outside) return give_moved(call, terms[0].second, lowering);
  Affine sum = empty_sum(call, natural_shape(dims));
  for (const auto& [coefficient, along] : terms) {
    TACIT_TRY(Multiple term, moved_operand(call, 0, along, lowering));
    term.coefficient = coefficient;
    sum.multiples.push_back(std::move(term));
  }
  if (outside) sum.constant = field_of(*outside, dims, sum.shape, 1);
  return give_like(call, call.operand(0).type.dtype, std::move(sum), lowering);
}

/// [in, out]: the transposed map of one axis.
Tensor matrix_of(const std::vector<AxisTaps>& taps, std::int64_t in) {
  Tensor out = zeros({in, static_cast<std::int64_t>(taps.size())});
  for (std::size_t k = 0; k < taps.size(); ++k) {
    for (const auto& [p, weight] : taps[k]) out.f[static_cast<std::size_t>(p) * taps.size() + k] = static_cast<float>(weight);
  }
  return out;
}

/// A map of many coefficients, as a product with a matrix along each axis.
Result<Expansion> expand(const Call& call) {
  TACIT_TRY(const Resizing resizing, read_resizing(call));
  Expansion expansion(call);
  const auto taps = all_taps(resizing);
  if (count_terms(taps) <= kMaxTerms) return expansion;
  const std::size_t rank = taps.size();
  std::string y = expansion.input(0);
  for (std::size_t axis = 0; axis < rank; ++axis) {
    if (is_identity(taps[axis], resizing.axes[axis].in)) continue;
    if (resizing.axes[axis].in * resizing.axes[axis].out > (1 << 24)) return refuse(*call.node, "it interpolates along too long an axis");
    std::vector<std::int64_t> perm;
    for (std::size_t k = 0; k < rank; ++k) perm.push_back(static_cast<std::int64_t>(k));
    std::swap(perm[axis], perm[rank - 1]);
    const bool last = axis + 1 == rank;
    if (!last) y = expansion.add("Transpose", {y}, {{"perm", Attribute{perm}}});
    y = expansion.add("MatMul", {y, expansion.constant(matrix_of(taps[axis], resizing.axes[axis].in))});
    if (!last) y = expansion.add("Transpose", {y}, {{"perm", Attribute{perm}}});
  }
  if (const std::optional<Tensor> outside = outside_values(resizing, taps)) y = expansion.add("Add", {y, expansion.constant(*outside)});
  expansion.give(0, y);
  return expansion;
}

}  // namespace

constexpr OperatorText kText = {
    "nearest: a public map; linear and cubic: few coefficients are public terms, many are matrices of weights",
    "scales, sizes, roi constant"};
extern const Operator kResize, kUpsample;
const Operator kResize = {.op = "Resize", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .expand = expand, .is_linear_time = false};
const Operator kUpsample = {.op = "Upsample", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .expand = expand, .is_linear_time = false};

}  // namespace tacit
