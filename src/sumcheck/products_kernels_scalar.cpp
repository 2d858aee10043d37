#include "sumcheck/products_kernels_text.h"

namespace tacit {
const ProductKernels kProductKernelsScalar = products_text::kernels<ScalarLanes>();
}  // namespace tacit
