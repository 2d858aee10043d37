// The prover's random numbers: masks, pads, salts. One key, one stream of bytes, any split of the draws.
//
//   long secret (in the bundle) ---+
//   32 bytes from the OS ----------+--> keccak256(0x07 ...) = key --> ChaCha20 --> bytes, field elements
//   context: all that is public, --+
//   and the witness's digest
//
// Two proofs must never share a mask (v' = rho v + mu with two rho's gives v). So the key hangs on three things: a cloned
// machine that draws the same bytes from the OS still differs in the context, a broken OS generator is covered by the
// secret and the context, a leaked secret by the OS.
//
// ChaCha20 is constant time everywhere and, unlike a block cipher in counter mode, has no birthday term: that keys are
// used for one proof of up to 2^38 bytes is no loss.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "field/cubic.h"
#include "hash/keccak.h"
#include "secret/wipe.h"

namespace tacit {

constexpr std::size_t kMinSecretBytes = 32;  ///< of a long secret

/// `count` bytes of the operating system's generator; waits until it is seeded. Errors: io.
Result<SecretBytes> os_entropy(std::size_t count);

/// Move-only; forgets its key when it ends. One thread at a time, and not across fork(2): both sides would draw the same.
class Random {
 public:
  /// Fresh for every call. `context` holds everything public of the proof and the digest of the witness, so draw only
  /// once the witness is fixed. Contract: long_secret has kMinSecretBytes or more. Errors: io.
  static Result<Random> for_proof(ByteSpan long_secret, ByteSpan context);
  /// for_proof with the OS's 32 bytes given: a function of its arguments.
  static Random for_proof(ByteSpan long_secret, const Digest& os_bytes, ByteSpan context);
  /// The same stream for the same secret and label, for what must be made again later: random slots and salts of W.
  static Random derive(ByteSpan long_secret, std::string_view label);
  /// The keystream of this key, counter and nonce zero.
  static Random from_key(const Digest& key);

  /// A generator whose key is the next 32 bytes of this one, and the label: two forks differ even under one label.
  Random fork(std::string_view label);

  /// The next bytes of the stream: about 6 GB/s (one core, 4.1 GHz Zen 5), large spans without a copy.
  void fill(std::span<std::uint8_t> out);
  /// Uniform elements, 8 bytes of the stream each, values >= p skipped.
  void fill(std::span<Fp> out);
  void fill(std::span<Fe> out);
  Fe element();

 private:
  struct Stream;
  struct End { void operator()(Stream* stream) const; };
  explicit Random(const Digest& key);
  std::unique_ptr<Stream, End> stream_;
};

}  // namespace tacit
