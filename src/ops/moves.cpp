#include "ops/moves.h"

#include <algorithm>
#include <utility>

#include "base/contract.h"
#include "ops/picks.h"

namespace tacit {
namespace {

// Of a theorem's maps together (check_theorem).
constexpr std::int64_t kMaxMapped = std::int64_t{1} << 23;

/// Calls visit(source) for every element in turn, the row-major order of `out`; source is -1 where it is absent.
template <class Visit>
void for_each_source(const Shape& strides, const std::vector<Along>& out, Visit visit) {
  std::vector<std::size_t> at(out.size(), 0);
  const Shape extents = extents_of(out);
  const std::int64_t count = count_between(extents, 0, extents.size());
  for (std::int64_t element = 0; element < count; ++element) {
    std::int64_t source = 0;
    for (std::size_t axis = 0; axis < out.size() && source >= 0; ++axis) {
      const std::int64_t index = out[axis].index[at[axis]];
      if (index < 0) source = -1;
      else if (out[axis].axis != Along::kNoAxis) source += index * strides[out[axis].axis];
    }
    visit(source);
    for (std::size_t axis = out.size(); axis-- > 0;) {
      if (++at[axis] < out[axis].index.size()) break;
      at[axis] = 0;
    }
  }
}

template <class T>
void move_into(const std::vector<T>& from, const Shape& strides, const std::vector<Along>& out, std::vector<T>& to) {
  for_each_source(strides, out, [&](std::int64_t source) { to.push_back(source < 0 ? T{0} : from[static_cast<std::size_t>(source)]); });
}

bool is_whole(const Along& along, std::int64_t extent) {
  if (static_cast<std::int64_t>(along.index.size()) != extent) return false;
  for (std::int64_t k = 0; k < extent; ++k) {
    if (along.index[static_cast<std::size_t>(k)] != k) return false;
  }
  return true;
}

}  // namespace

Status check_extents(const Call& call) {
  for (const Operand& operand : call.operands) {
    for (const std::int64_t extent : operand.type.dims) {
      if (extent > kMaxElements) return refuse(*call.node, "its input " + shape_text(operand.type.dims) + " has too long an axis");
    }
  }
  return Unit{};
}

Shape extents_of(const std::vector<Along>& out) {
  Shape extents;
  for (const Along& along : out) extents.push_back(static_cast<std::int64_t>(along.index.size()));
  return extents;
}

Tensor moved_value(const Tensor& from, const std::vector<Along>& out) {
  Tensor to{extents_of(out), from.dtype, {}, {}};
  const Shape strides = strides_of(from.dims);
  if (from.dtype == DType::kFloat) move_into(from.f, strides, out, to.f);
  else move_into(from.i, strides, out, to.i);
  return to;
}

std::optional<Tensor> empty_output(const Result<std::vector<TensorType>>& types) {
  const TensorType& type = types->front();
  if (element_count(type.dims) != 0) return std::nullopt;
  return Tensor{type.dims, type.dtype, {}, {}};
}

Tensor as_floats(const Tensor& tensor) {
  return tensor.dtype == DType::kFloat ? tensor : make_float(tensor.dims, {tensor.i.begin(), tensor.i.end()});
}

bool keeps_order(const Shape& from, const std::vector<Along>& out) {
  std::vector<std::size_t> long_axes, axes;
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    if (from[axis] != 1) long_axes.push_back(axis);
  }
  for (const Along& along : out) {
    if (along.axis == Along::kNoAxis || along.axis >= from.size() || !is_whole(along, from[along.axis])) return false;
    if (along.index.size() != 1) axes.push_back(along.axis);
  }
  return axes == long_axes;
}

Result<Multiple> moved_operand(const Call& call, std::size_t index, const std::vector<Along>& out, Lowering& lowering) {
  const Shape& from = call.operand(index).type.dims;
  const Shape to = extents_of(out);
  if (count_between(from, 0, from.size()) + count_between(to, 0, to.size()) > kMaxMapped) {
    return refuse(*call.node, "it rearranges " + shape_text(from) + " to " + shape_text(to) + ", more elements than a proof may");
  }
  Sources sources;
  for_each_source(strides_of(from), out, [&](std::int64_t source) { sources.push_back(source); });
  return picked_operand(call, index, to, sources, 1, lowering);
}

std::optional<Placed> exact_join(const Affine& sum, Lowering& lowering) {
  const Column& first = lowering.book().column(sum.multiples[0].input.column);
  std::int64_t lo = first.lo, hi = first.hi;
  for (const Multiple& term : sum.multiples) {
    if (term.input.scale != sum.multiples[0].input.scale || !sum.constant.empty()) return std::nullopt;
    const Column& column = lowering.book().column(term.input.column);
    lo = std::min(lo, column.lo);
    hi = std::max(hi, column.hi);
  }
  return lowering.settle(sum, sum.multiples[0].input.scale, lo, hi);
}

Status give_like(const Call& call, DType dtype, Affine sum, Lowering& lowering) {
  if (dtype == DType::kInt64) return lowering.give_integers(call, sum);
  lowering.give(call, std::move(sum));
  return Unit{};
}

Status give_moved(const Call& call, const std::vector<Along>& out, Lowering& lowering) {
  if (keeps_order(call.operand(0).type.dims, out)) {
    lowering.pass_on(call);
    return Unit{};
  }
  Affine sum = empty_sum(call, natural_shape(extents_of(out)));
  TACIT_TRY(Multiple term, moved_operand(call, 0, out, lowering));
  sum.multiples.push_back(std::move(term));
  return give_like(call, call.operand(0).type.dtype, std::move(sum), lowering);
}

}  // namespace tacit
