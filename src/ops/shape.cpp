// Shape: the extents of x, those of the axes from `start` to before `end` (opset 15 on). Size: how many elements x has.
// EyeLike: a matrix of x's extents with ones on its diagonal number k.
// Nothing but x's type matters, so they are constants whatever x is.
#include <algorithm>

#include "ops/call.h"

namespace tacit {
namespace {

struct Span {
  std::size_t first = 0, last = 0;
};

Result<Span> read_span(const Call& call) {
  const auto rank = static_cast<std::int64_t>(call.operand(0).type.dims.size());
  TACIT_TRY(std::int64_t start, int_attribute(*call.node, "start", 0));
  TACIT_TRY(std::int64_t end, int_attribute(*call.node, "end", rank));
  start = std::clamp<std::int64_t>(start < 0 ? start + rank : start, 0, rank);
  end = std::clamp<std::int64_t>(end < 0 ? end + rank : end, start, rank);
  return Span{static_cast<std::size_t>(start), static_cast<std::size_t>(end)};
}

Result<std::vector<TensorType>> infer_shape(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_TRY(const Span span, read_span(call));
  return std::vector<TensorType>{{DType::kInt64, {static_cast<std::int64_t>(span.last - span.first)}}};
}

std::vector<Tensor> evaluate_shape(const Call& call) {
  const Span span = read_span(call).value();
  const Shape& dims = call.operand(0).type.dims;
  return {make_int64({static_cast<std::int64_t>(span.last - span.first)},
                     {dims.begin() + static_cast<std::ptrdiff_t>(span.first), dims.begin() + static_cast<std::ptrdiff_t>(span.last)})};
}

Result<std::vector<TensorType>> infer_size(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  return std::vector<TensorType>{{DType::kInt64, {}}};
}

std::vector<Tensor> evaluate_size(const Call& call) { return {make_int64({}, {*element_count(call.operand(0).type.dims)})}; }

/// Of the element types that ONNX numbers.
constexpr std::int64_t kFloats[] = {1, 10, 11, 16}, kIntegers[] = {2, 3, 4, 5, 6, 7, 9, 12, 13};

Result<std::vector<TensorType>> infer_eye(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  const TensorType& type = call.operand(0).type;
  if (type.dims.size() != 2) return malformed(*call.node, "its input " + shape_text(type.dims) + " is no matrix");
  TACIT_OK(int_attribute(*call.node, "k", 0));
  if (!call.node->attributes.contains("dtype")) return one_output(call, type.dtype, type.dims);
  TACIT_TRY(const std::int64_t number, int_attribute(*call.node, "dtype", 1));
  if (std::find(std::begin(kFloats), std::end(kFloats), number) != std::end(kFloats)) return one_output(call, DType::kFloat, type.dims);
  if (std::find(std::begin(kIntegers), std::end(kIntegers), number) != std::end(kIntegers)) return one_output(call, DType::kInt64, type.dims);
  return refuse(*call.node, "attribute dtype names an element type that is not supported");
}

std::vector<Tensor> evaluate_eye(const Call& call) {
  const TensorType type = infer_eye(call).value()[0];
  const std::int64_t k = std::clamp(int_attribute(*call.node, "k", 0).value(), -kMaxElements, kMaxElements);
  Tensor out{type.dims, type.dtype, {}, {}};
  const auto count = static_cast<std::size_t>(*element_count(type.dims));
  if (type.dtype == DType::kFloat) out.f.assign(count, 0);
  else out.i.assign(count, 0);
  for (std::int64_t row = std::max<std::int64_t>(0, -k); row < type.dims[0] && row + k < type.dims[1]; ++row) {
    const auto at = static_cast<std::size_t>(row * type.dims[1] + row + k);
    if (type.dtype == DType::kFloat) out.f[at] = 1;
    else out.i[at] = 1;
  }
  return {std::move(out)};
}

}  // namespace

constexpr OperatorText kText = {"constants"};
extern const Operator kEyeLike, kShape, kSize;
const Operator kEyeLike = {.op = "EyeLike", .domain = "", .text = kText, .infer = infer_eye, .evaluate = evaluate_eye, .typed_operands = 1};
const Operator kShape = {.op = "Shape", .domain = "", .text = kText, .infer = infer_shape, .evaluate = evaluate_shape, .typed_operands = 1};
const Operator kSize = {.op = "Size", .domain = "", .text = kText, .infer = infer_size, .evaluate = evaluate_size, .typed_operands = 1};

}  // namespace tacit
