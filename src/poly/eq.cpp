#include "poly/eq.h"

#include "base/contract.h"
#include "field/arrays.h"

namespace tacit {
namespace {

// Entries of the inner table: 24 KiB, which stay in the first-level cache while the outer table scales them.
constexpr std::size_t kInnerVariables = 10;

/// Every coordinate doubles the table, the least significant first, so that old entries stay where they are.
FeVector doubled_table(std::span<const Fe> point, const Fe& scale_by) {
  FeVector table(std::size_t{1} << point.size());
  table[0] = scale_by;
  std::size_t size = 1;
  for (std::size_t i = point.size(); i-- > 0; size *= 2) {
    std::span<Fe> low(table.data(), size), high(table.data() + size, size);
    scale(low, point[i], high);
    sub(low, high, low);
  }
  return table;
}

}  // namespace

FeVector eq_table(std::span<const Fe> point, Fe scale_by) {
  TACIT_EXPECTS(point.size() < 48, "an equality table of that many variables does not fit in memory");
  if (point.size() <= kInnerVariables) return doubled_table(point, scale_by);
  const std::size_t outer_variables = point.size() - kInnerVariables;
  const FeVector outer = eq_table(point.first(outer_variables), scale_by);
  const FeVector inner = doubled_table(point.subspan(outer_variables), kOne);
  FeVector table(outer.size() * inner.size());
  for (std::size_t i = 0; i < outer.size(); ++i)
    scale(inner, outer[i], std::span<Fe>(table).subspan(i * inner.size(), inner.size()));
  return table;
}

Fe eq(std::span<const Fe> a, std::span<const Fe> b) {
  TACIT_EXPECTS(a.size() == b.size(), "eq of points of different lengths");
  Fe product = kOne;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Fe both = a[i] * b[i];
    product *= kOne - a[i] - b[i] + both + both;
  }
  return product;
}

}  // namespace tacit
