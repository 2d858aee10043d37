// The model's long secret: 32 bytes in the bundle from which the random slots and salts of W are made again for each proof,
// and which every proof's randomness depends on.
#pragma once

#include "base/result.h"
#include "hash/keccak.h"

namespace tacit {

class ModelSecret {
 public:
  /// From the operating system. Errors: io.
  static Result<ModelSecret> fresh();
  static ModelSecret of(const Digest& bytes);
  ModelSecret() = default;
  ModelSecret(const ModelSecret&) = default;
  ModelSecret& operator=(const ModelSecret&) = default;
  ~ModelSecret();

  ByteSpan bytes() const { return bytes_; }

 private:
  Digest bytes_{};
};

}  // namespace tacit
