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

namespace tacit {

/// Protocol labels: format version and mode are part of them.
inline constexpr std::string_view kInferenceLabel = "tacit inference v1, integrity only";
inline constexpr std::string_view kRegistrationLabel = "tacit registration v1, integrity only";

struct Settings {
  std::string model_name;
  std::uint32_t activation_bits = 16, weight_bits = 16, security = 128;
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

/// The relation of an inference, and of the registration. `theorem` and `params` must outlive it.
Relation inference_relation(const VerifierKey& key, std::vector<IntColumn> publics);
Relation registration_relation(const KeyCore& core, const Theorem& registration, const OpeningParams& params);

/// The oracles of the theorem fit the opening's shape. Errors: bad_input.
Status check_shape(const Theorem& theorem, const OpeningParams& params);

}  // namespace tacit
