// Models: from ONNX to something that can be proven, and to the key that others verify with.
//
//   ONNX + calibration data --compile--> Model --save--> PREFIX.tacit  (secret: it holds the weights)
//                                          |----key----> PREFIX.vk     (public)
//                                          |----run----> outputs, as a proof would state them
//
// Inputs are blocks of floats, one for each input of the ONNX graph in its order, row major.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tacit/result.h"
#include "tacit/statement.h"

namespace tacit::api {

using FloatSpan = std::span<const float>;

/// Real numbers low..high.
struct Range {
  double low = 0, high = 0;              ///< finite, low < high
};

/// Typical inputs: they choose the scales, and the quantised model is measured on them.
struct Calibration {
  std::vector<FloatSpan> inputs;         ///< per model input: equally many inferences, one behind the other
  std::vector<std::int64_t> labels;      ///< empty, or one class for each batch row of all inferences in turn
};

/// How the range of a value follows from the calibration data. Outside of it values saturate.
enum class RangeMethod : std::uint8_t {
  kMinMax,      ///< all numbers fit
  kPercentile,  ///< 99.9 % of them, by size
  kMse,         ///< the least mean-square error of rounding and clipping together
  kAuto,        ///< for each value that of these which makes the measured error of the outputs least; takes up to 160 integer runs of 16 samples
};

/// What the parameters of a proof are chosen for. All prove the same and reach the same bits of security.
enum class Profile : std::uint8_t {
  kFast,    ///< least time to prove
  kSmall,   ///< smaller proofs, for some times the time
  kChain,   ///< least gas of a verifier on an EVM (docs/on-chain.md), whatever the prover takes within seconds
};

struct CompileOptions {
  std::optional<unsigned> activation_bits;   ///< unset: 16
  std::optional<unsigned> weight_bits;       ///< unset: as many as the activations, 16 at most, and up to 4 more in layers that need them
  Visibility input = Visibility::kPrivate;   ///< of all inputs; weights are not committed in this sense
  Visibility output = Visibility::kPublic;
  Visibility weights = Visibility::kPrivate;
  int grid = -16;                            ///< log2 of the grid of committed inputs and outputs, -60 to 30; or kFloat32Grid (tacit/grid.h), inputs alone
  RangeMethod ranges = RangeMethod::kMinMax;
  /// Chooses the widths: the cheapest to prove with whose largest error on the data, by an output's span, stays within this (of integers:
  /// the share that differs). Not together with activation_bits and weight_bits.
  std::optional<double> max_error;
  unsigned openings = 256;                   ///< proofs that the commitment to private weights may serve, 1 to 2^20
  unsigned security_bits = 128;              ///< 100 or 128
  bool unique_decoding = false;              ///< proofs 2 to 3 times larger, whose security rests on unique decoding alone
  Profile profile = Profile::kFast;
  std::uint64_t batch = 1;                   ///< inferences per proof, for models with a free leading axis
  /// Whole shapes of inputs, for models that leave more extents free than the leading one.
  std::map<std::string, std::vector<std::uint64_t>> shapes = {};
  /// "accuracy": the only output is on how many rows of the batch the first output is the label given, which the model takes as one
  /// more input behind its own (docs/claims.md). The input must be committed or public, the output public.
  std::string claim;
  std::vector<std::string> until;            ///< these values become the outputs, e.g. to stop before a final Softmax
  /// Where the files of external data lie, "" for the working directory; unset: models with external data are refused.
  std::optional<std::string> folder;
  /// Multiply-adds of one float run beyond which a model is refused before anything runs, as a small file may ask for much.
  std::uint64_t max_work = std::uint64_t{1} << 38;
  unsigned threads = 0;                      ///< 0: one per core; limits the whole process meanwhile
};

struct OutputError {
  std::string name;
  double max = 0, mean = 0;              ///< |float model - quantised model| over all measured values
  double span = 0;                       ///< largest minus smallest float value: what the errors compare with
  /// What the error of other inputs like the measured ones is expected to stay within, found by trying (docs/decisions/009); 0: exact;
  /// none for integers that numbers with errors decide on, such as classes.
  std::optional<double> bound = {};
};

struct Accuracy {
  std::uint64_t samples = 0;
  std::uint64_t quantised_correct = 0;
  std::optional<std::uint64_t> float_correct;   ///< where the float model was at hand
  std::optional<std::uint64_t> agreeing;        ///< float and quantised model give the same class; likewise
};

/// What RangeMethod::kAuto and its like did.
struct RangeChoice {
  std::uint64_t tried = 0;               ///< trials of kAuto
  std::uint64_t changed = 0;             ///< values whose range is not that of min-max
  double before = 0, after = 0;          ///< of kAuto: errors of the outputs, summed: root mean square by largest value
};

/// Widths that were tried for CompileOptions::max_error.
struct WidthTrial {
  unsigned activation_bits = 0, weight_bits = 0;
  double error = 0;                      ///< what max_error bounds
  double cost = 0;                       ///< witness entries and lookup rows of a proof
};

struct CompileReport {
  /// The model's identity, hexadecimal. All but the last stand in the key: its digest covers everything, `root` and `pin` are
  /// the commitment to the weights, `theorem_digest` is the Keccak-256 of what is proven. The SHA-256 of the ONNX file
  /// (with external data, of all its files: docs/model-identity.md) is as secret as private weights: it tells whether a
  /// guess of the file is right.
  std::string key_digest, root, pin, theorem_digest, onnx_sha256;
  std::vector<TensorFacts> inputs, outputs;
  std::uint64_t parameters = 0;          ///< integers that stand for the weights
  unsigned activation_bits = 0, weight_bits = 0;
  unsigned widest_weight_bits = 0;       ///< of the layer whose weights needed most
  std::uint64_t samples = 0;             ///< calibration inferences that the errors below were measured on
  bool samples_are_random = false;       ///< measured on a few random inputs instead, for want of calibration data
  std::vector<OutputError> errors;       ///< per model output
  std::vector<WidthTrial> widths;        ///< with max_error
  std::optional<RangeChoice> ranges;     ///< unless they are those of min-max
  std::optional<Accuracy> accuracy;      ///< with labels
  SecurityReport security;
  bool zero_knowledge = false;           ///< proofs under this key hide what is private
  unsigned openings = 0;                 ///< proofs that the commitment serves; 0 for public weights
  std::vector<std::string> warnings;     ///< one line each
  double seconds = 0;
};

/// A compiled model. Copies share it; it never changes, so several threads may use one.
class Model {
 public:
  /// The model that `save` wrote. Errors: kBadInput, naming the part. Cost: about one verification.
  static Result<Model> load(ByteSpan bundle);

