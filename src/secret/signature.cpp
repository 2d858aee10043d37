#include "secret/signature.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>

namespace tacit {
namespace {

constexpr std::size_t kMaxPem = 1 << 16;

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;

// Never asks at the terminal: a key under a passphrase is refused.
int no_passphrase(char*, int, int, void*) { return -1; }

Result<Key> read_key(std::string_view pem, decltype(&PEM_read_bio_PUBKEY) read, const char* what) {
  if (pem.empty() || pem.size() > kMaxPem) return bad_input(what);
  const std::unique_ptr<BIO, Free> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(bio ? read(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
  ERR_clear_error();
  if (!key) return bad_input(what);
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_ED25519) return bad_input("is a key of another algorithm than Ed25519");
  return key;
}

}  // namespace

Result<Bytes> sign_ed25519(std::string_view pem_private, ByteSpan message) {
  TACIT_TRY(const Key key, read_key(pem_private, PEM_read_bio_PrivateKey, "is not a private key in PEM, without a passphrase"));
  const Context context(EVP_MD_CTX_new());
  Bytes signature(kEd25519Bytes);
  std::size_t length = signature.size();
  const bool done = context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
                    EVP_DigestSign(context.get(), signature.data(), &length, message.data(), message.size()) == 1 &&
                    length == signature.size();
  if (!done) return io_error("OpenSSL could not sign");
  return signature;
}

Result<bool> verify_ed25519(std::string_view pem_public, ByteSpan message, ByteSpan signature) {
  TACIT_TRY(const Key key, read_key(pem_public, PEM_read_bio_PUBKEY, "is not a public key in PEM"));
  if (signature.size() != kEd25519Bytes) return false;
  const Context context(EVP_MD_CTX_new());
  const bool same = context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
                    EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
  ERR_clear_error();
  return same;
}

}  // namespace tacit
