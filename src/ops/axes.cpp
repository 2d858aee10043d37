#include "ops/axes.h"

#include <utility>

#include "ops/moves.h"

namespace tacit {

Shape Reduction::kept_shape() const {
  Shape out = dims;
  for (std::size_t axis = 0; axis < dims.size(); ++axis)
    if (taken[axis]) out[axis] = 1;
  return out;
}

Shape Reduction::out_shape() const {
  if (keeps) return kept_shape();
  Shape out;
  for (std::size_t axis = 0; axis < dims.size(); ++axis)
    if (!taken[axis]) out.push_back(dims[axis]);
  return out;
}

std::int64_t Reduction::length() const {
  std::int64_t n = 1;
  for (std::size_t axis = 0; axis < dims.size(); ++axis)
    if (taken[axis]) n *= dims[axis];
  return n;
}

std::int64_t Reduction::count() const { return *element_count(kept_shape()); }

Result<Reduction> read_reduction(const Call& call, std::int64_t since) {
  TACIT_OK(check_arity(call, 1, call.node->opset < since ? 1 : 2));
  Reduction r;
  r.dims = call.operand(0).type.dims;
  TACIT_TRY(r.keeps, flag_attribute(*call.node, "keepdims", true));
  TACIT_TRY(const bool none, flag_attribute(*call.node, "noop_with_empty_axes", false));
  TACIT_TRY(const auto axes, axes_of(call, 1, since));
  const bool given = axes && !axes->empty();
  r.taken.assign(r.dims.size(), !given && !none);
  for (const std::int64_t axis : given ? *axes : std::vector<std::int64_t>{}) {
    TACIT_TRY(const std::size_t at, resolve_axis(*call.node, axis, r.dims.size(), false));
    r.taken[at] = true;
  }
  if (r.length() == 0) return refuse(*call.node, "reduces axes without elements");
  return r;
}

ColumnShape one_each(const Reduction& r) { return {1, static_cast<std::uint32_t>(r.count()), 1, 1}; }

Result<Placed> read_strips(const Call& call, std::size_t index, const Reduction& r, Lowering& lowering) {
  const ColumnShape want{1, static_cast<std::uint32_t>(r.count()), 1, static_cast<std::uint32_t>(r.length())};
  bool trailing = true, seen = false;
  std::vector<Along> along{repeated_along(1)};  // a leading axis of extent 1 keeps the flat order of the others
  for (const bool taken : {false, true}) {
    for (std::size_t axis = 0; axis < r.dims.size(); ++axis)
      if (r.taken[axis] == taken) along.push_back(along_all(axis, r.dims[axis]));
  }
  for (std::size_t axis = 0; axis < r.dims.size(); ++axis) {
    trailing = trailing && (r.taken[axis] || !seen || r.dims[axis] == 1);
    seen = seen || (r.taken[axis] && r.dims[axis] > 1);
  }
  if (trailing) return lowering.read(call, index, want);
  Affine copy = empty_sum(call, natural_shape(extents_of(along)));
  copy.name += ".strips";
  TACIT_TRY(Multiple term, moved_operand(call, index, along, lowering));
  const Placed from = term.input;
  copy.multiples.push_back(std::move(term));
  const Column& column = lowering.book().column(from.column);
  Placed strips = lowering.settle(copy, from.scale, column.lo, column.hi);
  strips.shape = want;
  return strips;
}

Multiple summed_strips(const Placed& strips, const Reduction& r, double coefficient) {
  Multiple term{strips, coefficient, false, false, {}, {}};
  term.window.in_w = term.window.kernel_w = static_cast<std::uint32_t>(r.length());
  return term;
}

namespace {

/// The taken axes as one window where they are neighbours in a column of natural_shape(dims).
std::optional<Window> window_over(const Reduction& r) {
  std::uint32_t before = 1, length = 1, after = 1;
  for (const std::size_t axis : storage_order(r.dims)) {
    const auto extent = static_cast<std::uint32_t>(r.dims[axis]);
    if (extent == 1) continue;
    if (r.taken[axis] && after > 1) return std::nullopt;
    if (r.taken[axis]) length *= extent;
    else (length > 1 ? after : before) *= extent;
  }
  Window w;
  w.batch = before / natural_shape(r.kept_shape()).rows;
  w.in_h = w.kernel_h = length;
  w.in_w = w.out_w = after;
  return w;
}

}  // namespace

Result<Affine> sum_over_axes(const Call& call, std::size_t index, const Reduction& r, double coefficient, Lowering& lowering) {
  const std::optional<Window> window = window_over(r);
  if (!window) {
    TACIT_TRY(Placed strips, read_strips(call, index, r, lowering));
    Affine sum = empty_sum(call, one_each(r));
    sum.multiples.push_back(summed_strips(strips, r, coefficient));
    return sum;
  }
  TACIT_TRY(Placed x, lowering.read(call, index, natural_shape(r.dims)));
  Affine sum = empty_sum(call, natural_shape(r.kept_shape()));
  sum.multiples.push_back({x, coefficient, false, false, *window, {}});
  return sum;
}

}  // namespace tacit
