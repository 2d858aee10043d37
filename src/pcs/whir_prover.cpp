#include "pcs/whir_prover.h"

#include "pcs/whir_engine.h"

namespace tacit {

template <>
void open<Role::kProver>(Party<Role::kProver>& party, const OpeningParams& params, const Digest& root_w,
                         const Digest& root_x, const Known<OpeningWitness>& witness, const Fe& claim,
                         const CovectorEvaluator& evaluate) {
  auto prover = witness.map([&](const OpeningWitness& w) { return std::make_unique<WhirProver>(params, w); });
  OpeningScript<Role::kProver>(party, params, root_w, root_x, std::move(prover), claim).run(evaluate);
}

}  // namespace tacit
