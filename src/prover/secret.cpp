#include "prover/secret.h"

#include <algorithm>

#include "secret/random.h"

namespace tacit {

Result<ModelSecret> ModelSecret::fresh() {
  TACIT_TRY(const SecretBytes bytes, os_entropy(32));
  ModelSecret out;
  std::copy_n(bytes.span().begin(), 32, out.bytes_.begin());
  return out;
}

ModelSecret ModelSecret::of(const Digest& bytes) {
  ModelSecret out;
  out.bytes_ = bytes;
  return out;
}

ModelSecret::~ModelSecret() { wipe_object(bytes_); }

}  // namespace tacit
