#include <algorithm>

#include "field/avx512.h"

#if defined(__AVX512F__)

#include "lookup/fraction_kernels_text.h"

namespace tacit {
namespace {
struct Avx512Lanes {
  using F = Fp8;
  using E = Fe8;
  using Sum = FeProductSum8;
};
}  // namespace

const FractionKernels kFractionKernelsAvx512 = fraction_text::kernels<Avx512Lanes>();
}  // namespace tacit

#endif  // __AVX512F__
