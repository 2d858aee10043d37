// Exponentials along an axis and the logarithm of their sum, as Softmax, LogSoftmax and ReduceLogSumExp state them; softmax.cpp
// says how, and how far off they are.
#pragma once

#include <vector>

#include "ops/arrange.h"
#include "ops/call.h"
#include "ops/lowering.h"

namespace tacit {

/// Of exponents and logarithms.
inline constexpr double kLogUnit = 0x1p-11;
/// The most numbers that a sum of exponentials may have.
inline constexpr std::int64_t kMaxTerms = 65536;

/// What the operator runs over: `axis` of `dims`, which has the input's elements.
struct Rows {
  Shape dims;
  std::size_t axis = 0;
  std::int64_t length() const { return dims[axis]; }
};

/// A column of natural_shape(dims) as [before, length * after] with the axis' positions `after` entries apart, and how
/// statements of such columns read each other.
struct Strip {
  std::uint32_t before = 1, length = 1, after = 1;

  explicit Strip(const Rows& rows) {
    bool passed = false;
    for (const std::size_t axis : storage_order(rows.dims)) {
      const auto extent = static_cast<std::uint32_t>(rows.dims[axis]);
      if (axis == rows.axis) length = extent;
      else (passed ? after : before) *= extent;
      passed = passed || axis == rows.axis;
    }
  }

  ColumnShape shape(std::uint32_t extent) const { return {1, before, extent, after}; }
  /// Reads `to` positions of a column with `from` of them, beginning at `first`; stride 0 repeats one.
  Window window(std::uint32_t from, std::uint32_t to, std::uint32_t first, std::int32_t stride) const {
    Window w;
    w.in_h = from;
    w.out_h = to;
    w.in_w = w.out_w = after;
    w.stride_h = stride;
    w.pad_h = -static_cast<std::int32_t>(first);
    return w;
  }
  Window repeated() const { return window(1, length, 0, 0); }
  Window summed() const {
    Window w = window(length, 1, 0, 1);
    w.kernel_h = length;
    return w;
  }
};

/// coefficient times a column read through a window.
Linear read_by(ColumnId column, std::int64_t coefficient, const Window& window);

/// The terms of a logarithm of the sum of e^(x - m), m = max x.
struct LogSum {
  ColumnId most = kNone;                ///< m, [before, after] at x's scale
  ColumnId differences = kNone;         ///< x - m, clamped to 16 units of the exponent, in units of kLogUnit; of x's shape
  std::vector<ColumnId> logarithms;     ///< add up to the logarithm, [before, after] in units of kLogUnit
};
LogSum log_sum_of(const Call& call, const Placed& x, const Strip& strip, Lowering& lowering);

/// Entries of a grid of 2^bits that ends at 0.
FunctionGrid grid_to_zero(std::uint32_t bits, double in_scale, double out_scale);

/// How a statement of natural_shape(rows.dims) reads a column [before, after], repeated along the axis.
Multiple along_rows(const Placed& column, double coefficient, const Rows& rows, const Strip& strip);

}  // namespace tacit
