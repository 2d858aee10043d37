#include "sumcheck/products.h"

namespace tacit {
template ProductsResult<Role::kVerifier> sum_of_products(Party<Role::kVerifier>&, std::span<const int>, const Scalar&,
                                                  const Secret<Role::kVerifier, ProductTables>&);
template ProductsResult<Role::kPlanner> sum_of_products(Party<Role::kPlanner>&, std::span<const int>, const Scalar&,
                                                  const Secret<Role::kPlanner, ProductTables>&);
}  // namespace tacit
