#include "ops/masks.h"

namespace tacit {

double floor_beside(const Tensor* other, double floor) {
  if (other == nullptr || other->f.empty()) return floor;
  return floor - *std::max_element(other->f.begin(), other->f.end());
}

}  // namespace tacit
