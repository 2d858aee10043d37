// Verification of a proof file against a key.
//
//   "TACITPRF" | version u16 | mode u8 (0 = integrity only, not zero-knowledge) | statement digest |
//   public values: i32 for each entry of each public port's column, inputs first | proof stream to the end of the file
#pragma once

#include "verifier/key.h"
#include "transcript/party.h"

namespace tacit {

inline constexpr std::string_view kModeText = "integrity only, not zero-knowledge";

struct ProofFile {
  Digest statement{};
  std::vector<IntColumn> publics;  ///< by ColumnId
  Bytes stream;
};

Bytes encode_proof(const VerifierKey& key, const std::vector<IntColumn>& publics, ByteSpan stream);
/// Errors: bad_input (not a proof, another version or mode). A proof of another model or one with missing public values
/// is rejected by verify().
Result<ProofFile> read_proof(const VerifierKey& key, ByteSpan file);
/// The statement digest alone, for `show` without a key.
Result<Digest> proof_statement(ByteSpan file);

Verdict verify(const VerifierKey& key, const ProofFile& proof);

}  // namespace tacit
