#include "quant/functions.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "quant/function.h"

namespace tacit {
namespace {

constexpr double kHalfPi = 0x1.921fb54442d18p+0, kHalfPiLow = 0x1.1a62633145c07p-54;

/// sin of |r| <= pi / 4, and cos.
double small_sin(double r) {
  double sum = 1;
  for (int n = 18; n >= 2; n -= 2) sum = 1 - r * r * sum / (n * (n + 1));
  return r * sum;
}
double small_cos(double r) {
  double sum = 1;
  for (int n = 19; n >= 1; n -= 2) sum = 1 - r * r * sum / (n * (n + 1));
  return sum;
}

/// cos(x - quarter * pi / 2).
double turned_cos(double x, std::int64_t quarter) {
  const double k = std::floor(x / kHalfPi + 0.5);
  const double r = (x - k * kHalfPi) - k * kHalfPiLow;
  const std::int64_t turn = ((static_cast<std::int64_t>(k) - quarter) % 4 + 4) % 4;
  const double value = turn % 2 == 0 ? small_cos(r) : small_sin(r);
  return turn == 1 || turn == 2 ? -value : value;
}

}  // namespace

double exact_erf(double x) {
  const double a = std::abs(x);
  if (a > 6) return x < 0 ? -1 : 1;
  // erf a = 2 / sqrt(pi) e^(-a^2) (a + 2 a^3 / 3 + 4 a^5 / 15 + ...): all terms have one sign.
  constexpr double kFactor = 0x1.20dd750429b6dp+0;
  double term = a, sum = a;
  for (int n = 1; n < 150; ++n) {
    term *= 2 * a * a / (2 * n + 1);
    sum += term;
  }
  const double y = std::min(1.0, kFactor * exact_exp(-a * a) * sum);
  return x < 0 ? -y : y;
}

double exact_sin(double x) { return turned_cos(x, 1); }
double exact_cos(double x) { return turned_cos(x, 0); }
double exact_tan(double x) {
  const double c = exact_cos(x);
  return exact_sin(x) / (std::abs(c) < 0x1p-50 ? 0x1p-50 : c);
}

double exact_atan(double x) {
  const double a = std::abs(x);
  double y = 0;
  if (a > 1) {
    y = kHalfPi - exact_atan(1 / a);
  } else if (a > 0.42) {
    y = kHalfPi / 2 + exact_atan((a - 1) / (a + 1));
  } else {
    double sum = 0;
    for (int n = 45; n >= 1; n -= 2) sum = 1.0 / n - a * a * sum;
    y = a * sum;
  }
  return x < 0 ? -y : y;
}

double exact_asin(double x) {
  x = std::clamp(x, -1.0, 1.0);
  const double c = std::sqrt((1 - x) * (1 + x));
  if (std::abs(x) <= c) return exact_atan(x / c);
  const double rest = exact_atan(c / std::abs(x));
  return x < 0 ? rest - kHalfPi : kHalfPi - rest;
}
double exact_acos(double x) { return kHalfPi - exact_asin(x); }

double exact_sinh(double x) { return (exact_exp(x) - exact_exp(-x)) / 2; }
double exact_cosh(double x) { return (exact_exp(x) + exact_exp(-x)) / 2; }
double exact_asinh(double x) {
  const double a = std::abs(x), y = exact_log(a + std::sqrt(a * a + 1));
  return x < 0 ? -y : y;
}
double exact_acosh(double x) {
  x = std::max(x, 1.0);
  return exact_log(x + std::sqrt((x - 1) * (x + 1)));
}
double exact_atanh(double x) {
  constexpr double kEnd = 1 - 0x1p-30;
  x = std::clamp(x, -kEnd, kEnd);
  return exact_log((1 + x) / (1 - x)) / 2;
}

double exact_softplus(double x) { return std::max(x, 0.0) + exact_log(1 + exact_exp(-std::abs(x))); }

double exact_pow(double x, double p) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (p == 0) return 1;
  const bool whole = p == std::floor(p), odd = whole && std::floor(p / 2) * 2 != p;
  if (x < 0 && !whole) x = 0;
  const double sign = x < 0 && odd ? -1 : 1, a = std::abs(x);
  if (a == 0) return p < 0 ? kInfinity : 0;
  if (whole && std::abs(p) <= 64) {
    double y = 1;
    for (int k = 0; k < static_cast<int>(std::abs(p)); ++k) y *= a;
    return sign * (p < 0 ? 1 / y : y);
  }
  const double exponent = p * exact_log(a);
  return exponent > 700 ? sign * kInfinity : sign * exact_exp(exponent);
}

}  // namespace tacit
