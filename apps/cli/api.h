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
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "data/array.h"
#include "data/progress.h"
#include "tacit/prove.h"
#include "tacit/statement.h"
#include "tacit/verify.h"

namespace tacit::cli::api {

using tacit::api::Accuracy;
using tacit::api::CompileReport;
using tacit::api::OutputError;
using tacit::api::ProvenPart;
using tacit::api::Range;
using tacit::api::SecurityReport;
using tacit::api::StageTime;
using tacit::api::Statement;
using tacit::api::TensorFacts;
using tacit::api::TensorValue;
using tacit::api::Visibility;

// Results and statements are the library's own (include/tacit); what is added here is files, progress and reports.

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

// ---------------------------------------------------------------------------------------------------------- inspect

struct OperatorCount {
  std::string name;                ///< "Conv"
  std::uint64_t count = 0;
  bool supported = false;
};

struct ModelReport {
  std::string name;
  std::int64_t opset = 0;
  std::uint64_t nodes = 0, parameters = 0;
  std::optional<std::uint64_t> multiplications;   ///< multiply-adds of one inference, when it is provable
  std::vector<TensorFacts> inputs, outputs;       ///< type "unknown" where the shape is not known
  std::vector<OperatorCount> operators;           ///< by name
  std::vector<std::string> problems;              ///< every unsupported node, one line each; empty when provable
  /// What compile would commit to and prove with by default, but for the budget; about, since inner ranges are guessed.
  struct Shape {
    unsigned log_n = 0, limbs_w = 0, limbs_x = 0, random_slots_w = 0, random_slots_x = 0;
    double key_bytes = 0, proof_bytes = 0;
  };
  unsigned openings = 0;                          ///< the budget that was asked for
  std::optional<Shape> shape;                     ///< of a provable model
  /// What the graph compiler did, with the number of nodes before and after.
  struct Pass {
    std::string name;
    std::uint64_t before = 0, after = 0;
  };
  std::vector<Pass> passes;                       ///< of a provable model
  std::string drawing;                            ///< SVG, where it was asked for and the model has a shape
  std::string no_shape;                           ///< why a provable model has none, e.g. for too large a budget
  bool provable() const { return problems.empty(); }   ///< compile would not refuse the graph
};

/// The budget of openings that compile takes by default.
inline const unsigned kDefaultOpenings = tacit::api::CompileOptions{}.openings;

struct InspectOptions {
  unsigned openings = kDefaultOpenings;
  bool draw = false;
  std::map<std::string, std::vector<std::uint64_t>> shapes = {};   ///< of inputs that the model leaves open
};

/// Fails only when `model` is not a readable ONNX file, or a shape contradicts it; unsupported operators are reported, all of them.
Result<ModelReport> inspect(ByteSpan model, const std::string& path, const InspectOptions& options = {});

// ---------------------------------------------------------------------------------------------------------- compile

struct CompileOptions : tacit::api::CompileOptions {
  std::optional<DataFile> calibration;              ///< exactly one of these two
  std::optional<Range> input_range;
  std::optional<std::vector<std::int64_t>> labels;  ///< one class per calibration sample
};

struct Compiled {
  Bytes bundle;                    ///< PREFIX.tacit, secret
  Bytes key;                       ///< PREFIX.vk, public
  CompileReport report;
  Bytes recipe = {};               ///< PREFIX.recipe, public: what others recompute public weights with; else empty
};

/// Fails when the model cannot be proven (every reason in one line), the data do not fit it, or the labels are not as many
/// as the calibration samples.
Result<Compiled> compile(ByteSpan model, const std::string& path, const CompileOptions& options, const Execution& how);

// ------------------------------------------------------------------------------------------------- run, prove, accuracy

class Bundle;                      ///< an opened PREFIX.tacit
using BundleHandle = std::shared_ptr<const Bundle>;

/// `path` opens the messages.
Result<BundleHandle> open_bundle(ByteSpan bytes, const std::string& path);

/// The bytes of PREFIX.vk that belong to the bundle.
Bytes key_of(const Bundle& bundle);

/// The bundle's key is of a claim about accuracy (docs/claims.md).
bool claims_accuracy(const Bundle& bundle);

/// How many inferences the arrays bring for this model.
Result<std::uint64_t> sample_count(const Bundle& bundle, const DataFile& input);

struct RunReport {
  std::uint64_t samples = 0;
  std::vector<Array> outputs;      ///< named; dims are {samples} followed by the output's shape
  std::uint64_t saturated = 0;     ///< input values outside the calibrated range
  double seconds = 0;
  std::vector<OutputError> errors = {};   ///< as measured when the bundle was compiled
};

/// The quantised model on every sample: exactly what a proof would state; the integers themselves where they are asked for.
Result<RunReport> run(const Bundle& bundle, const DataFile& input, const Execution& how, bool integers = false);

using Proved = tacit::api::Proof;

/// Proves the inference on sample number `sample` of the file.
Result<Proved> prove(const Bundle& bundle, const DataFile& input, std::uint64_t sample, const Execution& how);

/// The float model that a bundle was compiled from.
struct FloatModel {
  Bytes onnx;
  std::string path;
};

/// How far an output of the quantised model is from the float model's. Of integers an error is 1, wherever it is another integer.
struct OutputDistance {
  OutputError error;
  /// Rows by their largest error, in shares of the span; the last bin has the rest, and `below` infinity.
  struct Bin {
    double below = 0;
    std::uint64_t rows = 0;
  };
  struct Row {
    std::uint64_t row = 0;         ///< as labels are counted
    double error = 0;              ///< the largest of its values
  };
  std::vector<Bin> histogram;
  std::vector<Row> worst;          ///< largest errors first, rows without an error left out
  std::uint64_t beyond = 0;        ///< rows whose error exceeds the bound that the bundle states, error.bound
};

struct AccuracyReport {
  std::uint64_t rows = 0;          ///< batch rows of all samples in turn
  std::optional<Accuracy> counts;  ///< with labels
  std::optional<std::uint64_t> agreeing;   ///< rows of the same class in both models, where the first output has classes to choose from
  std::vector<OutputDistance> outputs;     ///< with a float model
};

struct AccuracyOptions {
  /// One class per batch row of all samples in turn; without them only the models are compared. The class of a row is the
  /// place of the largest value of the model's first output.
  std::optional<std::vector<std::int64_t>> labels;
  std::optional<FloatModel> real;
  std::size_t worst = 5;           ///< rows to name for each output
};

/// Contract: labels or a float model are given. Cost: a run of each model per sample.
Result<AccuracyReport> accuracy(const Bundle& bundle, const DataFile& inputs, const AccuracyOptions& options, const Execution& how);

/// An ONNX graph of standard operators that gives the integers of the bundle (export/export.h).
struct Exported {
  Bytes onnx;                      ///< as secret as the bundle
  std::vector<TensorFacts> inputs, outputs;
};
Result<Exported> export_quantized(const Bundle& bundle);

// ----------------------------------------------------------------------------------------------------------- verify

struct VerifyReport : tacit::api::Verdict {
  double seconds = 0;
};

/// An error when one of the files is not what it should be: a foreign file, another version, less than a header. A report
/// with accepted = false for everything else that does not convince, truncation included.
Result<VerifyReport> verify(ByteSpan key, const std::string& key_path, ByteSpan proof, const std::string& proof_path,
                            const Execution& how);

struct Comparison {
  bool same = false;
  std::string difference;          ///< the first place where they differ, and both values there
};

/// Compares the user's numbers with published ones: each number is put on the published grid by the rounding of the
/// quantised model (saturation included) and must give the same integer. `sample` says which
/// of the file's samples is meant. Fails when the shapes do not fit or that sample is not there.
Result<Comparison> compare(const std::vector<TensorValue>& published, const DataFile& given, std::uint64_t sample);

// ------------------------------------------------------------------------------------------------------- show, demo

struct FileReport {
  enum class Kind { kBundle, kKey, kProof };
  struct Part {
    std::string name;              ///< "openings"
    std::uint64_t bytes = 0;
  };
  /// Of one proof: what its stages are paid in.
  struct Cost {
    std::uint64_t multiplications = 0, witness_entries = 0, lookup_rows = 0;
  };
  struct Published {
    std::string kind, name, value;   ///< "sum", "Conv_3", "8 x 64 = ..."
  };
  Kind kind = Kind::kProof;
  unsigned version = 0;
  std::string key_digest;
  std::vector<TensorFacts> inputs, outputs;    ///< bundle and key
  unsigned activation_bits = 0, weight_bits = 0;   ///< bundle and key
  unsigned widest_weight_bits = 0;             ///< bundle and key: of the layer whose weights needed most
  std::uint64_t parameters = 0;                ///< bundle and key
  Cost cost;                                   ///< bundle and key
  Visibility input = Visibility::kPrivate, output = Visibility::kPublic, weights = Visibility::kPrivate;
  std::vector<Part> parts;                     ///< of the file, in order
  std::vector<OutputError> errors;             ///< bundle: as measured when it was compiled
  std::vector<Published> published;            ///< key: everything about the model that stands in it in clear
  SecurityReport security;                     ///< bundle and key
  unsigned openings = 0;                       ///< bundle and key: of private weights
  bool zero_knowledge = false;
};

Result<FileReport> describe(ByteSpan file, const std::string& path);

/// The table of docs/operators.md.
std::string operators();

struct Demo {
  std::string title;               ///< "handwritten digit, 8 x 8 pixels"
  Bytes model;                     ///< ONNX
  DataFile calibration, input;
};

/// A small model with real data, made without any file.
Demo demo();

}  // namespace tacit::cli::api
