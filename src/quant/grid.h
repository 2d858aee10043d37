// Grid: the integers that stand for real numbers, and how their spacing is chosen. Knows tensors' ranges, not tensors.
//
//   real value = integer * scale          integer in [-2^(bits-1), 2^(bits-1) - 1]
//
//   acc = sum of w_int * x_int (+ bias)    scale of acc = S_y / 2^shift
//   y_int = clamp(floor((acc + 2^(shift-1)) / 2^shift), lo, hi)
//
// so a weight's integer is w * S_x * 2^shift / S_y: requantisation is a pure shift and no multiplier is left over.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>

namespace tacit {

/// The smallest and the largest value that calibration saw.
struct ValueRange {
  double lo = 0, hi = 0;

  void include(double v) {
    if (v < lo) lo = v;
    if (v > hi) hi = v;
  }
  double peak() const { return hi > -lo ? hi : -lo; }
};

/// What Clip and Relu leave: a value lies between the two, infinite where it is free.
struct Limits {
  double lo = -std::numeric_limits<double>::infinity();
  double hi = std::numeric_limits<double>::infinity();

  bool any() const { return lo > -std::numeric_limits<double>::infinity() || hi < std::numeric_limits<double>::infinity(); }
  /// First this, then `next`.
  Limits then(const Limits& next) const;
};

/// floor(v + 1/2), the one rounding rule. Contract: |v| < 2^62.
std::int64_t round_half_up(double v);

struct QuantOptions {
  std::uint32_t activation_bits = 16;
  std::uint32_t weight_bits = 16;
  /// What a layer's weights may take where weight_bits are too few for the widest shift: a bit of shift that is given up is a bit
  /// of every weight of the layer. 0: kWiderWeights more.
  std::uint32_t most_weight_bits = 0;
  /// Calibration saw only examples: ranges are widened by this factor, so that most other inputs do not saturate.
  /// 0 chooses it by activation_bits: 2 costs one bit, which 14 bits and more can spare.
  double headroom = 0;

  double widening() const { return headroom > 0 ? headroom : activation_bits >= 14 ? 2.0 : activation_bits >= 12 ? 1.25 : 1.0; }

  std::int64_t activation_max() const { return (std::int64_t{1} << (activation_bits - 1)) - 1; }
  std::int64_t activation_min() const { return -(std::int64_t{1} << (activation_bits - 1)); }
  std::uint32_t widest_weight() const;
};

/// The widest weights that a key may hold, and by how much a layer's may exceed the others' where nothing else is asked for.
inline constexpr std::uint32_t kMostWeightBits = 20, kWiderWeights = 4;

/// The widest shift: remainders then share one table of 2^16 rows.
inline constexpr std::uint32_t kMaxShift = 16;
/// Constants are added as two 16-bit limbs.
inline constexpr double kMaxConstant = 2147418112.0;  // 2^31 - 2^16

/// The scale at which a tensor of this range fills the activation grid. A finite upper limit that calibration comes near
/// stands exactly at the top of the grid. Always positive and finite. Contract: the range is finite.
double activation_scale(const QuantOptions& options, const ValueRange& range, const Limits& limits);

struct ShiftChoice {
  double scale = 1;  ///< S_y, raised where no shift would do
  std::uint32_t shift = kMaxShift;
};

/// The largest integer of that many bits.
inline constexpr double largest_integer(std::uint32_t bits) { return static_cast<double>((std::int64_t{1} << (bits - 1)) - 1); }

/// The bits of weights whose largest integer is `peak`: weight_bits, or two more and so on up to widest_weight(). They tell of
/// the weights what a smaller shift would have told.
std::uint32_t weight_bits_for(const QuantOptions& options, double peak);

/// The largest shift at which a weight of real size `weight_peak` (already multiplied by its input's scale) fits into
/// the widest weight and a constant of size `constant_peak` into two limbs. At the smallest shifts
/// weights are not wider than weight_bits, so that no sum is larger than the number of limbs is chosen for (Book::choose_limbs).
ShiftChoice choose_shift(const QuantOptions& options, double scale, double weight_peak, double constant_peak);

/// The grid of committed values where none is declared: 2^-16.
inline constexpr int kDefaultGrid = -16;

/// The smallest k >= least with 2^(grid + k) >= scale. Contract: scale is positive and finite.
std::uint32_t grid_steps(int grid, double scale, std::uint32_t least);
/// The k >= 0 with 2^(grid + k) = scale, if there is one.
std::optional<std::uint32_t> exact_grid_steps(int grid, double scale);

}  // namespace tacit
