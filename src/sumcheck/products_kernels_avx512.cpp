#include "field/avx512.h"

#if defined(__AVX512F__)

#include "sumcheck/products_kernels_text.h"

namespace tacit {
namespace {
struct Avx512Lanes {
  using F = Fp8;
  using E = Fe8;
  using Sum = FeProductSum8;
};
}  // namespace

const ProductKernels kProductKernelsAvx512 = products_text::kernels<Avx512Lanes>();
}  // namespace tacit

#endif  // __AVX512F__
