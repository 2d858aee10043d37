#include "ops/function_table.h"

#include <algorithm>

namespace tacit {

Table function_table(const std::function<double(double)>& f, const FunctionGrid& grid) {
  Table table{TableKind::kFunction, grid.bits, 0, 0, grid.first, cubic_pieces(f, grid)};
  const std::vector<std::int32_t> values = function_values(table);
  const auto [lo, hi] = std::minmax_element(values.begin(), values.end());
  table.lo = *lo;
  table.hi = *hi;
  return table;
}

}  // namespace tacit
