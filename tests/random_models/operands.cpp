#include "random_models/operands.h"

#include <algorithm>
#include <numeric>

namespace tacit::random_models {

std::optional<std::string> any_operand(Builder& b, std::size_t least_rank) {
  const auto integers = b.integers(least_rank);
  return integers && b.random.chance(40) ? integers : b.operand(least_rank, kMostRank);
}

std::optional<std::string> scaled(Builder& b, const std::string& value, double factor) {
  return b.helper("Mul", {value, b.floats({}, factor, factor)});
}

std::optional<std::string> positive(Builder& b, double least, std::size_t least_rank, std::size_t most_rank) {
  const auto x = b.operand(least_rank, most_rank);
  if (!x) return std::nullopt;
  static const std::vector<const char*> kWays = {"Abs", "Relu", "Sigmoid"};
  const auto size = b.helper(b.random.one_of(kWays), {*x});
  return size ? b.helper("Add", {*size, b.floats({}, least, least)}) : std::nullopt;
}

std::optional<std::string> bounded(Builder& b, double size, std::size_t least_rank, std::size_t most_rank) {
  const auto x = b.operand(least_rank, most_rank);
  const auto unit = x ? b.helper("Tanh", {*x}) : std::nullopt;
  return unit && size != 1 ? scaled(b, *unit, size) : unit;
}

Shape partner_of(Builder& b, Shape dims, bool larger) {
  const int way = static_cast<int>(b.random.between(0, 4));
  for (std::size_t axis = 0; axis < dims.size(); ++axis) {
    if (larger && dims[axis] == 1 && b.random.chance(40)) dims[axis] = b.random.between(2, 5);
    else if (way > 0 && b.random.chance(way == 1 ? 100 : 50)) dims[axis] = 1;
  }
  if (larger && dims.size() < kMostRank && b.random.chance(20)) {
    dims.insert(dims.begin(), b.random.between(1, 3));
  } else if (way > 1) {
    while (!dims.empty() && dims[0] == 1 && b.random.chance(70)) dims.erase(dims.begin());
  }
  return dims;
}

std::optional<std::string> partner_value(Builder& b, const std::string& x) {
  const auto fits = [&](const std::string& v) {
    const auto dims = broadcast(b.dims(x), b.dims(v));
    const bool same_type = b.is_float(v) == b.is_float(x) && b.element(v) == b.element(x);
    return same_type && dims && element_count(*dims) <= kMostElements && (v != x || b.random.chance(25));
  };
  if (const auto found = b.existing(fits)) return found;
  if (!b.is_float(x) || b.graph.inputs.size() >= kMostInputs) return std::nullopt;
  return b.new_input(partner_of(b, b.dims(x), b.random.chance(40)));
}

std::string partner_constant(Builder& b, const std::string& x, double least, double most, bool signs) {
  Tensor t = zeros(partner_of(b, b.dims(x), b.random.chance(20)));
  for (float& v : t.f) v = static_cast<float>(b.random.real(least, most) * (signs && b.random.chance(50) ? -1 : 1));
  if (b.is_float(x)) return b.constant(std::move(t));
  return b.constant(typed_integers(b, t.dims, -3, 9, b.element(x)));
}

std::vector<std::size_t> all_axes(std::size_t rank) {
  std::vector<std::size_t> axes(rank);
  std::iota(axes.begin(), axes.end(), std::size_t{0});
  return axes;
}

std::vector<std::size_t> some_axes(Builder& b, std::size_t rank, std::size_t count) {
  std::vector<std::size_t> axes = all_axes(rank);
  b.random.shuffle(axes);
  axes.resize(count);
  return axes;
}

std::vector<std::size_t> some_axes(Builder& b, std::size_t rank) { return some_axes(b, rank, 1 + b.random.below(rank)); }

Tensor typed_integers(Builder& b, Shape dims, std::int64_t lo, std::int64_t hi, Element element) {
  const IntegerRange range = range_of_element(element);
  List values;
  for (std::int64_t k = 0; k < *element_count(dims); ++k) values.push_back(std::clamp(b.random.between(lo, hi), range.lo, range.hi));
  Tensor t = make_int64(std::move(dims), std::move(values));
  t.element = element;
  return t;
}

Tensor drawn_integers(Builder& b, Shape dims, std::int64_t lo, std::int64_t hi) { return typed_integers(b, std::move(dims), lo, hi, Element::kPlain); }

Tensor drawn_floats(Builder& b, Shape dims, double lo, double hi) {
  Tensor t = zeros(std::move(dims));
  for (float& v : t.f) v = drawn(b, lo, hi);
  return t;
}

float drawn(Builder& b, double lo, double hi) { return static_cast<float>(b.random.real(lo, hi)); }

}  // namespace tacit::random_models
