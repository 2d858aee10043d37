// Float matrix products for calibration and for measuring a quantised model against its float original.
//
//   c[m x n] = a[m x k] * b[k x n]      each operand addressed by a row stride and a column stride
//
// Sums run over k in ascending order in float without fused multiply-add, one accumulator per result (64 for `dot`),
// so the result does not depend on which vector width the machine has.
#pragma once

#include <cstdint>

namespace tacit {

struct MatrixView {
  const float* data = nullptr;
  std::int64_t row_stride = 0;
  std::int64_t col_stride = 0;
};

/// Columns of a packed panel.
inline constexpr std::int64_t kPanel = 16;

/// c (row stride ldc, columns contiguous) = a * b. `c` is overwritten; it does not overlap the operands.
void matmul(MatrixView a, MatrixView b, float* c, std::int64_t ldc, std::int64_t m, std::int64_t n, std::int64_t k);

/// c[r][0..cols) = a[r][0..k) * panel for all m rows, where panel is k x kPanel, rows contiguous with stride
/// `panel_stride`; cols <= kPanel. The building block of `matmul` and of the convolution.
void multiply_panel(MatrixView a, const float* panel, std::int64_t panel_stride, float* c, std::int64_t ldc,
                    std::int64_t m, std::int64_t cols, std::int64_t k);

}  // namespace tacit
