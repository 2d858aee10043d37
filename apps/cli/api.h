// What the commands need of Tacit: one function per step, plain structs in and out. The commands know nothing below it.
//
//   .onnx  --inspect-->  ModelReport
//   .onnx + calibration  --compile-->  PREFIX.tacit, PREFIX.vk, CompileReport
//   PREFIX.tacit  --open_bundle-->  Bundle  --run / prove / accuracy-->  outputs, proof bytes
//   PREFIX.vk + proof  --verify-->  VerifyReport
//   any of our files  --describe-->  FileReport
//
// Errors (Result) are the user's: a malformed file, a wrong shape, a model that cannot be proven. A proof that does not
// hold is not an error: it is a VerifyReport that says so. Times are wall-clock seconds. `Shape` here is the shape of one
// inference, batch included.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "data/array.h"
#include "data/progress.h"

namespace tacit::api {

enum class Visibility : std::uint8_t { kPublic, kPrivate };

/// How a step runs. Results never depend on it.
struct Execution {
  unsigned threads = 0;            ///< 0: one per core
  Progress* progress = nullptr;    ///< may be null
};

/// The arrays of a file the user named; `path` opens the messages about them. See data/samples.h for how arrays are
/// matched with a model's inputs.
struct DataFile {
  std::string path;
  std::vector<Array> arrays;
};

struct TensorFacts {
  std::string name;
  std::vector<std::uint64_t> shape;
  std::string type;                ///< as in the model: "float32", "int64"
};

struct StageTime {
  std::string name;                ///< "witness", "commit", "lookups", "sumcheck", "opening"
  double seconds = 0;
};

// ---------------------------------------------------------------------------------------------------------- inspect

struct OperatorCount {
  std::string name;                ///< "Conv"
  std::uint64_t count = 0;
  bool supported = false;
  std::string reason;              ///< why some use of it cannot be proven, with the node's name; else empty
};

struct ModelReport {
  std::string name, producer;
  std::int64_t opset = 0;
  std::uint64_t nodes = 0, parameters = 0;
  std::optional<std::uint64_t> multiplications;   ///< multiply-adds of one inference, when all shapes are known
  std::vector<TensorFacts> inputs, outputs;
  std::vector<OperatorCount> operators;           ///< by name
  bool provable = false;                          ///< compile would not refuse the graph
};

/// Fails only when `model` is not a readable ONNX file; unsupported operators are reported, all of them.
Result<ModelReport> inspect(ByteSpan model, const std::string& path);

// ---------------------------------------------------------------------------------------------------------- compile

struct Range {
  double low = 0, high = 0;        ///< finite, low < high
};

struct CompileOptions {
  std::optional<DataFile> calibration;              ///< exactly one of these two
  std::optional<Range> input_range;
  std::optional<std::vector<std::int64_t>> labels;  ///< one class per calibration sample
  std::optional<unsigned> activation_bits;          ///< unset: the compiler's choice
  std::optional<unsigned> weight_bits;
  Visibility input = Visibility::kPrivate;
  Visibility output = Visibility::kPublic;
  Visibility weights = Visibility::kPrivate;
  unsigned security_bits = 128;                     ///< 100 or 128
  std::uint64_t batch = 1;                          ///< inferences per proof, for models with a free batch axis
};

struct OutputError {
  std::string name;
  double max = 0, mean = 0;        ///< |float model - quantised model| over all measured values
  double span = 0;                 ///< largest minus smallest float value: what the errors compare with
};

struct Accuracy {
  std::uint64_t samples = 0;
  std::uint64_t quantised_correct = 0;
  std::optional<std::uint64_t> float_correct;   ///< where the float model was at hand
};

struct SecurityReport {
  struct Term {
    std::string name;              ///< "proximity, round 3"
    double bits = 0;
  };
  unsigned target_bits = 0;
  double proven_bits = 0;          ///< of everything together
  std::vector<Term> terms;         ///< each way to cheat, and what it costs
};

struct CompileReport {
  std::string key_digest;          ///< hexadecimal; names the model for everyone
  std::vector<TensorFacts> inputs, outputs;
  std::uint64_t parameters = 0;
  unsigned activation_bits = 0, weight_bits = 0;   ///< the widest of each that was used
  std::uint64_t samples = 0;                       ///< that the errors below were measured on
  bool samples_are_random = false;                 ///< drawn from input_range, not from calibration
  std::vector<OutputError> errors;                 ///< per model output
  std::optional<double> top1_agreement;            ///< float against quantised, 0 to 1, for outputs that rank classes
  std::optional<Accuracy> accuracy;                ///< with labels
  SecurityReport security;
  bool zero_knowledge = false;                     ///< proofs under this key will hide what is private
  std::vector<std::string> warnings;               ///< one line each
  double seconds = 0;
};

struct Compiled {
  Bytes bundle;                    ///< PREFIX.tacit, secret
  Bytes key;                       ///< PREFIX.vk, public
  CompileReport report;
};

/// Fails when the model cannot be proven (every reason in one line), the data do not fit it, or the labels are not as many
/// as the calibration samples.
Result<Compiled> compile(ByteSpan model, const std::string& path, const CompileOptions& options, const Execution& how);

// ------------------------------------------------------------------------------------------------- run, prove, accuracy

class Bundle;                      ///< an opened PREFIX.tacit
using BundleHandle = std::shared_ptr<const Bundle>;

/// `path` opens the messages.
Result<BundleHandle> open_bundle(Bytes bytes, const std::string& path);

/// The bytes of PREFIX.vk that belong to the bundle.
Bytes key_of(const Bundle& bundle);

/// How many inferences the arrays bring for this model.
Result<std::uint64_t> sample_count(const Bundle& bundle, const DataFile& input);

struct RunReport {
  std::uint64_t samples = 0;
  std::vector<Array> outputs;      ///< named; dims are {samples} followed by the output's shape
  std::uint64_t saturated = 0;     ///< input values outside the calibrated range
  double seconds = 0;
};

/// The quantised model on every sample: exactly what a proof would state.
Result<RunReport> run(const Bundle& bundle, const DataFile& input, const Execution& how);

/// A value that everyone may see: integers, and the real numbers that they stand for.
struct PublicValue {
  Array array;                            ///< named; values = integers * scale
  std::vector<std::int64_t> integers;
  double scale = 1;
};

/// What a proof says: the model that `key_digest` names gives these outputs on these inputs.
struct Statement {
  std::string key_digest;
  Visibility input = Visibility::kPrivate, output = Visibility::kPublic, weights = Visibility::kPrivate;
  std::vector<PublicValue> inputs, outputs;   ///< empty where private
  bool zero_knowledge = false;                ///< what is private is hidden from those who see the proof
  unsigned target_bits = 0;
  double proven_bits = 0;
};

struct Proved {
  Bytes proof;
  Statement statement;
  std::vector<Array> prediction;   ///< the outputs, also where they are private
  std::vector<StageTime> stages;
  double seconds = 0;
};

/// Proves the inference on sample number `sample` of the file.
Result<Proved> prove(const Bundle& bundle, const DataFile& input, std::uint64_t sample, const Execution& how);

/// `labels` has one class per sample. The class of a sample is the model's integer output, or else the place of the
/// largest value of its first output.
Result<Accuracy> accuracy(const Bundle& bundle, const DataFile& inputs, const std::vector<std::int64_t>& labels,
                          const Execution& how);

// ----------------------------------------------------------------------------------------------------------- verify

struct VerifyReport {
  bool accepted = false;
  std::string reason;              ///< why not
  Statement statement;             ///< what was claimed; to be believed only when accepted
  bool zero_knowledge = false;     ///< a property of the key, so it holds for rejected proofs too
  double seconds = 0;
};

/// An error when one of the files is not what it should be (a foreign file, an unknown version); a report with
/// accepted = false for everything that carries the mark of a proof and does not convince, truncation included.
Result<VerifyReport> verify(ByteSpan key, const std::string& key_path, ByteSpan proof, const std::string& proof_path,
                            const Execution& how);

struct Comparison {
  bool same = false;
  std::string difference;          ///< the first place where they differ, and both values there
};

/// Compares the user's numbers with published ones: each number is put on the published grid by the rounding of the
/// quantised model (saturation included) and must give the same integer. `sample` says which
/// of the file's samples is meant. Fails when the shapes do not fit or that sample is not there.
Result<Comparison> compare(const std::vector<PublicValue>& published, const DataFile& given, std::uint64_t sample);

// ------------------------------------------------------------------------------------------------------- show, demo

struct FileReport {
  enum class Kind { kBundle, kKey, kProof };
  struct Part {
    std::string name;              ///< "openings"
    std::uint64_t bytes = 0;
  };
  Kind kind = Kind::kProof;
  unsigned version = 0;
  std::string key_digest;
  std::vector<TensorFacts> inputs, outputs;    ///< bundle and key
  unsigned activation_bits = 0, weight_bits = 0;   ///< bundle and key
  std::uint64_t parameters = 0;                ///< bundle and key
  Visibility input = Visibility::kPrivate, output = Visibility::kPublic, weights = Visibility::kPrivate;
  std::optional<Statement> statement;          ///< proof; nothing has been verified
  std::vector<Part> parts;                     ///< of the file, in order
  SecurityReport security;
  bool zero_knowledge = false;
};

Result<FileReport> describe(ByteSpan file, const std::string& path);

struct Demo {
  std::string title;               ///< "handwritten digit, 8 x 8 pixels"
  Bytes model;                     ///< ONNX
  DataFile calibration, input;
};

/// A small model with real data, made without any file.
Demo demo();

}  // namespace tacit::api
