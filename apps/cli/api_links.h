// Commitments to values, and renewed weights: what the commands `commit`, `prove`, `verify` and `renew` need besides api.h.
//
//   values --commit--> NAME.commitment, NAME.opening      openings --prove_committed--> proof, commitments of outputs
//   Bundle --renew--> the files of the next epoch
#pragma once

#include "api.h"
#include "secret/wipe.h"
#include "tacit/commitment.h"

namespace tacit::cli::api {

using tacit::api::CommitmentFacts;
using tacit::api::CommitOptions;
using tacit::api::Committed;

/// A small file that the user named: a commitment, an opening, a PEM.
struct NamedFile {
  std::string path;
  Bytes bytes;
};

/// NAME.opening: whoever has it has the values.
struct NamedOpening {
  std::string path;
  SecretBytes bytes;
};

enum class LinkFile { kNone, kCommitment, kOpening, kRenewal };
/// By the first bytes.
LinkFile link_file(ByteSpan bytes);

/// Commits the one array of the file, or what stands at place `sample` of its first axis. Signed where a private key is given.
Result<Committed> commit(const DataFile& input, const std::optional<std::uint64_t>& sample, const CommitOptions& options,
                         const std::optional<NamedFile>& private_pem);

/// Proves with the openings of the committed inputs, in the model's order, and `input` for the others, if there are any.
/// Errors: also usage if the model has committed outputs and `commits_output` is false, or the other way round.
Result<Proved> prove_committed(const Bundle& bundle, const std::vector<NamedOpening>& openings, const std::optional<DataFile>& input,
                               std::uint64_t sample, const CommitOptions& outputs, bool commits_output, const Execution& how);

Result<CommitmentFacts> facts_of_commitment(const NamedFile& commitment);
/// The commitment that an opening belongs to, which is public. Nothing else of it leaves.
Result<Bytes> commitment_in(ByteSpan opening, const std::string& path);

struct RenewalFacts {
  std::string from, to;            ///< digests of keys
  std::uint64_t proof_bytes = 0;
};
Result<RenewalFacts> facts_of_renewal(const NamedFile& renewal);

Result<bool> is_signed_by(const NamedFile& commitment, const NamedFile& public_pem);

struct RenewedFiles {
  Bytes bundle, key, link;         ///< PREFIX.tacit (secret), PREFIX.vk, PREFIX.renewal
  std::string key_digest;
  unsigned openings = 0;
};

Result<RenewedFiles> renew(const Bundle& bundle, const std::string& path, const Execution& how);

struct RenewalCheck {
  std::string objection;           ///< why the link does not make the newer key the older one's model and weights; empty if it does
  std::vector<ProvenPart> parts;   ///< what believing it rests on
};

Result<RenewalCheck> check_renewal(const NamedFile& older, const NamedFile& newer, const NamedFile& link);

}  // namespace tacit::cli::api
