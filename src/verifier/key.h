// The verifier's key (PREFIX.vk): everything that a verifier needs and trusts.
//
//   "TACITKEY" | version u16 | core | registration
//   core          settings, theorem without steps, ports, opening parameters, root of W, pin y
//   registration  opening parameters, proof that every weight lies in its declared range
//
// statement digest = keccak256(0x05 || core): the model's identity. It opens every transcript of this model.
// What the core holds in clear is the closed list of docs/protocol.md, section 14.
#pragma once

#include "argue/relation.h"
#include "theorem/ports.h"
#include "verifier/commitment.h"

namespace tacit {

/// Protocol labels: format version and mode are part of them.
inline std::string_view inference_label(bool masked) {
  return masked ? "tacit inference v2, zero-knowledge" : "tacit inference v2, nothing hidden";
}
inline std::string_view registration_label(bool masked) {
  return masked ? "tacit registration v2, zero-knowledge" : "tacit registration v2, nothing hidden";
}

struct Settings {
  std::string model_name;
  std::uint32_t activation_bits = 16, weight_bits = 16, security = 128;
  Visibility weights = Visibility::kPrivate;
  std::uint32_t openings = 256;  ///< proofs that the commitment to private weights may serve; 0 for public weights
  bool operator==(const Settings&) const = default;
};

struct KeyCore {
  Settings settings;
  Theorem theorem;
  Ports ports;
  OpeningParams params;
  Digest root_w{};
  Fe pin_y;  ///< unused (zero) without weights

  bool has_weights() const { return params.shape.has_w(); }
  bool hides_weights() const { return has_weights() && settings.weights == Visibility::kPrivate; }
  /// Something is private or committed: proofs are masked.
  bool hides() const;
  /// Committed ports, inputs first: a proof links each with its commitment.
  std::vector<const Port*> committed() const;
  std::uint32_t links() const { return static_cast<std::uint32_t>(committed().size()); }
  /// Bits by which inference and registration are better where commitments are to share the allowed error.
  double link_margin_bits() const { return links() == 0 ? 0 : 0.5; }
};

struct VerifierKey {
  KeyCore core;
  OpeningParams registration_params;  ///< meaningless without weights
  Bytes registration_proof;           ///< empty without weights
  Digest statement{};                 ///< of the core, computed

  Bytes encode() const;
};

Bytes encode_core(const KeyCore& core);
Digest statement_digest(const KeyCore& core);

/// Parses a key and checks everything that makes it trustworthy: shapes, bounds (no sum can wrap), opening parameters
/// large enough for the oracles and as secure as they claim, and the registration proof. Errors: bad_input, unsupported.
/// Cost: one verification of the registration proof.
Result<VerifierKey> read_key(ByteSpan file);

/// The relation of an inference, and of the registration. `commitments`: one for each committed port. `theorem`, `params`
/// and the commitments must outlive it.
Relation inference_relation(const VerifierKey& key, std::vector<IntColumn> publics, std::span<const Commitment> commitments = {});
Relation registration_relation(const KeyCore& core, const Theorem& registration, const OpeningParams& params);

/// The oracles of the theorem, with as many links, fit the opening's shape. Errors: bad_input.
Status check_shape(const Theorem& theorem, const OpeningParams& params, std::uint32_t links = 0);

}  // namespace tacit
