#include "secret/sha256.h"

#include <openssl/evp.h>

#include "base/contract.h"

namespace tacit {

Digest sha256(ByteSpan message) {
  Digest digest{};
  unsigned size = 0;
  const bool done = EVP_Digest(message.data(), message.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1;
  TACIT_EXPECTS(done && size == digest.size(), "OpenSSL gives SHA-256");
  return digest;
}

}  // namespace tacit
