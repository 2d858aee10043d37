// BatchNormalization in inference: y = gamma * (x - mean) / sqrt(variance + epsilon) + beta, all four per channel
// (axis 1) and constant. It is a per-channel affine map and folds into the Conv or Gemm before it.
#include <cmath>

#include "ops/call.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

Status check_attributes(const Node& node) {
  TACIT_TRY(bool training, flag_attribute(node, "training_mode", false));
  if (training) return refuse(node, "training_mode is on; export the model for inference");
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
  if (dims.size() < 2) return malformed(*call.node, "its input has no channel axis");
  TACIT_OK(check_statistics(call, dims[1]));
  return one_output(call, DType::kFloat, dims);
}

std::optional<ChannelAffine> as_affine(const Call& call) {
  const double epsilon = float_attribute(*call.node, "epsilon", 1e-5f).value();
  const Tensor &gamma = *call.operand(1).value, &beta = *call.operand(2).value;
  const Tensor &mean = *call.operand(3).value, &variance = *call.operand(4).value;
  ChannelAffine map{.input = 0, .axis = 1};
  for (std::size_t c = 0; c < gamma.f.size(); ++c) {
    const double scale = gamma.f[c] / std::sqrt(variance.f[c] + epsilon);
    map.scale.push_back(scale);
    map.shift.push_back(beta.f[c] - mean.f[c] * scale);
  }
  return map;
}

std::vector<Tensor> evaluate(const Call& call) {
  const ChannelAffine map = *as_affine(call);
  Tensor out = *call.operand(0).value;
  const std::size_t channels = map.scale.size();
  const std::size_t inner = static_cast<std::size_t>(count_between(out.dims, 2, out.dims.size()));
  for (std::size_t row = 0; row * inner < out.f.size(); ++row) {
    const float scale = static_cast<float>(map.scale[row % channels]);
    const float shift = static_cast<float>(map.shift[row % channels]);
    for (std::size_t x = row * inner; x < (row + 1) * inner; ++x) out.f[x] = out.f[x] * scale + shift;
  }
  return {std::move(out)};
}

/// A term of one tap per entry, as a contraction of each row with itself.
Product per_row(const Multiple& multiple, const std::vector<double>& scale) {
  Product product{multiple.input, static_cast<std::uint32_t>(scale.size()), 1, multiple.window, {}};
  for (double s : scale) product.weights.push_back(multiple.coefficient * s);
  return product;
}

Status lower(const Call& call, Lowering& lowering) {
  const ChannelAffine map = *as_affine(call);
  TACIT_TRY(Affine sum, lowering.take_open(call, 0, natural_shape(call.operand(0).type.dims)));
  for (Product& product : sum.products) {
    const std::size_t per = product.weights.size() / map.scale.size();
    for (std::size_t k = 0; k < product.weights.size(); ++k) product.weights[k] *= map.scale[k / per];
  }
  for (const Multiple& multiple : sum.multiples) sum.products.push_back(per_row(multiple, map.scale));
  sum.multiples.clear();
  sum.constant = scaled_rows(sum.constant, map.scale) + row_field(map.shift);
  lowering.give(call, std::move(sum));
  return Unit{};
}

}  // namespace

extern const Operator kBatchNormalization;
const Operator kBatchNormalization = {
    .op = "BatchNormalization", .domain = "", .infer = infer, .evaluate = evaluate, .lower = lower,
    .as_affine = as_affine};

}  // namespace tacit
