#include "sumcheck/products.h"

namespace tacit {
template ProductsResult<Role::kVerifier> sum_of_products(Party<Role::kVerifier>&, std::span<const int>, const Fe&,
                                                  const Secret<Role::kVerifier, ProductTables>&);
}  // namespace tacit
