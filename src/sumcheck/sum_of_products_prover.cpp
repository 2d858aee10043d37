#include "sumcheck/products.h"

namespace tacit {
template ProductsResult<Role::kProver> sum_of_products(Party<Role::kProver>&, std::span<const int>, const Scalar&,
                                                  const Secret<Role::kProver, ProductTables>&);
}  // namespace tacit
