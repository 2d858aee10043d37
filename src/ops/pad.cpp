// Pad: more elements before and after each axis, fewer where a number is negative (an axis is cropped first, then padded).
//
//   1 2 3, two on each side    constant  0 0 1 2 3 0 0     edge  1 1 1 2 3 3 3     reflect  3 2 1 2 3 2 1     wrap  2 3 1 2 3 1 2
//
// Attributes up to opset 10, constant inputs from 11 on; `axes` from 18, wrap from 19. A constant other than 0 stays private;
// that it is not 0 shows.
#include <algorithm>
#include <cmath>

#include "ops/moves.h"

namespace tacit {
namespace {

enum class Mode { kConstant, kReflect, kEdge, kWrap };

struct Padding {
  Mode mode = Mode::kConstant;
  std::vector<std::int64_t> begin, end;  ///< one for each axis
};

Result<Mode> read_mode(const Node& node) {
  TACIT_TRY(const std::string mode, string_attribute(node, "mode", "constant"));
  if (mode == "constant") return Mode::kConstant;
  if (mode == "reflect") return Mode::kReflect;
  if (mode == "edge") return Mode::kEdge;
  if (mode == "wrap") return Mode::kWrap;
  return malformed(node, "mode \"" + mode + "\" is none of constant, reflect, edge, wrap");
}

Result<std::vector<std::int64_t>> read_pads(const Call& call) {
  if (call.node->opset >= 11) return list_operand(call, 1, "pads");
  if (!call.node->attributes.contains("pads")) return malformed(*call.node, "attribute pads is missing");
  return ints_attribute(*call.node, "pads", {});
}

/// The axes to which the pads belong, in their order.
Result<std::vector<std::size_t>> read_axes(const Call& call) {
  const std::size_t rank = call.operand(0).type.dims.size();
  std::vector<std::size_t> axes;
  std::optional<std::vector<std::int64_t>> given;
  if (call.node->opset >= 18) {
    TACIT_TRY(given, axes_of(call, 3, 18));
  }
  if (!given) {
    for (std::size_t axis = 0; axis < rank; ++axis) axes.push_back(axis);
    return axes;
  }
  for (const std::int64_t axis : *given) {
    TACIT_TRY(const std::size_t resolved, resolve_axis(*call.node, axis, rank, false));
    const bool twice = std::find(axes.begin(), axes.end(), resolved) != axes.end();
    if (twice) return malformed(*call.node, "names axis " + std::to_string(axis) + " twice");
    axes.push_back(resolved);
  }
  return axes;
}

Result<Padding> read_padding(const Call& call) {
  const Shape& dims = call.operand(0).type.dims;
  Padding padding{Mode::kConstant, std::vector<std::int64_t>(dims.size(), 0), std::vector<std::int64_t>(dims.size(), 0)};
  TACIT_TRY(padding.mode, read_mode(*call.node));
  TACIT_TRY(const std::vector<std::int64_t> pads, read_pads(call));
  TACIT_TRY(const std::vector<std::size_t> axes, read_axes(call));
  if (pads.size() != 2 * axes.size()) {
    return malformed(*call.node, "pads has " + std::to_string(pads.size()) + " numbers, two for each of " + std::to_string(axes.size()) +
                                     " axes expected");
  }
  for (std::size_t k = 0; k < axes.size(); ++k) {
    const std::size_t axis = axes[k];
    const std::int64_t begin = pads[k], end = pads[axes.size() + k];
    if (std::max(begin, end) > kMaxElements || std::min(begin, end) < -kMaxElements) return malformed(*call.node, "pads has too large numbers");
    const std::int64_t kept = dims[axis] + std::min<std::int64_t>(begin, 0) + std::min<std::int64_t>(end, 0);
    const bool crops = begin < 0 || end < 0, fills = begin > 0 || end > 0;
    if (kept < 0 || (kept == 0 && (crops || (fills && padding.mode != Mode::kConstant)))) {
      return malformed(*call.node, "nothing of axis " + std::to_string(axis) + " of " + shape_text(dims) + " is left to be padded");
    }
    padding.begin[axis] = begin;
    padding.end[axis] = end;
  }
  return padding;
}

/// The constant: 0 where none is given.
Result<double> read_fill(const Call& call) {
  if (call.node->opset < 11) {
    TACIT_TRY(const float value, float_attribute(*call.node, "value", 0.0f));
    return double{value};
  }
  if (!call.operand(2).present) return 0.0;
  TACIT_OK(check_constant(call, 2, "constant_value"));
  const Tensor& value = *call.operand(2).value;
  if (value.size() != 1 || value.dtype != call.operand(0).type.dtype) {
    return malformed(*call.node, "constant_value must be one number like those of its input");
  }
  return value.dtype == DType::kFloat ? double{value.f[0]} : static_cast<double>(value.i[0]);
}

Result<std::vector<TensorType>> infer(const Call& call) {
  const bool by_inputs = call.node->opset >= 11;
  TACIT_OK(check_arity(call, by_inputs ? 2 : 1, call.node->opset >= 18 ? 4 : by_inputs ? 3 : 1));
  TACIT_OK(check_extents(call));
  TACIT_TRY(const Padding padding, read_padding(call));
  TACIT_TRY(const double fill, read_fill(call));
  if (!std::isfinite(fill)) return refuse(*call.node, "it pads with a number that is not finite");
  Shape dims = call.operand(0).type.dims;
  for (std::size_t axis = 0; axis < dims.size(); ++axis) dims[axis] += padding.begin[axis] + padding.end[axis];
  return one_output(call, call.operand(0).type.dtype, std::move(dims));
}

/// Which of `kept` elements stands at `position`, counted from the first of them; -1 for none.
std::int64_t source_at(std::int64_t position, std::int64_t kept, Mode mode) {
  if (position >= 0 && position < kept) return position;
  auto modulo = [](std::int64_t v, std::int64_t period) { return (v % period + period) % period; };
  switch (mode) {
    case Mode::kConstant: return -1;
    case Mode::kEdge: return position < 0 ? 0 : kept - 1;
    case Mode::kWrap: return modulo(position, kept);
    case Mode::kReflect: break;
  }
  if (kept == 1) return 0;
  const std::int64_t folded = modulo(position, 2 * (kept - 1));
  return std::min(folded, 2 * (kept - 1) - folded);
}

Along along_padded(std::size_t axis, std::int64_t extent, std::int64_t begin, std::int64_t end, Mode mode) {
  Along out{axis, {}};
  const std::int64_t skipped = std::max<std::int64_t>(-begin, 0), kept = extent - skipped - std::max<std::int64_t>(-end, 0);
  for (std::int64_t k = 0; k < extent + begin + end; ++k) {
    const std::int64_t source = source_at(k - std::max<std::int64_t>(begin, 0), kept, mode);
    out.index.push_back(source < 0 ? -1 : source + skipped);
  }
  return out;
}

std::vector<Along> moves_of(const Call& call) {
  const Padding padding = read_padding(call).value();
  const Shape& dims = call.operand(0).type.dims;
  std::vector<Along> out;
  for (std::size_t axis = 0; axis < dims.size(); ++axis) {
    out.push_back(along_padded(axis, dims[axis], padding.begin[axis], padding.end[axis], padding.mode));
  }
  return out;
}

/// `fill` where an element is absent, 0 elsewhere, with extent 1 along the axes on which none is.
Tensor fill_of(std::vector<Along> moves, double fill) {
  Shape ones;
  for (Along& along : moves) {
    const bool whole = std::none_of(along.index.begin(), along.index.end(), [](std::int64_t k) { return k < 0; });
    if (whole) along.index = {0};
    ones.push_back(along.index.empty() ? 1 : std::max<std::int64_t>(1, *std::max_element(along.index.begin(), along.index.end()) + 1));
  }
  Tensor present = zeros(ones);
  for (float& v : present.f) v = 1;
  Tensor out = moved_value(present, moves);
  for (float& v : out.f) v = v != 0 ? 0.0f : static_cast<float>(fill);
  return out;
}

std::vector<Tensor> evaluate(const Call& call) {
  if (std::optional<Tensor> empty = empty_output(infer(call))) return {std::move(*empty)};
  const std::vector<Along> moves = moves_of(call);
  Tensor out = moved_value(*call.operand(0).value, moves);
  const double fill = read_fill(call).value();
  if (fill == 0) return {std::move(out)};
  const Tensor filled = fill_of(moves, 1);
  const Tensor where = add_broadcast(zeros(out.dims), filled);
  for (std::size_t k = 0; k < where.f.size(); ++k) {
    if (where.f[k] == 0) continue;
    if (out.dtype == DType::kFloat) out.f[k] = static_cast<float>(fill);
    else out.i[k] = call.operand(2).value->i[0];
  }
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  const std::vector<Along> moves = moves_of(call);
  const double fill = read_fill(call).value();
  const Shape dims = extents_of(moves);
  const bool fills = std::any_of(moves.begin(), moves.end(), [](const Along& along) {
    return std::any_of(along.index.begin(), along.index.end(), [](std::int64_t k) { return k < 0; });
  });
  if (fill == 0 || !fills) return give_moved(call, moves, lowering);
  Affine sum = empty_sum(call, natural_shape(dims));
  TACIT_TRY(Multiple term, moved_operand(call, 0, moves, lowering));
  sum.multiples.push_back(std::move(term));
  sum.constant = field_of(fill_of(moves, fill), dims, sum.shape, 1);
  return give_like(call, call.operand(0).type.dtype, std::move(sum), lowering);
}

}  // namespace

constexpr OperatorText kText = {
    "elements move by a public map; constant, reflect, edge and wrap padding",
    "pads constant"};
extern const Operator kPad;
const Operator kPad = {.op = "Pad", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
