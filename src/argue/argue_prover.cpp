#include "argue/argue.h"

namespace tacit {

void argue_prover(Party<Role::kProver>& party, const Relation& relation, const Known<WitnessView>& witness) {
  argue<Role::kProver>(party, relation, witness);
}

}  // namespace tacit
