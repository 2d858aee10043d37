// Operators whose elements only change places, or whose extents change.
#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <utility>

#include "random_models/operands.h"
#include "random_models/operators.h"

namespace tacit::random_models {
namespace {

/// Start, end and step that leave at least one element of an axis.
std::array<std::int64_t, 3> draw_cut(Builder& b, std::int64_t extent, bool steps) {
  const std::int64_t step = steps && b.random.chance(50) ? b.random.one_of(List{2, 3, -1, -1, -2}) : 1;
  const std::int64_t first = b.random.between(0, extent - 1);
  const std::int64_t last = step > 0 ? b.random.between(first, extent - 1) : b.random.between(0, first);
  std::int64_t start = b.random.chance(40) ? first - extent : first, end = last + (step > 0 ? 1 : -1);
  if (end < 0) end = b.random.chance(50) ? -extent - 1 : std::numeric_limits<std::int64_t>::min() / 2;
  else if (end < extent && b.random.chance(30)) end -= extent;
  else if (end == extent && b.random.chance(30)) end = b.random.chance(50) ? std::numeric_limits<std::int64_t>::max() : extent + 7;
  if (step < 0 && first == extent - 1 && b.random.chance(20)) start = extent + 5;
  return {start, end, step};
}

}  // namespace

bool reshape(Builder& b) {
  const auto x = any_operand(b, 0);
  if (!x) return false;
  const std::size_t rank = *element_count(b.dims(*x)) == 1 && b.random.chance(30) ? 0 : static_cast<std::size_t>(b.random.between(1, 5));
  return b.reshaped(*x, rank).has_value();
}

bool flatten(Builder& b) {
  const auto x = any_operand(b, 1);
  if (!x) return false;
  const std::size_t rank = b.dims(*x).size();
  Attributes attributes;
  const std::size_t axis = b.random.below(rank + 1);
  if (b.random.chance(80)) attributes["axis"] = axis == rank ? static_cast<std::int64_t>(rank) : b.written_axis(axis, rank, 11);
  return b.add("Flatten", {*x}, std::move(attributes));
}

bool squeeze(Builder& b) {
  const auto has_one = [&](const std::string& v) { return std::count(b.dims(v).begin(), b.dims(v).end(), 1) > 0; };
  auto x = b.existing(has_one);
  if (!x) {
    const auto other = any_operand(b, 1);
    if (!other) return false;
    x = b.reshaped(*other, 5);
    if (!x || !has_one(*x)) return false;
  }
  const Shape& dims = b.dims(*x);
  List axes;
  for (std::size_t axis = 0; axis < dims.size(); ++axis) {
    if (dims[axis] == 1 && b.random.chance(60)) axes.push_back(b.written_axis(axis, dims.size(), 11));
  }
  b.random.shuffle(axes);
  if (axes.empty()) return b.add("Squeeze", {*x});
  if (b.opset < 13) return b.add("Squeeze", {*x}, {{"axes", axes}});
  return b.add("Squeeze", {*x, b.list(axes)});
}

bool unsqueeze(Builder& b) {
  const auto x = any_operand(b, 0);
  if (!x || b.dims(*x).size() >= kMostRank) return false;
  const std::size_t rank = b.dims(*x).size(), total = rank + 1 + b.random.below(std::min<std::size_t>(2, kMostRank - rank));
  List axes;
  for (const std::size_t axis : some_axes(b, total, total - rank)) axes.push_back(b.written_axis(axis, total, 11));
  if (b.opset < 13) return b.add("Unsqueeze", {*x}, {{"axes", axes}});
  return b.add("Unsqueeze", {*x, b.list(axes)});
}

bool transpose(Builder& b) {
  const auto x = any_operand(b, 1);
  if (!x) return false;
  List perm(b.dims(*x).size());
  std::iota(perm.begin(), perm.end(), 0);
  b.random.shuffle(perm);
  return b.add("Transpose", {*x}, b.random.chance(85) ? Attributes{{"perm", perm}} : Attributes{});
}

bool concat(Builder& b) {
  const auto x = any_operand(b, 1);
  if (!x) return false;
  const Shape dims = b.dims(*x);
  const std::size_t axis = b.random.below(dims.size());
  std::vector<std::string> parts = {*x};
  for (std::int64_t more = b.random.between(b.random.chance(10) ? 0 : 1, 2); more > 0; --more) {
    const auto other = b.existing([&](const std::string& v) {
      Shape like = b.dims(v);
      if (like.size() == dims.size()) like[axis] = dims[axis];
      return b.is_float(v) == b.is_float(*x) && like == dims;
    });
    Shape part = dims;
    part[axis] = b.random.between(1, 3);
    if (other && b.random.chance(70)) parts.push_back(*other);
    else if (b.is_float(*x) && b.random.chance(50) && b.graph.inputs.size() < kMostInputs) parts.push_back(b.new_input(part));
    else if (b.is_float(*x)) parts.push_back(b.floats(part, -1, 1));
    else parts.push_back(b.constant(make_int64(part, List(static_cast<std::size_t>(*element_count(part)), b.random.between(-2, 5)))));
  }
  b.random.shuffle(parts);
  return b.add("Concat", parts, {{"axis", b.written_axis(axis, dims.size(), 11)}});
}

bool slice(Builder& b) {
  const auto x = any_operand(b, 1);
  if (!x) return false;
  const std::size_t rank = b.dims(*x).size();
  const bool leading = b.random.chance(20);  // then axes may be left out
  std::vector<std::size_t> chosen = leading ? all_axes(1 + b.random.below(rank)) : some_axes(b, rank);
  List starts, ends, axes, steps;
  for (const std::size_t axis : chosen) {
    const auto [start, end, step] = draw_cut(b, b.dims(*x)[axis], b.opset >= 10);
    starts.push_back(start);
    ends.push_back(end);
    steps.push_back(step);
    axes.push_back(b.written_axis(axis, rank, 10));
  }
  if (b.opset < 10) {
    Attributes attributes{{"starts", starts}, {"ends", ends}};
    if (!leading) attributes["axes"] = axes;
    return b.add("Slice", {*x}, std::move(attributes));
  }
  const bool plain = std::all_of(steps.begin(), steps.end(), [](std::int64_t step) { return step == 1; });
  std::vector<std::string> inputs = {*x, b.list(starts), b.list(ends), leading ? "" : b.list(axes)};
  if (!plain || b.random.chance(30)) inputs.push_back(b.list(steps));
  if (inputs.back().empty()) inputs.pop_back();
  return b.add("Slice", std::move(inputs));
}

bool pad(Builder& b) {
  auto x = b.opset >= 11 ? any_operand(b, 1) : b.operand(1, kMostRank);
  if (!x) return false;
  const Shape& dims = b.dims(*x);
  std::vector<std::string> modes = {"constant", "constant", "reflect", "edge"};
  if (b.opset >= 19) modes.push_back("wrap");
  const std::string mode = b.random.one_of(modes);
  const bool some = b.opset >= 18 && b.random.chance(40);
  const std::vector<std::size_t> axes = some ? some_axes(b, dims.size()) : all_axes(dims.size());
  List begin, end, written;
  for (const std::size_t axis : axes) {
    const std::int64_t most = mode == "constant" || mode == "edge" ? 2 : std::min<std::int64_t>(2, dims[axis] - 1);
    begin.push_back(b.random.chance(50) ? b.random.between(0, most) : 0);
    end.push_back(b.random.chance(50) ? b.random.between(0, most) : 0);
    if (mode == "constant" && dims[axis] > 2 && b.random.chance(20)) begin.back() = -1;
    written.push_back(b.written_axis(axis, dims.size(), 18));
  }
  begin.insert(begin.end(), end.begin(), end.end());
  Attributes attributes;
  if (mode != "constant" || b.random.chance(40)) attributes["mode"] = mode;
  const double fill = b.random.chance(50) ? 0 : b.random.real(-1, 1);
  if (b.opset < 11) {
    attributes["pads"] = begin;
    if (mode == "constant" && fill != 0) attributes["value"] = static_cast<float>(fill);
    return b.add("Pad", {*x}, std::move(attributes));
  }
  std::vector<std::string> inputs = {*x, b.list(begin)};
  const bool filled = mode == "constant" && fill != 0;
  if (filled) inputs.push_back(b.is_float(*x) ? b.floats({}, fill, fill) : b.constant(make_int64({}, {3})));
  if (some && !filled) inputs.push_back("");
  if (some) inputs.push_back(b.list(written));
  return b.add("Pad", std::move(inputs), std::move(attributes));
}

}  // namespace tacit::random_models
