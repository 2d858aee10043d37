// Shared by the implementations of api.h: between the commands' plain structs and the libraries.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include <tbb/global_control.h>

#include "api.h"
#include "pcs/security.h"
#include "prover/prove.h"
#include "theorem/ports.h"
#include "verifier/verify.h"

namespace tacit::api {

class Bundle {
 public:
  ProverModel model;
};

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Limits the worker threads for as long as it lives.
class Threads {
 public:
  explicit Threads(const Execution& how) {
    if (how.threads != 0) limit_.emplace(tbb::global_control::max_allowed_parallelism, how.threads);
  }

 private:
  std::optional<tbb::global_control> limit_;
};

/// Collects the seconds of each stage and shows it on the progress line.
class Stages {
 public:
  explicit Stages(const Execution& how) : progress_(how.progress) {}
  void begin(std::string_view name);
  std::vector<StageTime> finish();

 private:
  Progress* progress_;
  std::vector<StageTime> stages_;
  Stopwatch watch_;
  double started_ = 0;
};

std::string hex(const Digest& digest);
Visibility visibility_of(const std::vector<Port>& ports);
std::vector<TensorFacts> facts_of(const std::vector<Port>& ports);
SecurityReport security_of(const KeyCore& core);
std::uint64_t parameters_of(const Theorem& theorem);
Array array_of(const Port& port, const IntColumn& column);
PublicValue public_value(const Port& port, const IntColumn& column);
Statement statement_of(const VerifierKey& key, const std::vector<IntColumn>& publics);

/// The samples of a file as quantised input columns: [sample][input].
Result<std::vector<std::vector<IntColumn>>> input_columns(const KeyCore& core, const DataFile& input, std::uint64_t* saturated);

}  // namespace tacit::api
