#include "secret/envelope.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "base/contract.h"
#include "secret/random.h"

namespace tacit {
namespace {

constexpr std::string_view kMagic = "TACITENC";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kSaltBytes = 32, kNonceBytes = 12, kTagBytes = 16;
constexpr std::size_t kHeaderBytes = 8 + 4 + kSaltBytes + kNonceBytes;
constexpr std::size_t kLargestCall = std::size_t{1} << 30;             // OpenSSL counts in int
constexpr std::uint64_t kMaxPlain = (std::uint64_t{1} << 36) - 32;     // of one GCM nonce

struct Header {
  ScryptCost cost;
  ByteSpan salt, nonce;
};

bool within(std::uint8_t v, std::uint8_t lo, std::uint8_t hi) { return lo <= v && v <= hi; }

bool acceptable(const ScryptCost& c) {
  return within(c.log_n, kScryptFloor.log_n, kScryptCap.log_n) && within(c.r, kScryptFloor.r, kScryptCap.r) &&
         within(c.p, kScryptFloor.p, kScryptCap.p);
}

Result<Header> read_header(ByteSpan file) {
  if (!is_envelope(file)) return bad_input("is not a Tacit file under a passphrase");
  ByteReader in(file);
  in.raw(kMagic.size());
  const std::uint8_t version = in.u8();
  Header header;
  header.cost = {in.u8(), in.u8(), in.u8()};
  header.salt = in.raw(kSaltBytes);
  header.nonce = in.raw(kNonceBytes);
  if (!in.ok() || in.left() < kTagBytes) return bad_input("is cut short");
  if (version != kVersion) {
    return unsupported("is encrypted in format " + std::to_string(version) + ", which this version cannot read");
  }
  if (!acceptable(header.cost)) return bad_input("asks for more or less work per passphrase than Tacit accepts");
  if (in.left() - kTagBytes > kMaxPlain) return bad_input("is too long");
  return header;
}

Result<SecretBytes> stretch(ByteSpan passphrase, ByteSpan salt, const ScryptCost& c) {
  SecretBytes key(32);
  const std::uint64_t n = std::uint64_t{1} << c.log_n;
  const std::uint64_t memory = 128 * c.r * (n + c.p + 2);
  if (EVP_PBE_scrypt(reinterpret_cast<const char*>(passphrase.data()), passphrase.size(), salt.data(), salt.size(), n, c.r, c.p,
                     memory, key.span().data(), key.size()) != 1) {
    return io_error("scrypt failed; it needs " + std::to_string(memory >> 20) + " MiB of memory");
  }
  return key;
}

/// One AES-256-GCM operation over header and text.
class Gcm {
 public:
  enum Direction : int { kOpen = 0, kSeal = 1 };

  Gcm(Direction direction, ByteSpan key, ByteSpan nonce, ByteSpan header) : cipher_(EVP_CIPHER_CTX_new()) {
    int written = 0;
    auto* cipher = cipher_.get();
    TACIT_EXPECTS(cipher != nullptr &&
                      EVP_CipherInit_ex(cipher, EVP_aes_256_gcm(), nullptr, key.data(), nonce.data(), direction) == 1 &&
                      EVP_CipherUpdate(cipher, nullptr, &written, header.data(), static_cast<int>(header.size())) == 1,
                  "OpenSSL gives AES-256-GCM");
  }
  /// `out` has room for as many bytes as `in`.
  void text(ByteSpan in, std::uint8_t* out) {
    for (std::size_t at = 0; at < in.size(); at += kLargestCall) {
      const ByteSpan part = in.subspan(at, std::min(kLargestCall, in.size() - at));
      int written = 0;
      TACIT_EXPECTS(EVP_CipherUpdate(cipher_.get(), out + at, &written, part.data(), static_cast<int>(part.size())) == 1,
                    "a counter-mode cipher gives every byte");
    }
  }
  std::array<std::uint8_t, kTagBytes> seal() {
    std::array<std::uint8_t, kTagBytes> tag{};
    TACIT_EXPECTS(finish() && EVP_CIPHER_CTX_ctrl(cipher_.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, tag.data()) == 1,
                  "GCM gives a tag");
    return tag;
  }
  bool opens(ByteSpan tag) {
    std::array<std::uint8_t, kTagBytes> expected;
    std::copy(tag.begin(), tag.end(), expected.begin());
    return EVP_CIPHER_CTX_ctrl(cipher_.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, expected.data()) == 1 && finish();
  }

 private:
  bool finish() {
    std::uint8_t none[16];
    int written = 0;
    return EVP_CipherFinal_ex(cipher_.get(), none, &written) == 1;
  }
  struct End { void operator()(EVP_CIPHER_CTX* cipher) const { EVP_CIPHER_CTX_free(cipher); } };
  std::unique_ptr<EVP_CIPHER_CTX, End> cipher_;
};

}  // namespace

bool is_envelope(ByteSpan file) {
  return file.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), file.begin());
}

Result<Bytes> seal(ByteSpan plain, ByteSpan passphrase, ScryptCost cost) {
  TACIT_EXPECTS(acceptable(cost), "a cost that the reader accepts");
  TACIT_EXPECTS(plain.size() <= kMaxPlain, "one nonce serves 64 GiB");
  if (passphrase.empty()) return Error{ErrorCode::kUsage, "an empty passphrase protects nothing", ""};
  TACIT_TRY(const SecretBytes fresh, os_entropy(kSaltBytes + kNonceBytes));
  const ByteSpan salt = fresh.span().first(kSaltBytes), nonce = fresh.span().subspan(kSaltBytes);
  TACIT_TRY(const SecretBytes key, stretch(passphrase, salt, cost));

  ByteWriter header;
  for (const char c : kMagic) header.u8(static_cast<std::uint8_t>(c));
  for (const std::uint8_t v : {kVersion, cost.log_n, cost.r, cost.p}) header.u8(v);
  header.raw(fresh.span());
  Bytes out = header.take();
  Gcm cipher(Gcm::kSeal, key, nonce, out);
  out.resize(kHeaderBytes + plain.size());
  cipher.text(plain, out.data() + kHeaderBytes);
  const auto tag = cipher.seal();
  out.insert(out.end(), tag.begin(), tag.end());
  return out;
}

Result<SecretBytes> open_envelope(ByteSpan file, ByteSpan passphrase) {
  TACIT_TRY(const Header header, read_header(file));
  TACIT_TRY(const SecretBytes key, stretch(passphrase, header.salt, header.cost));
  const ByteSpan sealed = file.subspan(kHeaderBytes, file.size() - kHeaderBytes - kTagBytes);
  Gcm cipher(Gcm::kOpen, key, header.nonce, file.first(kHeaderBytes));
  SecretBytes plain(sealed.size());
  cipher.text(sealed, plain.span().data());
  if (!cipher.opens(file.last(kTagBytes))) return bad_input("the passphrase is wrong, or the file was changed");
  return plain;
}

}  // namespace tacit
