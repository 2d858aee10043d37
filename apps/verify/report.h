// What tacit-verify prints: the statement of an accepted proof, or why it was rejected; for people, or as one JSON object.
#pragma once

#include <string>
#include <vector>

#include "verifier/verify.h"

namespace tacit::verify_program {

/// What was verified, and with what outcome.
struct Report {
  const VerifierKey& key;
  const ProofFile& proof;                ///< empty where it could not be read
  Verdict verdict;
  std::vector<std::string> renewed_from; ///< files of the keys that were shown to be of the same weights
};

void print_text(const Report& report);
void print_json(const Report& report);

}  // namespace tacit::verify_program
