// Quantised: integers with a scale and a zero point, as ONNX's quantised operators have them: real value = (q - zero) * scale.
// Zero points, and the scales of activations, are as public as the grids of our own; the scales of weights stay hidden.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ops/call.h"
#include "ops/expansion.h"

namespace tacit {

/// As ONNX numbers element types.
inline constexpr std::int64_t kFloatNumber = 1, kInt64Number = 7;
/// The number of an integer type; nothing for int64 itself and for floats.
std::optional<std::int64_t> element_number(const TensorType& type);

/// Operand `index`, a constant scale or zero point, as a constant that broadcasts with a tensor of shape `dims`: one number, one
/// for each position of `axis`, or one for each `block` of them. Errors: malformed, where it fits none of the three.
Result<Tensor> spread(const Call& call, std::size_t index, const Shape& dims, std::size_t axis, std::int64_t block);

/// A constant's numbers as doubles.
std::vector<double> numbers_of(const Tensor& tensor);

}  // namespace tacit
