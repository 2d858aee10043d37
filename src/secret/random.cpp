#include "secret/random.h"

#include <openssl/evp.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/contract.h"
#include "secret/rejection.h"

namespace tacit {
namespace {

constexpr std::uint8_t kRandomDomain = 0x07;  // 0x00 to 0x06: trees, transcript, statements and commitments
enum Purpose : std::uint8_t { kForProof = 0, kDerived = 1, kForked = 2 };

constexpr std::size_t kBuffered = 1024;                        // small draws come from here
constexpr std::size_t kLargestCall = std::size_t{1} << 30;     // OpenSSL counts in int

/// keccak256(domain | purpose | length of secret as u64 | secret | rest ...)
Digest key_of(Purpose purpose, ByteSpan secret, ByteSpan first, ByteSpan second = {}) {
  Keccak256 hasher;
  ByteWriter head;
  head.u8(kRandomDomain);
  head.u8(purpose);
  head.u64(secret.size());
  hasher.update(head.data());
  hasher.update(secret);
  hasher.update(first);
  hasher.update(second);
  const Digest key = hasher.finish();
  wipe_object(hasher);
  return key;
}

ByteSpan bytes_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

}  // namespace

Result<SecretBytes> os_entropy(std::size_t count) {
  SecretBytes out(count);
  std::span<std::uint8_t> rest = out.span();
  while (!rest.empty()) {
    const ssize_t got = getrandom(rest.data(), rest.size(), 0);
    if (got < 0 && errno != EINTR) {
      return io_error(std::string("the system's random generator failed: ") + std::strerror(errno));
    }
    if (got > 0) rest = rest.subspan(static_cast<std::size_t>(got));
  }
  return out;
}

/// A ChaCha20 keystream, counter and nonce zero. Bytes [used, kBuffered) of the buffer come next, then the cipher's.
struct Random::Stream {
  explicit Stream(const Digest& key) : cipher(EVP_CIPHER_CTX_new()) {
    const std::array<std::uint8_t, 16> counter{};
    TACIT_EXPECTS(cipher != nullptr && EVP_EncryptInit_ex(cipher, EVP_chacha20(), nullptr, key.data(), counter.data()) == 1,
                  "OpenSSL gives ChaCha20");
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() {
    EVP_CIPHER_CTX_free(cipher);  // overwrites the key schedule
    wipe(std::span<std::uint8_t>(buffer));
  }

  void keystream(std::span<std::uint8_t> out) {
    while (!out.empty()) {
      const auto part = out.first(std::min(out.size(), kLargestCall));
      std::fill(part.begin(), part.end(), std::uint8_t{0});
      int written = 0;
      const bool done = EVP_EncryptUpdate(cipher, part.data(), &written, part.data(), static_cast<int>(part.size())) == 1;
      TACIT_EXPECTS(done && static_cast<std::size_t>(written) == part.size(), "a stream cipher gives every byte");
      out = out.subspan(part.size());
    }
  }

  void draw(std::span<std::uint8_t> out) {
    const std::size_t ready = std::min(out.size(), kBuffered - used);
    std::copy_n(buffer.begin() + static_cast<std::ptrdiff_t>(used), ready, out.begin());
    used += ready;
    out = out.subspan(ready);
    if (out.size() >= kBuffered) return keystream(out);
    if (out.empty()) return;
    keystream(buffer);
    std::copy_n(buffer.begin(), out.size(), out.begin());
    used = out.size();
  }

  EVP_CIPHER_CTX* cipher;
  std::array<std::uint8_t, kBuffered> buffer;
  std::size_t used = kBuffered;
};

void Random::End::operator()(Stream* stream) const { delete stream; }

Random::Random(const Digest& key) : stream_(new Stream(key)) {}

Random Random::from_key(const Digest& key) { return Random(key); }

Random Random::for_proof(ByteSpan long_secret, const Digest& os_bytes, ByteSpan context) {
  TACIT_EXPECTS(long_secret.size() >= kMinSecretBytes, "a long secret of 32 bytes or more");
  Digest key = key_of(kForProof, long_secret, os_bytes, context);
  Random out(key);
  wipe_object(key);
  return out;
}

Result<Random> Random::for_proof(ByteSpan long_secret, ByteSpan context) {
  TACIT_TRY(const SecretBytes drawn, os_entropy(sizeof(Digest)));
  Digest os_bytes;
  std::copy_n(drawn.span().begin(), os_bytes.size(), os_bytes.begin());
  Random out = for_proof(long_secret, os_bytes, context);
  wipe_object(os_bytes);
  return out;
}

Random Random::derive(ByteSpan long_secret, std::string_view label) {
  TACIT_EXPECTS(long_secret.size() >= kMinSecretBytes, "a long secret of 32 bytes or more");
  Digest key = key_of(kDerived, long_secret, bytes_of(label));
  Random out(key);
  wipe_object(key);
  return out;
}

Random Random::fork(std::string_view label) {
  Digest seed;
  fill(std::span<std::uint8_t>(seed));
  Digest key = key_of(kForked, seed, bytes_of(label));
  Random out(key);
  wipe_object(seed);
  wipe_object(key);
  return out;
}

void Random::fill(std::span<std::uint8_t> out) { stream_->draw(out); }

void Random::fill(std::span<Fp> out) {
  fill_by_rejection(out, [this](std::span<std::uint8_t> bytes) { stream_->draw(bytes); });
}

void Random::fill(std::span<Fe> out) {
  static_assert(sizeof(Fe) == 3 * sizeof(Fp));
  fill(std::span(reinterpret_cast<Fp*>(out.data()), 3 * out.size()));
}

Fe Random::element() {
  Fe out;
  fill(std::span<Fp>(out.c));
  return out;
}

}  // namespace tacit
