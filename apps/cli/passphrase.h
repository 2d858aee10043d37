// Passphrases of encrypted bundles, and bundles that may be encrypted.
//
//   --passphrase-file FILE (its first line)  >  $TACIT_PASSPHRASE  >  a question at the terminal
//
// Never an argument: every user of the machine can read those.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "base/result.h"
#include "secret/wipe.h"

namespace tacit::cli {

struct PassphraseFlags {
  std::string file;   ///< empty: not given
};

/// --passphrase-file. `flags` must live as long as the command.
void add_passphrase(CLI::App& command, PassphraseFlags& flags);

/// Errors: usage (no source, empty, given up), io.
Result<SecretBytes> read_passphrase(const PassphraseFlags& flags);
/// For sealing: at a terminal it is asked for twice.
Result<SecretBytes> read_new_passphrase(const PassphraseFlags& flags);

/// Asks at a terminal without showing what is typed, and leaves the terminal as it was. Backspace and ^U correct, ^C and
/// ^D give up. Errors: usage (given up, too long), io.
Result<SecretBytes> prompt_passphrase(int terminal, const std::string& question);

/// The bytes of a PREFIX.tacit (or any other file that read_any reads); decrypted when it is encrypted, and only then is a
/// passphrase looked for. Errors: also bad_input (a wrong passphrase, a changed file).
Result<SecretBytes> open_bundle_file(const std::string& path, const PassphraseFlags& flags);

}  // namespace tacit::cli
