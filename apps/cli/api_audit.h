// Auditing and checking keys: what `tacit audit` and `tacit verify --model / --audit` need. The same manner as api.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api.h"

namespace tacit::cli::api {

/// What names a model, hexadecimal (docs/model-identity.md).
struct Identity {
  std::string statement, root, pin, theorem;
};

struct AuditRequest {
  ByteSpan model, key;
  std::string model_path, key_path;
  /// One of the two: PREFIX.tacit, decrypted, or PREFIX.recipe.
  ByteSpan bundle, recipe;
  std::string secrets_path;                  ///< of the one that is given
  std::optional<DataFile> calibration;       ///< to measure on
  std::optional<std::string> private_key;    ///< PEM, to sign with
  std::string private_key_path;
};

struct AuditReport {
  std::vector<std::string> differences;      ///< one line each; none: confirmed
  Bytes file;                                ///< the audit statement, empty unless confirmed
  Identity identity;                         ///< of the key, where it is accepted
  std::string onnx_sha256;
  std::vector<OutputError> errors;           ///< of the quantised model, and whether the auditor measured them
  bool measured_by_auditor = false;
};

/// Fails when a file is not what it should be or cannot be used. What does not agree is a difference.
Result<AuditReport> audit(const AuditRequest& request, const Execution& how);

/// What a key says of the model by itself, its registration proof checked.
struct ModelCheck {
  bool accepted = false;
  std::string reason;                        ///< why not
  Identity identity;
  std::uint64_t weights = 0;                 ///< integers that were proven to lie in their ranges
  unsigned weight_bits = 0;
  bool weights_are_private = false;
  double proven_bits = 0;                    ///< of the registration
  double seconds = 0;
};

/// Fails when the file is no key, or of another version. A key that does not convince is not accepted.
Result<ModelCheck> check_model(ByteSpan key, const std::string& path, const Execution& how);

struct AuditCheck {
  std::string objection;                     ///< why it is not this auditor's word on this key; empty if it is
  std::string onnx_sha256, time;
};

/// Fails when the audit statement, the auditor's key or the verifier's key cannot be read.
Result<AuditCheck> check_audit(ByteSpan audit, const std::string& audit_path, const std::string& public_key,
                               const std::string& public_key_path, ByteSpan key, const std::string& key_path);

}  // namespace tacit::cli::api
