// Verifying: a key once, then any number of proofs.
//
//   PREFIX.vk --Verifier::load--> Verifier --verify(proof)--> Verdict { accepted, reason, statement }
//
// Needs nothing else of the library: no model, no prover, no ONNX.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tacit/result.h"
#include "tacit/statement.h"

namespace tacit::api {

struct Verdict {
  bool accepted = false;
  std::string reason;        ///< why not, empty when accepted
  Statement statement;       ///< when rejected, it holds what the key says and no values
};

/// A key that has been read and checked. Copies share it; it never changes, so several threads may use one.
class Verifier {
 public:
  /// The key is well formed, no sum of its model can wrap around the field, its parameters reach the security that it
  /// claims, and its weights lie in their ranges. `key`: the bytes of PREFIX.vk.
  /// Errors: kBadInput or kUnsupported, naming the part. Cost: about one verification.
  static Result<Verifier> load(ByteSpan key);

  /// Accepted: the model named by `statement().key_digest` gives the statement's outputs on its inputs, but for a chance
  /// of about 2^-target_bits per unit of a cheater's work. `proof`: the bytes of a proof.
  /// Errors: kBadInput when the bytes are no proof at all, or of another version or mode. Everything else that does not
  /// convince (changed, cut short, of another model) is a verdict. Cost: milliseconds; grows with the logarithm of the
  /// model's work, and linearly in its public values and number of layers.
  Result<Verdict> verify(ByteSpan proof) const;

  /// Whether this key is of the same model and the same weights as `older`, as the link of a renewal (tacit/renew.h)
  /// shows; the statement is this key's, its parts the link's two openings, which err beside the proofs under this key.
  /// Errors: kBadInput when the bytes are no link.
  Result<Verdict> renews(const Verifier& older, ByteSpan link) const;

  /// What every statement under this key has in common: digest, visibilities, security; no values.
  Statement statement() const;
  /// In the model's order.
  std::vector<TensorFacts> inputs() const;
  std::vector<TensorFacts> outputs() const;
  /// Every term of the bound of an inference. Cost: microseconds.
  SecurityReport security() const;

 private:
  struct State;
  explicit Verifier(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

}  // namespace tacit::api
