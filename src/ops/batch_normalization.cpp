// BatchNormalization in inference: y = gamma * (x - mean) / sqrt(variance + epsilon) + beta, all four per channel (axis 1; a
// tensor of one axis is one channel) and constant. It is a per-channel affine map and folds into the Conv or Gemm before it.
// With training_mode the mean and the variance are those of the batch itself, and the outputs 1 and 2 are the running ones.
#include <cmath>

#include "ops/call.h"
#include "ops/expansion.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

Status check_attributes(const Node& node) {
  TACIT_TRY(bool training, flag_attribute(node, "training_mode", false));
  if (training) return refuse(node, "training_mode is on, and its input is no batch of channels");
  TACIT_TRY(bool spatial, flag_attribute(node, "spatial", true));
  if (!spatial) return refuse(node, "statistics per position (spatial = 0) are not supported");
  TACIT_TRY(float epsilon, float_attribute(node, "epsilon", 1e-5f));
  if (!(epsilon >= 0) || std::isinf(epsilon)) return malformed(node, "epsilon must be a finite number, 0 or more");
  return Unit{};
}

Status check_statistics(const Call& call, std::int64_t channels) {
  static const char* const kRoles[] = {"", "scale", "bias", "mean", "variance"};
  for (std::size_t index = 1; index < 5; ++index) {
    TACIT_OK(check_float(call, index));
    TACIT_OK(check_constant(call, index, kRoles[index]));
    if (call.operand(index).type.dims != Shape{channels}) {
      return malformed(*call.node, std::string(kRoles[index]) + " has shape " +
                                       shape_text(call.operand(index).type.dims) + ", one number for each of " +
                                       std::to_string(channels) + " channels expected");
    }
  }
  const float epsilon = float_attribute(*call.node, "epsilon", 1e-5f).value();
  for (float variance : call.operand(4).value->f) {
    if (!(variance + epsilon > 0)) return malformed(*call.node, "variance + epsilon must be positive");
  }
  return Unit{};
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 5, 5));
  TACIT_OK(check_float(call, 0));
  TACIT_OK(check_attributes(*call.node));
  const Shape& dims = call.operand(0).type.dims;
  if (dims.empty()) return malformed(*call.node, "its input has no axes");
  TACIT_OK(check_statistics(call, dims.size() == 1 ? 1 : dims[1]));
  return one_output(call, DType::kFloat, dims);
}

std::optional<ChannelAffine> as_affine(const Call& call) {
  const double epsilon = float_attribute(*call.node, "epsilon", 1e-5f).value();
  const Tensor &gamma = *call.operand(1).value, &beta = *call.operand(2).value;
  const Tensor &mean = *call.operand(3).value, &variance = *call.operand(4).value;
  ChannelAffine map{.input = 0};
  if (call.operand(0).type.dims.size() > 1) map.axis = 1;
  for (std::size_t c = 0; c < gamma.f.size(); ++c) {
    const double scale = gamma.f[c] / std::sqrt(variance.f[c] + epsilon);
    map.scale.push_back(scale);
    map.shift.push_back(beta.f[c] - mean.f[c] * scale);
  }
  return map;
}

Result<Expansion> expand_training(const Call& call) {
  Expansion out(call);
  TACIT_TRY(const bool training, flag_attribute(*call.node, "training_mode", false));
  const Shape& dims = call.operand(0).type.dims;
  if (!training || dims.size() < 2) return out;
  for (std::size_t index = 0; index < 5; ++index) TACIT_OK(check_float(call, index));
  TACIT_TRY(const float epsilon, float_attribute(*call.node, "epsilon", 1e-5f));
  TACIT_TRY(const float momentum, float_attribute(*call.node, "momentum", 0.9f));
  std::vector<std::int64_t> axes{0}, by_channel(dims.size(), 1);
  for (std::size_t axis = 2; axis < dims.size(); ++axis) axes.push_back(static_cast<std::int64_t>(axis));
  by_channel[1] = dims[1];
  const std::string taken = out.integers(axes), channels = out.integers(by_channel);
  const std::string mean = out.add("ReduceMean", {out.input(0), taken});
  const std::string centred = out.add("Sub", {out.input(0), mean});
  const std::string variance = out.add("ReduceMean", {out.add("Mul", {centred, centred}), taken});
  const std::string unit = out.add_own("DivRoot", {centred, out.add("Add", {variance, out.scalar(epsilon)})});
  const std::string scaled = out.add("Mul", {unit, out.add("Reshape", {out.input(1), channels})});
  out.give(0, out.add("Add", {scaled, out.add("Reshape", {out.input(2), channels})}));
  for (const std::size_t index : {1, 2}) {
    if (!out.wants(index)) continue;
    const std::string own = out.add("Reshape", {index == 1 ? mean : variance, out.integers({dims[1]})});
    out.give(index, out.add("Add", {out.add("Mul", {out.input(index + 2), out.scalar(momentum)}), out.add("Mul", {own, out.scalar(1 - momentum)})}));
  }
  return out;
}

std::vector<Tensor> evaluate(const Call& call) {
  const ChannelAffine map = *as_affine(call);
  Tensor out = *call.operand(0).value;
  const std::size_t channels = map.scale.size();
  const std::size_t inner = static_cast<std::size_t>(out.dims.size() == 1 ? out.dims[0] : count_between(out.dims, 2, out.dims.size()));
  for (std::size_t row = 0; row * inner < out.f.size(); ++row) {
    const float scale = static_cast<float>(map.scale[row % channels]);
    const float shift = static_cast<float>(map.shift[row % channels]);
    for (std::size_t x = row * inner; x < (row + 1) * inner; ++x) out.f[x] = out.f[x] * scale + shift;
  }
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  const ChannelAffine map = *as_affine(call);
  const Shape& dims = call.operand(0).type.dims;
  const ColumnShape by_channel = natural_shape(dims.size() == 1 ? Shape{1, 1, dims[0]} : dims);
  TACIT_TRY(Affine sum, lowering.take_scalable(call, 0, by_channel));
  sum = scaled_rows(std::move(sum), map.scale);
  sum.constant = sum.constant + row_field(map.shift);
  lowering.give(call, std::move(sum));
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "a per-channel affine map",
    "inference mode"};
extern const Operator kBatchNormalization;
const Operator kBatchNormalization = {
    .op = "BatchNormalization", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower,
    .expand = expand_training, .as_affine = as_affine};

}  // namespace tacit
