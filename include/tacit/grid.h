// The grid of a commitment: the exponent of a power of two, or float32.
#pragma once

namespace tacit::api {

/// In place of an exponent: the values are float32 numbers, as they are (-0 is +0). For committed inputs; a proof rounds
/// them to the model's own scale.
inline constexpr int kFloat32Grid = 0x7FFFFFFF;

}  // namespace tacit::api
