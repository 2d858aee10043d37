// Commitments and their ledgers: what the library and the command line share.
#pragma once

#include "prover/commitment.h"
#include "tacit/commitment.h"

namespace tacit::api {

/// The prover's options. Errors: usage.
tacit::Result<tacit::CommitOptions> lowered(const CommitOptions& options);
/// A boundary without inputs, for outputs committed with these options.
tacit::Result<Boundary> boundary_of(const CommitOptions& outputs);

/// Starts the ledger of a fresh commitment; both files. Errors: those of Ledger::create.
tacit::Result<Committed> start_counting(const CommitmentOpening& opening);

}  // namespace tacit::api
