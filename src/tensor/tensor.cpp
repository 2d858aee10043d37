#include "tensor/tensor.h"

#include <algorithm>
#include <utility>

#include "base/contract.h"

namespace tacit {

IntegerRange range_of_element(Element element) {
  switch (element) {
    case Element::kBool: return {0, 1};
    case Element::kInt8: return {INT8_MIN, INT8_MAX};
    case Element::kInt16: return {INT16_MIN, INT16_MAX};
    case Element::kInt32: return {INT32_MIN, INT32_MAX};
    case Element::kUint8: return {0, UINT8_MAX};
    case Element::kUint16: return {0, UINT16_MAX};
    case Element::kUint32: return {0, UINT32_MAX};
    case Element::kUint64: return {0, INT64_MAX};
    default: return {INT64_MIN, INT64_MAX};
  }
}

int bits_of_element(Element element) {
  switch (element) {
    case Element::kBool: return 1;
    case Element::kInt8: case Element::kUint8: return 8;
    case Element::kInt16: case Element::kUint16: return 16;
    case Element::kInt32: case Element::kUint32: return 32;
    default: return 64;
  }
}

std::int64_t wrapped(std::int64_t v, Element element) {
  const IntegerRange range = range_of_element(element);
  if (element == Element::kBool) return v != 0;
  if (range.holds(v)) return v;
  // Among 64 bits only uint64 gets here, whose upper half has no int64.
  const int bits = std::min(bits_of_element(element), 63);
  const std::uint64_t span = std::uint64_t{1} << bits;
  const std::uint64_t low = static_cast<std::uint64_t>(v) & (span - 1);
  return static_cast<std::int64_t>(low > static_cast<std::uint64_t>(range.hi) ? low - span : low);
}

const char* element_name(DType dtype, Element element) {
  switch (element) {
    case Element::kFloat16: return "float16";
    case Element::kBFloat16: return "bfloat16";
    case Element::kDouble: return "double";
    case Element::kBool: return "bool";
    case Element::kInt8: return "int8";
    case Element::kInt16: return "int16";
    case Element::kInt32: return "int32";
    case Element::kUint8: return "uint8";
    case Element::kUint16: return "uint16";
    case Element::kUint32: return "uint32";
    case Element::kUint64: return "uint64";
    case Element::kPlain: break;
  }
  return dtype == DType::kFloat ? "float" : "int64";
}

std::optional<std::int64_t> element_count(const Shape& dims) {
  if (dims.size() > kMaxRank) return std::nullopt;
  bool empty = false;
  for (std::int64_t d : dims) {
    if (d < 0) return std::nullopt;
    empty |= d == 0;
  }
  if (empty) return 0;
  std::int64_t count = 1;
  for (std::int64_t d : dims) {
    if (d > kMaxElements / count) return std::nullopt;
    count *= d;
  }
  return count;
}

std::int64_t count_between(const Shape& dims, std::size_t from, std::size_t to) {
  TACIT_EXPECTS(from <= to && to <= dims.size(), "axes of the shape");
  std::int64_t count = 1;
  for (std::size_t axis = from; axis < to; ++axis) count *= dims[axis];
  return count;
}

Shape strides_of(const Shape& dims) {
  Shape strides(dims.size(), 1);
  for (std::size_t axis = dims.size(); axis-- > 1;) strides[axis - 1] = strides[axis] * dims[axis];
  return strides;
}

std::optional<Shape> broadcast(const Shape& a, const Shape& b) {
  const Shape& longer = a.size() >= b.size() ? a : b;
  const Shape& shorter = a.size() >= b.size() ? b : a;
  Shape out = longer;
  const std::size_t lead = longer.size() - shorter.size();
  for (std::size_t axis = 0; axis < shorter.size(); ++axis) {
    std::int64_t& have = out[lead + axis];
    const std::int64_t other = shorter[axis];
    if (have == other || other == 1) continue;
    if (have != 1) return std::nullopt;
    have = other;
  }
  return out;
}

Shape broadcast_strides(const Shape& from, const Shape& to) {
  TACIT_EXPECTS(from.size() <= to.size(), "a broadcast never loses axes");
  Shape strides(to.size(), 0);
  const Shape own = strides_of(from);
  const std::size_t lead = to.size() - from.size();
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    TACIT_EXPECTS(from[axis] == to[lead + axis] || from[axis] == 1, "the shape broadcasts");
    if (from[axis] != 1) strides[lead + axis] = own[axis];
  }
  return strides;
}

namespace {

/// Steps a multi-index over all axes but the last, keeping the two operands' offsets in step.
struct BroadcastWalk {
  const Shape& dims;
  Shape stride_a, stride_b;
  Shape index;
  std::int64_t at_a = 0, at_b = 0;

