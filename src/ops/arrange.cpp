#include "ops/arrange.h"

#include <numeric>
#include <utility>

#include "base/contract.h"

namespace tacit {
namespace {

std::vector<IndexRun> runs_of(const std::vector<std::int64_t>& index) {
  std::vector<IndexRun> runs;
  for (std::size_t i = 0; i < index.size();) {
    std::size_t end = i + 1;
    const bool absent = index[i] < 0;
    const std::int64_t step = absent || end == index.size() || index[end] < 0 ? 0 : index[end] - index[i];
    while (end < index.size() && (absent ? index[end] < 0 : index[end] >= 0 && index[end] - index[end - 1] == step)) ++end;
    runs.push_back({static_cast<std::int32_t>(absent ? -1 : index[i]), static_cast<std::int32_t>(step), static_cast<std::uint32_t>(end - i)});
    i = end;
  }
  return runs;
}

}  // namespace

Along along_slice(std::size_t axis, std::int64_t start, std::int64_t step, std::int64_t count) {
  Along out{axis, {}};
  for (std::int64_t k = 0; k < count; ++k) out.index.push_back(start + k * step);
  return out;
}

Along along_all(std::size_t axis, std::int64_t extent) { return along_slice(axis, 0, 1, extent); }

Along repeated_along(std::int64_t extent) { return {Along::kNoAxis, std::vector<std::int64_t>(static_cast<std::size_t>(extent), 0)}; }

std::vector<std::size_t> storage_order(const Shape& dims) {
  std::vector<std::size_t> order(dims.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (dims.size() >= 2) std::swap(order[0], order[1]);
  return order;
}

std::vector<std::uint32_t> storage_strides(const Shape& dims) {
  std::vector<std::uint32_t> strides(dims.size());
  const std::vector<std::size_t> order = storage_order(dims);
  std::uint32_t stride = 1;
  for (std::size_t k = order.size(); k-- > 0;) {
    strides[order[k]] = stride;
    stride *= static_cast<std::uint32_t>(dims[order[k]]);
  }
  return strides;
}

IndexMap arrange(const Shape& from, const std::vector<Along>& out) {
  const std::vector<std::uint32_t> strides = storage_strides(from);
  Shape extents;
  for (const Along& along : out) extents.push_back(static_cast<std::int64_t>(along.index.size()));
  IndexMap map;
  for (const std::size_t axis : storage_order(extents)) {
    const Along& along = out[axis];
    TACIT_EXPECTS(along.axis == Along::kNoAxis || along.axis < from.size(), "an axis runs along one of the source");
    if (along.index == std::vector<std::int64_t>{0}) continue;  // adds nothing
    map.axes.push_back({along.axis == Along::kNoAxis ? 0 : strides[along.axis], runs_of(along.index)});
  }
  if (map.empty()) map.axes.push_back({1, {{0, 1, 1}}});  // one element
  return map;
}

IndexMap listed(const std::vector<std::int64_t>& sources) { return {{{1, runs_of(sources)}}}; }

Multiple arranged(const Placed& input, const Shape& from, const std::vector<Along>& out, double coefficient) {
  TACIT_EXPECTS(input.shape.same_entries(natural_shape(from)), "the tensor stands as its shape says");
  Multiple term;
  term.input = input;
  term.coefficient = coefficient;
  term.map = arrange(from, out);
  return term;
}

}  // namespace tacit
