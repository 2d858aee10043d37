// What an auditor signs: this key, and no other, commits to that ONNX file at these scales.
//
//   file       {"audit":STATEMENT,"signature":"128 hexadecimal digits"}\n        unsigned: {"audit":STATEMENT}\n
//   signed     "tacit audit v1", a zero byte, the bytes of STATEMENT as they stand in the file
//
// STATEMENT is JSON without spaces, members in the order of their names, numbers as the shortest decimals that read back
// as the same double. A file in any other form is refused, so it has one meaning and one encoding.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/recipe.h"
#include "prover/identity.h"
#include "secret/signature.h"

namespace tacit::api {

struct AuditStatement {
  struct Scale {
    std::string name;
    double scale = 1;
    tacit::Visibility visibility = tacit::Visibility::kPublic;
  };
  ModelIdentity identity;
  Digest onnx{};                    ///< SHA-256 of the file, with its external data (api/model_digest.h)
  std::uint32_t activation_bits = 0, weight_bits = 0;
  std::vector<Scale> inputs, outputs;
  std::optional<Measured> measured;
  bool measured_by_auditor = false; ///< else reported by whoever compiled
  std::string time;                 ///< UTC, "2026-01-31T23:59:59Z"
};

struct AuditFile {
  AuditStatement statement;
  Bytes signature;                  ///< empty: unsigned
};

/// Errors: bad_input (a private key that cannot be used). Without a key the file is unsigned.
tacit::Result<Bytes> write_audit(const AuditStatement& statement, const std::optional<std::string>& pem_private);

/// Errors: bad_input.
tacit::Result<AuditFile> read_audit(ByteSpan file);

/// Why this file is not the auditor's word on this key; empty if it is. Errors: bad_input (the auditor's key cannot be read).
tacit::Result<std::string> audit_objection(const AuditFile& file, const std::string& pem_public, const KeyCore& core);

}  // namespace tacit::api
