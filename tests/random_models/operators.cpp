#include "random_models/operators.h"

namespace tacit::random_models {
namespace {

template <const char* const& kOp>
bool plain(Builder& b) {
  const auto x = b.operand(0, 5);
  return x && b.add(kOp, {*x});
}

/// Of integers too.
bool relu(Builder& b) {
  const auto integers = b.opset >= 14 ? b.integers(0) : std::nullopt;
  if (integers && b.random.chance(60)) return b.add("Relu", {*integers});
  const auto x = b.operand(0, 5);
  return x && b.add("Relu", {*x});
}

const char *const kIdentity = "Identity", *const kSigmoid = "Sigmoid", *const kTanh = "Tanh";

const Kind kKinds[] = {
    {"Add", "Add", add_affine},
    {"ArgMax", "ArgMax", arg_max},
    {"AveragePool", "AveragePool", average_pool},
    {"BatchNormalization", "BatchNormalization", batch_normalization},
    {"Cast", "Cast", cast},
    {"Clip", "Clip", clip},
    {"Concat", "Concat", concat},
    {"Constant", "Constant", constant_operand},
    {"Conv (1-D)", "Conv", conv_1d},
    {"Conv (2-D)", "Conv", conv_2d},
    {"Div", "Div", divide},
    {"Dropout", "Dropout", dropout},
    {"Flatten", "Flatten", flatten},
    {"Gemm", "Gemm", gemm},
    {"GlobalAveragePool", "GlobalAveragePool", global_average_pool},
    {"Identity", "Identity", plain<kIdentity>},
    {"LeakyRelu", "LeakyRelu", leaky_relu},
    {"MatMul", "MatMul", mat_mul},
    {"MaxPool", "MaxPool", max_pool},
    {"Mul", "Mul", multiply},
    {"PRelu", "PRelu", prelu},
    {"Pad", "Pad", pad},
    {"Relu", "Relu", relu},
    {"Reshape", "Reshape", reshape},
    {"Sigmoid", "Sigmoid", plain<kSigmoid>},
    {"Slice", "Slice", slice},
    {"Softmax", "Softmax", softmax},
    {"Squeeze", "Squeeze", squeeze},
    {"Sub", "Sub", subtract},
    {"Tanh", "Tanh", plain<kTanh>},
    {"Transpose", "Transpose", transpose},
    {"Unsqueeze", "Unsqueeze", unsqueeze},
};

}  // namespace

std::span<const Kind> all_kinds() {
  static const std::vector<Kind> kinds = [] {
    std::vector<Kind> all(std::begin(kKinds), std::end(kKinds));
    for (auto* family : {function_kinds, logic_kinds, reduction_kinds, picking_kinds, picture_kinds, norm_kinds, recurrent_kinds, classical_kinds}) {
      for (const Kind& kind : family()) all.push_back(kind);
    }
    return all;
  }();
  return kinds;
}

}  // namespace tacit::random_models
