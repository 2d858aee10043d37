// What the soundness calculator knows about one Reed-Solomon code: radius, list, agreement.
#include <algorithm>
#include <cmath>
#include <limits>

#include "pcs/security.h"

namespace tacit {
namespace {

constexpr double kLog2Of3 = 1.584962500721156;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double log2_add(double a, double b) {
  double high = std::max(a, b), low = std::min(a, b);
  if (high == -kInfinity) return high;
  return high + std::log1p(std::exp2(low - high)) / std::log(2.0);
}

}  // namespace

double log2_sum(const std::vector<double>& log2_values) {
  double sum = -kInfinity;
  for (double v : log2_values) sum = log2_add(sum, v);
  return sum;
}

double query_bits(const CodeRadius& code) {
  if (code.regime == Regime::kUniqueDecoding) return 1 - std::log2(1 + std::exp2(-code.log_inv_rate));
  return code.log_inv_rate / 2 - std::log2(1 + 0.5 / code.multiplicity);
}

double decoding_radius(const CodeRadius& code) { return 1 - std::exp2(-query_bits(code)); }

double list_log2(const CodeRadius& code) {
  if (code.regime == Regime::kUniqueDecoding) return 0;
  return std::log2(code.multiplicity + 0.5) + code.log_inv_rate / 2;
}

double agreement_bits(const CodeRadius& code, double log_length, double field_bits) {
  double delta = decoding_radius(code);
  if (delta <= 0) return 0;
  if (code.regime == Regime::kUniqueDecoding) return field_bits - log2_add(std::log2(delta) + log_length, 0);
  double m = code.multiplicity + 0.5, rate = std::exp2(-code.log_inv_rate);
  double factor = std::log2(2 * std::pow(m, 5) + 3 * m * delta * rate);
  double main = factor - kLog2Of3 + 1.5 * code.log_inv_rate + log_length;
  return field_bits - log2_add(main, list_log2(code));
}

}  // namespace tacit
