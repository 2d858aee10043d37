// What `verify` can be told about commitments and renewals besides a key and a proof.
#pragma once

#include "command.h"

namespace tacit::cli {

struct LinkFlags {
  std::vector<std::string> input_commitments, output_commitments;   ///< in the model's order
  std::string issuer;
  std::vector<std::string> renewed_from, renewals;                  ///< earlier keys, oldest first, and what leads on from each
};

void add_link_options(CLI::App& command, LinkFlags& flags);

/// Why the proof of this statement is not what the flags ask for; empty if it is, and then what renewals rest on is among
/// the statement's parts. Errors: files that cannot be read; flags that do not go together.
Result<std::string> link_objection(const LinkFlags& flags, const std::string& key_path, const Bytes& key, api::Statement& statement);

/// What was checked, where something was.
void add_links(Lines& lines, Json& object, const LinkFlags& flags);

}  // namespace tacit::cli
