#include "pcs/whir_engine.h"

namespace tacit {

template <>
void open<Role::kVerifier>(Party<Role::kVerifier>& party, const OpeningParams& params, const Digest& root_w,
                           const Digest& root_x, const Sealed&, const Fe& claim, const CovectorEvaluator& evaluate) {
  OpeningScript<Role::kVerifier>(party, params, root_w, root_x, Sealed{}, claim).run(evaluate);
}

}  // namespace tacit
