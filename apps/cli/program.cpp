// The program around the commands: parsing, errors, exit codes.
#include <algorithm>
#include <new>
#include <ostream>

#include "base/text.h"
#include "command.h"

namespace tacit::cli {
namespace {

constexpr const char* kDescription =
    "Tacit proves that a machine-learning model gave an output for an input, without running it again.";
constexpr const char* kExitCodes =
    "Exit codes: 0 done or accepted, 1 rejected, 2 bad input or usage, 3 internal error.\n"
    "Example:\n  tacit demo";

std::string one_line(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  text.erase(text.find_last_not_of(' ') + 1);
  return visible(text);
}

int complain(Session& session, std::ostream& err, const std::string& message, ExitCode code) {
  std::string line = one_line(message);
  session.progress.clear();
  if (session.json) session.print({}, {{"error", line}, {"exit_code", code}});
  err << "tacit: " << line << '\n';
  return code;
}

void add_commands(CLI::App& app, Session& session) {
  app.name("tacit");
  app.description(kDescription);
  app.footer(kExitCodes);
  app.set_version_flag("--version", "tacit " TACIT_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  add_demo(app, session);
  add_inspect(app, session);
  add_explain(app, session);
  add_compile(app, session);
  add_run(app, session);
  add_prove(app, session);
  add_verify(app, session);
  add_show(app, session);
  add_accuracy(app, session);
  add_export(app, session);
  add_evm(app, session);
  add_bench(app, session);
  add_ledger(app, session);
  add_audit(app, session);
  add_commit(app, session);
  add_renew(app, session);
  add_manual(app, session);
  add_operators(app, session);
}

/// What the parser would call a missing command.
bool is_unknown_command(CLI::App& app, int argc, const char* const* argv) {
  if (argc < 2 || argv[1][0] == '-') return false;
  return app.get_subcommands([&](CLI::App* command) { return command->get_name() == argv[1]; }).empty();
}

int act(CLI::App& app, Session& session, int argc, const char* const* argv, std::ostream& err) {
  try {
    if (is_unknown_command(app, argc, argv)) {
      throw CLI::ParseError("there is no command '" + printable(argv[1]) + "'", CLI::ExitCodes::InvalidError);
    }
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    bool asked_for_text = e.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);   // --help, --version
    if (asked_for_text) return app.exit(e, session.out, err);
    // A usage error may come before --json was parsed.
    for (int i = 1; i < argc; ++i) session.json = session.json || std::string_view(argv[i]) == "--json";
    return complain(session, err, std::string(e.what()) + " (see --help)", kBadUsage);
  }
  Result<ExitCode> done = session.action();
  if (!done.ok()) return complain(session, err, done.error().text(), kBadUsage);
  session.out.flush();
  if (!session.out) return complain(session, err, "the output could not be written", kBadUsage);
  return *done;
}

}  // namespace

int tacit_main(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  Progress progress(Progress::terminal());
  Session session{out, progress};
  CLI::App app;
  try {
    add_commands(app, session);
    return act(app, session, argc, argv, err);
  } catch (const std::bad_alloc&) {
    // Nothing here may allocate.
    if (session.json) out << "{\"error\": \"out of memory\", \"exit_code\": 3}\n";
    err << "tacit: out of memory\n";
    return kOurFault;
  } catch (const std::exception& e) {
    return complain(session, err, std::string("internal error: ") + e.what(), kOurFault);
  }
}

}  // namespace tacit::cli
