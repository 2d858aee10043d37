// Choosing ranges: how much of a value's largest numbers is given up for finer steps of all others.
//
//   |v|, 2048 bins     ########=====---....            .      peak    of min-max: nothing is clipped
//                                      ^ peak of 99.9 %, and that of the least mean-square error (rounding + clipping)
//
// Scales are symmetric, so that one number, the peak, is chosen for each value. Values of one group (kRangeGroup) share it.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "graph/compile.h"

namespace tacit {

/// The sizes of one value's numbers: bins of equal width from 0 to its peak.
struct SizeHistogram {
  double peak = 0;
  std::vector<std::uint64_t> bins;

  /// The least bin end that `share` of all numbers does not exceed.
  double percentile(double share) const;
  /// The bin end at which rounding and clipping together have the least mean-square error.
  double least_error(const QuantOptions& quant) const;
};

/// What the choice works on.
struct RangeTask {
  const Graph& graph;
  const std::vector<TensorMap>& samples;
  RangeMethod method = RangeMethod::kAuto;   ///< not kMinMax
  std::set<std::string> fixed;               ///< ranges that stay
  double work = 1;                           ///< multiply-adds of one run
  std::function<Result<Compiled>(const Recipe&)> lower;
  std::function<void(std::size_t done, std::size_t of)> progress;   ///< may be empty
};

/// The histograms of the named values, whose ranges are known, over all samples.
Result<std::map<std::string, SizeHistogram>> size_histograms(const Graph& graph, const std::vector<TensorMap>& samples,
                                                             const std::map<std::string, ValueRange>& ranges, const std::set<std::string>& names);

/// Changes the recipe's ranges; `first` is what the recipe gives before. kAuto measures the outputs' error on some of the
/// samples: of the three methods for all values together, then, from the best of them, of the others for one group of values
/// after the other, most promising first, and keeps what lowers it. How many trials there are depends on the work, not on the
/// clock, so that the result is the same on every machine. Errors: those of the lowering, of the first trial only.
Result<RangeChoice> choose_ranges(const RangeTask& task, const Compiled& first, Recipe& recipe);

}  // namespace tacit
