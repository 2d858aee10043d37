#include "lookup/fraction_sum.h"

namespace tacit {
template FractionClaim<Role::kVerifier> fraction_sum(Party<Role::kVerifier>&, int,
                                                     const Secret<Role::kVerifier, FractionLeaves>&);
template FractionClaim<Role::kPlanner> fraction_sum(Party<Role::kPlanner>&, int,
                                                    const Secret<Role::kPlanner, FractionLeaves>&);
}  // namespace tacit
