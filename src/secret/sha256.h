// SHA-256, for naming a file by the digest that everyone else's tools print of it. The protocol itself uses Keccak-256.
#pragma once

#include "base/bytes.h"
#include "hash/keccak.h"

namespace tacit {

Digest sha256(ByteSpan message);

}  // namespace tacit
