// Where levels meet: a level below the first is 0 at the ends at which its argument is clamped, so that it adds nothing outside.
#include "quant/levels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "quant/functions.h"

namespace tacit {
namespace {

/// The largest entry, in steps of its table, at the end of a level below the first.
double largest_end(const std::function<double(double)>& f, const LevelSpec& spec, bool both) {
  double most = 0;
  const std::vector<Level> levels = levels_of(f, spec);
  EXPECT_GT(levels.size(), 1u);
  for (std::size_t k = 1; k < levels.size(); ++k) {
    const Level& level = levels[k];
    for (const std::int64_t end : {level.hi, both ? level.lo : level.hi})
      most = std::max(most, std::abs(level.g(static_cast<double>(end) * level.grid.in_scale)) / level.grid.out_scale);
  }
  return most;
}

TEST(Levels, AddNothingWhereTheirArgumentIsClamped) {
  const double least = 0x1p-28;
  const auto root = [=](double t) { return exact_pow(std::max(t, least), -0.5); };
  for (const double step : {0.0, 0x1p-31, 0x1p-30, 1.3e-9, 0x1p-27}) {  // some of them where a grid has just as many steps as entries
    const LevelSpec spec{.lo = 0, .absolute = 0, .relative = 0x1p-13, .cap = root(0), .least_step = step};
    EXPECT_LT(largest_end(root, spec, false), 1e-6) << step;
  }
  const auto reciprocal = [](double t) { return (t < 0 ? -1 : 1) / std::max(std::abs(t), 0x1p-14); };
  for (const double step : {0.0, 0x1p-31, 0x1p-20, 3e-7}) {
    const LevelSpec spec{.lo = -1, .absolute = 0, .relative = 0x1p-13, .cap = 0x1p14, .least_step = step};
    EXPECT_LT(largest_end(reciprocal, spec, true), 0.01) << step;
  }
}

}  // namespace
}  // namespace tacit
