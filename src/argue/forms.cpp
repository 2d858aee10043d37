#include "argue/forms.h"

#include <algorithm>
#include <optional>

#include "base/contract.h"
#include "field/arrays.h"

namespace tacit {

void add_to_form(Form& form, ColumnId column, const FeVector& u, const SharedVector& v, const Fe& by) {
  for (RankOne& entry : form)
    if (entry.column == column && entry.v == v && entry.u.size() == u.size()) {
      add_scaled(u, by, entry.u);
      return;
    }
  RankOne entry{column, u, v};
  scale(u, by, entry.u);
  form.push_back(std::move(entry));
}

Fe evaluate_covector(const RankOne& c, const IntColumn& values) {
  TACIT_EXPECTS(values.size() == c.u.size() * c.v->size(), "a covector fits its column");
  Fe out;
  for (std::size_t r = 0; r < c.u.size(); ++r) {
    Fe row;
    for (std::size_t s = 0; s < c.v->size(); ++s) row += (*c.v)[s] * Fp::from_signed(values[r * c.v->size() + s]);
    out += c.u[r] * row;
  }
  return out;
}

PulledBack pull_back(const Linear& term, const SharedVector& v) {
  if (term.window.is_identity() && !term.divide_by_taps) return {v, Fe(Fp::from_signed(term.coefficient))};
  const Window& w = term.window;
  FeVector out(w.in_cols());
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
    for (std::uint32_t s = 0; s < w.out_cols(); ++s) {
      const std::uint32_t at = w.source(t, s);
      if (at != kNone) out[at] += tap_weights[t] * v[s];
    }
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

RankOne pull_back(const IndexMap& map, ColumnId id, const Column& column, const FeVector& u, const SharedVector& v, const SharedVector& one) {
  if (const auto rows = split_of(map, column, u.size())) {
    FeVector source_u = pull_back_side(map, 0, *rows, {column.cols, column.rows}, u);
    FeVector source_v = pull_back_side(map, *rows, map.axes.size(), {1, column.cols}, *v);
    return {id, std::move(source_u), std::make_shared<const FeVector>(std::move(source_v))};
  }
  FeVector out(column.size());
  const std::vector<std::uint32_t> sources = map.sources();
  std::size_t i = 0;
  for (const Fe& row : u)
    for (const Fe& col : *v) {
      if (sources[i] != kNone) out[sources[i]] += row * col;
      ++i;
    }
  return {id, std::move(out), one};
}

}  // namespace tacit
