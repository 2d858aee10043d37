#include "lookup/fraction_sum.h"

namespace tacit {
template FractionClaim<Role::kVerifier> fraction_sum(Party<Role::kVerifier>&, int,
                                                     const Secret<Role::kVerifier, FractionLeaves>&);
}  // namespace tacit
