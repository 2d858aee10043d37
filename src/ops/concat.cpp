// Concat: tensors that agree in all extents but one, one after the other along that axis. Operands that are constants of the
// model stay private; tensors of one scale are copied exactly.
#include <algorithm>
#include <utility>

#include "ops/moves.h"

namespace tacit {
namespace {

struct Joint {
  std::size_t axis = 0;
  Shape dims;
};

Result<Joint> read_joint(const Call& call) {
  if (!call.node->attributes.contains("axis")) return malformed(*call.node, "attribute axis is missing");
  TACIT_TRY(const std::int64_t given, int_attribute(*call.node, "axis", 0));
  const TensorType& first = call.operand(0).type;
  Joint joint{0, first.dims};
  TACIT_TRY(joint.axis, resolve_axis(*call.node, given, first.dims.size(), false));
  for (std::size_t index = 1; index < call.operands.size(); ++index) {
    const TensorType& type = call.operand(index).type;
    if (type.dtype != first.dtype) return malformed(*call.node, "cannot join floats and integers");
    Shape like = type.dims;
    if (like.size() == first.dims.size()) like[joint.axis] = first.dims[joint.axis];
    if (like != first.dims) {
      return malformed(*call.node, "cannot join " + shape_text(first.dims) + " and " + shape_text(type.dims) + " along axis " +
                                       std::to_string(given));
    }
    joint.dims[joint.axis] += type.dims[joint.axis];
  }
  return joint;
}

/// Where the operand that begins at `offset` along the axis stands in the result.
std::vector<Along> place_of(const Joint& joint, const Shape& part, std::int64_t offset) {
  std::vector<Along> out;
  for (std::size_t axis = 0; axis < joint.dims.size(); ++axis) out.push_back(along_all(axis, joint.dims[axis]));
  std::int64_t position = -offset;
  for (std::int64_t& index : out[joint.axis].index) {
    index = position >= 0 && position < part[joint.axis] ? position : -1;
    ++position;
  }
  return out;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, call.operands.empty() ? 1 : call.operands.size(), call.operands.size()));
  TACIT_OK(check_extents(call));
  TACIT_TRY(Joint joint, read_joint(call));
  return one_output(call, call.operand(0).type.dtype, std::move(joint.dims));
}

/// Copies one operand to its place, which begins at `offset` along the axis.
template <class T>
void put(const std::vector<T>& part, const Shape& part_dims, const Joint& joint, std::int64_t offset, std::vector<T>& to) {
  const std::int64_t inner = count_between(part_dims, joint.axis + 1, part_dims.size());
  const std::int64_t length = part_dims[joint.axis] * inner;
  const std::int64_t step = inner * joint.dims[joint.axis];
  for (std::int64_t row = 0; (row + 1) * length <= static_cast<std::int64_t>(part.size()) && length > 0; ++row) {
    std::copy_n(part.begin() + row * length, length, to.begin() + row * step + offset * inner);
  }
}

/// The operands whose values are known, at their places; 0 elsewhere.
Tensor joined(const Call& call, const Joint& joint) {
  Tensor out{joint.dims, call.operand(0).type.dtype, {}, {}};
  const auto count = static_cast<std::size_t>(*element_count(joint.dims));
  if (out.dtype == DType::kFloat) out.f.resize(count);
  else out.i.resize(count);
  std::int64_t offset = 0;
  for (const Operand& operand : call.operands) {
    if (operand.value != nullptr) {
      put(operand.value->f, operand.type.dims, joint, offset, out.f);
      put(operand.value->i, operand.type.dims, joint, offset, out.i);
    }
    offset += operand.type.dims[joint.axis];
  }
  return out;
}

std::vector<Tensor> evaluate(const Call& call) { return {joined(call, read_joint(call).value())}; }

/// Each tensor is a term that counts all elements of the result, and the terms of a theorem count 2^23 in all.
constexpr std::int64_t kMaxJoined = std::int64_t{1} << 23;

Status lower(const Call& call, Lowering& lowering) {
  const Joint joint = read_joint(call).value();
  if (call.operands.size() == 1) {
    lowering.pass_on(call);
    return Unit{};
  }
  const auto parts = static_cast<std::int64_t>(call.operands.size());
  if (parts * *element_count(joint.dims) > kMaxJoined) {
    return refuse(*call.node, "it joins " + std::to_string(parts) + " tensors to " + shape_text(joint.dims) + ", more than a proof may");
  }
  Affine sum = empty_sum(call, natural_shape(joint.dims));
  std::int64_t offset = 0;
  bool constants = false;
  for (std::size_t index = 0; index < call.operands.size(); ++index) {
    const Operand& operand = call.operand(index);
    if (operand.value == nullptr) {
      TACIT_TRY(Multiple term, moved_operand(call, index, place_of(joint, operand.type.dims, offset), lowering));
      sum.multiples.push_back(std::move(term));
    }
    constants |= operand.value != nullptr;
    offset += operand.type.dims[joint.axis];
  }
  if (constants) sum.constant = field_of(as_floats(joined(call, joint)), joint.dims, sum.shape, 1);
  if (std::optional<Placed> copy = exact_join(sum, lowering)) {
    lowering.give(call, *copy);
    return Unit{};
  }
  return give_like(call, call.operand(0).type.dtype, std::move(sum), lowering);
}

}  // namespace

constexpr OperatorText kText = {"elements move by a public map"};
extern const Operator kConcat;
const Operator kConcat = {.op = "Concat", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
