// Commitments: values that many proofs, of many models, can be shown to speak of, without showing the values.
//
//   values --commit--> commitment (public)   names the values; may be signed by who vouches for them
//                      opening    (secret)   proves about them: prove(model, {}, {.openings = {opening}})
//
// A commitment is to integers, value = integer * 2^grid, or to float32 values (tacit/grid.h), in flat row-major order. Its
// digest stands in the statement of every proof about it: two statements with one digest speak of the same values. Each
// proof takes one of its openings for each input that it is linked with, counted in the state directory as those of weights
// are (tacit/prove.h). The budget is that of all holders of the opening together. There is no renewal: when it is used up,
// commit anew and have that signed anew.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tacit/result.h"
#include "tacit/statement.h"

namespace tacit::api {

struct CommitOptions {
  int grid = -16;                   ///< values are rounded to multiples of 2^grid and saturate at 2^(grid + 31); -60 to 30, or kFloat32Grid
  unsigned openings = 16;           ///< proofs that may be made about the values, 1 to 2^20
  unsigned security_bits = 128;     ///< 100 or 128; serves keys of as much or less
  bool unique_decoding = false;     ///< larger openings whose security rests on unique decoding alone
};

struct Committed {
  Bytes commitment;                 ///< NAME.commitment, public
  Bytes opening;                    ///< NAME.opening: whoever has it has the values, keep it secret
  std::string digest;               ///< hexadecimal; what statements say
};

/// Commits 1 to 2^22 values and starts the ledger of their openings. The same values twice are two commitments that nobody
/// can tell to be of one thing. Errors: kBadInput for values that are not finite, kUsage for options, kIo.
Result<Committed> commit(std::span<const double> values, const CommitOptions& options = {});

struct CommitmentFacts {
  std::string digest;
  int grid = 0;
  std::uint64_t count = 0;          ///< values
  unsigned openings = 0;
  unsigned security_bits = 0;
  bool is_signed = false;           ///< says nothing: ask is_signed_by()
};

/// What NAME.commitment says. Errors: kBadInput.
Result<CommitmentFacts> describe_commitment(ByteSpan commitment);

/// The commitment with an issuer's Ed25519 signature of "tacit commitment v1\0" and its digest; one that is there is replaced. `private_pem`: the
/// issuer's key as `openssl genpkey -algorithm ed25519` writes it. Errors: kBadInput.
Result<Bytes> sign_commitment(ByteSpan commitment, const std::string& private_pem);
/// Whether the issuer with this public key signed it. Errors: kBadInput for a malformed commitment or key.
Result<bool> is_signed_by(ByteSpan commitment, const std::string& public_pem);

/// What a verifier asks of the commitments of a statement. A proof may be about any values in a committed input that it is
/// not asked about, so a side is asked about as a whole or not at all.
struct CommitmentPolicy {
  std::vector<ByteSpan> inputs, outputs;   ///< NAME.commitment of every committed input (output), in the model's order; or none
  std::string issuer_pem;                  ///< not empty: who must have signed those of the inputs, or of the outputs if no input is committed
};

/// Why an accepted proof's statement is not about these commitments; empty if it is. Errors: kUsage for a committed input or
/// output without a commitment, which it names, and for a commitment too many; kBadInput for malformed commitments or keys.
Result<std::string> objection_to(const Statement& statement, const CommitmentPolicy& policy);

}  // namespace tacit::api
