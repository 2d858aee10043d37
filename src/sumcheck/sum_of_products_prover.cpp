#include "sumcheck/products.h"

namespace tacit {
template ProductsResult<Role::kProver> sum_of_products(Party<Role::kProver>&, std::span<const int>, const Fe&,
                                                  const Secret<Role::kProver, ProductTables>&);
}  // namespace tacit
