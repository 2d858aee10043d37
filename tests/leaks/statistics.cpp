#include "leaks/statistics.h"

#include <algorithm>
#include <cmath>

namespace tacit::leaks {

void Counts::add(Row row, std::size_t slot, std::uint64_t word) {
  Slots& slots = rows_[static_cast<std::size_t>(row)];
  if (slots.size() <= slot) slots.resize(slot + 1);
  ++slots[slot][word % kBuckets];
}

void Counts::add(Row row, std::size_t index, const Fe& element) {
  for (std::size_t c = 0; c < 3; ++c) add(row, 3 * index + c, element.c[c]);
}

void Counts::merge(const Counts& other) {
  for (std::size_t row = 0; row < kRowCount; ++row) {
    if (rows_[row].size() < other.rows_[row].size()) rows_[row].resize(other.rows_[row].size());
    for (std::size_t slot = 0; slot < other.rows_[row].size(); ++slot)
      for (std::size_t b = 0; b < kBuckets; ++b) rows_[row][slot][b] += other.rows_[row][slot][b];
  }
}

std::uint64_t Counts::samples(Row row) const {
  std::uint64_t sum = 0;
  for (const auto& slot : slots(row))
    for (std::uint32_t count : slot) sum += count;
  return sum;
}

std::uint64_t Counts::nonzero(Row row) const {
  std::uint64_t zeros = 0;
  for (const auto& slot : slots(row)) zeros += slot[0];
  return samples(row) - zeros;
}

double Counts::p_uniform(Row row) const {
  double x = 0, freedom = 0;
  for (const auto& slot : slots(row)) {
    double total = 0;
    for (std::uint32_t count : slot) total += count;
    if (total == 0) continue;
    for (std::uint32_t count : slot) x += (count - total / kBuckets) * (count - total / kBuckets) / (total / kBuckets);
    freedom += kBuckets - 1;
  }
  return freedom == 0 ? 1 : chi_square_tail(x, freedom);
}

double Counts::p_same(Row row, const Counts& other) const {
  const Slots &a = slots(row), &b = other.slots(row);
  double x = 0, freedom = 0;
  for (std::size_t slot = 0; slot < std::min(a.size(), b.size()); ++slot) {
    double sum_a = 0, sum_b = 0, cells = 0;
    for (std::size_t k = 0; k < kBuckets; ++k) sum_a += a[slot][k], sum_b += b[slot][k];
    if (sum_a == 0 || sum_b == 0) continue;
    for (std::size_t k = 0; k < kBuckets; ++k) {
      const double both = double{a[slot][k] + 0.0} + b[slot][k];
      if (both == 0) continue;
      const double difference = std::sqrt(sum_b / sum_a) * a[slot][k] - std::sqrt(sum_a / sum_b) * b[slot][k];
      x += difference * difference / both;
      ++cells;
    }
    freedom += cells - 1;
  }
  return freedom == 0 ? 1 : chi_square_tail(x, freedom);
}

double chi_square_tail(double x, double freedom) {
  const double a = freedom / 2, z = x / 2;
  if (z <= 0) return 1;
  const double factor = std::exp(a * std::log(z) - z - std::lgamma(a));
  if (z < a + 1) {
    double term = 1 / a, sum = term;
    for (double n = a + 1; term > sum * 1e-16; ++n) sum += term *= z / n;
    return std::clamp(1 - factor * sum, 0.0, 1.0);
  }
  // Continued fraction of the upper incomplete gamma function, by Lentz's method.
  double b = z + 1 - a, c = 1e300, d = 1 / b, h = d;
  for (int i = 1; i < 100000; ++i) {
    const double an = -i * (i - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    h *= d * c;
    if (std::abs(d * c - 1) < 1e-15) break;
  }
  return std::clamp(factor * h, 0.0, 1.0);
}

}  // namespace tacit::leaks
