// The SHA-256 that names an ONNX model in recipes, reports and audit statements.
//
//   one file                         sha256sum < MODEL
//   with external data               (sha256sum < MODEL; sha256sum < FIRST; ...) | sha256sum
//
// The external files that the model's tensors were taken from, whole, in the byte order of their locations. Digests of digests,
// so that no byte can move from one file to the next unnoticed; the text can be no model, so the two forms never meet.
#pragma once

#include "hash/keccak.h"
#include "onnx/external.h"

namespace tacit::api {

/// `external`: after the model was read with it.
Digest model_digest(ByteSpan model, const ExternalFiles& external);

}  // namespace tacit::api
