// ScatterElements (Scatter up to opset 10): y = x, then y[index[i][j]][j] = u[i][j] for axis 0, and so on.
// ScatterND: the last axis of the indices holds positions along the first axes of x; each names a slice that is replaced.
//
//   x 0 0 0 0, indices 1 3 1, u 5 6 7      none  0 7 0 6  (the last one stays)     add  0 12 0 6     also mul, max, min
//
// Constant indices are public. Replacing and adding are one sum; the others are written with Mul, Max and Min.
#include <algorithm>

#include "ops/expansion.h"
#include "ops/picks.h"

namespace tacit {
namespace {

constexpr std::int64_t kBoolNumber = 9;

struct Scatter {
  std::string reduction = "none";
  Sources targets;  ///< by element of u, its flat index in y
};

Status check_scatter(const Call& call) {
  TACIT_OK(check_arity(call, 3, 3));
  TACIT_OK(integer_constant(call, 1, "indices"));
  if (call.operand(0).type.dtype == call.operand(2).type.dtype) return Unit{};
  return malformed(*call.node, "its data and updates have not one type");
}

Result<Sources> element_targets(const Call& call) {
  const Shape &dims = call.operand(0).type.dims, &small = call.operand(2).type.dims;
  TACIT_TRY(const std::int64_t given, int_attribute(*call.node, "axis", 0));
  TACIT_TRY(const std::size_t axis, resolve_axis(*call.node, given, dims.size(), false));
  bool fits = call.operand(1).type.dims == small && small.size() == dims.size();
  for (std::size_t k = 0; fits && k < dims.size(); ++k) fits = k == axis || small[k] <= dims[k];
  if (!fits) return malformed(*call.node, "indices and updates do not fit its input " + shape_text(dims));
  TACIT_TRY(Sources targets, resolved_indices(call, call.operand(1).value->i, dims[axis]));
  for (std::size_t flat = 0; flat < targets.size(); ++flat) {
    Shape at = positions_of(static_cast<std::int64_t>(flat), small);
    at[axis] = targets[flat];
    targets[flat] = flat_of(at, dims);
  }
  return targets;
}

Result<Sources> slice_targets(const Call& call) {
  const Shape &dims = call.operand(0).type.dims, &at = call.operand(1).type.dims;
  const std::string text = "indices " + shape_text(at) + " and updates " + shape_text(call.operand(2).type.dims) + " do not fit its input " + shape_text(dims);
  if (at.empty() || at.back() < 1 || at.back() > static_cast<std::int64_t>(dims.size())) return malformed(*call.node, text);
  const auto width = static_cast<std::size_t>(at.back());
  Shape updates(at.begin(), at.end() - 1);
  updates.insert(updates.end(), dims.begin() + at.back(), dims.end());
  if (updates != call.operand(2).type.dims) return malformed(*call.node, text);
  const std::int64_t inner = count_between(dims, width, dims.size());
  const Sources& indices = call.operand(1).value->i;
  Sources targets;
  for (std::size_t tuple = 0; tuple + width <= indices.size(); tuple += width) {
    std::int64_t flat = 0;
    for (std::size_t k = 0; k < width; ++k) {
      TACIT_TRY(const Sources index, resolved_indices(call, {indices[tuple + k]}, dims[k]));
      flat = flat * dims[k] + index[0];
    }
    for (std::int64_t i = 0; i < inner; ++i) targets.push_back(flat * inner + i);
  }
  return targets;
}

Result<Scatter> read_scatter(const Call& call) {
  TACIT_OK(check_scatter(call));
  Scatter scatter;
  TACIT_TRY(scatter.reduction, string_attribute(*call.node, "reduction", "none"));
  constexpr const char* kReductions[] = {"none", "add", "mul", "max", "min"};
  if (std::find(std::begin(kReductions), std::end(kReductions), scatter.reduction) == std::end(kReductions)) {
    return malformed(*call.node, "reduction \"" + scatter.reduction + "\" is none of none, add, mul, max, min");
  }
  if (call.node->op == "ScatterND") {
    TACIT_TRY(scatter.targets, slice_targets(call));
  } else {
    TACIT_TRY(scatter.targets, element_targets(call));
  }
  return scatter;
}

/// Lists for the elements of y, of sources in u: element k is the first (second, ...) one that falls there. None where nothing does.
std::vector<Sources> layers_of(const Scatter& scatter, std::size_t elements) {
  std::vector<Sources> layers;
  std::vector<std::size_t> hits(elements, 0);
  for (std::size_t k = 0; k < scatter.targets.size(); ++k) {
    const auto target = static_cast<std::size_t>(scatter.targets[k]);
    if (scatter.reduction == "none") hits[target] = 0;  // the one before is replaced
    if (hits[target] == layers.size()) layers.emplace_back(elements, -1);
    layers[hits[target]++][target] = static_cast<std::int64_t>(k);
  }
  return layers;
}

/// The elements of x that y keeps.
Sources kept(const Scatter& scatter, std::size_t elements) {
  Sources sources(elements);
  for (std::size_t k = 0; k < elements; ++k) sources[k] = static_cast<std::int64_t>(k);
  if (scatter.reduction != "none") return sources;
  for (const std::int64_t target : scatter.targets) sources[static_cast<std::size_t>(target)] = -1;
  return sources;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(read_scatter(call));
  return one_output(call, call.operand(0).type.dtype, call.operand(0).type.dims);
}

template <class T>
T reduced(const std::string& reduction, T a, T b) {
  if (reduction == "add") return static_cast<T>(a + b);
  if (reduction == "mul") return static_cast<T>(a * b);
  if (reduction == "max") return std::max(a, b);
  if (reduction == "min") return std::min(a, b);
  return b;
}

std::vector<Tensor> evaluate(const Call& call) {
  const Scatter scatter = read_scatter(call).value();
  Tensor out = *call.operand(0).value;
  const Tensor& updates = *call.operand(2).value;
  for (std::size_t k = 0; k < scatter.targets.size(); ++k) {
    const auto at = static_cast<std::size_t>(scatter.targets[k]);
    if (out.dtype == DType::kFloat) out.f[at] = reduced(scatter.reduction, out.f[at], updates.f[k]);
    else out.i[at] = reduced(scatter.reduction, out.i[at], updates.i[k]);
  }
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  const Scatter scatter = read_scatter(call).value();
  const Shape& dims = call.operand(0).type.dims;
  const auto elements = static_cast<std::size_t>(*element_count(dims));
  std::vector<PickedTerm> terms{{0, kept(scatter, elements), 1}};
  for (Sources& layer : layers_of(scatter, elements)) terms.push_back({2, std::move(layer), 1});
  return give_picked_sum(call, call.operand(0).type.dtype, dims, terms, scatter.reduction == "none", lowering);
}

/// Slots of computed indices along the axis, one comparison with every position for each.
constexpr std::int64_t kMostSlots = 64;

Status check_computed(const Call& call, std::size_t axis) {
  const Shape &dims = call.operand(0).type.dims, &small = call.operand(2).type.dims;
  bool fits = call.operand(1).type.dims == small && small.size() == dims.size();
  for (std::size_t k = 0; fits && k < dims.size(); ++k) fits = k == axis || small[k] == dims[k];
  if (call.operand(1).type.dtype != DType::kInt64) return malformed(*call.node, "its indices are not integers");
  if (!fits) return refuse(*call.node, "its indices are computed, and must have the extents of its input but along the axis");
  if (small[axis] > kMostSlots) return refuse(*call.node, "its indices are computed, and more than " + std::to_string(kMostSlots) + " along the axis");
  if (call.operand(0).type.dtype == call.operand(2).type.dtype) return Unit{};
  return malformed(*call.node, "its data and updates have not one type");
}

/// Computed indices, slot by slot along the axis: where the slot's index is, its update; so the last one of equal indices stays. An
/// index outside of the axis puts nothing.
Result<Expansion> expand_computed(const Call& call) {
  const Shape& dims = call.operand(0).type.dims;
  TACIT_TRY(const std::int64_t given, int_attribute(*call.node, "axis", 0));
  TACIT_TRY(const std::size_t axis, resolve_axis(*call.node, given, dims.size(), false));
  TACIT_OK(check_computed(call, axis));
  TACIT_TRY(const std::string reduction, string_attribute(*call.node, "reduction", "none"));
  if (reduction != "none" && reduction != "add") return refuse(*call.node, "its indices are computed, which reduction \"" + reduction + "\" does not support");
  const auto along = static_cast<std::int64_t>(axis);
  Expansion expansion(call);
  const std::string axes = expansion.integers({along}), depth = expansion.constant(make_int64({}, {dims[axis]}));
  const bool adds = reduction == "add";
  const bool floats = adds && call.operand(0).type.dtype == DType::kFloat;
  const std::string values = floats ? expansion.floats({0, 1}) : expansion.integers({0, 1});
  std::string y = expansion.input(0);
  for (std::int64_t slot = 0; slot < call.operand(2).type.dims[axis]; ++slot) {
    const std::string from = expansion.integers({slot}), to = expansion.integers({slot + 1});
    const std::string index = expansion.add("Squeeze", {expansion.add("Slice", {expansion.input(1), from, to, axes}), axes});
    const std::string update = expansion.add("Slice", {expansion.input(2), from, to, axes});
    const std::string here = expansion.add("OneHot", {index, depth, values}, {{"axis", Attribute{along}}});
    if (adds) {
      y = expansion.add("Add", {y, expansion.add("Mul", {here, update})});
    } else {
      y = expansion.add("Where", {expansion.add("Cast", {here}, {{"to", Attribute{kBoolNumber}}}), update, y});
    }
  }
  expansion.give(0, y);
  return expansion;
}

/// Mul, Max and Min: an update of x at a time, of all elements; where there is none, by the element itself or by 1.
Result<Expansion> expand(const Call& call) {
  if (call.operands.size() == 3 && call.operand(1).present && call.operand(1).value == nullptr && call.node->op != "ScatterND") return expand_computed(call);
  TACIT_TRY(const Scatter scatter, read_scatter(call));
  Expansion expansion(call);
  if (scatter.reduction == "none" || scatter.reduction == "add") return expansion;
  const Shape& dims = call.operand(0).type.dims;
  const std::int64_t elements = *element_count(dims), updates = *element_count(call.operand(2).type.dims);
  const bool product = scatter.reduction == "mul", floats = call.operand(0).type.dtype == DType::kFloat;
  const std::string flat = expansion.integers({-1});
  std::vector<std::string> parts{expansion.add("Reshape", {expansion.input(0), flat}), expansion.add("Reshape", {expansion.input(2), flat})};
  if (product) parts.push_back(floats ? expansion.floats({1}) : expansion.integers({1}));
  const std::string all = expansion.add("Concat", parts, {{"axis", Attribute{std::int64_t{0}}}});
  std::string y = expansion.input(0);
  for (Sources layer : layers_of(scatter, static_cast<std::size_t>(elements))) {
    for (std::size_t k = 0; k < layer.size(); ++k) {
      if (layer[k] >= 0) layer[k] += elements;
      else layer[k] = product ? elements + updates : static_cast<std::int64_t>(k);
    }
    const std::string update = expansion.add_own("Pick", {all, expansion.constant(make_int64(dims, std::move(layer)))});
    y = expansion.add(product ? "Mul" : scatter.reduction == "max" ? "Max" : "Min", {y, update});
  }
  expansion.give(0, y);
  return expansion;
}

}  // namespace

constexpr OperatorText kText = {
    "what is kept plus what is put there; mul, max and min through those operators; computed indices: a comparison with every position and Where, or Mul and Add, one after the other",
    "indices of ScatterND constant; computed ones: none and add, at most 64 along the axis"};
extern const Operator kScatter, kScatterElements, kScatterND;
const Operator kScatter = {.op = "Scatter", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .expand = expand};
const Operator kScatterElements = {.op = "ScatterElements", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .expand = expand};
const Operator kScatterND = {.op = "ScatterND", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .expand = expand};

}  // namespace tacit
