// Levels: a function as a sum of tables, each for the part of its domain where the one before is too coarse.
//
//   f(x) = g_0(x) + g_1(clamp(x, c, d)) + ...         g_0 = f outside of [c, d], and the chord from (c, f(c)) to (d, f(d)) inside
//                                                     g_1 = f less that chord: 0 at c and d. At an end of the domain
//                                                     itself the chord is level: f may be large there
//
//   1/x on [-1, 1]     level 0 ----------------|====|----------------    steps of 2^-15
//                      level 1                 ---||---                  steps 2^-19
//                      level 2                   ..                      and so on down to the least |x| that is told apart
//
// A smooth function is one level. Where the levels meet f is continuous, so it does not matter on which side rounding falls.
#pragma once

#include <functional>
#include <vector>

#include "quant/function.h"

namespace tacit {

/// How far off a sum of levels may be, apart from the rounding of x before: max(absolute, relative * |f|), anything where |f| > cap / 2.
struct LevelSpec {
  double lo = 0, hi = 1;            ///< the domain, lo < hi
  double absolute = 0x1p-14, relative = 0x1p-12;
  double cap = 1e300;               ///< f is taken as +-cap beyond it
  std::uint32_t bits = 16, most_bits = 19;  ///< of a table; more than `bits` where a finer grid is needed nearly everywhere
  double least_step = 0;            ///< finer ones tell nothing apart: the levels that would want them have smaller tables
  int depth = 6;                    ///< the most levels
};

struct Level {
  std::function<double(double)> g;
  FunctionGrid grid;  ///< out_scale: the largest |g| is 2^16 to 2^17 steps
  std::int64_t lo = 0, hi = 0;  ///< arguments in steps of grid.in_scale are clamped to [lo, hi], inside of the grid
};

/// The levels of f, the first one covering the domain. Steps are powers of two. Where the spec cannot be met with its depth and
/// bits the result is the best that they allow.
std::vector<Level> levels_of(const std::function<double(double)>& f, const LevelSpec& spec);

}  // namespace tacit
