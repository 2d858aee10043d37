// Shared by the implementations of api.h: between files and the library.
#pragma once

#include <optional>
#include <stdexcept>

#include "api.h"
#include "api/guard.h"
#include "data/samples.h"
#include "graph/execute.h"
#include "prover/model.h"

namespace tacit::cli::api {

class Bundle {
 public:
  ProverModel model;
};

using tacit::api::Stopwatch;
using tacit::api::ThreadLimit;

/// The same error with the user's file as its place.
inline Error at(const std::string& path, const Error& error) { return {error.code, error.text(), path}; }

/// Where a model's external data lie: the folder of its file.
std::string folder_of(const std::string& path);

/// The library's error; a fault of ours is thrown, for the program to report as one.
inline Error at(const std::string& path, const tacit::api::Error& error) {
  using Code = tacit::api::ErrorCode;
  switch (error.code) {
    case Code::kBadInput: return {ErrorCode::kBadInput, error.text, path};
    case Code::kUnsupported: return {ErrorCode::kUnsupported, error.text, path};
    case Code::kUsage: return {ErrorCode::kUsage, error.text, path};
    case Code::kIo: return {ErrorCode::kIo, error.text, path};
    case Code::kInternal: break;
  }
  throw std::runtime_error(error.text);
}

/// Shows each stage on the progress line.
inline StageSink stages_of(const Execution& how) {
  return [progress = how.progress](std::string_view name) {
    if (progress != nullptr) progress->stage(std::string(name));
  };
}

/// The samples of a file, matched with the model's inputs. Errors: as bind_samples.
Result<Samples> bind_inputs(const KeyCore& core, const DataFile& input);

/// The same for a graph that is not compiled yet.
Result<std::vector<TensorMap>> graph_samples(const Graph& graph, const DataFile& file);

/// "sample 3 is not there" as an error when the file holds fewer.
/// What the bundle's recipe says was measured when it was compiled; without errors where it says nothing.
std::vector<OutputError> stated_errors(const ProverModel& model);

Status check_sample(const Samples& samples, std::uint64_t sample, const std::string& path);

/// Everything that stands about the model in its key in clear: the closed list of docs/protocol.md, section 14.
std::vector<FileReport::Published> published_by(const VerifierKey& key);

}  // namespace tacit::cli::api
