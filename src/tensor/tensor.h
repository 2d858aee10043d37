// Tensor: a dense array of floats or of 64-bit integers, row-major, and the shape arithmetic that goes with it.
//
//   dims = {2, 3}      f = { x00 x01 x02  x10 x11 x12 }      (dtype kFloat; `i` is empty)
//   a bool or uint8 tensor: dtype kInt64, element kBool or kUint8, `i` within that type's range
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

/// How elements are stored.
enum class DType { kFloat, kInt64 };

/// What a model file calls the elements, where that says more than the storage: kPlain is float32, or int64. Floats of every
/// kind are stored as float32; integers are held by their type's range.
enum class Element : std::uint8_t {
  kPlain, kFloat16, kBFloat16, kDouble, kBool, kInt8, kInt16, kInt32, kUint8, kUint16, kUint32, kUint64
};

/// Integers from lo to hi.
struct IntegerRange {
  std::int64_t lo = 0, hi = 0;
  bool operator==(const IntegerRange&) const = default;
  bool holds(std::int64_t v) const { return lo <= v && v <= hi; }
  bool holds(const IntegerRange& other) const { return lo <= other.lo && other.hi <= hi; }
};

/// What an integer type holds; of uint64 only what int64 holds too. Of floats, and kPlain: all of int64.
IntegerRange range_of_element(Element element);
/// Bits of an integer type: 8 of int8 and uint8. 1 of bool.
int bits_of_element(Element element);
/// v + k 2^bits that the integer type holds: what overflow leaves. Of bool: v != 0.
std::int64_t wrapped(std::int64_t v, Element element);
/// "float", "int64", "uint8", ... as ONNX writes them.
const char* element_name(DType dtype, Element element);

/// The most axes a tensor may have.
inline constexpr std::size_t kMaxRank = 32;
/// The most elements that any single tensor of a model may have (2 GiB of floats).
inline constexpr std::int64_t kMaxElements = std::int64_t{1} << 29;

struct TensorType {
  DType dtype = DType::kFloat;
  Shape dims;
  Element element = Element::kPlain;
  bool operator==(const TensorType&) const = default;
  bool is_bool() const { return element == Element::kBool; }
};

/// Invariant: the vector that `dtype` selects holds exactly the product of `dims` elements, the other one is empty.
struct Tensor {
  Shape dims;
  DType dtype = DType::kFloat;
  std::vector<float> f;
  std::vector<std::int64_t> i;
  Element element = Element::kPlain;

  std::size_t size() const { return dtype == DType::kFloat ? f.size() : i.size(); }
  TensorType type() const { return {dtype, dims, element}; }
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

/// The tensor repeated to the shape `dims`. Contract: its shape broadcasts to it.
Tensor broadcast_to(const Tensor& t, const Shape& dims);
/// The broadcast of all shapes, or nothing when they do not fit.
std::optional<Shape> broadcast_all(const std::vector<Shape>& shapes);

enum class Arithmetic { kAdd, kSubtract, kMultiply, kDivide };

/// a op b, element by element under broadcasting; integers wrap as a's element type does, and their division drops the
/// remainder, and gives 0 where it divides by 0. Contract: the shapes broadcast, and both tensors have one type.
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
