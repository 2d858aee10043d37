// Renewal with its ledgers: what the library and the command line share.
#pragma once

#include "prover/renew.h"

namespace tacit::api {

/// The ledger of the one opening of these weights that a renewal may take besides the budget: started with the weights'
/// own. A machine that only adopted a share has none, and pays for a renewal with its share.
Digest renewal_ledger(const Digest& root);
/// Starts the ledgers of freshly committed weights. Contract: they are private.
Status start_ledgers(const KeyCore& core);

/// renew() under a fresh secret, counted on both sides. Errors: also those of the ledger.
tacit::Result<tacit::Renewed> renew_counted(const ProverModel& model, const StageSink& stage);

}  // namespace tacit::api
