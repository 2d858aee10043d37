// Signatures of issuers and auditors: Ed25519 (RFC 8032), with keys as OpenSSL writes them.
//
//   openssl genpkey -algorithm ed25519 -out issuer.pem           openssl pkey -in issuer.pem -pubout -out issuer.pub.pem
//
// What is signed begins with, or is the hash of what begins with, a mark of its kind, so that a signature of one kind of
// thing never serves another.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace tacit {

inline constexpr std::size_t kEd25519Bytes = 64;

/// The same for the same key and message. `pem_private`: an unencrypted PKCS #8 PEM. Errors: bad_input (no such key; another
/// algorithm), io (OpenSSL failed).
Result<Bytes> sign_ed25519(std::string_view pem_private, ByteSpan message);

/// Whether the signature is this key's. `pem_public`: a SubjectPublicKeyInfo PEM. Errors: bad_input (no such key; another
/// algorithm).
Result<bool> verify_ed25519(std::string_view pem_public, ByteSpan message, ByteSpan signature);

}  // namespace tacit
