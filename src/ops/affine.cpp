#include "ops/affine.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/contract.h"

namespace tacit {

ColumnShape natural_shape(const Shape& dims) {
  auto extent = [&](std::size_t from, std::size_t to) {
    return from < dims.size() ? static_cast<std::uint32_t>(count_between(dims, from, std::min(to, dims.size()))) : 1u;
  };
  if (dims.size() < 2) return {1, extent(0, 1), 1, 1};
  if (dims.size() == 4) return {extent(0, 1), extent(1, 2), extent(2, 3), extent(3, 4)};
  return {extent(0, 1), extent(1, 2), 1, extent(2, dims.size())};
}

double Field::at(std::uint32_t n, std::uint32_t r, std::uint32_t i) const {
  const std::size_t b = batch == 1 ? 0 : n, row = rows == 1 ? 0 : r, position = inner == 1 ? 0 : i;
  return values[(b * rows + row) * inner + position];
}

Field row_field(std::vector<double> values) {
  const std::uint32_t rows = static_cast<std::uint32_t>(values.size());
  return {1, rows, 1, std::move(values)};
}

namespace {

/// Calls visit(n, r, i) for every entry of extents (batch, rows, inner) in row-major order.
template <class Visit>
void for_each_entry(std::uint32_t batch, std::uint32_t rows, std::uint32_t inner, Visit visit) {
  for (std::uint32_t n = 0; n < batch; ++n) {
    for (std::uint32_t r = 0; r < rows; ++r) {
      for (std::uint32_t i = 0; i < inner; ++i) visit(n, r, i);
    }
  }
}

/// The same values with every axis that does not matter collapsed.
Field collapsed(const Field& full) {
  bool by_batch = false, by_row = false, by_position = false;
  for_each_entry(full.batch, full.rows, full.inner, [&](std::uint32_t n, std::uint32_t r, std::uint32_t i) {
    const double v = full.at(n, r, i);
    by_batch |= v != full.at(0, r, i);
    by_row |= v != full.at(n, 0, i);
    by_position |= v != full.at(n, r, 0);
  });
  Field out{by_batch ? full.batch : 1, by_row ? full.rows : 1, by_position ? full.inner : 1, {}};
  for_each_entry(out.batch, out.rows, out.inner, [&](std::uint32_t n, std::uint32_t r, std::uint32_t i) {
    out.values.push_back(full.at(n, r, i));
  });
  return out;
}

}  // namespace

Field field_of(const Tensor& tensor, const Shape& dims, const ColumnShape& shape, double factor) {
  Field full{shape.batch, shape.rows, shape.inner(), {}};
  const Shape strides = broadcast_strides(tensor.dims, dims);
  const std::int64_t count = *element_count(dims);
  TACIT_EXPECTS(count == std::int64_t{shape.rows} * shape.cols(), "the tensor fills the column");
  full.values.reserve(static_cast<std::size_t>(count));
  for (std::int64_t flat = 0; flat < count; ++flat) {
    std::int64_t rest = flat, at = 0;
    for (std::size_t axis = dims.size(); axis-- > 0;) {
      at += rest % dims[axis] * strides[axis];
      rest /= dims[axis];
    }
    full.values.push_back(static_cast<double>(at));
  }
  // Axes fall away where one element is repeated, not where equal numbers happen to stand: extents are public, numbers not.
  Field out = collapsed(full);
  for (double& v : out.values) v = factor * tensor.f[static_cast<std::size_t>(v)];
  return out;
}

Field scaled_rows(const Field& field, const std::vector<double>& factors) {
  if (field.empty()) return field;
  Field out{field.batch, static_cast<std::uint32_t>(factors.size()), field.inner, {}};
  for_each_entry(out.batch, out.rows, out.inner, [&](std::uint32_t n, std::uint32_t r, std::uint32_t i) {
    out.values.push_back(field.at(n, r, i) * factors[r]);
  });
  return out;
}

bool Affine::is_open() const {
  auto plain = [](const Multiple& m) { return m.window.taps() == 1 && !m.one_row; };
  return !limits.any() && std::all_of(multiples.begin(), multiples.end(), plain);
}

bool Affine::is_scalable() const {
  // Weights of one scale cannot hold factors of 0 or 1 (a jump) and of steps of 2^-15 side by side.
  constexpr double kWidest = 64;
  double least = HUGE_VAL, most = 0;
  for (const Multiple& m : multiples) {
    least = std::min(least, std::abs(m.coefficient) * m.input.scale);
    most = std::max(most, std::abs(m.coefficient) * m.input.scale);
  }
  return is_open() && most <= kWidest * least && std::all_of(multiples.begin(), multiples.end(), [](const Multiple& m) { return m.map.empty(); });
}

Affine with_factors_in_weights(Affine sum) {
  std::vector<Multiple> plain;
  for (Multiple& multiple : sum.multiples) {
    if (multiple.input.row_factors == nullptr) {
      plain.push_back(std::move(multiple));
      continue;
    }
    TACIT_EXPECTS(multiple.map.empty() && multiple.window.is_identity() && !multiple.one_row, "a column with factors is read as it is");
    sum.products.push_back({multiple.input, sum.shape.rows, 1, multiple.window, std::vector<double>(sum.shape.rows, multiple.coefficient)});
  }
  sum.multiples = std::move(plain);
  for (Product& product : sum.products) {
    if (product.input.row_factors == nullptr) continue;
    const std::vector<double>& factors = *product.input.row_factors;
    TACIT_EXPECTS(factors.size() == std::size_t{product.groups} * product.in_rows, "a factor for each row that is read");
    const std::size_t taps = product.window.taps(), cols = product.in_rows * taps, rows = product.weights.size() / cols;
    for (std::size_t k = 0; k < product.weights.size(); ++k) {
      const std::size_t group = k / cols / (rows / product.groups), row = k % cols / taps;
      product.weights[k] *= factors[group * product.in_rows + row];
    }
    product.input.row_factors = nullptr;
    product.origin.clear();  // the weights are others now
  }
  return sum;
}

namespace {

void negate(Product& product) {
  product.origin.clear();  // the weights are others now
  for (double& w : product.weights) w = -w;
}

}  // namespace

Affine negated(Affine sum) {
  TACIT_EXPECTS(!sum.limits.any(), "limits would change places");
  for (Product& product : sum.products)
    negate(product);
  for (Multiple& multiple : sum.multiples) multiple.coefficient = -multiple.coefficient;
  for (double& c : sum.constant.values) c = -c;
  return sum;
}

Affine scaled_rows(Affine sum, const std::vector<double>& factors) {
  TACIT_EXPECTS(sum.is_scalable() && factors.size() == sum.shape.rows, "one factor for each row");
  for (Product& product : sum.products) {
    const std::size_t per = product.weights.size() / factors.size();
    product.origin.clear();
    for (std::size_t k = 0; k < product.weights.size(); ++k) product.weights[k] *= factors[k / per];
  }
  for (const Multiple& multiple : sum.multiples) {  // a contraction of each row with itself
    Product product{multiple.input, static_cast<std::uint32_t>(factors.size()), 1, multiple.window, {}};
    for (double factor : factors) product.weights.push_back(multiple.coefficient * factor);
    sum.products.push_back(std::move(product));
  }
  sum.multiples.clear();
  sum.constant = scaled_rows(sum.constant, factors);
  return sum;
}

Field operator+(const Field& a, const Field& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  Field sum{std::max(a.batch, b.batch), std::max(a.rows, b.rows), std::max(a.inner, b.inner), {}};
  for_each_entry(sum.batch, sum.rows, sum.inner, [&](std::uint32_t n, std::uint32_t r, std::uint32_t i) {
    sum.values.push_back(a.at(n, r, i) + b.at(n, r, i));
  });
  return sum;
}

}  // namespace tacit
