// What names a model: four values that anyone who has the key computes, and that an auditor recomputes from the ONNX file.
//
//   statement   of the whole core of the key: the identity that proofs and chains use
//   root, pin   the committed weights; zero without weights
//   theorem     keccak256 of the theorem's encoding (docs/protocol.md, 5.4): architecture, ranges, shifts
#pragma once

#include "verifier/key.h"

namespace tacit {

struct ModelIdentity {
  Digest statement{}, root{}, theorem{};
  Fe pin;
  bool operator==(const ModelIdentity&) const = default;
};

ModelIdentity identity_of(const KeyCore& core);

/// The 24 bytes of section 2.3.
Bytes encode_element(const Fe& value);

}  // namespace tacit
