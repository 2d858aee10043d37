// A bundle under a passphrase.
//
//   "TACITENC" | version u8 = 1 | log2 N u8 | r u8 | p u8 | salt 32 | nonce 12 | ciphertext | tag 16
//   +---------------------- header, 56 bytes -------------------------------+
//   key = scrypt(passphrase, salt, N, r, p)        AES-256-GCM(key, nonce, plain), header as associated data
//
// Whoever has the file alone must guess the passphrase, at 128 MiB and some tenths of a second a guess. What the file
// asks of scrypt is capped, so a hostile one cannot make the reader run out of memory or time.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "secret/wipe.h"

namespace tacit {

/// The price of one guess: 128 N r bytes, and 4 N r p Salsa20/8 double blocks.
struct ScryptCost {
  std::uint8_t log_n = 17, r = 8, p = 1;
};
/// What a reader accepts: at most 512 MiB and eight times the standard work.
inline constexpr ScryptCost kScryptFloor{14, 8, 1}, kScryptCap{19, 8, 2};

bool is_envelope(ByteSpan file);

/// Encrypts under a fresh salt. Errors: usage (empty passphrase), io (no random numbers, no memory for scrypt).
/// Contract: the cost lies between floor and cap. Cost: one scrypt (0.3 s), then GiB a second.
Result<Bytes> seal(ByteSpan plain, ByteSpan passphrase, ScryptCost cost = {});

/// What was sealed. A wrong passphrase and a changed file are the same error, since nothing can tell them apart; other
/// errors: bad_input (not an envelope, unknown version, cut short, cost beyond the cap), io (no memory for scrypt).
Result<SecretBytes> open_envelope(ByteSpan file, ByteSpan passphrase);

}  // namespace tacit
