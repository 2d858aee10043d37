#include "manual.h"

namespace tacit::cli {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
}

std::vector<const CLI::Option*> options_of(const CLI::App& app, bool positional) {
  return app.get_options([&](const CLI::Option* option) {
    return option->get_positional() == positional && !option->get_group().empty();
  });
}

/// "tacit ledger show"
std::string full_name(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name() : full_name(*app.get_parent()) + ' ' + app.get_name();
}

/// Text as roff: nothing in it is a request or an escape.
std::string roff(const std::string& text) {
  std::string out;
  for (char c : text) {
    const bool line_start = out.empty() || out.back() == '\n';
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') out += "\\e";
    else if (c == '-') out += "\\-";
    else out += c;
  }
  return out;
}

std::string flags_of(const CLI::Option& option) {
  std::string out;
  for (const std::string& name : option.get_snames()) out += (out.empty() ? "-" : ", -") + name;
  for (const std::string& name : option.get_lnames()) out += (out.empty() ? "--" : ", --") + name;
  return out;
}

void add_options(std::string& page, const CLI::App& app, bool positional) {
  for (const CLI::Option* option : options_of(app, positional)) {
    page += ".TP\n\\fB" + roff(positional ? option->get_name(true) : flags_of(*option)) + "\\fR";
    const bool takes_value = !positional && option->get_items_expected_max() > 0 && !option->get_type_name().empty();
    if (takes_value) page += " \\fI" + roff(option->get_type_name()) + "\\fR";
    page += '\n' + roff(option->get_description()) + (option->get_required() && !positional ? " (required)" : "") + '\n';
  }
}

/// Lines that stand as they are.
void add_lines(std::string& page, const std::string& text) {
  if (!text.empty()) page += ".PP\n.nf\n" + roff(text) + "\n.fi\n";
}

std::string synopsis_of(const CLI::App& app) {
  std::string out = roff(full_name(app)) + " [OPTIONS]";
  for (const CLI::Option* option : options_of(app, true)) {
    const std::string name = roff(option->get_name(true));
    out += option->get_required() ? ' ' + name : " [" + name + ']';
  }
  return out + (commands_of(app).empty() ? "" : " COMMAND");
}

void add_commands(std::string& page, const CLI::App& app) {
  for (const CLI::App* command : commands_of(app)) {
    page += ".SS \"" + synopsis_of(*command) + "\"\n" + roff(command->get_description()) + ".\n";
    add_options(page, *command, true);
    add_options(page, *command, false);
    add_lines(page, command->get_footer());
    add_commands(page, *command);
  }
}

/// "compile prove --json --threads": what may follow the words of this command.
std::string words_of(const CLI::App& app) {
  std::string words;
  auto add = [&](const std::string& word) { words += (words.empty() ? "" : " ") + word; };
  for (const CLI::App* command : commands_of(app)) add(command->get_name());
  for (const CLI::Option* option : options_of(app, false)) {
    for (const std::string& name : option->get_snames()) add('-' + name);
    for (const std::string& name : option->get_lnames()) add("--" + name);
  }
  return words;
}

void add_cases(std::string& script, const CLI::App& app) {
  script += "    \"" + full_name(app) + "\") words=\"" + words_of(app) + "\" ;;\n";
  for (const CLI::App* command : commands_of(app)) add_cases(script, *command);
}

}  // namespace

std::string man_page(const CLI::App& app, const std::string& version) {
  const std::string name = roff(app.get_name());
  std::string page = ".TH \"" + name + "\" 1 \"\" \"" + roff(version) + "\" \"User Commands\"\n";
  page += ".SH NAME\n" + name + " \\- prove what a machine\\-learning model computed\n";
  page += ".SH SYNOPSIS\n" + synopsis_of(app) + "\n.SH DESCRIPTION\n" + roff(app.get_description()) + '\n';
  page += ".SH OPTIONS\n";
  add_options(page, app, false);
  page += ".SH COMMANDS\n";
  add_commands(page, app);
  page += ".SH NOTES\n";
  add_lines(page, app.get_footer());
  return page + ".SH SEE ALSO\n\\fBtacit\\-verify\\fR(1)\n";
}

std::string bash_completion(const CLI::App& app) {
  const std::string name = app.get_name();
  std::string script = "# Bash completion for " + name + ", made from its help.\n_" + name + "() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} command=" + name + " next words= i\n"
      "  for ((i = 1; i < COMP_CWORD; ++i)); do\n"
      "    next=\"$command ${COMP_WORDS[i]}\"\n"
      "    case $next in\n      ";
  std::string known;
  auto collect = [&](auto&& self, const CLI::App& parent) -> void {
    for (const CLI::App* command : commands_of(parent)) {
      known += (known.empty() ? "\"" : " | \"") + full_name(*command) + '"';
      self(self, *command);
    }
  };
  collect(collect, app);
  script += known + ") command=$next ;;\n    esac\n  done\n  case $command in\n";
  add_cases(script, app);
  // Flags only where one begins: arguments are file names, which `-o default` completes.
  script += "  esac\n"
      "  case $command:$current in\n"
      "    *:-* | " + name + ":*" + "";
  for (const CLI::App* command : commands_of(app)) {
    if (!commands_of(*command).empty()) script += " | \"" + full_name(*command) + "\":*";
  }
  return script + ") COMPREPLY=($(compgen -W \"$words\" -- \"$current\")) ;;\n"
      "    *) COMPREPLY=() ;;\n"
      "  esac\n}\ncomplete -o default -F _" + name + " " + name + "\n";
}

}  // namespace tacit::cli
