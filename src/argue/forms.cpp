#include "argue/forms.h"

#include <algorithm>
#include <optional>

#include "base/contract.h"
#include "field/arrays.h"

namespace tacit {

Fe evaluate_covector(const RankOne& c, const IntColumn& values) {
  TACIT_EXPECTS(values.size() == c.size(), "a covector fits its column");
  const std::size_t cols = c.v->size();
  FpVector row(cols);
  Fe out;
  if (cols == 1) {
    row.resize(values.size());
    std::transform(values.begin(), values.end(), row.begin(), [](std::int32_t v) { return Fp::from_signed(v); });
    return c.factor * (*c.v)[0] * dot(std::span<const Fe>(*c.u), std::span<const Fp>(row));
  }
  for (std::size_t r = 0; r < c.u->size(); ++r) {
    for (std::size_t s = 0; s < cols; ++s) row[s] = Fp::from_signed(values[r * cols + s]);
    out += (*c.u)[r] * dot(std::span<const Fe>(*c.v), std::span<const Fp>(row));
  }
  return c.factor * out;
}

namespace {

// out[source of output line + i] += weight * v[line + i] over one line of the output, for one tap.
void add_line(const Window& w, std::uint32_t tap, std::uint32_t line, const Fe& weight, std::span<const Fe> v, std::span<Fe> out) {
  if (w.stride_w < 1 || w.clamp) {
    for (std::uint32_t s = line; s < line + w.out_w; ++s)
      if (const std::uint32_t at = w.source(tap, s); at != kNone) out[at] += weight * v[s];
    return;
  }
  std::uint32_t begin = 0, end = w.out_w;  // steps to the right are steps to the right in the input: what is inside is one run
  while (begin < end && w.source(tap, line + begin) == kNone) ++begin;
  while (end > begin && w.source(tap, line + end - 1) == kNone) --end;
  if (begin == end) return;
  const std::size_t stride = static_cast<std::size_t>(w.stride_w), count = end - begin, first = w.source(tap, line + begin);
  const std::span<const Fe> run = v.subspan(line + begin, count);
  if (stride == 1) return add_scaled(run, weight, out.subspan(first, count));
  for (std::size_t i = 0; i < count; ++i) out[first + i * stride] += weight * run[i];
}

}  // namespace

PulledBack pull_back(const Linear& term, const SharedVector& v) {
  if (term.window.is_identity() && !term.divide_by_taps) return {v, Fe(Fp::from_signed(term.coefficient))};
  const Window& w = term.window;
  FeVector out(w.in_cols());
  if (!term.divide_by_taps) {
    for (std::uint32_t t = 0; t < w.taps(); ++t)
      for (std::uint32_t line = 0; line < w.out_cols(); line += w.out_w) add_line(w, t, line, kOne, *v, out);
    return {std::make_shared<const FeVector>(std::move(out)), Fe(Fp::from_signed(term.coefficient))};
  }
  for (std::uint32_t s = 0; s < w.out_cols(); ++s) {
    const Fe weight = (*v)[s] * Fp::from_signed(term.coefficient_at(s));
    for (std::uint32_t t = 0; t < w.taps(); ++t) {
      const std::uint32_t at = w.source(t, s);
      if (at != kNone) out[at] += weight;
    }
  }
  return {std::make_shared<const FeVector>(std::move(out)), kOne};
}

SharedVector pull_back(const Window& w, const FeVector& tap_weights, const FeVector& v) {
  FeVector out(w.in_cols());
  for (std::uint32_t t = 0; t < w.taps(); ++t)
    for (std::uint32_t line = 0; line < w.out_cols(); line += w.out_w) add_line(w, t, line, tap_weights[t], v, out);
  return std::make_shared<const FeVector>(std::move(out));
}

namespace {

struct Side {
  std::uint64_t stride = 0, extent = 0;  ///< unit of the source's index and the length of that side of the source
};

// One side of a map whose rows, or columns, are the axes [begin, end): out[source / stride] += weights[position].
FeVector pull_back_side(const IndexMap& map, std::size_t begin, std::size_t end, Side side, const FeVector& weights) {
  IndexMap part{{map.axes.begin() + static_cast<std::ptrdiff_t>(begin), map.axes.begin() + static_cast<std::ptrdiff_t>(end)}};
  const std::vector<std::uint32_t> sources = part.sources();
  FeVector out(side.extent);
  for (std::size_t i = 0; i < sources.size(); ++i)
    if (sources[i] != kNone) out[sources[i] / side.stride] += weights[i];
  return out;
}

std::uint64_t highest(const IndexAxis& axis) {
  std::uint64_t out = 0;
  for (const std::uint32_t i : axis.indices())
    if (i != kNone) out = std::max<std::uint64_t>(out, i);
  return out;
}

// The number of leading axes that are the rows, if the map keeps rows and columns apart.
std::optional<std::size_t> split_of(const IndexMap& map, const Column& column, std::size_t rows) {
  std::size_t axes = 0;
  for (std::uint64_t extent = 1; axes < map.axes.size() && extent < rows; ++axes) {
    extent *= map.axes[axes].extent();
    if (extent > rows || map.axes[axes].stride % column.cols != 0) return std::nullopt;
  }
  std::uint64_t last = 0;
  for (std::size_t k = axes; k < map.axes.size(); ++k) last += map.axes[k].stride * highest(map.axes[k]);
  if (last >= column.cols) return std::nullopt;
  return axes;
}

}  // namespace

RankOne pull_back(const IndexMap& map, ColumnId id, const Column& column, const SharedVector& u, const SharedVector& v, const SharedVector& one) {
  if (const auto rows = split_of(map, column, u->size())) {
    FeVector source_u = pull_back_side(map, 0, *rows, {column.cols, column.rows}, *u);
    FeVector source_v = pull_back_side(map, *rows, map.axes.size(), {1, column.cols}, *v);
    return {id, std::move(source_u), std::make_shared<const FeVector>(std::move(source_v))};
  }
  FeVector out(column.size());
  const std::vector<std::uint32_t> sources = map.sources();
  FeVector line(v->size());
  std::size_t i = 0;
  for (const Fe& row : *u) {
    scale(*v, row, line);
    for (const Fe& weight : line) {
      if (sources[i] != kNone) out[sources[i]] += weight;
      ++i;
    }
  }
  return {id, std::move(out), one};
}

}  // namespace tacit
