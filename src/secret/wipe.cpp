#include "secret/wipe.h"

#include <openssl/crypto.h>

namespace tacit {

void wipe(std::span<std::uint8_t> bytes) noexcept {
  if (!bytes.empty()) OPENSSL_cleanse(bytes.data(), bytes.size());
}

}  // namespace tacit
