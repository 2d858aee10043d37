// Verification of a proof file against a key.
//
//   "TACITPRF" | version u16 | mode u8 (0 = nothing hidden, 1 = zero-knowledge) | statement digest |
//   public values: i32 for each entry of each public port's column, inputs first |
//   for each committed port, inputs first: u32 length, body of its commitment | proof stream to the end of the file
#pragma once

#include "verifier/key.h"
#include "transcript/party.h"

namespace tacit {

/// The mode of all proofs under a key, for people.
inline std::string_view mode_text(const KeyCore& core) { return core.hides() ? "zero-knowledge" : "nothing hidden"; }

struct ProofFile {
  std::uint8_t mode = 0;
  Digest statement{};
  std::vector<IntColumn> publics;  ///< by ColumnId
  std::vector<Bytes> commitments;  ///< bodies, one for each committed port
  Bytes stream;
};

Bytes encode_proof(const VerifierKey& key, const std::vector<IntColumn>& publics, std::span<const Commitment> commitments, ByteSpan stream);
/// Errors: bad_input (not a proof, larger than 64 MiB, another version or mode). A proof of another model or one with missing public values
/// or commitments is rejected by verify().
Result<ProofFile> read_proof(const VerifierKey& key, ByteSpan file);
/// The statement digest alone, for `show` without a key.
Result<Digest> proof_statement(ByteSpan file);

/// Accepted: the key's model gives the public values, and the values behind the proof's commitments.
Verdict verify(const VerifierKey& key, const ProofFile& proof);

/// The digests of an accepted proof's commitments, one for each committed port, inputs first.
std::vector<Digest> commitment_digests(const ProofFile& proof);

}  // namespace tacit
