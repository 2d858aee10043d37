// Operators that pick, put and repeat elements, by constants.
#include <algorithm>
#include <utility>

#include "random_models/operands.h"
#include "random_models/operators.h"

namespace tacit::random_models {
namespace {

std::int64_t place_in(Builder& b, std::int64_t extent) { return b.random.between(b.random.chance(30) ? -extent : 0, extent - 1); }

/// Positions along an axis of this extent, negative ones since opset 11.
Tensor places(Builder& b, Shape dims, std::int64_t extent) {
  return drawn_integers(b, std::move(dims), b.opset >= 11 && b.random.chance(40) ? -extent : 0, extent - 1);
}

bool gather(Builder& b) {
  const auto x = any_operand(b, 1);
  if (!x) return false;
  const std::size_t rank = b.dims(*x).size(), axis = b.random.below(rank);
  const std::int64_t extent = b.dims(*x)[axis];
  const Attributes attributes{{"axis", b.written_axis(axis, rank, 11)}};
  const auto fits = [&](const std::string& v) { return b.element(v) == Element::kPlain && !b.is_float(v) && b.dims(v).size() <= 2; };
  const auto computed = b.random.chance(40) ? b.existing(fits) : std::nullopt;
  if (computed) {  // what lies outside of the axis counts as its end, so it is cut off
    const auto low = b.opset >= 12 ? b.helper("Clip", {*computed, b.constant(make_int64({}, {0})), b.constant(make_int64({}, {extent - 1}))}) : std::nullopt;
    if (low) return b.add("Gather", {*x, *low}, attributes);
  }
  return b.add("Gather", {*x, b.constant(places(b, b.random_dims(b.random.below(3), 8), extent))}, attributes);
}

bool gather_elements(Builder& b) {
  const auto x = b.opset < 11 ? std::nullopt : any_operand(b, 1);
  if (!x) return false;
  Shape dims = b.dims(*x);
  const std::size_t axis = b.random.below(dims.size());
  const std::int64_t extent = dims[axis];
  for (std::size_t k = 0; k < dims.size(); ++k) dims[k] = k == axis ? b.random.between(1, 5) : b.random.between(1, dims[k]);
  return b.add("GatherElements", {*x, b.constant(places(b, dims, extent))}, {{"axis", b.written_axis(axis, dims.size(), 11)}});
}

/// Lists of positions along the first `depth` axes after `batch` ones.
Tensor tuples(Builder& b, Shape head, const Shape& dims, std::size_t batch, std::size_t depth) {
  const std::int64_t count = *element_count(head);
  head.push_back(static_cast<std::int64_t>(depth));
  List values;
  for (std::int64_t k = 0; k < count; ++k) {
    for (std::size_t axis = 0; axis < depth; ++axis) values.push_back(place_in(b, dims[batch + axis]));
  }
  return make_int64(std::move(head), std::move(values));
}

bool gather_nd(Builder& b) {
  const auto x = b.opset < 11 ? std::nullopt : any_operand(b, 1);
  if (!x) return false;
  const Shape dims = b.dims(*x);
  const std::size_t batch = b.opset >= 12 && dims.size() > 1 && b.random.chance(40) ? 1 : 0;
  Shape head(dims.begin(), dims.begin() + static_cast<std::ptrdiff_t>(batch));
  if (b.random.chance(70) || head.empty()) head.push_back(b.random.between(1, 5));
  const Tensor indices = tuples(b, head, dims, batch, 1 + b.random.below(dims.size() - batch));
  return b.add("GatherND", {*x, b.constant(indices)}, batch > 0 ? Attributes{{"batch_dims", std::int64_t{1}}} : Attributes{});
}

/// Numbers of x's type: computed ones at times.
std::string updates_for(Builder& b, const std::string& x, const Shape& dims) {
  if (!b.is_float(x)) return b.constant(typed_integers(b, dims, -3, 9, b.element(x)));
  const auto found = b.existing([&](const std::string& v) { return b.is_float(v) && element_count(b.dims(v)) == element_count(dims) && !dims.empty(); });
  const auto same = found ? b.helper("Reshape", {*found, b.list(dims)}) : std::nullopt;
  return same ? *same : b.floats(dims, -1, 1);
}

bool scatter_as(Builder& b, const char* op, const std::optional<std::string>& x, bool reduces) {
  if (!x) return false;
  Shape dims = b.dims(*x);
  const std::size_t axis = b.random.below(dims.size());
  Attributes attributes{{"axis", b.written_axis(axis, dims.size(), 11)}};
  const std::string how = reduces && b.opset >= 16 ? b.random.one_of(std::vector<std::string>{"none", "add", "mul", "max", "min"}) : "none";
  if (how == "mul" || ((how == "max" || how == "min") && b.opset < 18)) return false;
  if (how != "none") attributes["reduction"] = how;
  const std::int64_t extent = dims[axis];
  // Without a reduction no place may be written twice: one number along the axis.
  for (std::size_t k = 0; k < dims.size(); ++k) dims[k] = k == axis ? (how == "none" ? 1 : b.random.between(1, 3)) : b.random.between(1, dims[k]);
  return b.add(op, {*x, b.constant(places(b, dims, extent)), updates_for(b, *x, dims)}, std::move(attributes));
}

bool scatter(Builder& b) { return b.opset >= 9 && b.opset < 11 && scatter_as(b, "Scatter", any_operand(b, 1), false); }
bool scatter_elements(Builder& b) { return b.opset >= 11 && scatter_as(b, "ScatterElements", any_operand(b, 1), true); }

bool scatter_nd(Builder& b) {
  const auto x = b.opset < 11 ? std::nullopt : any_operand(b, 1);
  if (!x) return false;
  const Shape dims = b.dims(*x);
  const std::size_t depth = 1 + b.random.below(dims.size());
  const std::string how = b.opset >= 16 && b.random.chance(50) ? "add" : "none";
  const Tensor indices = tuples(b, {how == "add" ? b.random.between(1, 3) : 1}, dims, 0, depth);
  Shape shape{indices.dims[0]};
  shape.insert(shape.end(), dims.begin() + static_cast<std::ptrdiff_t>(depth), dims.end());
  return b.add("ScatterND", {*x, b.constant(indices), updates_for(b, *x, shape)}, how == "add" ? Attributes{{"reduction", how}} : Attributes{});
}

bool tile(Builder& b) {
  const auto x = any_operand(b, 1);
  if (!x) return false;
  List repeats;
  for (std::size_t k = 0; k < b.dims(*x).size(); ++k) repeats.push_back(b.random.chance(60) ? 1 : b.random.between(2, 3));
  return b.add("Tile", {*x, b.list(repeats)});
}

bool expand(Builder& b) {
  const auto x = b.opset < 8 ? std::nullopt : any_operand(b, 0);
  return x && b.add("Expand", {*x, b.list(partner_of(b, b.dims(*x), true))});
}

bool split(Builder& b) {
  const auto x = any_operand(b, 1);
  if (!x) return false;
  const std::size_t rank = b.dims(*x).size(), axis = b.random.below(rank);
  const std::int64_t extent = b.dims(*x)[axis];
  const std::size_t parts = static_cast<std::size_t>(b.random.between(1, std::min<std::int64_t>(4, extent)));
  List sizes(parts, 1);
  for (std::int64_t rest = extent - static_cast<std::int64_t>(parts); rest > 0; --rest) ++sizes[b.random.below(parts)];
  Attributes attributes{{"axis", b.written_axis(axis, rank, 11)}};
  std::vector<std::string> operands = {*x};
  const bool even = extent % static_cast<std::int64_t>(parts) == 0;
  if (b.opset >= 18 && b.random.chance(50)) attributes["num_outputs"] = static_cast<std::int64_t>(parts);
  else if (b.opset >= 13 && (b.opset >= 18 || !even || b.random.chance(50))) operands.push_back(b.list(sizes));
  else if (!even || b.random.chance(50)) attributes["split"] = sizes;
  if (attributes.contains("num_outputs")) {
    const std::int64_t each = (extent + static_cast<std::int64_t>(parts) - 1) / static_cast<std::int64_t>(parts);
    if (each * (static_cast<std::int64_t>(parts) - 1) >= extent) return false;  // the last one would be empty
  }
  return b.add("Split", std::move(operands), std::move(attributes), parts);
}

bool trilu(Builder& b) {
  const auto x = b.opset < 14 ? std::nullopt : any_operand(b, 2);
  if (!x) return false;
  std::vector<std::string> operands = {*x};
  if (b.random.chance(60)) operands.push_back(b.constant(make_int64({}, {b.random.between(-2, 2)})));
  return b.add("Trilu", std::move(operands), b.random.chance(60) ? Attributes{{"upper", b.random.between(0, 1)}} : Attributes{});
}

bool compress(Builder& b) {
  const auto x = b.opset < 9 ? std::nullopt : any_operand(b, 1);
  if (!x) return false;
  const std::size_t rank = b.dims(*x).size(), axis = b.random.below(rank);
  const bool flat = b.random.chance(30);
  const std::int64_t extent = flat ? *element_count(b.dims(*x)) : b.dims(*x)[axis];
  Tensor condition = typed_integers(b, {extent}, 0, 1, Element::kBool);
  condition.i[b.random.below(condition.i.size())] = 1;
  return b.add("Compress", {*x, b.constant(condition)}, flat ? Attributes{} : Attributes{{"axis", b.written_axis(axis, rank, 11)}});
}

bool reverse_sequence(Builder& b) {
  const auto x = b.opset < 10 ? std::nullopt : any_operand(b, 2);
  if (!x) return false;
  const std::int64_t time = b.random.between(0, 1);
  const Shape& dims = b.dims(*x);
  const Tensor lengths = drawn_integers(b, {dims[static_cast<std::size_t>(1 - time)]}, 1, dims[static_cast<std::size_t>(time)]);
  return b.add("ReverseSequence", {*x, b.constant(lengths)}, {{"time_axis", time}, {"batch_axis", 1 - time}});
}

bool one_hot(Builder& b) {
  const auto x = b.opset < 9 ? std::nullopt : b.integers(0);
  if (!x) return false;
  const std::size_t rank = b.dims(*x).size();
  Attributes attributes;
  if (b.random.chance(60)) attributes["axis"] = b.random.chance(40) ? -1 : static_cast<std::int64_t>(b.random.below(rank + 1));
  const std::string values = b.random.chance(70) ? b.constant(drawn_floats(b, {2}, -1, 1)) : b.list({b.random.between(-2, 0), b.random.between(1, 4)});
  return b.add("OneHot", {*x, b.constant(make_int64({}, {b.random.between(1, 5)})), values}, std::move(attributes));
}

bool center_crop_pad(Builder& b) {
  const auto x = b.opset < 18 ? std::nullopt : any_operand(b, 1);
  if (!x) return false;
  List extents, axes;
  for (const std::size_t axis : some_axes(b, b.dims(*x).size())) {
    axes.push_back(b.written_axis(axis, b.dims(*x).size(), 18));
    extents.push_back(std::max<std::int64_t>(1, b.dims(*x)[axis] + b.random.between(-2, 3)));
  }
  return b.add("CenterCropPad", {*x, b.list(extents)}, {{"axes", axes}});
}

}  // namespace

std::vector<Kind> picking_kinds() {
  return {{"Gather", "Gather", gather},
          {"GatherElements", "GatherElements", gather_elements},
          {"GatherND", "GatherND", gather_nd},
          {"Scatter", "Scatter", scatter},
          {"ScatterElements", "ScatterElements", scatter_elements},
          {"ScatterND", "ScatterND", scatter_nd},
          {"Tile", "Tile", tile},
          {"Expand", "Expand", expand},
          {"Split", "Split", split},
          {"Trilu", "Trilu", trilu},
          {"Compress", "Compress", compress},
          {"ReverseSequence", "ReverseSequence", reverse_sequence},
          {"OneHot", "OneHot", one_hot},
          {"CenterCropPad", "CenterCropPad", center_crop_pad}};
}

}  // namespace tacit::random_models