  void next_row() {
    for (std::size_t axis = dims.size() - 1; axis-- > 0;) {
      at_a += stride_a[axis];
      at_b += stride_b[axis];
      if (++index[axis] < dims[axis]) return;
      at_a -= stride_a[axis] * dims[axis];
      at_b -= stride_b[axis] * dims[axis];
      index[axis] = 0;
    }
  }
};

/// Calls combine(index into the result, into a, into b) for every element of the result, row by row.
template <class Combine>
void for_each_pair(const Tensor& a, const Tensor& b, const Shape& dims, Combine combine) {
  const std::size_t count = static_cast<std::size_t>(*element_count(dims));
  if (count == 0) return;
  if (dims.empty()) return combine(std::size_t{0}, std::int64_t{0}, std::int64_t{0});
  BroadcastWalk walk{dims, broadcast_strides(a.dims, dims), broadcast_strides(b.dims, dims), Shape(dims.size(), 0)};
  const std::int64_t row = dims.back(), step_a = walk.stride_a.back(), step_b = walk.stride_b.back();
  for (std::size_t start = 0; start < count; start += static_cast<std::size_t>(row)) {
    for (std::int64_t x = 0; x < row; ++x) combine(start + static_cast<std::size_t>(x), walk.at_a + x * step_a, walk.at_b + x * step_b);
    walk.next_row();
  }
}

float combined(Arithmetic op, float a, float b) {
  switch (op) {
    case Arithmetic::kAdd: return a + b;
    case Arithmetic::kSubtract: return a - b;
    case Arithmetic::kMultiply: return a * b;
    case Arithmetic::kDivide: return a / b;
  }
  return 0;
}

std::int64_t combined(Arithmetic op, std::int64_t a, std::int64_t b) {
  const auto ua = static_cast<std::uint64_t>(a), ub = static_cast<std::uint64_t>(b);
  switch (op) {
    case Arithmetic::kAdd: return static_cast<std::int64_t>(ua + ub);
    case Arithmetic::kSubtract: return static_cast<std::int64_t>(ua - ub);
    case Arithmetic::kMultiply: return static_cast<std::int64_t>(ua * ub);
    case Arithmetic::kDivide: return b == 0 ? 0 : b == -1 ? static_cast<std::int64_t>(-ua) : a / b;
  }
  return 0;
}

}  // namespace

Tensor broadcast_arithmetic(Arithmetic op, const Tensor& a, const Tensor& b) {
  std::optional<Shape> dims = broadcast(a.dims, b.dims);
  TACIT_EXPECTS(dims.has_value() && a.dtype == b.dtype, "the operands fit together");
  if (a.dtype == DType::kInt64) {
    Tensor out = make_int64(*dims, std::vector<std::int64_t>(static_cast<std::size_t>(*element_count(*dims))));
    auto combine = [&](std::size_t at, std::int64_t x, std::int64_t y) {
      out.i[at] = wrapped(combined(op, a.i[static_cast<std::size_t>(x)], b.i[static_cast<std::size_t>(y)]), a.element);
    };
    out.element = a.element;
    for_each_pair(a, b, *dims, combine);
    return out;
  }
  Tensor out = zeros(*dims);
  for_each_pair(a, b, *dims, [&](std::size_t at, std::int64_t x, std::int64_t y) {
    out.f[at] = combined(op, a.f[static_cast<std::size_t>(x)], b.f[static_cast<std::size_t>(y)]);
  });
  return out;
}

Tensor broadcast_to(const Tensor& t, const Shape& dims) {
  Tensor out{dims, t.dtype, {}, {}, t.element};
  const auto count = static_cast<std::size_t>(*element_count(dims));
  out.f.resize(t.dtype == DType::kFloat ? count : 0);
  out.i.resize(t.dtype == DType::kFloat ? 0 : count);
  for_each_pair(t, t, dims, [&](std::size_t at, std::int64_t from, std::int64_t) {
    if (t.dtype == DType::kFloat) out.f[at] = t.f[static_cast<std::size_t>(from)];
    else out.i[at] = t.i[static_cast<std::size_t>(from)];
  });
  return out;
}

std::optional<Shape> broadcast_all(const std::vector<Shape>& shapes) {
  std::optional<Shape> dims = Shape{};
  for (const Shape& shape : shapes) {
    if (dims) dims = broadcast(*dims, shape);
  }
  return dims;
}

Tensor add_broadcast(const Tensor& a, const Tensor& b) { return broadcast_arithmetic(Arithmetic::kAdd, a, b); }

Tensor make_float(Shape dims, std::vector<float> values) {
  TACIT_EXPECTS(element_count(dims) == static_cast<std::int64_t>(values.size()), "one value per element");
  Tensor t;
  t.dims = std::move(dims);
  t.f = std::move(values);
  return t;
}

Tensor make_int64(Shape dims, std::vector<std::int64_t> values) {
  TACIT_EXPECTS(element_count(dims) == static_cast<std::int64_t>(values.size()), "one value per element");
  Tensor t;
  t.dims = std::move(dims);
  t.dtype = DType::kInt64;
  t.i = std::move(values);
  return t;
}

Tensor zeros(Shape dims) {
  std::optional<std::int64_t> count = element_count(dims);
  TACIT_EXPECTS(count.has_value(), "a shape that was checked");
  return make_float(std::move(dims), std::vector<float>(static_cast<std::size_t>(*count)));
}

std::string shape_text(const Shape& dims) {
  if (dims.empty()) return "scalar";
  std::string text;
  for (std::int64_t d : dims) {
    if (!text.empty()) text += 'x';
    text += std::to_string(d);
  }
  return text;
}

}  // namespace tacit
