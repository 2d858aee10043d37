// Renewal: the same private weights under a fresh commitment, when the old one's openings are used up.
//
//   Model --renew--> Model with a key of its own, and a link      Verifier::renews(old verifier, link)
#pragma once

#include "tacit/model.h"

namespace tacit::api {

struct Renewed {
  Model model;
  Bytes link;   ///< PREFIX.renewal, public: shows that both keys are of the same weights
};

/// Takes the opening of the old weights that is kept for this, or one of its budget where that is gone, and starts the
/// ledger of the new weights. Errors: kUnsupported without private weights; kBadInput when the ledger is missing or has
/// nothing left; kIo. Cost: about a compilation without its runs. `threads` as in prove.
Result<Renewed> renew(const Model& model, unsigned threads = 0);

}  // namespace tacit::api
