#include "graph/feature_shifts.h"

#include <algorithm>
#include <cmath>

#include "theorem/ports.h"

namespace tacit {
namespace {

/// Room for values larger than those seen, and the difference in size from which on one scale will not do, as powers of two.
constexpr int kReserve = 3, kLeastSpread = 6;
/// A feature that was not 0 fewer times than this is not known by its largest value.
constexpr std::uint64_t kSeen = 8;

struct Feature {
  double peak = 0;
  std::uint64_t seen = 0;

  /// By how many powers of two it is smaller than `largest`.
  int below(double largest) const {
    if (peak <= 0) return kMaxRowShift;
    return static_cast<int>(std::min<double>(kMaxRowShift, std::floor(std::log2(largest / peak))));
  }
};

std::vector<Feature> seen_features(const std::string& input, std::size_t count, const std::vector<TensorMap>& samples) {
  std::vector<Feature> features(count);
  for (const TensorMap& sample : samples) {
    const std::vector<float>& x = sample.at(input).f;
    for (std::size_t k = 0; k < x.size(); ++k) {
      Feature& f = features[k % count];
      f.peak = std::max(f.peak, std::abs(static_cast<double>(x[k])));
      f.seen += x[k] != 0;
    }
  }
  return features;
}

}  // namespace

std::vector<std::uint8_t> feature_shifts(const std::string& input, std::size_t count, const std::vector<TensorMap>& samples) {
  const std::vector<Feature> features = seen_features(input, count, samples);
  double largest = 0;
  for (const Feature& f : features) largest = std::max(largest, f.peak);
  std::vector<int> known;
  for (const Feature& f : features)
    if (f.seen >= kSeen) known.push_back(f.below(largest));
  if (known.empty() || *std::max_element(known.begin(), known.end()) < kLeastSpread) return {};
  const auto middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
  std::nth_element(known.begin(), middle, known.end());
  std::vector<std::uint8_t> shifts;
  for (const Feature& f : features) {
    // One that is not known is taken for one of the usual size, but not for a smaller one than it was.
    const int below = f.seen >= kSeen ? f.below(largest) : std::min(*middle, f.below(largest));
    shifts.push_back(static_cast<std::uint8_t>(std::max(0, below - kReserve)));
  }
  return shifts;
}

}  // namespace tacit
