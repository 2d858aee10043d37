#include "argue/link.h"

#include <map>

namespace tacit {
namespace {

FeVector eq_of(const Point& point, std::uint32_t count) {
  return eq_window(std::span(point).last(static_cast<std::size_t>(ceil_log2(count))), 0, count);
}

// a[x] b[y] at x |b| + y.
FeVector outer(const FeVector& a, const FeVector& b) {
  FeVector out;
  out.reserve(a.size() * b.size());
  for (const Fe& x : a)
    for (const Fe& y : b) out.push_back(x * y);
  return out;
}

FeVector scaled(FeVector v, const Fe& by) {
  for (Fe& x : v) x *= by;
  return v;
}

}  // namespace

LogSides largest_sides(std::span<const LinkedColumn> columns) {
  LogSides out;
  auto raise = [](std::size_t& side, std::uint32_t count) { side = std::max(side, static_cast<std::size_t>(ceil_log2(count))); };
  for (const LinkedColumn& c : columns) {
    raise(out.n, c.batch);
    raise(out.r, c.rows);
    raise(out.i, c.inner);
  }
  return out;
}

std::uint64_t fingerprint_degree(std::span<const LinkedColumn> columns) {
  const LogSides sides = largest_sides(columns);
  return columns.size() + sides.n + sides.r + sides.i;
}

Form fingerprint_form(std::span<const LinkedColumn> columns, const FingerprintPoint& at) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, SharedVector> shared;  // by batch and inner
  Form form;
  Fe weight = at.scale;
  for (const LinkedColumn& c : columns) {
    SharedVector& v = shared[{c.batch, c.inner}];
    if (!v) v = std::make_shared<const FeVector>(outer(eq_of(at.n, c.batch), eq_of(at.i, c.inner)));
    form.emplace_back(c.column, scaled(eq_of(at.r, c.rows), weight), v);
    weight *= at.column;
  }
  return form;
}

Form flat_fingerprint_form(std::span<const LinkedColumn> columns, const FingerprintPoint& at) {
  const LinkedColumn& first = columns.front();
  const auto v = std::make_shared<const FeVector>(
      outer(eq_of(at.n, first.batch), outer(eq_of(at.r, first.rows), eq_of(at.i, first.inner))));
  Form form;
  Fe weight = at.scale;
  for (ColumnId c = 0; c < columns.size(); ++c) {
    form.push_back({c, {weight}, v});
    weight *= at.column;
  }
  return form;
}

Relation link_target(std::vector<Column> columns, const OpeningParams& params, const Digest& root, const Pin& pin) {
  const OpeningShape& shape = params.shape;
  Relation r;
  r.params = &params;
  r.root_w = root;
  r.pin = pin;
  r.plan.pads = 1;
  r.columns = std::move(columns);
  r.columns.push_back({"pads", Home::kWitness, 1, 3, 0, 0});
  r.publics.resize(r.columns.size());
  r.weights = oracle_layout(r.columns, Home::kWeights, {shape.log_n, shape.limbs_w, static_cast<std::uint32_t>(shape.statement_slots_w())});
  r.witness = oracle_layout(r.columns, Home::kWitness, {shape.log_n, shape.limbs_x, static_cast<std::uint32_t>(shape.statement_slots_x())});
  return r;
}

ArgumentShape link_shape(std::span<const LinkedColumn> columns, double other_list_bits) {
  ArgumentShape shape;
  shape.claims = 2;  // the fingerprint and the pin
  shape.link_degree = fingerprint_degree(columns);
  shape.link_list_bits = other_list_bits;
  return shape;
}

}  // namespace tacit
