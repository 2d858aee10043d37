// The manual: a man page and a bash completion, made from the commands' own help, so that they cannot go stale.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace tacit::cli {

/// The program and all its commands, hidden ones left out. `version` stands in the footer.
std::string man_page(const CLI::App& app, const std::string& version);

/// A script that completes commands, their commands and their flags, and else file names.
std::string bash_completion(const CLI::App& app);

}  // namespace tacit::cli
