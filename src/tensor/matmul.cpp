#include "tensor/matmul.h"

#include <cstring>
#include <vector>

// AVX2 without FMA does the same roundings as the baseline, only more of them at once.
#if defined(__x86_64__) && defined(__ELF__) && !defined(__SANITIZE_ADDRESS__) && !defined(TACIT_NO_CLONES)
#define TACIT_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define TACIT_CLONES
#endif

namespace tacit {
namespace {

typedef float Lanes __attribute__((vector_size(32)));
constexpr int kLanes = 8;
static_assert(kPanel == 2 * kLanes);

/// Four rows of a against one panel: 8 vector accumulators stay in registers over the whole of k.
TACIT_CLONES void four_rows(const float* a, std::int64_t rs, std::int64_t cs, const float* b, std::int64_t ldb,
                            std::int64_t k, float* out) {
  Lanes acc[4][2] = {};
  for (std::int64_t p = 0; p < k; ++p) {
    Lanes b0, b1;
    std::memcpy(&b0, b + p * ldb, sizeof b0);
    std::memcpy(&b1, b + p * ldb + kLanes, sizeof b1);
    for (int r = 0; r < 4; ++r) {
      const float x = a[r * rs + p * cs];
      acc[r][0] += x * b0;
      acc[r][1] += x * b1;
    }
  }
  std::memcpy(out, acc, sizeof acc);
}

TACIT_CLONES void one_row(const float* a, std::int64_t cs, const float* b, std::int64_t ldb, std::int64_t k,
                          float* out) {
  Lanes acc[2] = {};
  for (std::int64_t p = 0; p < k; ++p) {
    Lanes b0, b1;
    std::memcpy(&b0, b + p * ldb, sizeof b0);
    std::memcpy(&b1, b + p * ldb + kLanes, sizeof b1);
    acc[0] += a[p * cs] * b0;
    acc[1] += a[p * cs] * b1;
  }
  std::memcpy(out, acc, sizeof acc);
}

/// sum of x[p]*y[p] in 64 interleaved partial sums.
TACIT_CLONES float dot(const float* x, const float* y, std::int64_t k) {
  constexpr int kParts = 8;
  Lanes acc[kParts] = {};
  std::int64_t p = 0;
  for (; p + kParts * kLanes <= k; p += kParts * kLanes) {
    for (int part = 0; part < kParts; ++part) {
      Lanes u, v;
      std::memcpy(&u, x + p + part * kLanes, sizeof u);
      std::memcpy(&v, y + p + part * kLanes, sizeof v);
      acc[part] += u * v;
    }
  }
  for (int part = 1; part < kParts; ++part) acc[0] += acc[part];
  float sum = 0;
  for (int lane = 0; lane < kLanes; ++lane) sum += acc[0][lane];
  for (; p < k; ++p) sum += x[p] * y[p];
  return sum;
}

void pack(MatrixView b, std::int64_t first, std::int64_t cols, std::int64_t k, float* panel) {
  for (std::int64_t p = 0; p < k; ++p) {
    const float* row = b.data + p * b.row_stride + first * b.col_stride;
    for (std::int64_t j = 0; j < cols; ++j) panel[p * kPanel + j] = row[j * b.col_stride];
    for (std::int64_t j = cols; j < kPanel; ++j) panel[p * kPanel + j] = 0;
  }
}

}  // namespace

void multiply_panel(MatrixView a, const float* panel, std::int64_t panel_stride, float* c, std::int64_t ldc,
                    std::int64_t m, std::int64_t cols, std::int64_t k) {
  float out[4 * kPanel];
  const std::size_t bytes = static_cast<std::size_t>(cols) * sizeof(float);
  std::int64_t r = 0;
  for (; r + 4 <= m; r += 4) {
    four_rows(a.data + r * a.row_stride, a.row_stride, a.col_stride, panel, panel_stride, k, out);
    for (int q = 0; q < 4; ++q) std::memcpy(c + (r + q) * ldc, out + q * kPanel, bytes);
  }
  for (; r < m; ++r) {
    one_row(a.data + r * a.row_stride, a.col_stride, panel, panel_stride, k, out);
    std::memcpy(c + r * ldc, out, bytes);
  }
}

void matmul(MatrixView a, MatrixView b, float* c, std::int64_t ldc, std::int64_t m, std::int64_t n, std::int64_t k) {
  // Few rows against a transposed matrix: packing would cost more than the product.
  if (m < 4 && b.row_stride == 1 && a.col_stride == 1) {
    for (std::int64_t r = 0; r < m; ++r) {
      const float* row = a.data + r * a.row_stride;
      for (std::int64_t j = 0; j < n; ++j) c[r * ldc + j] = dot(row, b.data + j * b.col_stride, k);
    }
    return;
  }
  std::vector<float> packed;
  for (std::int64_t j = 0; j < n; j += kPanel) {
    const std::int64_t cols = n - j < kPanel ? n - j : kPanel;
    const float* panel = b.data + j;
    std::int64_t stride = b.row_stride;
    if (b.col_stride != 1 || cols < kPanel) {
      packed.resize(static_cast<std::size_t>(k * kPanel));
      pack(b, j, cols, k, packed.data());
      panel = packed.data();
      stride = kPanel;
    }
    multiply_panel(a, panel, stride, c + j, ldc, m, cols, k);
  }
}

}  // namespace tacit
