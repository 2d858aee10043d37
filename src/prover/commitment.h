// The prover's side of commitments (verifier/commitment.h): making one, and opening it in a proof.
//
//   NAME.opening, secret:  "TACITOPN" | version u16 | u32 length, NAME.commitment | secret 32 | count integers i64
//
// The oracle is a function of the integers and the secret, and is rebuilt for each proof.
#pragma once

#include "prover/prove.h"
#include "prover/secret.h"
#include "secret/wipe.h"
#include "verifier/commitment.h"

namespace tacit {

struct CommitmentOpening {
  SignedCommitment of;
  std::vector<std::int64_t> integers;  ///< by flat row-major index
  ModelSecret secret;

  CommitmentOpening() = default;
  CommitmentOpening(const CommitmentOpening&) = default;
  CommitmentOpening(CommitmentOpening&&) = default;
  CommitmentOpening& operator=(const CommitmentOpening&) = default;
  CommitmentOpening& operator=(CommitmentOpening&&) = default;
  ~CommitmentOpening() { wipe(integers); }
  Bytes encode() const;
};

/// Commits integers of [kCommittedMin, kCommittedMax]. `secret` must be of this commitment alone. Errors: bad_input (none,
/// too many, out of range), usage (grid, budget).
Result<CommitmentOpening> commit_integers(std::vector<std::int64_t> integers, const CommitOptions& options, const ModelSecret& secret);
/// The integers of real values: round_half_up(value / 2^grid), saturated; or of float32 values. Errors: bad_input for values that are not finite.
Result<std::vector<std::int64_t>> integers_on_grid(const std::vector<double>& values, std::int32_t grid);

/// Reads NAME.opening. Errors: bad_input. That integers and secret belong to the commitment is commit_oracle()'s to say.
Result<CommitmentOpening> read_opening(ByteSpan file);

/// The committed oracle. Errors: bad_input if root or pin are not the commitment's.
Result<Oracle> commit_oracle(const CommitmentOpening& opening);

/// The two columns of a committed port that hold these integers. Contract: as many as the port has.
std::array<IntColumn, 2> columns_of(const Port& port, const std::vector<std::int64_t>& integers);

/// What one link's opening takes: the commitment's oracle, and a fresh one that holds `pad`. `random` is of this proof alone.
Result<LinkWitness> link_witness(const Link& link, const CommitmentOpening& opening, const Fe& pad, Random& random);
/// The same with what commit_oracle() gave.
LinkWitness link_witness(const Link& link, Oracle oracle, const Fe& pad, Random& random);

}  // namespace tacit
