#include "lookup/fraction_sum.h"

namespace tacit {
template FractionClaim<Role::kProver> fraction_sum(Party<Role::kProver>&, int,
                                                   const Secret<Role::kProver, FractionLeaves>&);
}  // namespace tacit
