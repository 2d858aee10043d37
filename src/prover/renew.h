// The next epoch of a model: the same weights under a fresh commitment, with a new budget of openings.
#pragma once

#include "prover/model.h"
#include "verifier/renewal.h"

namespace tacit {

struct Renewed {
  ProverModel model;
  RenewalFile link;  ///< convinces verifiers of the old key that the new one is of the same weights
};

/// Commits, registers and links. `fresh` must be of the new commitment alone. It opens the old weights once more: callers
/// count that before anything leaves. Errors: unsupported (no private weights), io (randomness). Cost: about two
/// registrations.
Result<Renewed> renew(const ProverModel& model, const ModelSecret& fresh, const StageSink& stage);

/// The proof that both models hold the same weights: `pad_older` and `pad_newer` are equal in every honest one.
Result<RenewalFile> prove_renewal(const ProverModel& older, const ProverModel& newer, const Fe& pad_older, const Fe& pad_newer);

}  // namespace tacit
