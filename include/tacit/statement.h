// What a proof says: the model that a key names gives these outputs on these inputs.
//
//   key digest --names--> weights (private), architecture      inputs, outputs: public values, or hidden
//   public value = integer * scale                              both are given, the integer is what is proven
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tacit::api {

using Bytes = std::vector<std::uint8_t>;
using ByteSpan = std::span<const std::uint8_t>;

/// Committed: hidden as private values are, but named by the digest of a commitment (tacit/commitment.h).
enum class Visibility : std::uint8_t { kPublic, kPrivate, kCommitted };

/// An input or output of a model. `shape` is that of one proof, batch included; row major, last axis fastest.
struct TensorFacts {
  std::string name;
  std::vector<std::uint64_t> shape;
  std::string type;                      ///< as in the model: "float32", "int64"
};

/// The numbers of one input or output: exact integers and the reals that they stand for, values[i] = integers[i] * scale.
struct TensorValue {
  std::string name;
  std::vector<std::uint64_t> shape;
  std::vector<double> values;            ///< row major
  std::vector<std::int64_t> integers;
  double scale = 1;                      ///< 0: the integers are the order of float32 values less 2^15, the values themselves are exact
  std::int64_t low = 0, high = 0;        ///< values beyond low * scale .. high * scale saturate
  std::vector<double> scales;            ///< of each value, where features have scales of their own; otherwise empty
  std::vector<std::string> labels;       ///< of each value, where integers are places of a list of class labels; otherwise empty
  std::string type = "float32";          ///< as in the model: "float32", "int64", "string"
};

/// Each way in which a cheating prover may be lucky, and the work in bits that it takes; see docs/protocol.md.
struct SecurityReport {
  struct Term {
    std::string name;                    ///< "proximity, round 3"
    double bits = 0;
  };
  unsigned target_bits = 0;              ///< what compile was asked for
  double proven_bits = 0;                ///< of all terms together
  std::vector<Term> terms;
};

/// One of the proofs that a statement rests on: "inference", "registration", a link with a commitment, a renewal.
struct ProvenPart {
  std::string name;
  double bits = 0;
};

/// A claim about a data set: the model's answer is the label given on `correct` of `rows` rows.
struct AccuracyClaim {
  std::uint64_t correct = 0, rows = 0;
};

/// To be believed exactly when the verdict that carries it is `accepted`.
struct Statement {
  std::string key_digest;                ///< hexadecimal; names the model for everyone
  Visibility input = Visibility::kPrivate, output = Visibility::kPublic, weights = Visibility::kPrivate;
  std::vector<TensorValue> inputs, outputs;   ///< in the model's order; only the public ones
  std::vector<std::string> input_commitments, output_commitments;   ///< digests of the committed ones, in the model's order
  std::vector<std::string> committed_inputs, committed_outputs;     ///< their names
  bool zero_knowledge = false;           ///< what is private is hidden from those who see the proof
  unsigned target_bits = 0;              ///< the key's level: inference, registration and links together reach it
  std::vector<ProvenPart> parts;         ///< each by itself
  double proven_bits = 0;                ///< of the weakest part
  std::optional<AccuracyClaim> accuracy; ///< if the key states nothing else, whoever made it (docs/claims.md, "What a verifier checks")
};

}  // namespace tacit::api
