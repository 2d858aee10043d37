#include "manual.h"

#include "data/file.h"
#include "test_fixture.h"

namespace tacit::cli::test {
namespace {

std::string text_of(const std::filesystem::path& path) {
  const auto bytes = read_file(path.string(), 1 << 20);
  EXPECT_TRUE(bytes.ok()) << path;
  return bytes.ok() ? std::string(bytes->begin(), bytes->end()) : "";
}

/// The commands that the program's own help lists.
std::vector<std::string> commands_in(const std::string& help) {
  std::vector<std::string> commands;
  std::istringstream lines(help.substr(help.find("Subcommands:")));
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line) && line.starts_with("  ")) {
    const std::string word = line.substr(2, line.find(' ', 2) - 2);
    if (!word.empty()) commands.push_back(word);
  }
  return commands;
}

/// As the man page writes it.
std::string with_escaped_hyphens(const std::string& text) {
  std::string out;
  for (char c : text) out += c == '-' ? "\\-" : std::string(1, c);
  return out;
}

TEST_F(Cli, EveryCommandAndFlagIsInTheManualAndTheCompletion) {
  ASSERT_EQ(tacit({"manual", "new"}).code, 0);
  const std::filesystem::path root = at("new");
  const std::string completion = text_of(root / "completions/tacit"), manual = text_of(root / "man1/tacit.1");
  const std::vector<std::string> commands = commands_in(tacit({"--help"}).out);
  ASSERT_GT(commands.size(), 10u);
  for (const std::string& command : commands) {
    const std::string help = tacit({command, "--help"}).out;
    const std::size_t start = manual.find(".SS \"tacit " + with_escaped_hyphens(command) + ' ');
    ASSERT_NE(start, std::string::npos) << command;
    const std::string page = manual.substr(start, manual.find("\n.SS", start) - start);
    EXPECT_NE(completion.find("    \"tacit " + command + "\") words="), std::string::npos) << command;
    std::size_t flags = 0;
    for (std::size_t at = help.find("--"); at != std::string::npos; at = help.find("--", at + 2), ++flags) {
      const std::string flag = help.substr(at + 2, help.find_first_of(" ,=\n.", at + 2) - at - 2);
      EXPECT_NE(page.find(with_escaped_hyphens("--" + flag)), std::string::npos) << command << " --" << flag;
    }
    EXPECT_GE(flags, 1u) << command;
  }
}

TEST_F(Cli, TheManualIsNotAmongTheCommandsOfTheHelp) {
  EXPECT_FALSE(tacit({"--help"}).says("manual"));
  ASSERT_EQ(tacit({"manual", "new"}).code, 0);
  EXPECT_EQ(text_of(at("new/man1/tacit.1")).find("manual"), std::string::npos);
}

TEST_F(Cli, TheManPageHoldsNoStrayRequests) {
  ASSERT_EQ(tacit({"manual", "new"}).code, 0);
  const std::vector<std::string> requests{".TH ", ".SH ", ".SS ", ".TP", ".PP", ".nf", ".fi"};
  std::istringstream lines(text_of(at("new/man1/tacit.1")));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('.') && !line.starts_with('\'')) continue;
    const bool known = std::any_of(requests.begin(), requests.end(), [&](const std::string& r) { return line.starts_with(r); });
    EXPECT_TRUE(known) << line;
  }
}

TEST_F(Cli, TheCompletionKnowsCommandsFlagsAndCommandsOfCommands) {
  ASSERT_EQ(tacit({"manual", "new"}).code, 0);
  put("try.sh", "source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _tacit; echo \" ${COMPREPLY[*]} \"\n");
  auto completes = [&](const std::string& line, const std::string& word) {
    const std::string out = at("reply.txt");
    EXPECT_EQ(std::system(("bash " + at("try.sh") + ' ' + at("new/completions/tacit") + ' ' + line + " > " + out).c_str()), 0);
    return text_of(out).find(' ' + word + ' ') != std::string::npos;
  };
  EXPECT_TRUE(completes("tacit comp", "compile"));
  EXPECT_TRUE(completes("tacit compile --calib", "--calibration"));
  EXPECT_TRUE(completes("tacit ledger sp", "split"));
  EXPECT_TRUE(completes("tacit ledger split --open", "--openings"));
  EXPECT_TRUE(completes("tacit \"\"", "prove"));
  EXPECT_TRUE(completes("tacit ledger \"\"", "adopt"));
  EXPECT_FALSE(completes("tacit compile --calib", "--labels"));
  EXPECT_FALSE(completes("tacit prove \"\"", "--sample"));   // a file name is next
}

}  // namespace
}  // namespace tacit::cli::test