  /// The bytes of PREFIX.tacit. They hold the weights: keep them secret.
  Bytes save() const;
  /// The bytes of PREFIX.vk, to be published.
  Bytes key() const;

  /// In the order of the ONNX graph.
  std::vector<TensorFacts> inputs() const;
  std::vector<TensorFacts> outputs() const;

  /// The outputs that a proof on `inputs` would state, in the model's order; the same bits on every machine. Values
  /// outside the compiled range saturate. `inputs`: one block for each model input, of its shape.
  /// Errors: kBadInput for blocks that are missing, of another size, or hold NaN or infinity.
  Result<std::vector<TensorValue>> run(const std::vector<FloatSpan>& inputs) const;

  struct State;
  explicit Model(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  const State& state() const { return *state_; }

 private:
  std::shared_ptr<const State> state_;
};

struct Compiled {
  Model model;
  CompileReport report;
};

/// The quantised model, committed weights and the proof that they lie in their ranges. `onnx`: the bytes of an .onnx
/// file. Errors: kUnsupported when the model cannot be proven, naming operator, node and opset, before any work starts;
/// kBadInput for a malformed file or data that do not fit; kUsage for options. Cost: a float and an integer run per
/// sample, then about one proof.
Result<Compiled> compile(ByteSpan onnx, const Calibration& calibration, const CompileOptions& options = {});
/// The same without data: every input value lies in `range`, and the scales come from random inputs.
Result<Compiled> compile(ByteSpan onnx, Range range, const CompileOptions& options = {});

}  // namespace tacit::api
