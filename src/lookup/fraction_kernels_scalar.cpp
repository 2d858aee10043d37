#include <algorithm>

#include "lookup/fraction_kernels_text.h"

namespace tacit {
const FractionKernels kFractionKernelsScalar = fraction_text::kernels<ScalarLanes>();
}  // namespace tacit
