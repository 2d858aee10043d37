#include "ops/exact_rounding.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/contract.h"

namespace tacit {
namespace {

double real(const Dyadic& v) { return std::ldexp(static_cast<double>(v.mantissa), v.exponent); }

constexpr int kMostBits = 120;

int bits_of(__int128 v) {
  const auto size = v < 0 ? -static_cast<unsigned __int128>(v) : static_cast<unsigned __int128>(v);
  const auto high = static_cast<std::uint64_t>(size >> 64);
  return high != 0 ? 64 + std::bit_width(high) : std::bit_width(static_cast<std::uint64_t>(size));
}

int sign_of(__int128 v) { return v < 0 ? -1 : v > 0; }

}  // namespace

Dyadic Dyadic::of(double v) {
  TACIT_EXPECTS(std::isfinite(v), "a finite number");
  int exponent = 0;
  auto mantissa = static_cast<std::int64_t>(std::ldexp(std::frexp(v, &exponent), 53));
  exponent -= 53;
  if (mantissa == 0) return {};
  while (mantissa % 2 == 0) {
    mantissa /= 2;
    ++exponent;
  }
  return {mantissa, exponent};
}

Dyadic operator*(const Dyadic& a, const Dyadic& b) {
  TACIT_EXPECTS(bits_of(a.mantissa) + bits_of(b.mantissa) <= kMostBits, "the product fits");
  return {a.mantissa * b.mantissa, a.exponent + b.exponent};
}

std::optional<Dyadic> sum_of(const Dyadic& a, const Dyadic& b) {
  if (a.mantissa == 0) return b;
  if (b.mantissa == 0) return a;
  const Dyadic &high = a.exponent > b.exponent ? a : b, &low = a.exponent > b.exponent ? b : a;
  const int apart = high.exponent - low.exponent;
  if (bits_of(high.mantissa) + apart >= kMostBits || bits_of(low.mantissa) >= kMostBits) return std::nullopt;
  return Dyadic{high.mantissa * (__int128{1} << apart) + low.mantissa, low.exponent};
}

int compare(const Dyadic& a, const Dyadic& b) {
  if (a.mantissa == 0 || b.mantissa == 0 || sign_of(a.mantissa) != sign_of(b.mantissa)) return sign_of(a.mantissa) - sign_of(b.mantissa);
  if (a.exponent < b.exponent) return -compare(b, a);
  const int apart = a.exponent - b.exponent;
  if (bits_of(a.mantissa) + apart > kMostBits) return sign_of(a.mantissa);  // it is larger than b can be
  const __int128 left = a.mantissa * (__int128{1} << apart);
  return left < b.mantissa ? -1 : left > b.mantissa;
}

namespace {

/// Whether v / step rounds to `level` or more.
bool reaches(const Dyadic& v, const Dyadic& step, std::int64_t level) {
  const int order = compare({v.mantissa, v.exponent + 1}, step * Dyadic{2 * __int128{level} - 1, 0});
  return order > 0 || (order == 0 && level % 2 == 0);
}

}  // namespace

std::int64_t rounded_quotient(const Dyadic& v, const Dyadic& step, std::int64_t lo, std::int64_t hi) {
  while (lo < hi) {
    const std::int64_t middle = lo + (hi - lo + 1) / 2;
    if (reaches(v, step, middle)) lo = middle;
    else hi = middle - 1;
  }
  return lo;
}

std::optional<std::int64_t> Staircase::at(std::int64_t sum, std::int64_t lo, std::int64_t hi) const {
  // Doubles tell what is not close to a half.
  const double near = (real(scale) * static_cast<double>(sum) + real(offset)) / real(step), size = std::abs(real(scale) * static_cast<double>(sum)) + std::abs(real(offset));
  if (std::abs(near - std::floor(near) - 0.5) > 1e-3 && size / real(step) < 1e9) {
    return static_cast<std::int64_t>(std::clamp(std::floor(near + 0.5), static_cast<double>(lo), static_cast<double>(hi)));
  }
  const std::optional<Dyadic> v = sum_of(scale * Dyadic{sum, 0}, offset);
  if (!v || bits_of(v->mantissa) > kMostBits - 4) return std::nullopt;
  return rounded_quotient(*v, step, lo, hi);
}

std::optional<std::int64_t> Staircase::first_at_least(std::int64_t level, std::int64_t bound) const {
  // sum * scale against (level - 1/2) step - offset: the right side is one number for all sums.
  const Dyadic half_step{step.mantissa, step.exponent - 1};
  const std::optional<Dyadic> edge = sum_of(half_step * Dyadic{2 * __int128{level} - 1, 0}, {-offset.mantissa, offset.exponent});
  if (!edge || bits_of(edge->mantissa) > kMostBits - 2) return std::nullopt;
  std::int64_t below = -bound - 1, above = bound + 1;
  auto reached = [&](std::int64_t sum) {
    const int order = compare(scale * Dyadic{sum, 0}, *edge);
    return order > 0 || (order == 0 && level % 2 == 0);
  };
  // Doubles say where to look.
  const double near = real(*edge) / real(scale);
  if (std::abs(near) < static_cast<double>(bound) - 2) {
    const auto middle = static_cast<std::int64_t>(std::floor(near));
    if (!reached(middle - 1)) below = middle - 1;
    if (reached(middle + 2)) above = middle + 2;
  }
  while (above - below > 1) {
    const std::int64_t middle = below + (above - below) / 2;
    (reached(middle) ? above : below) = middle;
  }
  return above;
}

}  // namespace tacit
