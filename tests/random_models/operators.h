// The operators of random graphs: each one appends a node with random attributes that ONNX allows at the graph's opset.
#pragma once

#include <span>
#include <vector>

#include "random_models/builder.h"

namespace tacit::random_models {

struct Kind {
  const char* label;  ///< as label_of gives it
  const char* op;
  bool (*add)(Builder&);  ///< false where nothing fits
  const char* domain = "";
};

/// Every operator that has to be proven at least once in a run.
std::span<const Kind> all_kinds();

// By family, in a file each.
std::vector<Kind> function_kinds();
std::vector<Kind> logic_kinds();
std::vector<Kind> reduction_kinds();
std::vector<Kind> picking_kinds();
std::vector<Kind> picture_kinds();
std::vector<Kind> norm_kinds();
std::vector<Kind> recurrent_kinds();
std::vector<Kind> classical_kinds();

// The operators of operators.cpp's own list.
bool add_affine(Builder& b);      // Add
bool subtract(Builder& b);
bool multiply(Builder& b);
bool divide(Builder& b);
bool clip(Builder& b);
bool leaky_relu(Builder& b);
bool prelu(Builder& b);
bool softmax(Builder& b);
bool cast(Builder& b);
bool arg_max(Builder& b);
bool dropout(Builder& b);
bool constant_operand(Builder& b);

bool conv_1d(Builder& b);
bool conv_2d(Builder& b);
bool max_pool(Builder& b);
bool average_pool(Builder& b);
bool global_average_pool(Builder& b);
bool batch_normalization(Builder& b);
bool gemm(Builder& b);
bool mat_mul(Builder& b);

bool reshape(Builder& b);
bool flatten(Builder& b);
bool squeeze(Builder& b);
bool unsqueeze(Builder& b);
bool transpose(Builder& b);
bool concat(Builder& b);
bool slice(Builder& b);
bool pad(Builder& b);

}  // namespace tacit::random_models
