// One command: its options, and what it does with them.
//
//   add_verify(app, session)  registers the options; when the user chose the command, session.action is what to do.
//
// An action gives the exit code, or an error of the user's. Human text and JSON go to session.out; only one of them.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <iosfwd>
#include <string>

#include "api.h"
#include "data/progress.h"
#include "output.h"
#include "passphrase.h"

namespace tacit::cli {

enum ExitCode : int {
  kDone = 0,       ///< done; for verify: accepted
  kRejected = 1,   ///< a proof, or a compared value, is not what was claimed
  kBadUsage = 2,   ///< a file, a value or a flag of the user's
  kOurFault = 3,
};

struct Session {
  std::ostream& out;
  Progress& progress;
  bool json = false;
  unsigned threads = 0;
  std::function<Result<ExitCode>()> action = {};

  api::Execution execution() { return {threads, &progress}; }
  /// Prints one of the two, as --json asks.
  void print(const Lines& lines, const Json& object);
};

/// A subcommand with --json and --threads and `example` as the end of its help.
CLI::App* new_command(CLI::App& app, Session& session, const std::string& name, const std::string& description,
                      const std::string& example);

/// --input, --output, --weights: public, private or, for the first two, committed.
void add_visibility(CLI::App& command, const std::string& flag, api::Visibility& value, const std::string& what);

/// A budget of openings, 1 to 2^20.
void add_openings(CLI::App& command, const std::string& flag, unsigned& value, const std::string& what);

/// --sample: which inference of a file that holds several.
void add_sample(CLI::App& command, std::uint64_t& sample);

/// The class labels of a file, see data/samples.h.
Result<std::vector<std::int64_t>> read_labels(const std::string& path);

Result<Bytes> read_any(const std::string& path);              ///< models, keys, bundles, proofs: up to 4 GiB
Result<api::DataFile> read_data(const std::string& path);
Result<api::BundleHandle> read_bundle(const std::string& path, const PassphraseFlags& passphrase);   ///< decrypts if need be

void add_demo(CLI::App& app, Session& session);
void add_inspect(CLI::App& app, Session& session);
void add_explain(CLI::App& app, Session& session);
void add_compile(CLI::App& app, Session& session);
void add_run(CLI::App& app, Session& session);
void add_prove(CLI::App& app, Session& session);
void add_verify(CLI::App& app, Session& session);
void add_show(CLI::App& app, Session& session);
void add_accuracy(CLI::App& app, Session& session);
void add_export(CLI::App& app, Session& session);
void add_evm(CLI::App& app, Session& session);
void add_bench(CLI::App& app, Session& session);
void add_ledger(CLI::App& app, Session& session);
void add_audit(CLI::App& app, Session& session);
void add_commit(CLI::App& app, Session& session);
void add_renew(CLI::App& app, Session& session);
void add_manual(CLI::App& app, Session& session);   ///< hidden
void add_operators(CLI::App& app, Session& session);   ///< hidden

/// The whole program: parses, acts, prints. Never throws.
int tacit_main(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

/// For a model: what `inspect` and `show` print.
void print_model(Session& session, const std::string& path, const api::ModelReport& model, bool stages = false);

}  // namespace tacit::cli
