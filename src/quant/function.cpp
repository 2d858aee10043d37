#include "quant/function.h"

#include <algorithm>
#include <cmath>

#include "base/contract.h"

namespace tacit {
namespace {

constexpr double kLn2High = 0x1.62e42fee00000p-1, kLn2Low = 0x1.a39ef35793c76p-33;  // their sum is ln 2 to 86 bits

}  // namespace

double exact_exp(double x) {
  constexpr double kLeast = -740, kMost = 700;
  if (x < kLeast) return 0;
  x = std::min(x, kMost);
  const double k = std::floor(x / (kLn2High + kLn2Low) + 0.5);
  const double r = (x - k * kLn2High) - k * kLn2Low;  // |r| <= ln 2 / 2
  double sum = 1;
  for (int n = 18; n >= 1; --n) sum = 1 + r * sum / n;
  return std::ldexp(sum, static_cast<int>(k));
}

double exact_log(double x) {
  TACIT_EXPECTS(x > 0 && std::isfinite(x), "a logarithm is taken of a positive number");
  int exponent = 0;
  double m = std::frexp(x, &exponent);
  if (m < 0x1.6a09e667f3bcdp-1) {  // below sqrt(1/2)
    m *= 2;
    --exponent;
  }
  // log m = 2 artanh z = 2 (z + z^3 / 3 + ...), |z| <= 0.172
  const double z = (m - 1) / (m + 1), square = z * z;
  double sum = 0;
  for (int n = 27; n >= 1; n -= 2) sum = sum * square + 1.0 / n;
  return exponent * kLn2High + (2 * z * sum + exponent * kLn2Low);
}

double exact_sigmoid(double x) {
  if (x >= 0) return 1 / (1 + exact_exp(-x));
  const double e = exact_exp(x);
  return e / (1 + e);
}

double exact_tanh(double x) {
  const double e = exact_exp(-2 * std::abs(x)), y = (1 - e) / (1 + e);
  return x < 0 ? -y : y;
}

// By divided differences.
std::array<double, 4> cubic_through(const std::function<double(double)>& f, double length) {
  double at[4], d[4];
  for (int i = 0; i < 4; ++i) {
    constexpr double kChebyshev[4] = {0.038060233744356624, 0.30865828381745514, 0.6913417161825449, 0.9619397662556434};
    at[i] = kChebyshev[i] * (length - 1);
    d[i] = f(at[i]);
  }
  if (length == 1) return {d[0], 0, 0, 0};
  for (int order = 1; order < 4; ++order)
    for (int i = 3; i >= order; --i) d[i] = (d[i] - d[i - 1]) / (at[i] - at[i - order]);
  std::array<double, 4> c = {d[3], 0, 0, 0};
  for (int i = 2; i >= 0; --i) {  // c = c (t - at[i]) + d[i]
    for (std::size_t k = 3; k >= 1; --k) c[k] = c[k - 1] - at[i] * c[k];
    c[0] = d[i] - at[i] * c[0];
  }
  return c;
}

std::vector<Cubic> cubic_pieces(const std::function<double(double)>& f, const FunctionGrid& grid) {
  const double length = std::ldexp(1.0, static_cast<int>(grid.log_piece));
  std::vector<Cubic> out;
  for (std::uint64_t p = 0; p < std::uint64_t{1} << (grid.bits - grid.log_piece); ++p) {
    const double begin = static_cast<double>(grid.first) + static_cast<double>(p) * length;
    // The half makes the floor of the cubic the nearest integer to f.
    auto value = [&](double t) { return f((begin + t) * grid.in_scale) / grid.out_scale + 0.5; };
    const std::array<double, 4> c = cubic_through(value, length);
    Cubic piece{};
    for (std::size_t k = 0; k < 4; ++k) piece[k] = static_cast<std::int64_t>(std::floor(c[k] * 0x1p32 + 0.5));
    out.push_back(piece);
  }
  return out;
}

}  // namespace tacit
