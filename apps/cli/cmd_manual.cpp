// Hidden commands: the build runs manual for packages; operators prints what docs/operators.md holds.
#include <filesystem>
#include <memory>

#include "command.h"
#include "data/file.h"
#include "manual.h"

namespace tacit::cli {
namespace {

Status write_text(const std::filesystem::path& path, const std::string& text) {
  std::error_code failed;
  std::filesystem::create_directories(path.parent_path(), failed);
  if (failed) return io_error("cannot be made: " + failed.message(), path.parent_path().string());
  return write_file_atomic(path.string(), Bytes(text.begin(), text.end()));
}

}  // namespace

void add_manual(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("manual", "Write the man page and the bash completion");
  command->group("");
  auto folder = std::make_shared<std::string>();
  command->add_option("FOLDER", *folder, "Write man1/tacit.1 and completions/tacit here")->required();
  command->callback([&app, &session, folder] {
    session.action = [&app, folder]() -> Result<ExitCode> {
      const std::filesystem::path root(*folder);
      TACIT_TRY([[maybe_unused]] Unit page, write_text(root / "man1" / (app.get_name() + ".1"), man_page(app, "tacit " TACIT_VERSION)));
      TACIT_TRY([[maybe_unused]] Unit script, write_text(root / "completions" / app.get_name(), bash_completion(app)));
      return kDone;
    };
  });
}

void add_operators(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("operators", "Print the table of operators of docs/operators.md");
  command->group("");
  command->callback([&session] {
    session.action = [&session]() -> Result<ExitCode> {
      session.out << api::operators();
      return kDone;
    };
  });
}

}  // namespace tacit::cli
