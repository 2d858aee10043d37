// Tensor: a dense array of floats or of 64-bit integers, row-major, and the shape arithmetic that goes with it.
//
//   dims = {2, 3}      f = { x00 x01 x02  x10 x11 x12 }      (dtype kFloat; `i` is empty)
//
// Knows no field, no scales and no operator. Shapes may come from hostile files, so every count is overflow-checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tacit {

/// Extents, outermost first. {} is a scalar (one element).
using Shape = std::vector<std::int64_t>;

enum class DType { kFloat, kInt64 };

/// The most axes a tensor may have.
inline constexpr std::size_t kMaxRank = 32;
/// The most elements that any single tensor of a model may have (2 GiB of floats).
inline constexpr std::int64_t kMaxElements = std::int64_t{1} << 29;

struct TensorType {
  DType dtype = DType::kFloat;
  Shape dims;
  bool operator==(const TensorType&) const = default;
};

/// Invariant: the vector that `dtype` selects holds exactly the product of `dims` elements, the other one is empty.
struct Tensor {
  Shape dims;
  DType dtype = DType::kFloat;
  std::vector<float> f;
  std::vector<std::int64_t> i;

  std::size_t size() const { return dtype == DType::kFloat ? f.size() : i.size(); }
  TensorType type() const { return {dtype, dims}; }
};

/// The product of the extents, or nothing when an extent is negative, there are more than kMaxRank axes, or the
/// product exceeds kMaxElements. A zero extent gives 0 whatever stands beside it.
std::optional<std::int64_t> element_count(const Shape& dims);

/// The product of extents [from, to) of a shape whose element_count is known to exist.
std::int64_t count_between(const Shape& dims, std::size_t from, std::size_t to);

/// Row-major strides in elements.
Shape strides_of(const Shape& dims);

/// The numpy broadcast of two shapes, or nothing when they do not fit.
std::optional<Shape> broadcast(const Shape& a, const Shape& b);

/// Strides that walk a tensor of shape `from` as if it had shape `to`: 0 along every axis that is repeated.
/// Contract: `from` broadcasts to `to`.
Shape broadcast_strides(const Shape& from, const Shape& to);

enum class Arithmetic { kAdd, kSubtract, kMultiply, kDivide };

/// a op b, element by element under broadcasting; integers wrap, and their division drops the remainder. Contract: the shapes
/// broadcast, both tensors have one type, and no integer is divided by 0.
Tensor broadcast_arithmetic(Arithmetic op, const Tensor& a, const Tensor& b);
/// Element-wise sum of two float tensors under broadcasting. Contract: the shapes broadcast.
Tensor add_broadcast(const Tensor& a, const Tensor& b);

Tensor make_float(Shape dims, std::vector<float> values);
Tensor make_int64(Shape dims, std::vector<std::int64_t> values);
/// A float tensor of zeros. Contract: element_count(dims) exists.
Tensor zeros(Shape dims);

/// "1x3x32x32"; "scalar" for {}.
std::string shape_text(const Shape& dims);

}  // namespace tacit
