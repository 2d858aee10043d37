// Powers of integers by constant exponents, element by element: products of the base with itself, for each exponent that occurs, and
// of those the one that each element wants. Which exponents occur is architecture; where they do is hidden.
//
//   x^p            x * x * ... * x, exactly
//   y              sum over the exponents p of [the element's exponent is p] * x^p
//
// A base whose power is beyond 2^21 counts as the largest one whose power is not.
#include <algorithm>
#include <cmath>
#include <set>

#include "ops/comparing.h"
#include "ops/moves.h"
#include "ops/powers.h"

namespace tacit {
namespace {

constexpr std::int64_t kMost = std::int64_t{1} << 21;
constexpr std::int64_t kMostExponent = 21;
constexpr std::size_t kMostExponents = 8;

std::vector<double> exponents_of(const Tensor& y) {
  return y.dtype == DType::kFloat ? std::vector<double>(y.f.begin(), y.f.end()) : std::vector<double>(y.i.begin(), y.i.end());
}

/// base^p, or 2^21 + 1 where it is larger.
std::int64_t power_of(std::int64_t base, std::int64_t p) {
  std::int64_t out = 1;
  for (std::int64_t k = 0; k < p && out <= kMost; ++k) out *= base;
  return std::min(out, kMost + 1);
}

std::int64_t largest_base(std::int64_t p) {
  if (p == 1) return kMost;
  std::int64_t base = 1;
  while (base < kMost && power_of(base + 1, p) <= kMost) ++base;
  return base;
}

/// All that a number of the range can be to the power of p.
IntegerRange power_of(const IntegerRange& x, std::int64_t p) {
  const auto signed_power = [p](std::int64_t v) { return v < 0 && p % 2 != 0 ? -power_of(-v, p) : power_of(std::abs(v), p); };
  const std::int64_t a = signed_power(x.lo), b = signed_power(x.hi);
  return {p % 2 == 0 && x.lo < 0 ? 0 : std::min(a, b), std::max(a, b)};
}

/// x^p, p > 0.
Placed power(const Call& call, const Placed& x, std::int64_t p, Lowering& lowering) {
  if (p == 1) return x;
  const std::string name = call.node->name + ".to_" + std::to_string(p);
  const Column column = lowering.book().column(x.column);
  const std::int64_t reach = largest_base(p);
  const IntegerRange bounds{std::clamp(column.lo, -reach, reach), std::clamp(column.hi, -reach, reach)};
  Affine copy = sum_of(call, x);
  copy.name = name + ".base";
  const bool holds = column.lo >= -reach && column.hi <= reach;
  const Placed base = holds ? x : lowering.settle(copy, 1, bounds.lo, std::max(bounds.hi, bounds.lo + 1));
  Placed out = base;
  for (std::int64_t k = 2; k <= p; ++k) {
    out = integer_product(name + "." + std::to_string(k), {.a = out, .b = base, .clamp = power_of(bounds, k)}, lowering);
  }
  return out;
}

}  // namespace

Status check_integer_power(const Call& call) {
  const Tensor* y = call.operand(1).value;
  if (y == nullptr) return refuse(*call.node, "cannot raise integers to powers that depend on the model's input");
  const std::vector<double> all = exponents_of(*y);
  const bool whole = std::all_of(all.begin(), all.end(), [](double p) { return p >= 0 && p <= kMostExponent && p == std::floor(p); });
  if (!whole) return refuse(*call.node, "cannot raise integers to powers other than 0 to " + std::to_string(kMostExponent));
  if (std::set<double>(all.begin(), all.end()).size() > kMostExponents) return refuse(*call.node, "has more than 8 different exponents of integers");
  return Unit{};
}

Status give_integer_power(const Call& call, const Shape& dims, Lowering& lowering) {
  TACIT_TRY(const Placed x, read_integers(call, 0, dims, lowering));
  const std::vector<double> all = exponents_of(broadcast_to(as_floats(*call.operand(1).value), dims));
  const Column column = lowering.book().column(x.column);
  const std::set<double> exponents(all.begin(), all.end());
  std::optional<Placed> out;
  IntegerRange bounds{0, 0};
  for (const double p : exponents) {
    const auto exponent = static_cast<std::int64_t>(p);
    const std::int64_t reach = exponent == 0 ? 1 : largest_base(exponent);
    const IntegerRange own = exponent == 0 ? IntegerRange{0, 1} : power_of({std::clamp(column.lo, -reach, reach), std::clamp(column.hi, -reach, reach)}, exponent);
    bounds = {std::min(bounds.lo, own.lo), std::max(bounds.hi, own.hi)};
    if (exponents.size() == 1 && exponent > 0) {
      out = power(call, x, exponent, lowering);
      break;
    }
    std::vector<std::int64_t> wanted;
    for (const double each : all) wanted.push_back(each == p);
    const Placed mask = constant_column(call, make_int64(dims, std::move(wanted)), dims, {0, 1}, lowering);
    const Placed term = exponent == 0 ? mask : power(call, x, exponent, lowering);
    out = integer_product(call.node->name + ".up_to_" + std::to_string(exponent), {.a = term, .b = mask, .clamp = bounds, .plus = out}, lowering);
  }
  if (!range_of_element(call.operand(0).type.element).holds(bounds)) return refuse(*call.node, "its integers may be larger than their type holds");
  lowering.give(call, *out);
  return Unit{};
}

}  // namespace tacit
